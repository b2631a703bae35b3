"""考培不分、未回避、录像不完整、未核对资料、未实行机考."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows


def session(name: str, **fields: Any) -> dict[str, Any]:
    usual = {"institution_id": "考试机构", "starts_at": "2025-05-10T09:00:00", "ends_at": "2025-05-10T11:00:00", "machine_based": True}
    return {"session_id": name} | usual | fields


def candidate(person: str | None, session_id: str | None = "场次", **fields: Any) -> dict[str, Any]:
    return {"session_id": session_id, "person_id": person, "materials_checked_at": "2025-05-09T09:00:00"} | fields


def test_candidates_trained_by_the_institution_that_examines_them_are_found(engine: Bench):
    candidates = [
        candidate("本机构培训", trained_by="考试机构"),
        candidate("别处培训", trained_by="培训学校"),
        candidate("培训不明"),
        candidate("机构不明", "没有机构", trained_by="考试机构"),
        candidate("场次不明", "没有这一场", trained_by="考试机构"),
        candidate(None, trained_by="考试机构"),
    ]
    package = {"exam_sessions": [session("场次"), session("没有机构", institution_id=None)], "exam_candidates": candidates}
    assert engine.found("trained_by_examiner", package) == {"场次/本机构培训"}


RECUSAL: dict[str, Rows] = {
    "exam_sessions": [session("场次"), session("另一场")],
    "exam_candidates": [
        candidate("考官同事", employer_id="甲"),
        candidate("监考同事", employer_id="乙"),
        candidate("没有同事", employer_id="丙"),
        candidate("单位不明", employer_id=None),
        candidate("考官自己", employer_id="甲"),
        candidate("考官同事", "另一场", employer_id="甲"),
    ],
    "exam_staff": [
        {"session_id": "场次", "person_id": "考官自己", "role": "examiner", "employer_id": "甲"},
        {"session_id": "场次", "person_id": "监考", "role": "invigilator", "employer_id": "乙"},
        {"session_id": "场次", "person_id": "命题", "role": "item_writer", "employer_id": "甲"},
        {"session_id": "场次", "person_id": "单位不明的监考", "role": "invigilator", "employer_id": None},
        {"session_id": "另一场", "person_id": "监考", "role": "invigilator", "employer_id": "乙"},
    ],
}


def test_candidates_with_a_colleague_on_the_staff_of_their_session_are_found(engine: Bench):
    assert engine.found("no_recusal", RECUSAL) == {"场次/考官同事", "场次/监考同事", "场次/考官自己"}


def test_the_evidence_names_the_colleagues_and_what_they_did(duckdb_engine: Bench):
    found = {one["subject_id"]: one for one in duckdb_engine.screen("no_recusal", RECUSAL).findings.to_pylist()}
    proof = json.loads(found["场次/考官同事"]["evidence"])
    assert proof["roles"] == [{"staff_id": "命题", "role": "item_writer"}, {"staff_id": "考官自己", "role": "examiner"}]
    assert (found["场次/考官同事"]["institution_id"], found["场次/考官同事"]["subject_type"]) == ("考试机构", "candidate")


def test_sessions_that_the_video_does_not_cover_are_found(engine: Bench):
    covered = {"video_from": "2025-05-10T09:00:00", "video_until": "2025-05-10T11:00:00"}
    sessions = [
        session("刚好覆盖", **covered),
        session("迟了一秒", **covered | {"video_from": "2025-05-10T09:00:01"}),
        session("早停一秒", **covered | {"video_until": "2025-05-10T10:59:59"}),
        session("没有录像时间"),
        session("只知道录像开始", video_from="2025-05-10T10:00:00"),
        session("只知道录像结束", video_until="2025-05-10T10:00:00"),
        session("录像颠倒", video_from="2025-05-10T11:00:00", video_until="2025-05-10T09:00:00"),
        session("考试颠倒", **covered | {"starts_at": "2025-05-10T11:30:00"}),
        session("开考不明而早停", **covered | {"starts_at": None, "ends_at": "2025-05-10T12:00:00"}),
        session("开考不明", **covered | {"starts_at": None}),
        session("结束不明而迟开", **covered | {"ends_at": None, "starts_at": "2025-05-10T08:00:00"}),
    ]
    assert engine.found("video_gap", {"exam_sessions": sessions}) == {"迟了一秒", "早停一秒", "开考不明而早停", "结束不明而迟开"}


def test_candidates_whose_papers_were_not_checked_before_the_start_are_found(engine: Bench):
    candidates = [
        candidate("事先核对"),
        candidate("开考时核对", materials_checked_at="2025-05-10T09:00:00"),
        candidate("开考后一秒核对", materials_checked_at="2025-05-10T09:00:01"),
        candidate("没有核对", materials_checked_at=None),
        candidate("开考不明", "不知何时", materials_checked_at="2025-05-10T09:00:01"),
        candidate("开考不明又没有核对", "不知何时", materials_checked_at=None),
        candidate(None, materials_checked_at=None),
    ]
    package = {"exam_sessions": [session("场次"), session("不知何时", starts_at=None)], "exam_candidates": candidates}
    assert engine.found("materials_unchecked", package) == {"场次/开考后一秒核对", "场次/没有核对", "不知何时/开考不明又没有核对"}


def test_sessions_that_say_they_were_not_held_on_machines_are_found(engine: Bench):
    sessions = [session("机考"), session("笔试", machine_based=False), session("不明", machine_based=None)]
    assert engine.found("not_machine_based", {"exam_sessions": sessions}) == {"笔试"}

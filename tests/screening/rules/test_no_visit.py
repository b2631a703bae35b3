"""未到现场出具报告."""

from __future__ import annotations

import json

from tests.screening.packages import Bench, Rows


def package() -> dict[str, Rows]:
    reports = [
        {"report_id": "有签到", "plan_id": "去过", "institution_id": "甲"},
        {"report_id": "无签到", "plan_id": "没去过", "institution_id": "甲", "inspected_on": "2025-06-02", "report_no": "R2"},
        {"report_id": "计划不在名单", "plan_id": "查无此计划", "institution_id": "甲"},
        {"report_id": "没有计划", "plan_id": None, "institution_id": "乙"},
        {"report_id": None, "plan_id": None, "institution_id": "乙"},
    ]
    visits = [
        {"visit_id": "一", "plan_id": "去过", "person_id": None},
        {"visit_id": "二", "plan_id": "去过"},
        {"visit_id": "三", "plan_id": None},
    ]
    return {"reports": reports, "visits": visits}


def test_reports_without_a_plan_or_whose_plan_nobody_visited_are_found(engine: Bench):
    assert engine.found("no_visit", package()) == {"无签到", "计划不在名单", "没有计划"}


def test_the_evidence_says_which_of_the_two_it_is(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("no_visit", package()).findings.to_pylist()}
    assert json.loads(findings["没有计划"]["evidence"])["situation"] == "报告没有对应的检验计划"
    proof = json.loads(findings["无签到"]["evidence"])
    assert proof["says"] == "2025-06-02检验的报告R2：报告所属计划没有任何人的现场签到（计划：没去过）"
    assert (findings["无签到"]["institution_id"], str(findings["无签到"]["occurred_at"])) == ("甲", "2025-06-02 00:00:00")

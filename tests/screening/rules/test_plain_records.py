"""无原始记录、编制审核批准未分离、报告编号重复、时序颠倒."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows

DAY = "2026-03-05"


def report(name: str, **known: Any) -> dict[str, Any]:
    return {"report_id": name, "report_no": f"NO-{name}", "institution_id": "甲", "inspected_on": DAY} | known


def test_a_report_that_no_record_names_is_found(engine: Bench):
    package = {
        "reports": [report("有记录"), report("没有记录"), report("两份记录"), {"report_no": "没有标识"}],
        "records": [
            {"record_id": "1", "report_id": "有记录"},
            {"record_id": "2", "report_id": "两份记录"},
            {"record_id": "3", "report_id": "两份记录"},
            {"record_id": "4"},
        ],
    }
    assert engine.found("no_record", package) == {"没有记录"}


def test_who_drafts_neither_reviews_nor_approves(engine: Bench):
    hands = {
        "三个人": ("a", "b", "c"),
        "自审": ("a", "a", "c"),
        "自批": ("a", "b", "a"),
        "审批同一人": ("a", "b", "b"),
        "没有审核人": ("a", None, "c"),
        "没有编制人": (None, None, "c"),
        "都没有": (None, None, None),
        "一人到底": ("a", "a", "a"),
    }
    rows = [report(name, drafted_by=drafted, reviewed_by=reviewed, approved_by=approved) for name, (drafted, reviewed, approved) in hands.items()]
    assert engine.found("one_hand", {"reports": rows}) == {"自审", "自批", "一人到底"}


def test_each_report_under_a_number_used_twice_in_one_institution_is_found(engine: Bench):
    rows: Rows = [
        report("甲一", report_no="1"),
        report("甲二", report_no="1"),
        report("乙一", report_no="1", institution_id="乙"),
        report("甲三", report_no="2"),
        report("没有编号", report_no=None),
        report("也没有编号", report_no=None),
        report("没有机构", report_no="3", institution_id=None),
        report("也没有机构", report_no="3", institution_id=None),
    ]
    assert engine.found("duplicate_report_no", {"reports": rows}) == {"甲一", "甲二"}


def steps(**hours: int) -> dict[str, str]:
    return {f"{step}_at": f"2026-03-06 {hour:02}:00:00" for step, hour in hours.items()}


def broken_package() -> dict[str, Rows]:
    rows = [
        report("依次", **steps(drafted=9, reviewed=10, approved=11, issued=12)),
        report("同时", **steps(drafted=9, reviewed=9, approved=9, issued=9)),
        report("审核早于编制", **steps(drafted=10, reviewed=9, approved=11, issued=12)),
        report("隔着空值颠倒", **steps(drafted=10, issued=9)),
        report("只有一个时间", **steps(approved=9)),
        report("没有时间"),
        report("编制早于记录完成", **steps(drafted=9)),
        report("记录完成之后编制", **steps(drafted=9)),
        report("出具后才检验", inspected_on="2026-03-07", **steps(issued=12)),
        report("当天检验当天出具", inspected_on="2026-03-06", **steps(issued=1)),
    ]
    records = [
        {"record_id": "1", "report_id": "编制早于记录完成", "finished_at": "2026-03-06 09:00:01"},
        {"record_id": "2", "report_id": "记录完成之后编制", "finished_at": "2026-03-06 08:59:59"},
        {"record_id": "3", "report_id": "依次"},
    ]
    return {"reports": rows, "records": records}


def test_steps_that_run_backwards_are_found_and_nulls_are_skipped_over(engine: Bench):
    assert engine.found("order_broken", broken_package()) == {"审核早于编制", "隔着空值颠倒", "编制早于记录完成", "出具后才检验"}


def test_the_sentence_names_the_two_steps(duckdb_engine: Bench):
    rows = duckdb_engine.screen("order_broken", broken_package()).findings.to_pylist()
    said = {row["subject_id"]: json.loads(row["evidence"])["said"] for row in rows}
    assert said["审核早于编制"] == "审核早于编制"
    assert said["隔着空值颠倒"] == "出具早于编制"
    assert said["出具后才检验"] == "出具早于检验日期"

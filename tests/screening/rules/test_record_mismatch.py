"""记录与报告不一致."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows

Side = tuple[float | None, str | None]


def pair(report: str, recorded: dict[str, Side], reported: dict[str, Side], record: str = "") -> dict[str, Rows]:
    record = record or f"记录{report}"
    return {
        "reports": [{"report_id": report, "report_no": f"号{report}", "institution_id": "院", "issued_at": "2026-03-02 10:00"}],
        "records": [{"record_id": record, "report_id": report}],
        "readings": [{"record_id": record, "item": item, "value": one[0], "result": one[1]} for item, one in recorded.items()],
        "report_items": [{"report_id": report, "item": item, "value": one[0], "result": one[1]} for item, one in reported.items()],
    }


def package() -> dict[str, Rows]:
    cases = [
        pair("相同", {"甲": (1.0, "pass"), "乙": (2.0, "pass")}, {"甲": (1.0, "pass"), "乙": (2.0, "pass")}),
        pair("差百分之一整", {"甲": (100.0, "pass")}, {"甲": (99.0, "pass")}),
        pair("差超过百分之一", {"甲": (100.0, "pass"), "乙": (2.0, "pass")}, {"甲": (98.9, "pass"), "乙": (2.0, "pass")}),
        pair("负数差超过百分之一", {"甲": (-100.0, "pass")}, {"甲": (-98.9, "pass")}),
        pair("极小的差", {"甲": (0.0, "pass")}, {"甲": (1e-6, "pass")}),
        pair("零与二微", {"甲": (0.0, "pass")}, {"甲": (2e-6, "pass")}),
        pair("结论不同", {"甲": (1.0, "fail")}, {"甲": (1.0, "pass")}),
        pair("只有结论且不同", {"甲": (None, "fail")}, {"甲": (None, "not_applicable")}),
        pair("数值一边为空", {"甲": (None, "pass")}, {"甲": (5.0, "pass")}),
        pair("结论一边为空", {"甲": (1.0, None)}, {"甲": (1.0, "pass")}),
        pair("项目不同", {"甲": (1.0, "pass")}, {"乙": (9.0, "fail")}),
        pair("数值换了项目", {"甲": (1.0, "pass"), "乙": (2.0, "pass")}, {"甲": (2.0, "pass"), "乙": (1.0, "pass")}),
        pair("无项目", {"甲": (1.0, "fail")}, {}),
        pair("第二份记录不同", {"甲": (1.0, "pass")}, {"甲": (1.0, "pass")}),
        {**pair("第二份记录不同", {"甲": (3.0, "pass")}, {}, record="又一份"), "reports": []},
        {"records": [{"record_id": "无报告的记录"}], "readings": [{"record_id": "无报告的记录", "item": "甲", "value": 7.0}]},
    ]
    names = ("reports", "records", "readings", "report_items")
    return {name: [row for one in cases for row in one.get(name, [])] for name in names}


def proof(engine: Bench, subject: str, **values: float) -> Any:
    findings = engine.screen("record_mismatch", package(), **values).findings.to_pylist()
    return json.loads(next(one["evidence"] for one in findings if one["subject_id"] == subject))


def test_items_that_differ_in_value_or_result_are_found_and_what_one_side_lacks_is_not(engine: Bench):
    assert engine.found("record_mismatch", package()) == {
        "差超过百分之一",
        "负数差超过百分之一",
        "零与二微",
        "结论不同",
        "只有结论且不同",
        "第二份记录不同",
        "数值换了项目",
    }


def test_the_evidence_puts_both_sides_beside_each_other(duckdb_engine: Bench):
    told = proof(duckdb_engine, "差超过百分之一")
    assert told["item_list"] == [
        {"item": "甲", "recorded": 100.0, "reported": 98.9, "recorded_result": "pass", "reported_result": "pass"},
    ]
    assert (told["items"], told["record_ids"]) == (1, ["记录差超过百分之一"])
    assert proof(duckdb_engine, "第二份记录不同")["record_ids"] == ["又一份"]


def test_the_tolerance_can_be_moved(duckdb_engine: Bench):
    assert "差百分之一整" in duckdb_engine.found("record_mismatch", package(), share=0.9)
    assert "差超过百分之一" not in duckdb_engine.found("record_mismatch", package(), share=2)

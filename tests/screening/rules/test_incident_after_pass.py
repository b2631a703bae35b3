"""检后事故."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows


def report(name: str, equipment: str, day: str | None, conclusion: str | None = "qualified") -> dict[str, Any]:
    return {"report_id": name, "equipment_id": equipment, "inspected_on": day, "conclusion": conclusion, "institution_id": "甲"}


def package() -> dict[str, Rows]:
    """Every incident happens on 2025-07-01; 180 days before it lies 2025-01-02."""
    reports = [
        report("一百八十天", "设备1", "2025-01-02"),
        report("一百八十一天", "设备2", "2025-01-01"),
        report("较早的合格", "设备3", "2025-03-01"),
        report("最后的不合格", "设备3", "2025-05-01", "unqualified"),
        report("较早的不合格", "设备4", "2025-03-01", "unqualified"),
        report("最后的合格", "设备4", "2025-05-01"),
        report("事故之后", "设备4", "2025-07-02", "unqualified"),
        report("整改后合格", "设备5", "2025-05-01", "qualified_after_rectification"),
        report("结论不明", "设备6", "2025-05-01", None),
        report("日期不明", "设备7", None),
        report("没有事故", "设备8", "2025-05-01"),
    ]
    incidents: list[dict[str, Any]] = [
        {"incident_id": f"事故{n}", "equipment_id": f"设备{n}", "occurred_at": "2025-07-01 15:00"} for n in range(1, 8)
    ]
    incidents += [
        {"incident_id": "又一次", "equipment_id": "设备4", "occurred_at": "2025-07-01 20:00"},
        {"incident_id": "时间不明", "equipment_id": "设备8", "occurred_at": None},
        {"incident_id": "设备不明", "equipment_id": None, "occurred_at": "2025-07-01 20:00"},
    ]
    return {"reports": reports, "incidents": incidents}


def test_the_last_report_before_an_incident_is_found_where_it_passed(engine: Bench):
    assert engine.found("incident_after_pass", package()) == {"一百八十天", "最后的合格"}


def test_two_incidents_after_one_report_are_one_finding(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("incident_after_pass", package()).findings.to_pylist()}
    proof = json.loads(findings["最后的合格"]["evidence"])
    assert (sorted(proof["incident_ids"]), proof["days"]) == (["事故4", "又一次"], 61)
    assert str(findings["最后的合格"]["occurred_at"]) == "2025-07-01 15:00:00"


def test_the_days_can_be_moved(duckdb_engine: Bench):
    assert "一百八十一天" in duckdb_engine.found("incident_after_pass", package(), days_after=181)

"""签到位置偏离."""

from __future__ import annotations

import json

from tests.screening.packages import Bench, Rows
from tests.screening.rules.visits import place, visit


def package() -> dict[str, Rows]:
    visits = [
        visit("三公里以外", "", "2 09:00", "2 10:00", 3.01, plan_id="一台"),
        visit("三公里以内", "", "2 09:00", "2 10:00", 2.99, plan_id="一台"),
        visit("离另一台近", "", "2 09:00", "2 10:00", 51, plan_id="两台"),
        visit("离两台都远", "", None, None, 25, plan_id="两台"),
        visit("没有坐标", "", "2 09:00", "2 10:00", None, plan_id="一台"),
        visit("没有计划", "", "2 09:00", "2 10:00", 30, plan_id=None),
        visit("设备没有坐标", "", "2 09:00", "2 10:00", 30, plan_id="不知何处"),
        visit("计划没有报告", "", "2 09:00", "2 10:00", 30, plan_id="没有报告"),
    ]
    equipment = [{"equipment_id": "起点"} | place(0), {"equipment_id": "远处"} | place(50), {"equipment_id": "不知何处"}]
    reports = [
        {"report_id": "1", "plan_id": "一台", "equipment_id": "起点"},
        {"report_id": "2", "plan_id": "两台", "equipment_id": "起点"},
        {"report_id": "3", "plan_id": "两台", "equipment_id": "远处"},
        {"report_id": "4", "plan_id": "两台", "equipment_id": "远处"},
        {"report_id": "5", "plan_id": "两台", "equipment_id": "不知何处"},
        {"report_id": "6", "plan_id": "不知何处", "equipment_id": "不知何处"},
    ]
    return {"visits": visits, "equipment": equipment, "reports": reports, "plans": [{"plan_id": "两台", "institution_id": "甲"}]}


def test_visits_far_from_all_equipment_of_their_plan_are_found(engine: Bench):
    assert engine.found("far_from_equipment", package()) == {"三公里以外-", "离两台都远-"}


def test_the_evidence_names_the_nearest_equipment(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("far_from_equipment", package()).findings.to_pylist()}
    proof = json.loads(findings["离两台都远-"]["evidence"])
    assert (proof["nearest_equipment_id"], round(proof["nearest_km"], 3), proof["equipment_located"]) == ("起点", 25, 2)
    assert findings["离两台都远-"]["institution_id"] == "甲"
    assert str(findings["三公里以外-"]["occurred_at"]) == "2025-06-02 09:00:00"


def test_the_threshold_can_be_moved(duckdb_engine: Bench):
    assert duckdb_engine.found("far_from_equipment", package(), km_allowed=3.02) == {"离两台都远-"}
    assert "三公里以内-" in duckdb_engine.found("far_from_equipment", package(), km_allowed=2.98)

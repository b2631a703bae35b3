"""签字人员未到现场."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows
from tests.screening.rules.visits import visit


def report(
    name: str, inspectors: str | None, *visits: dict[str, Any], day: str | None = "2025-06-02", plan: str | None = ""
) -> dict[str, Rows]:
    plan = f"{name}的计划" if plan == "" else plan
    row = {"report_id": name, "institution_id": "机构", "plan_id": plan, "inspected_on": day, "inspector_ids": inspectors}
    return {"reports": [row], "visits": [one | {"plan_id": plan, "visit_id": f"{name}{one['visit_id']}"} for one in visits]}


def package() -> dict[str, Rows]:
    here, day_before = visit("王", "", "2 09:00", "2 10:00"), visit("李", "", "1 09:00", "1 23:00")
    cases = [
        report("都到了", "王; 李", here, visit("李", "", "2 09:00", "2 10:00")),
        report("一人未到", "王;李;赵", here),
        report("只在前一天来过", "王;李", here, day_before),
        report("当天凌晨离开", "李", visit("李", "", "1 22:00", "2 01:00")),
        report("跨着当天", "李", visit("李", "", "1 22:00", "3 01:00")),
        report("计划没有签到", "王"),
        report("没有计划", "王", plan=None),
        report("检验日期不明", "李", here, day=None),
        report("署名不明", None, here),
        report("离开时间不明可能是当天", "李", here, visit("李", "", "1 22:00", None)),
        report("到达时间不明可能是当天", "李", here, visit("李", "", None, "3 22:00")),
        report("时间不明但不会是当天", "李", here, visit("李", "", "3 22:00", None)),
        report("当天的签到不知何人", "李", here, visit(None, "", "2 09:00", "2 11:00")),
        report("别天的签到不知何人", "李", here, visit(None, "", "3 09:00", "3 11:00")),
        report("只到达没有离开", "李", visit("李", "", "2 09:00", None)),
    ]
    elsewhere = visit("李", "别处", "2 09:00", "2 10:00", plan_id="另一计划")
    visits = [row for one in cases for row in one["visits"]]
    return {"reports": [row for one in cases for row in one["reports"]], "visits": [*visits, elsewhere]}


def test_inspectors_who_neither_arrived_nor_left_on_the_day_are_found(engine: Bench):
    assert engine.found("not_on_site", package()) == {
        "一人未到",
        "只在前一天来过",
        "跨着当天",
        "时间不明但不会是当天",
        "别天的签到不知何人",
    }


def test_the_evidence_names_who_was_absent_and_who_was_there(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("not_on_site", package()).findings.to_pylist()}
    proof = json.loads(findings["一人未到"]["evidence"])
    assert (proof["absent_ids"], proof["visits"]) == (["李", "赵"], 1)
    assert [(one["person_id"], one["arrived_at"]) for one in proof["visit_list"]] == [("王", "2025-06-02 09:00:00")]
    assert findings["一人未到"]["institution_id"] == "机构"

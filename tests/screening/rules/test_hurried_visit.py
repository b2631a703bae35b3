"""停留时间过短."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows
from tests.screening.rules.visits import visit


def plan(
    name: str, *visits: tuple[str | None, str | None], equipment: str = "电梯", kind: str | None = "periodic", reports: int = 1
) -> dict[str, Rows]:
    rows: list[dict[str, Any]] = [
        {"report_id": f"{name}{n or ''}", "plan_id": name, "equipment_id": equipment, "inspection_kind": kind, "institution_id": "甲"}
        for n in range(reports)
    ]
    return {"reports": rows, "visits": [visit("某人", f"{name}{n}", *one, plan_id=name) for n, one in enumerate(visits)]}


def package() -> dict[str, Rows]:
    """Of lifts the median is 60 minutes, so that a quarter are 15; of boilers it is 8, so that five minutes count."""
    cases = [
        *(plan(f"电梯{n}", ("2 09:00", "2 10:00")) for n in range(9)),
        plan("十四分钟", ("2 09:00", "2 09:14")),
        plan("十五分钟", ("2 09:00", "2 09:15")),
        plan("两人同时在场", ("2 09:00", "2 09:10"), ("2 09:02", "2 09:12"), ("2 09:03", "2 09:04")),
        plan("两段合计十六分钟", ("2 09:00", "2 09:08"), ("2 10:00", "2 10:08")),
        plan("四份报告", ("2 09:00", "2 09:50"), reports=4),
        plan("有一次未离开", ("2 09:00", "2 09:01"), ("2 10:00", None)),
        plan("有一次未到达", ("2 09:00", "2 09:01"), (None, "2 10:00")),
        plan("时间颠倒", ("2 09:00", "2 09:01"), ("2 10:00", "2 09:30")),
        plan("没有签到"),
        *(plan(f"锅炉{n}", ("2 09:00", "2 09:08"), equipment="锅炉") for n in range(3)),
        plan("锅炉四分钟", ("2 09:00", "2 09:04"), equipment="锅炉"),
        plan("锅炉五分钟", ("2 09:00", "2 09:05"), equipment="锅炉"),
        plan("类别不明六分钟", ("2 09:00", "2 09:06"), equipment="不明"),
        plan("类别不明四分钟", ("2 09:00", "2 09:04"), equipment="不明"),
        plan("检验类别不明", ("2 09:00", "2 09:06"), kind=None),
    ]
    equipment = [{"equipment_id": "电梯", "category": "3000"}, {"equipment_id": "锅炉", "category": "1000"}, {"equipment_id": "不明"}]
    reports, visits = ([row for one in cases for row in one[name]] for name in ("reports", "visits"))
    return {"reports": reports, "visits": visits, "equipment": equipment}


def test_reports_whose_share_of_presence_is_too_short_are_found(engine: Bench):
    four = {"四份报告", "四份报告1", "四份报告2", "四份报告3"}
    assert engine.found("hurried_visit", package()) == {"十四分钟", "两人同时在场", "锅炉四分钟", "类别不明四分钟"} | four


def test_the_evidence_gives_the_presence_and_what_is_usual(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("hurried_visit", package()).findings.to_pylist()}
    proof = json.loads(findings["两人同时在场"]["evidence"])
    figures = ("visits", "reports", "present_minutes", "minutes", "usual_minutes", "least_minutes")
    assert [proof[name] for name in figures] == [3, 1, 12, 12, 60, 15]
    assert json.loads(findings["类别不明四分钟"]["evidence"])["usual_minutes"] is None


def test_the_thresholds_can_be_moved(duckdb_engine: Bench):
    assert "十五分钟" in duckdb_engine.found("hurried_visit", package(), part_of_usual=0.26)
    assert "锅炉五分钟" in duckdb_engine.found("hurried_visit", package(), minutes_least=6)

"""同一时间两处签到."""

from __future__ import annotations

import json

from tests.screening.packages import Bench, Rows
from tests.screening.rules.visits import visit


def package() -> dict[str, Rows]:
    visits = [
        visit("重叠十分钟", "1", "2 09:00", "2 10:00", plan_id="甲的计划"),
        visit("重叠十分钟", "2", "2 09:50", "2 11:00", 2.01, plan_id="乙的计划"),
        visit("重叠九分钟", "1", "2 09:00", "2 10:00"),
        visit("重叠九分钟", "2", "2 09:51", "2 11:00", 50),
        visit("相距不到两公里", "1", "2 09:00", "2 12:00"),
        visit("相距不到两公里", "2", "2 09:00", "2 12:00", 1.99),
        visit("跨过午夜", "1", "2 22:00", "3 02:00"),
        visit("跨过午夜", "2", "3 00:30", "3 01:30", 5),
        visit("几天没有离开", "1", "2 08:00", "6 18:00"),
        visit("几天没有离开", "2", "4 09:00", "4 10:00", 5),
        visit("几天没有离开", "3", "5 09:00", "5 10:00", 6),
        visit("中间隔着一次", "1", "2 08:00", "2 18:00"),
        visit("中间隔着一次", "2", "2 09:00", "2 09:05", 30),
        visit("中间隔着一次", "3", "2 10:00", "2 11:00", 30),
        visit("没有离开时间", "1", "2 09:00", None),
        visit("没有离开时间", "2", "2 09:00", "2 12:00", 5),
        visit("没有到达时间", "1", None, "2 12:00"),
        visit("没有到达时间", "2", "2 09:00", "2 12:00", 5),
        visit("没有坐标", "1", "2 09:00", "2 12:00", None),
        visit("没有坐标", "2", "2 09:00", "2 12:00", 5),
        visit("先离开后到达", "1", "2 12:00", "2 09:00"),
        visit("先离开后到达", "2", "2 08:00", "2 13:00", 5),
        visit("前后相接", "1", "2 09:00", "2 10:00"),
        visit("前后相接", "2", "2 10:00", "2 11:00", 5),
        visit(None, "无人1", "2 09:00", "2 12:00"),
        visit(None, "无人2", "2 09:00", "2 12:00", 5),
    ]
    return {"visits": visits, "plans": [{"plan_id": "甲的计划", "institution_id": "甲"}, {"plan_id": "乙的计划", "institution_id": "乙"}]}


def test_visits_that_overlap_and_lie_apart_are_found(engine: Bench):
    assert engine.found("overlapping_visits", package()) == {"重叠十分钟", "跨过午夜", "几天没有离开", "中间隔着一次"}


def test_a_person_is_one_finding_that_lists_the_pairs(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("overlapping_visits", package()).findings.to_pylist()}
    proof = json.loads(findings["几天没有离开"]["evidence"])
    assert [(one["visit_id"], one["other_id"], one["minutes"]) for one in proof["pair_list"]] == [
        ("几天没有离开-1", "几天没有离开-2", 60),
        ("几天没有离开-1", "几天没有离开-3", 60),
    ]
    assert (proof["pairs"], round(proof["most_km"], 3)) == (2, 6)
    assert str(findings["几天没有离开"]["occurred_at"]) == "2025-06-04 09:00:00"
    assert findings["重叠十分钟"]["institution_id"] == "甲"


def test_it_runs_without_plans_and_the_thresholds_can_be_moved(duckdb_engine: Bench):
    visits = {"visits": package()["visits"]}
    assert "重叠九分钟" in duckdb_engine.found("overlapping_visits", visits, minutes_overlapping=9)
    assert "相距不到两公里" in duckdb_engine.found("overlapping_visits", visits, km_apart=1.98)
    assert duckdb_engine.found("overlapping_visits", visits, km_apart=40) == set()

"""行程不可能."""

from __future__ import annotations

import json

from tests.screening.packages import Bench, Rows
from tests.screening.rules.visits import visit


def package() -> dict[str, Rows]:
    visits = [
        visit("一小时一百五十一公里", "1", "2 09:00", "2 10:00", plan_id="甲的计划"),
        visit("一小时一百五十一公里", "2", "2 11:00", "2 12:00", 151, plan_id="甲的计划"),
        visit("一小时一百四十九公里", "1", "2 09:00", "2 10:00"),
        visit("一小时一百四十九公里", "2", "2 11:00", "2 12:00", 149),
        visit("二十公里以内", "1", "2 09:00", "2 10:00"),
        visit("二十公里以内", "2", "2 10:01", "2 12:00", 19.9),
        visit("二十公里以外", "1", "2 09:00", "2 10:00"),
        visit("二十公里以外", "2", "2 10:01", "2 12:00", 20.1),
        visit("没有间隔", "1", "2 09:00", "2 10:00"),
        visit("没有间隔", "2", "2 10:00", "2 12:00", 30),
        visit("重叠的不算", "1", "2 09:00", "2 10:00"),
        visit("重叠的不算", "2", "2 09:59", "2 12:00", 300),
        visit("早走的一次不算", "1", "2 08:00", "2 13:00"),
        visit("早走的一次不算", "2", "2 08:30", "2 09:00", 300),
        visit("早走的一次不算", "3", "2 13:10", "2 14:00", 10),
        visit("最晚离开的在前面", "1", "2 08:00", "2 13:00"),
        visit("最晚离开的在前面", "2", "2 08:30", "2 09:00", 1),
        visit("最晚离开的在前面", "3", "2 13:10", "2 14:00", 300),
        visit("中间没有坐标", "1", "2 08:00", "2 09:00"),
        visit("中间没有坐标", "2", "2 09:10", "2 09:20", None),
        visit("中间没有坐标", "3", "2 09:30", "2 10:00", 300),
        visit("中间没有离开", "1", "2 08:00", "2 09:00"),
        visit("中间没有离开", "2", "2 09:05", None, 1),
        visit("中间没有离开", "3", "2 09:30", "2 10:00", 300),
        visit("到达后没有离开", "1", "2 08:00", "2 09:00"),
        visit("到达后没有离开", "2", "2 09:30", None, 300),
        visit("没有到达只有离开", "1", None, "2 09:00"),
        visit("没有到达只有离开", "2", "2 09:30", "2 10:00", 300),
        visit("到达时间不明", "1", "2 08:00", "2 09:00"),
        visit("到达时间不明", "2", None, "2 09:30", 300),
        visit("先离开后到达", "1", "2 09:00", "2 08:00"),
        visit("先离开后到达", "2", "2 09:10", "2 10:00", 300),
        visit("第二天", "1", "2 09:00", "2 18:00"),
        visit("第二天", "2", "3 09:00", "3 10:00", 900),
        visit(None, "无人1", "2 09:00", "2 10:00"),
        visit(None, "无人2", "2 10:10", "2 12:00", 300),
    ]
    return {"visits": visits, "plans": [{"plan_id": "甲的计划", "institution_id": "甲"}]}


def test_legs_that_are_too_far_for_their_time_are_found(engine: Bench):
    assert engine.found("impossible_travel", package()) == {
        "一小时一百五十一公里",
        "二十公里以外",
        "没有间隔",
        "最晚离开的在前面",
        "中间没有坐标",
        "中间没有离开",
        "到达后没有离开",
        "没有到达只有离开",
    }


def test_the_evidence_gives_each_leg_with_its_figures(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("impossible_travel", package()).findings.to_pylist()}
    leg = json.loads(findings["一小时一百五十一公里"]["evidence"])["leg_list"][0]
    assert (leg["from_visit_id"], leg["visit_id"], leg["minutes"]) == ("一小时一百五十一公里-1", "一小时一百五十一公里-2", 60)
    assert (round(leg["distance_km"], 2), round(leg["speed_kmh"], 2)) == (151, 151)
    assert findings["一小时一百五十一公里"]["institution_id"] == "甲"
    assert json.loads(findings["没有间隔"]["evidence"])["leg_list"][0]["speed_kmh"] is None


def test_the_thresholds_can_be_moved(duckdb_engine: Bench):
    assert "一小时一百四十九公里" in duckdb_engine.found("impossible_travel", package(), speed=148)
    assert "二十公里以内" in duckdb_engine.found("impossible_travel", package(), km_apart=19)

"""一机多人签到."""

from __future__ import annotations

import json

from tests.screening.packages import Bench, Rows
from tests.screening.rules.visits import visit


def package() -> dict[str, Rows]:
    visits = [
        visit("甲", "1", "2 09:00", None, device_id="三十分钟", plan_id="甲的计划"),
        visit("乙", "1", "2 09:30", None, 2.01, device_id="三十分钟"),
        visit("丙", "1", "2 09:00", None, device_id="三十一分钟"),
        visit("丁", "1", "2 09:31", None, 50, device_id="三十一分钟"),
        visit("戊", "1", "2 09:00", None, device_id="不到两公里"),
        visit("己", "1", "2 09:00", None, 1.99, device_id="不到两公里"),
        visit("庚", "1", "2 09:00", None, device_id="同一人"),
        visit("庚", "2", "2 09:10", None, 50, device_id="同一人"),
        visit("辛", "1", "2 23:50", None, device_id="三人"),
        visit("壬", "1", "3 00:05", None, 5, device_id="三人"),
        visit("癸", "1", "3 00:20", None, 10, device_id="三人"),
        visit("子", "1", "2 09:00", None, device_id="同时"),
        visit("丑", "1", "2 09:00", None, 5, device_id="同时"),
        visit("寅", "1", "2 09:00", None, device_id=None),
        visit("卯", "1", "2 09:00", None, 5, device_id=None),
        visit("辰", "1", "2 09:00", None, device_id=""),
        visit("巳", "1", "2 09:00", None, 5, device_id=""),
        visit("午", "1", "2 09:00", None, None, device_id="没有坐标"),
        visit("未", "1", "2 09:00", None, 5, device_id="没有坐标"),
        visit("申", "1", None, "2 10:00", device_id="没有时间"),
        visit("酉", "1", "2 09:50", None, 5, device_id="没有时间"),
        visit(None, "1", "2 09:00", None, device_id="不知何人"),
        visit("戌", "1", "2 09:00", None, 5, device_id="不知何人"),
    ]
    return {"visits": visits, "plans": [{"plan_id": "甲的计划", "institution_id": "机构甲"}]}


def test_each_of_the_people_whom_a_device_checked_in_far_apart_is_found(engine: Bench):
    assert engine.found("shared_device", package()) == {"甲", "乙", "辛", "壬", "癸", "子", "丑"}


def test_the_evidence_names_the_device_the_others_and_each_pair_once(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("shared_device", package()).findings.to_pylist()}
    proof = json.loads(findings["壬"]["evidence"])
    assert (proof["device_ids"], proof["other_ids"], proof["pairs"]) == (["三人"], ["癸", "辛"], 2)
    assert [(one["visit_id"], one["other_visit_id"], one["minutes"]) for one in proof["pair_list"]] == [
        ("壬-1", "癸-1", 15),
        ("壬-1", "辛-1", 15),
    ]
    assert findings["甲"]["institution_id"] == "机构甲"


def test_the_thresholds_can_be_moved(duckdb_engine: Bench):
    assert {"丙", "丁"} <= duckdb_engine.found("shared_device", package(), minutes_between=31)
    assert {"戊", "己"} <= duckdb_engine.found("shared_device", package(), km_apart=1.9)

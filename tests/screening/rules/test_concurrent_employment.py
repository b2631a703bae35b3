"""同时受聘."""

from __future__ import annotations

import json

from tests.screening.packages import Bench, Rows
from tests.screening.people import employed


def package() -> dict[str, Rows]:
    """The data's last day is 30 June 2025."""

    def two(person: str, first: dict[str, object], second: dict[str, object]) -> Rows:
        return [
            employed(person, employment_id=f"{person}一", **first),
            employed(person, employment_id=f"{person}二", **({"institution_id": "乙"} | second)),
        ]

    employments = [
        *two("重叠三十一天", {"ended_on": "2025-02-01"}, {"started_on": "2025-01-01"}),
        *two("重叠三十天", {"ended_on": "2025-01-31"}, {"started_on": "2025-01-01"}),
        *two("都没有离职", {}, {"started_on": "2025-05-30"}),
        *two("截止日前三十天才受聘", {}, {"started_on": "2025-05-31"}),
        *two("同一天起", {}, {}),
        *two("同一家机构", {}, {"institution_id": "甲", "started_on": "2024-06-01"}),
        *two("一边非全职", {}, {"full_time": False}),
        *two("一边是否全职不明", {}, {"full_time": None}),
        *two("入职不明", {}, {"started_on": None}),
        *two("离职早于入职", {}, {"started_on": "2024-06-01", "ended_on": "2024-01-02"}),
        *two("先后受聘", {"ended_on": "2024-12-31"}, {"started_on": "2025-01-01"}),
        *two("三家", {}, {"started_on": "2024-03-01"}),
        employed("三家", employment_id="三家三", institution_id="丙", started_on="2024-05-01", ended_on="2024-12-31"),
        employed("机构不明", institution_id=None),
        employed("机构不明", employment_id="另一段"),
    ]
    return {"employments": employments, "complaints": [{"complaint_id": "诉", "received_at": "2025-06-30T09:00:00"}]}


def test_thirty_one_days_in_two_institutions_are_found_and_a_handover_is_not(engine: Bench):
    assert engine.found("concurrent_employment", package()) == {"重叠三十一天", "都没有离职", "同一天起", "三家"}


def test_a_person_is_found_once_with_all_pairs(duckdb_engine: Bench):
    found = [one for one in duckdb_engine.screen("concurrent_employment", package()).findings.to_pylist() if one["subject_id"] == "三家"]
    assert len(found) == 1
    proof = json.loads(found[0]["evidence"])
    assert [(one["earlier_employment_id"], one["employment_id"]) for one in proof["pairs"]] == [
        ("三家一", "三家二"),
        ("三家一", "三家三"),
        ("三家二", "三家三"),
    ]
    assert proof["says"] == "2024-03-01至2025-06-30同时全职受聘于甲和乙，重叠486天"


def test_the_number_of_days_can_be_moved(duckdb_engine: Bench):
    assert {"重叠三十天", "截止日前三十天才受聘"} <= duckdb_engine.found("concurrent_employment", package(), days=30)
    assert "重叠三十一天" not in duckdb_engine.found("concurrent_employment", package(), days=32)


def test_without_a_last_day_it_is_not_run(duckdb_engine: Bench):
    assert "截止日" in duckdb_engine.screen("concurrent_employment", package() | {"complaints": []}).not_run

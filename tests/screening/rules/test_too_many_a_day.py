"""检验量异常."""

from __future__ import annotations

import json

import pytest

from hengjian.screening.rules.too_many_a_day import peers_quantile
from tests.screening.packages import Bench, Rows


def package(*days: tuple[str, str, int]) -> dict[str, Rows]:
    """Days of work: who, the day, how many lifts."""
    reports = [
        {"report_id": f"{person}{day}{n}", "equipment_id": "梯", "institution_id": "甲", "inspector_ids": person, "inspected_on": day}
        for person, day, number in days
        for n in range(number)
    ]
    return {"reports": reports, "equipment": [{"equipment_id": "梯", "category": "3000"}, {"equipment_id": "无类别"}]}


QUIET = [(f"同行{n}", f"2026-03-{day:02}", 4) for n in range(5) for day in range(2, 22)]


def test_a_day_above_twelve_and_thrice_the_ninety_ninth_percentile_is_found(engine: Bench):
    given = package(*QUIET, ("十三份", "2026-03-02", 13), ("十二份", "2026-03-02", 12))
    given["reports"] += [{"report_id": f"x{n}", "equipment_id": "无类别", "inspector_ids": "类别不明", "inspected_on": "2026-03-02"} for n in range(20)]
    given["reports"] += [{"report_id": f"y{n}", "equipment_id": "梯", "inspector_ids": "日期不明"} for n in range(20)]
    assert engine.found("too_many_a_day", given) == {"十三份"}


def test_where_others_make_many_the_limit_rises(duckdb_engine: Bench):
    busy = [(f"同行{n}", f"2026-03-{day:02}", 6) for n in range(5) for day in range(2, 22)]
    found = duckdb_engine.found("too_many_a_day", package(*busy, ("十九份", "2026-03-02", 19), ("十八份", "2026-03-03", 18)))
    assert found == {"十九份"}


def test_who_is_judged_is_no_peer_of_their_own(duckdb_engine: Bench):
    own = [("独行", f"2026-03-{day:02}", 15) for day in range(2, 12)]
    row = duckdb_engine.screen("too_many_a_day", package(*QUIET, *own)).findings.to_pylist()[0]
    proof = json.loads(row["evidence"])
    assert (row["subject_id"], proof["days"], proof["reports"], proof["usual"], proof["limit"]) == ("独行", 10, 15, 4.0, 12.0)


@pytest.mark.parametrize(
    ("days", "own", "expected"), [({1: 99, 11: 1}, {}, 1.1), ({4: 100}, {}, 4.0), ({4: 100, 20: 5}, {20: 5}, 4.0), ({20: 5}, {20: 5}, 0.0), ({}, {}, 0.0)]
)
def test_the_percentile_lies_between_ranks(days: dict[int, int], own: dict[int, int], expected: float):
    assert peers_quantile(days, own, 0.99) == pytest.approx(expected)

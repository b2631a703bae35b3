"""社保断缴."""

from __future__ import annotations

import json

from tests.screening.packages import Bench, Rows
from tests.screening.people import EVERY_MONTH, employed, paid


def package() -> dict[str, Rows]:
    """The data's insurance months are those of 2025."""
    employments = [
        *(employed(one) for one in ("断三个月", "断两个月", "隔开的三个月", "别人缴", "缴了不知谁缴", "从来没有缴")),
        employed("非全职", full_time=False),
        employed("是否全职不明", full_time=None),
        employed("没有公示", practice_registered_on=None),
        employed("断缴中取消公示", practice_cancelled_on="2025-06-20"),
        employed("断缴中才公示", practice_registered_on="2025-05-02"),
        employed("三月末离职", ended_on="2025-03-31"),
        employed("三月末前一天离职", ended_on="2025-03-30"),
        employed("十月一日入职", started_on="2025-10-01"),
        employed("十月二日入职", started_on="2025-10-02"),
        employed("入职不明", started_on=None),
        employed("离职早于入职", ended_on="2023-01-01"),
        employed("别的机构缴过", institution_id="乙"),
    ]
    insurance = [
        *paid("断三个月", "1 2 3 7 8 9 10 11 12"),
        *paid("断两个月", "1 2 3 4 7 8 9 10 11 12"),
        *paid("隔开的三个月", "1 2 3 5 6 8 9 11 12"),
        *paid("别人缴", "1 2 3 7 8 9 10 11 12"),
        *paid("别人缴", "4 5 6", "乙"),
        *paid("缴了不知谁缴", "1 2 3 7 8 9 10 11 12"),
        *paid("缴了不知谁缴", "5", None),
        *paid("断缴中取消公示", "1 2 3 7 8 9 10 11 12"),
        *paid("断缴中才公示", "1 2 3 7 8 9 10 11 12"),
        *paid("别的机构缴过", EVERY_MONTH),
    ]
    return {"employments": employments, "social_insurance": insurance}


def test_three_whole_months_without_any_payment_are_found(engine: Bench):
    assert engine.found("insurance_gap", package()) == {"断三个月", "从来没有缴", "三月末离职", "十月一日入职"}


def test_the_evidence_names_the_months_and_the_institution(duckdb_engine: Bench):
    found = next(one for one in duckdb_engine.screen("insurance_gap", package()).findings.to_pylist() if one["subject_id"] == "断三个月")
    proof = json.loads(found["evidence"])
    assert (found["institution_id"], found["occurred_at"].isoformat()) == ("甲", "2025-04-01T00:00:00")
    assert proof["gaps"] == [
        {"first_month": "2025-04-01", "last_month": "2025-06-01", "months": 3, "employer_id": "甲", "employment_id": "断三个月聘"}
    ]
    assert proof["says"] == "全职聘用并执业公示期间，2025-04-01至2025-06-01连续3个月没有任何单位为其缴纳社保"


def test_the_number_of_months_can_be_moved(duckdb_engine: Bench):
    assert "断两个月" in duckdb_engine.found("insurance_gap", package(), months=2)
    assert duckdb_engine.found("insurance_gap", package(), months=4) == {"从来没有缴"}

"""挂证：社保单位与执业单位不一致."""

from __future__ import annotations

import json

from tests.screening.packages import Bench, Rows
from tests.screening.people import EVERY_MONTH, employed, paid


def package() -> dict[str, Rows]:
    employments = [
        *(employed(one) for one in ("三个月在外", "两个月在外", "隔开的三个月", "两家都缴", "无人缴", "中间不知谁缴", "两家轮流缴")),
        employed("非全职", full_time=False),
        employed("没有公示", practice_registered_on=None),
        employed("入职前在外", started_on="2025-03-01", practice_registered_on="2025-03-01"),
        employed("月中入职", started_on="2025-10-15", practice_registered_on="2025-10-15"),
    ]
    insurance = [
        *paid("在册", EVERY_MONTH),
        *paid("三个月在外", "4 5 6", "乙"),
        *paid("三个月在外", "7 8 9 10 11 12"),
        *paid("两个月在外", "4 5", "乙"),
        *paid("两个月在外", "6 7 8 9 10 11 12"),
        *paid("隔开的三个月", "4 5 7", "乙"),
        *paid("两家都缴", "4 5 6", "乙"),
        *paid("两家都缴", "4 5 6"),
        *paid("中间不知谁缴", "4 5 6", "乙"),
        *paid("中间不知谁缴", "5", None),
        *paid("两家轮流缴", "4 6", "乙"),
        *paid("两家轮流缴", "5", "丙"),
        *paid("非全职", "4 5 6", "乙"),
        *paid("没有公示", "4 5 6", "乙"),
        *paid("入职前在外", "1 2 3 4", "乙"),
        *paid("入职前在外", "5 6 7 8 9 10 11 12"),
        *paid("月中入职", "10 11 12", "乙"),
    ]
    return {"employments": employments, "social_insurance": insurance}


def test_three_months_in_which_only_another_unit_pays_are_found(engine: Bench):
    assert engine.found("payer_mismatch", package()) == {"三个月在外", "两家轮流缴"}


def test_the_evidence_says_who_paid_in_which_month(duckdb_engine: Bench):
    found = duckdb_engine.screen("payer_mismatch", package()).findings.to_pylist()
    proof = json.loads(next(one["evidence"] for one in found if one["subject_id"] == "两家轮流缴"))
    assert proof["payer_ids"] == ["丙", "乙"]
    assert [(one["month"], one["payer_id"]) for one in proof["payments"]] == [
        ("2025-04-01", "乙"),
        ("2025-05-01", "丙"),
        ("2025-06-01", "乙"),
    ]
    assert (proof["months"], proof["spells"][0]["employer_id"]) == (3, "甲")


def test_the_number_of_months_can_be_moved(duckdb_engine: Bench):
    assert duckdb_engine.found("payer_mismatch", package(), months=2) == {
        "三个月在外",
        "两家轮流缴",
        "两个月在外",
        "隔开的三个月",
        "入职前在外",
        "月中入职",
    }

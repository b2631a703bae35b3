"""多单位缴纳社保."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows


def paid(person: str, *months: tuple[str, str]) -> Rows:
    return [{"person_id": person, "month": f"{month}-01", "payer_id": payer} for month, payers in months for payer in payers]


def package() -> dict[str, Rows]:
    rows: list[dict[str, Any]] = [
        *paid("两个月各两家", ("2025-01", "甲乙"), ("2025-02", "甲乙")),
        *paid("隔开的两个月", ("2025-01", "甲乙"), ("2025-02", "甲"), ("2025-03", "甲丙")),
        *paid("换单位只重叠一个月", ("2025-01", "甲"), ("2025-02", "甲乙"), ("2025-03", "乙")),
        *paid("一家", ("2025-01", "甲"), ("2025-02", "甲")),
        {"person_id": "单位不明", "month": "2025-01-01", "payer_id": None},
        {"person_id": "单位不明", "month": "2025-01-01", "payer_id": "甲"},
        {"person_id": "单位不明", "month": "2025-02-01", "payer_id": None},
        {"person_id": "单位不明", "month": "2025-02-01", "payer_id": "甲"},
    ]
    return {"social_insurance": rows}


def test_two_months_with_two_payers_are_found_and_one_month_is_a_change_of_job(engine: Bench):
    assert engine.found("multi_payer", package()) == {"两个月各两家", "隔开的两个月"}


def test_the_evidence_names_the_months_and_the_payers(engine: Bench):
    findings = engine.screen("multi_payer", package()).findings.to_pylist()
    proof = json.loads(next(one["evidence"] for one in findings if one["subject_id"] == "隔开的两个月"))
    assert (proof["payer_ids"], proof["month_list"], proof["months"]) == (["丙", "乙", "甲"], ["2025-01-01", "2025-03-01"], 2)
    assert proof["says"] == "2025-01-01至2025-03-01之间有2个月同时由两家以上单位缴纳社保：丙、乙、甲"


def test_the_thresholds_can_be_moved(duckdb_engine: Bench):
    assert duckdb_engine.found("multi_payer", package(), months=1) == {"两个月各两家", "隔开的两个月", "换单位只重叠一个月"}
    assert duckdb_engine.found("multi_payer", package(), payers=3) == set()

"""恶意低价."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows


def charged(institution: str | None, ratio: float, number: int = 30, **more: Any) -> list[dict[str, Any]]:
    row = {"institution_id": institution, "equipment_id": "电梯", "inspection_kind": "periodic", "fee": ratio * 1000, "fee_standard": 1000}
    return [row | {"report_id": f"{institution}{more}{n}", "inspected_on": "2025-07-01"} | more for n in range(number)]


def package() -> dict[str, Rows]:
    """Five institutions take 0.90 to 0.98 of the standard: robust deviation of about 0.03, limit 0.85 or less."""
    usual = [row for n, ratio in enumerate((0.90, 0.92, 0.94, 0.96, 0.98)) for row in charged(f"机构{n}", ratio)]
    reports = [
        *usual,
        *charged("低价", 0.40),
        *charged("刚好一半", 0.50),
        *charged("只有二十九份", 0.40, 29),
        *charged("没有收费", 0.0, 30),
        *charged("标准为零", 0.40, 30, fee_standard=0),
        *charged("同行不足", 0.40, 30, inspection_kind="supervisory"),
        *charged("类别不明", 0.40, 30, equipment_id=None),
        *charged(None, 0.40),
    ]
    return {"reports": reports, "equipment": [{"equipment_id": "电梯", "category": "3000"}]}


def test_an_institution_far_below_all_others_is_found(engine: Bench):
    assert engine.found("fee_malicious_low", package()) == {"低价"}


def test_too_few_others_are_said_to_be_too_few(duckdb_engine: Bench):
    outcome = duckdb_engine.screen("fee_malicious_low", package())
    assert outcome.insufficient == ("同行不足",)
    proof = json.loads(outcome.findings.to_pylist()[0]["evidence"])
    assert (proof["reports"], proof["ratio"], proof["usual"], proof["peers"]) == (30, 0.4, 0.93, 6)


def test_a_price_that_is_low_everywhere_is_nobodys_fault(duckdb_engine: Bench):
    package = {"equipment": [{"equipment_id": "电梯", "category": "3000"}]}
    cheap = [row for n in range(7) for row in charged(f"机构{n}", 0.40 + n / 100)]
    assert duckdb_engine.found("fee_malicious_low", package | {"reports": cheap}) == set()


def test_the_thresholds_can_be_moved(duckdb_engine: Bench):
    assert "只有二十九份" in duckdb_engine.found("fee_malicious_low", package(), least_reports=29)
    assert "刚好一半" in duckdb_engine.found("fee_malicious_low", package(), low=0.51)

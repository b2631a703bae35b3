"""超标准收费."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows


def report(name: str, fee: float | None, standard: float | None) -> dict[str, Any]:
    return {"report_id": name, "institution_id": "甲", "fee": fee, "fee_standard": standard}


def package() -> dict[str, Rows]:
    reports = [
        report("超百分之二点一", 1021, 1000),
        report("正好百分之二", 357, 350),
        report("带小数正好百分之二", 112.2, 110),
        report("照标准", 1000, 1000),
        report("减收", 10, 1000),
        report("免收仍收费", 10, 0),
        report("标准不明", 1000, None),
        report("收费不明", None, 1000),
    ]
    return {"reports": reports}


def test_fees_above_the_standard_by_more_than_rounding_are_found(engine: Bench):
    assert engine.found("fee_above_standard", package()) == {"超百分之二点一", "免收仍收费"}


def test_the_evidence_says_how_much_more(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("fee_above_standard", package()).findings.to_pylist()}
    assert json.loads(findings["超百分之二点一"]["evidence"])["over"] == 21


def test_the_limit_can_be_moved(duckdb_engine: Bench):
    assert "正好百分之二" in duckdb_engine.found("fee_above_standard", package(), times=1.01)

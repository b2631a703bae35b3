"""数据分布异常."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from tests.screening.packages import Bench, Rows


def package(own: int = 200) -> dict[str, Rows]:
    """Twelve people read what an instrument shows, to a tenth; some write down what they like."""
    random = np.random.default_rng(7)
    people: dict[str, Any] = {f"常人{at}": random.integers(0, 1000, 300) / 10 for at in range(12)}
    people["编造"] = (random.integers(0, 100, own) * 10 + random.choice([0, 5], own)) / 10
    people["少一个"] = (random.integers(0, 100, own - 1) * 10 + 5) / 10
    people["略偏"] = np.concatenate([random.integers(0, 1000, 900), random.integers(0, 100, 60) * 10 + 5]) / 10
    rows: dict[str, Rows] = {"equipment": [{"equipment_id": "台", "category": "3000"}], "reports": [], "records": [], "readings": []}
    for person, values in people.items():
        rows["reports"].append({"report_id": f"报告{person}", "equipment_id": "台", "institution_id": "院"})
        rows["records"].append({"record_id": person, "report_id": f"报告{person}", "recorded_by": person, "started_at": "2026-03-01 09:00"})
        rows["readings"] += [{"record_id": person, "item": "间隙", "value": float(value)} for value in values]
        rows["readings"].append({"record_id": person, "item": "外观", "result": "pass"})
    alone = [{"record_id": "编造", "item": "只有一人测的", "value": float(at)} for at in range(300)]
    return rows | {"readings": rows["readings"] + alone}


def test_digits_that_others_do_not_have_are_found(engine: Bench):
    outcome = engine.screen("fabricated_digits", package())
    assert outcome.findings.column("subject_id").to_pylist() == ["编造"]
    assert outcome.insufficient == ("少一个",)


def test_the_evidence_counts_each_digit_beside_what_was_to_be_expected(duckdb_engine: Bench):
    findings = duckdb_engine.screen("fabricated_digits", package()).findings.to_pylist()
    told = json.loads(findings[0]["evidence"])
    assert (told["readings"], len(told["digit_list"]), findings[0]["institution_id"]) == (200, 10, "院")
    assert {one["digit"] for one in told["digit_list"] if one["readings"]} == {0, 5}
    assert round(sum(one["expected"] for one in told["digit_list"]), 6) == 200


def test_the_number_of_readings_and_of_peers_can_be_moved(duckdb_engine: Bench):
    assert duckdb_engine.found("fabricated_digits", package(), readings=199) == {"编造", "少一个"}
    assert duckdb_engine.found("fabricated_digits", package(), peers=15) == set()
    assert duckdb_engine.found("fabricated_digits", package(), effect=0.9) == set()

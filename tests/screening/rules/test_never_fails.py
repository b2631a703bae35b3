"""合格率畸高."""

from __future__ import annotations

import json

import numpy as np

from tests.screening.packages import Bench, Rows


def made(person: str, reports: int, fails: int, category: str = "3000", kind: str = "periodic") -> Rows:
    return [
        {
            "report_id": f"{person}-{category}-{kind}-{at}",
            "equipment_id": f"台{category}",
            "inspection_kind": kind,
            "inspector_ids": person,
            "institution_id": "院",
            "inspected_on": "2026-03-01",
            "conclusion": "qualified" if at >= fails else "unqualified" if at % 2 else "qualified_after_rectification",
        }
        for at in range(reports)
    ]


def package() -> dict[str, Rows]:
    """Twelve people of whom honest chance differs little, some of whom hardly fail anything, and a group of too few."""
    reports: Rows = []
    for at in range(12):
        reports += made(f"常人{at}", 150, 22 + at % 5)
        if at < 9:
            reports += made(f"少数{at}", 110, 20, "8000")
    reports += made("从不", 200, 0)
    reports += made("份数刚够", 100, 0)
    reports += made("份数不够", 99, 0)
    reports += made("略少", 150, 17)
    reports += made("从不但同行不足", 150, 0, "8000")
    reports += [row | {"report_id": f"空{row['report_id']}", "conclusion": None} for row in made("结论为空", 150, 0)]
    return {"reports": reports, "equipment": [{"equipment_id": f"台{one}", "category": one} for one in ("3000", "8000")]}


def test_people_with_fewer_fails_than_chance_explains_are_found(engine: Bench):
    outcome = engine.screen("never_fails", package())
    assert outcome.findings.column("subject_id").to_pylist() == ["从不", "份数刚够"]
    assert {"份数不够", "从不但同行不足"} <= set(outcome.insufficient)


def test_the_evidence_says_what_peers_would_have_failed(duckdb_engine: Bench):
    findings = duckdb_engine.screen("never_fails", package()).findings.to_pylist()
    told = json.loads(findings[0]["evidence"])
    assert (told["reports"], told["fails"], findings[0]["institution_id"]) == (200, 0, "院")
    others = sum(22 + at % 5 for at in range(12)) + 17
    assert told["expected"] == float(f"{200 * others / (12 * 150 + 100 + 99 + 150):.10g}")
    assert told["group_list"][0]["peers"] == 15


def test_honest_people_who_differ_are_not_found(duckdb_engine: Bench):
    random = np.random.default_rng(4)
    reports: Rows = []
    for at in range(60):
        reports += made(f"人{at}", 150, int(random.binomial(150, 0.1 * random.gamma(8, 1 / 8))))
    assert duckdb_engine.found("never_fails", {"reports": reports, "equipment": [{"equipment_id": "台3000", "category": "3000"}]}) == set()


def test_the_number_of_reports_can_be_moved(duckdb_engine: Bench):
    assert "份数不够" in duckdb_engine.found("never_fails", package(), reports=99)
    assert duckdb_engine.found("never_fails", package(), peers=20) == set()

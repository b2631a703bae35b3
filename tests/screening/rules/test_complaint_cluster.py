"""投诉集中."""

from __future__ import annotations

import json
from typing import Any

from scipy import stats

from tests.screening.packages import Bench, Rows


def complaints(institution: str | None, *days: str, outcome: str | None = "substantiated") -> Rows:
    return [
        {"complaint_id": f"{institution}{day}{outcome}", "institution_id": institution, "received_at": f"{day}T09:00:00", "outcome": outcome}
        for day in days
    ]


def package() -> dict[str, Rows]:
    """Two years of data, 2024 and 2025; many reports of one large institution make the usual rate."""
    made = {"大机构": 400, "集中": 20, "不在一年内": 20, "刚好在一年内": 20, "只有两件查实": 20, "工作量大": 400, "没有投诉": 20, "日期不明": 20}
    reports: list[dict[str, Any]] = [
        {"report_id": f"{name}{n}", "institution_id": name, "inspected_on": "2024-01-01" if n % 2 else "2025-12-30"}
        for name, number in made.items()
        for n in range(number)
    ]
    rows = [
        *complaints("大机构", "2024-02-01", "2024-09-01", "2025-09-01"),
        *complaints("集中", "2024-03-01", "2024-03-02", "2024-12-31"),
        *complaints("不在一年内", "2024-03-01", "2024-09-01", "2025-03-01"),
        *complaints("刚好在一年内", "2024-03-01", "2024-09-01", "2025-02-28"),
        *complaints("只有两件查实", "2024-03-01", "2024-03-02"),
        *complaints("只有两件查实", "2024-03-03", outcome="unsubstantiated"),
        *complaints("只有两件查实", "2024-03-04", outcome="pending"),
        *complaints("只有两件查实", "2024-03-05", outcome=None),
        *complaints("工作量大", "2024-03-01", "2024-03-02", "2024-03-03"),
        *complaints("没有报告", "2024-03-01", "2024-03-02", "2024-03-03"),
        *complaints(None, "2024-03-01", "2024-03-02", "2024-03-03"),
        *({"complaint_id": f"日期不明{n}", "institution_id": "日期不明", "outcome": "substantiated"} for n in range(3)),
    ]
    return {"reports": reports, "complaints": rows}


def test_three_in_a_year_that_the_amount_of_work_does_not_explain_are_found(engine: Bench):
    assert engine.found("complaint_cluster", package()) == {"集中", "刚好在一年内"}


def test_the_evidence_gives_the_bound_and_the_figures_that_it_follows_from(duckdb_engine: Bench):
    outcome = duckdb_engine.screen("complaint_cluster", package())
    proof = json.loads(next(one["evidence"] for one in outcome.findings.to_pylist() if one["subject_id"] == "集中"))
    others = 3 + 3 + 3 + 2 + 3 + 3  # what is proven against everybody else
    expected = 20 / 2 * others / (920 - 20)
    assert (proof["complaints"], proof["reports_a_year"]) == (3, 10)
    assert abs(proof["expected"] - expected) < 1e-9
    assert proof["bound"] == stats.poisson.ppf(0.999, expected) == 2
    assert proof["complaint_ids"] == [f"集中{day}substantiated" for day in ("2024-03-01", "2024-03-02", "2024-12-31")]


def test_who_makes_no_reports_cannot_be_judged(duckdb_engine: Bench):
    assert duckdb_engine.screen("complaint_cluster", package()).insufficient == ("没有报告",)


def test_the_thresholds_can_be_moved(duckdb_engine: Bench):
    assert "不在一年内" in duckdb_engine.found("complaint_cluster", package(), window_days=366)
    assert duckdb_engine.found("complaint_cluster", package(), least_complaints=4) == set()
    assert duckdb_engine.found("complaint_cluster", package(), confidence=0.9999) == set()

"""拖延出具报告."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows


def report(name: str, kind: str | None, issued: str | None, inspected: str | None = "2025-07-01") -> dict[str, Any]:
    return {"report_id": name, "institution_id": "甲", "inspection_kind": kind, "inspected_on": inspected, "issued_at": issued}


def package() -> dict[str, Rows]:
    reports = [
        report("定期第十五个工作日", "periodic", "2025-07-22 23:00"),
        report("定期第十六个工作日", "periodic", "2025-07-23 01:00"),
        report("检测第十六个工作日", "testing", "2025-07-23 01:00"),
        report("监督检验第三十个工作日", "supervisory", "2025-08-12 09:00"),
        report("监督检验第三十一个工作日", "supervisory", "2025-08-13 09:00"),
        report("类别不明第三十个工作日", None, "2025-08-12 09:00"),
        report("类别不明第三十一个工作日", None, "2025-08-13 09:00"),
        report("没有出具", "periodic", None),
        report("检验日期不明", "periodic", "2025-12-13 09:00", None),
        report("先出具后检验", "periodic", "2025-05-01 09:00"),
    ]
    return {"reports": reports}


def test_reports_issued_after_their_limit_are_found(engine: Bench):
    found = {"定期第十六个工作日", "检测第十六个工作日", "监督检验第三十一个工作日", "类别不明第三十一个工作日"}
    assert engine.found("reported_late", package()) == found


def test_the_evidence_counts_the_working_days(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("reported_late", package()).findings.to_pylist()}
    proof = json.loads(findings["监督检验第三十一个工作日"]["evidence"])
    assert (proof["workdays"], proof["workdays_allowed"]) == (31, 30)


def test_the_limits_can_be_moved(duckdb_engine: Bench):
    assert "定期第十五个工作日" in duckdb_engine.found("reported_late", package(), workdays=14)
    assert "监督检验第三十个工作日" in duckdb_engine.found("reported_late", package(), workdays_supervisory=29)

"""严重隐患未报告."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows


def hazard(name: str, found: str | None, reported: str | None, severity: str | None = "serious") -> dict[str, Any]:
    return {"hazard_id": name, "report_id": "报告", "severity": severity, "found_at": found, "regulator_reported_at": reported}


def package() -> dict[str, Rows]:
    hazards = [
        hazard("二十四小时", "2025-07-01 09:00:00", "2025-07-02 09:00:00"),
        hazard("二十四小时零一秒", "2025-07-01 09:00:00", "2025-07-02 09:00:01"),
        hazard("没有报告", "2025-07-01 09:00:00", None),
        hazard("发现时间不明没有报告", None, None),
        hazard("发现时间不明已经报告", None, "2025-07-02 09:00:00"),
        hazard("报告在前", "2025-07-01 09:00:00", "2025-06-30 09:00:00"),
        hazard("一般隐患", "2025-07-01 09:00:00", None, "general"),
        hazard("程度不明", "2025-07-01 09:00:00", None, None),
    ]
    return {"hazards": hazards, "reports": [{"report_id": "报告", "institution_id": "甲"}]}


def test_serious_hazards_reported_after_a_day_or_never_are_found(engine: Bench):
    assert engine.found("hazard_unreported", package()) == {"二十四小时零一秒", "没有报告", "发现时间不明没有报告"}


def test_it_names_the_institution_and_runs_without_reports(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("hazard_unreported", package()).findings.to_pylist()}
    assert findings["没有报告"]["institution_id"] == "甲"
    assert json.loads(findings["没有报告"]["evidence"])["reported"] == "没有报告监管部门"
    assert len(duckdb_engine.found("hazard_unreported", {"hazards": package()["hazards"]})) == 3


def test_the_limit_can_be_moved(duckdb_engine: Bench):
    assert "二十四小时" in duckdb_engine.found("hazard_unreported", package(), hours_allowed=23)

"""未告知受检单位."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows


def hazard(name: str | None, found: str | None, told: str | None, severity: str | None = "general") -> dict[str, Any]:
    return {"hazard_id": name, "report_id": "报告", "severity": severity, "found_at": found, "enterprise_notified_at": told}


def package() -> dict[str, Rows]:
    hazards = [
        hazard("二十四小时", "2025-07-01 09:00:00", "2025-07-02 09:00:00"),
        hazard("二十四小时零一秒", "2025-07-01 09:00:00", "2025-07-02 09:00:01"),
        hazard("没有告知", "2025-07-01 09:00:00", None, None),
        hazard("严重的也要告知", "2025-07-01 09:00:00", None, "serious"),
        hazard("发现时间不明没有告知", None, None),
        hazard("发现时间不明已经告知", None, "2025-07-02 09:00:00"),
        hazard(None, "2025-07-01 09:00:00", None),
    ]
    return {"hazards": hazards, "reports": [{"report_id": "报告", "institution_id": "甲"}]}


def test_hazards_told_to_the_enterprise_after_a_day_or_never_are_found(engine: Bench):
    found = {"二十四小时零一秒", "没有告知", "严重的也要告知", "发现时间不明没有告知"}
    assert engine.found("hazard_unnotified", package()) == found


def test_the_evidence_says_whether_it_was_told_at_all(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("hazard_unnotified", package()).findings.to_pylist()}
    assert json.loads(findings["没有告知"]["evidence"])["notified"] == "没有告知受检单位"
    assert findings["二十四小时零一秒"]["institution_id"] == "甲"


def test_the_limit_can_be_moved(duckdb_engine: Bench):
    assert "二十四小时零一秒" not in duckdb_engine.found("hazard_unnotified", package(), hours_allowed=25)

"""计划未提前报送."""

from __future__ import annotations

import json

from tests.screening.packages import Bench, Rows


def package() -> dict[str, Rows]:
    plans = [
        {"plan_id": "开始之后", "institution_id": "甲", "starts_at": "2025-07-01 09:00:00", "filed_at": "2025-07-01 10:30:00"},
        {"plan_id": "同一时刻", "starts_at": "2025-07-01 09:00:00", "filed_at": "2025-07-01 09:00:00"},
        {"plan_id": "晚一秒", "starts_at": "2025-07-01 09:00:00", "filed_at": "2025-07-01 09:00:01"},
        {"plan_id": "开始之前", "starts_at": "2025-07-01 09:00:00", "filed_at": "2025-06-30 09:00:00"},
        {"plan_id": "没有报送时间", "starts_at": "2025-07-01 09:00:00"},
        {"plan_id": "没有开始时间", "filed_at": "2025-07-01 09:00:00"},
    ]
    return {"plans": plans}


def test_plans_filed_after_their_start_are_found(engine: Bench):
    assert engine.found("plan_filed_late", package()) == {"开始之后", "晚一秒"}


def test_the_evidence_says_by_how_much(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("plan_filed_late", package()).findings.to_pylist()}
    assert json.loads(findings["开始之后"]["evidence"])["hours_late"] == 1.5
    assert findings["开始之后"]["institution_id"] == "甲"

"""超期未检."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows


def package() -> dict[str, Rows]:
    """The last day is 2025-07-31: due on 06-30 is 31 days ago; 90 days before that is 04-01."""
    equipment: Rows = [
        {"equipment_id": "超过三十天", "next_due_on": "2025-06-30", "enterprise_id": "某企业"},
        {"equipment_id": "三十天", "next_due_on": "2025-07-01"},
        {"equipment_id": "到期前九十天检过", "next_due_on": "2025-06-30"},
        {"equipment_id": "到期前九十一天检过", "next_due_on": "2025-06-30"},
        {"equipment_id": "到期后检过", "next_due_on": "2025-06-30"},
        {"equipment_id": "检验日期不明但近来出具", "next_due_on": "2025-06-30"},
        {"equipment_id": "检验日期不明早已出具", "next_due_on": "2025-06-30"},
        {"equipment_id": "报告没有任何日期", "next_due_on": "2025-06-30"},
        {"equipment_id": "没有到期日"},
    ]
    reports: list[dict[str, Any]] = [
        {"report_id": "1", "equipment_id": "到期前九十天检过", "inspected_on": "2025-04-01"},
        {"report_id": "2", "equipment_id": "到期前九十一天检过", "inspected_on": "2025-03-31"},
        {"report_id": "3", "equipment_id": "到期前九十一天检过", "inspected_on": "2024-03-31"},
        {"report_id": "4", "equipment_id": "到期后检过", "inspected_on": "2025-07-20"},
        {"report_id": "5", "equipment_id": "检验日期不明但近来出具", "issued_at": "2025-06-20 09:00"},
        {"report_id": "6", "equipment_id": "检验日期不明早已出具", "issued_at": "2024-06-20 09:00"},
        {"report_id": "7", "equipment_id": "报告没有任何日期"},
        {"report_id": "8", "equipment_id": None, "inspected_on": "2025-07-20"},
        {"report_id": "最后一天", "issued_at": "2025-07-31 20:00"},
    ]
    return {"equipment": equipment, "reports": reports}


def test_equipment_long_overdue_without_a_report_is_found(engine: Bench):
    assert engine.found("overdue_equipment", package()) == {"超过三十天", "到期前九十一天检过", "检验日期不明早已出具"}


def test_the_evidence_gives_the_last_inspection(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("overdue_equipment", package()).findings.to_pylist()}
    proof = json.loads(findings["到期前九十一天检过"]["evidence"])
    assert (proof["days_overdue"], proof["inspected_last"]) == (31, "2025-03-31")


def test_the_thresholds_can_be_moved(duckdb_engine: Bench):
    assert "三十天" in duckdb_engine.found("overdue_equipment", package(), days_grace=29)
    assert "到期前九十天检过" in duckdb_engine.found("overdue_equipment", package(), days_early=89)

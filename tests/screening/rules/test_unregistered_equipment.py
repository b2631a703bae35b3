"""未登记设备未报告."""

from __future__ import annotations

import json

from tests.screening.packages import Bench, Rows


def package() -> dict[str, Rows]:
    equipment: Rows = [{"equipment_id": "未登记", "category": "3000"}, {"equipment_id": "已登记", "registered_on": "2020-01-01"}]
    reports: Rows = [
        {"report_id": "没有报告", "equipment_id": "未登记", "inspection_kind": "periodic", "institution_id": "甲"},
        {"report_id": "登记了隐患", "equipment_id": "未登记", "inspection_kind": "periodic"},
        {"report_id": "监督检验", "equipment_id": "未登记", "inspection_kind": "supervisory"},
        {"report_id": "检验类别不明", "equipment_id": "未登记"},
        {"report_id": "设备已登记", "equipment_id": "已登记", "inspection_kind": "periodic"},
        {"report_id": "设备不在名单", "equipment_id": "查无此设备", "inspection_kind": "periodic"},
        {"report_id": "设备不明", "equipment_id": None, "inspection_kind": "periodic"},
    ]
    hazards: Rows = [{"hazard_id": "1", "report_id": "登记了隐患"}, {"hazard_id": "2", "report_id": None}]
    return {"equipment": equipment, "reports": reports, "hazards": hazards}


def test_periodic_inspections_of_unregistered_equipment_without_a_hazard_are_found(engine: Bench):
    assert engine.found("unregistered_equipment", package()) == {"没有报告"}


def test_the_evidence_names_the_equipment(duckdb_engine: Bench):
    (finding,) = duckdb_engine.screen("unregistered_equipment", package()).findings.to_pylist()
    proof = json.loads(finding["evidence"])
    assert (proof["equipment_id"], proof["category"], finding["institution_id"]) == ("未登记", "3000", "甲")

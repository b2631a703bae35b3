"""违规分包."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows


def report(name: str, subcontractor: str | None, day: str | None = "2025-07-01", equipment: str | None = "电梯") -> dict[str, Any]:
    return {"report_id": name, "institution_id": "甲", "subcontractor_id": subcontractor, "inspected_on": day, "equipment_id": equipment}


def institution(name: str, status: str | None = "active", since: str | None = None, categories: str = "3000") -> dict[str, Any]:
    return {"institution_id": name, "status": status, "status_since": since, "approved_categories": categories}


def package() -> dict[str, Rows]:
    reports = [
        report("正当", "乙"),
        report("没有分包", None),
        report("分包单位空白", ""),
        report("没有协议", "没有协议的"),
        report("协议最后一天", "乙", "2025-12-31"),
        report("协议之后一天", "乙", "2026-01-01"),
        report("协议第一天", "乙", "2025-01-01"),
        report("协议之前一天", "乙", "2024-12-31"),
        report("协议没有期限", "无期限"),
        report("与别家的协议", "与别家"),
        report("不在名录", "查无此机构"),
        report("停业当天", "停业"),
        report("停业之前", "停业", "2025-06-30"),
        report("未核准该类别", "乙", equipment="锅炉"),
        report("设备不明", "乙", equipment=None),
        report("检验日期不明", "没有协议的", None),
        report("状态不明", "状态不明"),
    ]
    institutions = [
        *(institution(name) for name in ("甲", "乙", "没有协议的", "与别家", "无期限")),
        institution("停业", "suspended", "2025-07-01"),
        institution("状态不明", None),
    ]
    agreed: list[dict[str, Any]] = [
        {"subcontract_id": name, "institution_id": "甲", "subcontractor_id": name, "signed_on": "2025-01-01", "valid_until": "2025-12-31"}
        for name in ("乙", "查无此机构", "停业", "状态不明")
    ]
    agreed += [
        {"subcontract_id": "无期限", "institution_id": "甲", "subcontractor_id": "无期限", "signed_on": "2025-01-01"},
        {"subcontract_id": "别家", "institution_id": "别家", "subcontractor_id": "与别家", "signed_on": "2025-01-01"},
    ]
    equipment: Rows = [{"equipment_id": "电梯", "category": "3000"}, {"equipment_id": "锅炉", "category": "1000"}]
    return {"reports": reports, "institutions": institutions, "subcontracts": agreed, "equipment": equipment}


def test_subcontracts_without_agreement_standing_or_approval_are_found(engine: Bench):
    assert engine.found("subcontract_invalid", package()) == {
        "没有协议",
        "协议之后一天",
        "协议之前一天",
        "与别家的协议",
        "不在名录",
        "停业当天",
        "未核准该类别",
    }


def test_the_evidence_says_which_fault_it_is(duckdb_engine: Bench):
    findings = {one["subject_id"]: one for one in duckdb_engine.screen("subcontract_invalid", package()).findings.to_pylist()}
    reasons = {name: json.loads(one["evidence"])["reason"] for name, one in findings.items()}
    assert reasons["没有协议"] == "当天没有生效的分包协议"
    assert reasons["不在名录"] == "分包单位不是登记的机构"
    assert reasons["停业当天"] == "分包单位不在正常状态"
    assert reasons["未核准该类别"] == "分包单位没有该类别的有效核准"
    assert findings["没有协议"]["institution_id"] == "甲"

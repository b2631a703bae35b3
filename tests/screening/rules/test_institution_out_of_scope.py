"""超范围检验."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows


def institution(name: str, **fields: Any) -> dict[str, Any]:
    usual = {"approved_categories": "3000;2000", "issued_on": "2022-01-01", "valid_until": "2026-01-01", "status": "active"}
    return {"institution_id": name} | usual | fields


def report(institution_id: str, name: str | None = None, day: str | None = "2025-05-10", equipment: str | None = "电梯") -> dict[str, Any]:
    return {"report_id": name or institution_id, "institution_id": institution_id, "inspected_on": day, "equipment_id": equipment}


EQUIPMENT = [{"equipment_id": "电梯", "category": "3000"}, {"equipment_id": "气瓶", "category": "2300"}, {"equipment_id": "不明", "category": None}]


def package() -> dict[str, Rows]:
    institutions = [
        institution("正常"),
        institution("范围不明", approved_categories=None),
        institution("期限不明", issued_on=None, valid_until=None),
        institution("状态不明", status=None),
        institution("一直停业", status="suspended"),
        institution("当天起撤销", status="revoked", status_since="2025-05-10"),
        institution("次日起注销", status="cancelled", status_since="2025-05-11"),
    ]
    reports = [
        *(report(one["institution_id"]) for one in institutions),
        report("正常", "末日", "2026-01-01"),
        report("正常", "过期", "2026-01-02"),
        report("正常", "首日", "2022-01-01"),
        report("正常", "尚未核准", "2021-12-31"),
        report("正常", "气瓶", equipment="气瓶"),
        report("正常", "类别不明", equipment="不明"),
        report("正常", "日期不明", None),
        report("一直停业", "停业而设备不明", equipment=None),
        report("名录里没有"),
    ]
    return {"institutions": institutions, "reports": reports, "equipment": EQUIPMENT}


def test_reports_outside_the_approval_or_the_active_status_are_found(engine: Bench):
    assert engine.found("institution_out_of_scope", package()) == {"过期", "尚未核准", "气瓶", "一直停业", "停业而设备不明", "当天起撤销"}


def test_the_history_of_approvals_goes_before_the_institutions_own_bounds(engine: Bench):
    history = [
        {"institution_id": "正常", "approval_no": "一", "categories": "3000", "issued_on": "2018-01-01", "valid_until": "2021-12-31"},
        {"institution_id": "正常", "approval_no": "二", "categories": "2300", "issued_on": "2022-02-01", "valid_until": "2026-01-31"},
    ]
    found = engine.found("institution_out_of_scope", package() | {"approvals": history})
    assert found == {"正常", "末日", "过期", "首日", "一直停业", "停业而设备不明", "当天起撤销"}


def test_the_sentence_says_which_of_the_two_it_is(duckdb_engine: Bench):
    found = {one["subject_id"]: json.loads(one["evidence"]) for one in duckdb_engine.screen("institution_out_of_scope", package()).findings.to_pylist()}
    assert found["气瓶"]["reason"] == "没有覆盖该类别的有效核准"
    assert found["当天起撤销"]["reason"] == "机构不在正常状态"
    assert found["气瓶"]["says"] == "2025-05-10检验2300类设备，没有覆盖该类别的有效核准"

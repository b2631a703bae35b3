"""无证检验."""

from __future__ import annotations

import json
from typing import Any

from tests.screening.packages import Bench, Rows


def credential(person: str, first: str | None, last: str | None, categories: str | None = "3000", grade: str | None = "inspector") -> dict[str, Any]:
    name = f"{person}{categories}{first}"
    return {"credential_id": name, "person_id": person, "grade": grade, "categories": categories, "issued_on": first, "valid_until": last}


def report(name: str, people: str | None, day: str | None = "2025-05-10", equipment: str | None = "电梯") -> dict[str, Any]:
    return {"report_id": name, "institution_id": "甲", "inspector_ids": people, "inspected_on": day, "equipment_id": equipment}


def package() -> dict[str, Rows]:
    credentials = [
        credential("持证", "2020-01-01", "2030-01-01"),
        credential("到期", "2020-01-01", "2025-05-10"),
        credential("续证", "2020-01-01", "2025-05-09"),
        credential("续证", "2025-05-10", "2029-05-09"),
        credential("断档", "2020-01-01", "2025-05-09"),
        credential("断档", "2025-05-12", "2029-05-09"),
        credential("新证", "2025-05-10", "2029-01-01"),
        credential("别类", "2020-01-01", "2030-01-01", "2000; 4000"),
        credential("多类", "2020-01-01", "2030-01-01", "2000; 3000"),
        credential("无损", "2020-01-01", "2030-01-01", None, "ndt_3"),
        credential("无损有类别", "2020-01-01", "2030-01-01", "3000", "ndt_2"),
        credential("类别不明", "2020-01-01", "2030-01-01", None),
        credential("级别不明", "2020-01-01", "2030-01-01", "3000", None),
        credential("期限不明", None, None),
    ]
    reports = [
        *(report(one, one) for one in ("持证", "到期", "续证", "断档", "新证", "别类", "多类", "无损", "无损有类别", "类别不明", "级别不明", "期限不明")),
        report("到期次日", "到期", "2025-05-11"),
        report("断档以后", "断档", "2025-05-12"),
        report("新证前一天", "新证", "2025-05-09"),
        report("没有证", "从未取证"),
        report("一人有证一人没有", "持证; 从未取证"),
        report("两人都没有", "从未取证;无损"),
        report("气瓶不是压力容器", "别类", equipment="气瓶"),
        report("没有检验人员", None),
        report("日期不明", "从未取证", None),
        report("设备不明", "从未取证", equipment=None),
        report("设备没有类别", "从未取证", equipment="类别不明的设备"),
    ]
    equipment = [
        {"equipment_id": "电梯", "category": "3000"},
        {"equipment_id": "气瓶", "category": "2300"},
        {"equipment_id": "类别不明的设备", "category": None},
    ]
    return {"credentials": credentials, "reports": reports, "equipment": equipment}


def test_reports_of_inspectors_without_a_valid_credential_for_the_category_are_found(engine: Bench):
    assert engine.found("inspector_uncertified", package()) == {
        "断档", "别类", "无损", "无损有类别", "到期次日", "新证前一天", "没有证", "一人有证一人没有", "两人都没有", "气瓶不是压力容器"
    }


def test_the_evidence_says_when_the_credentials_ran_out_and_began(duckdb_engine: Bench):
    found = {one["subject_id"]: json.loads(one["evidence"]) for one in duckdb_engine.screen("inspector_uncertified", package()).findings.to_pylist()}
    assert found["断档"]["inspectors"] == [{"person_id": "断档", "certified_until": "2025-05-09", "certified_from": "2025-05-12"}]
    assert found["两人都没有"]["person_ids"] == ["从未取证", "无损"]
    assert found["一人有证一人没有"]["says"] == "2025-05-10检验3000类设备，检验人员从未取证当天没有覆盖该类别的有效证书"

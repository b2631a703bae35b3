"""人员资源条件不满足."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa

from hengjian.screening.catalogue import catalogue
from hengjian.screening.running import Outcome, run_rule
from tests.screening.packages import Bench, Rows
from tests.screening.people import employed

STAFFING: Rows = [
    {"approval_class": "甲类", "grade": "inspector", "minimum": 3},
    {"approval_class": "甲类", "grade": "engineer", "category": "3000", "minimum": 1},
    {"approval_class": "乙类", "post": "quality_manager", "minimum": 1},
    {"approval_class": "乙类", "grade": "ndt_2", "minimum": 1},
    {"approval_class": "乙类", "grade": "senior_engineer", "minimum": None},
]


def screened(engine: Bench, package: dict[str, Rows], staffing: Rows | None) -> Outcome:
    tables = engine.tables(package)
    if staffing is not None:
        names = sorted({name for row in staffing for name in row})
        tables.staffing = pa.table({name: [row.get(name) for row in staffing] for name in names})
    return run_rule(catalogue()["staff_below_threshold"], tables)


def person(institution: str, number: int, month: str = "2025-06-01", payer: str | None = None, **fields: Any) -> dict[str, Rows]:
    """A person who counts: employed, insured in June, certified as an inspector for lifts on the last day, 30 June 2025."""
    name = f"{institution}{number}"
    kinds = {"grade": "inspector", "categories": "3000", "issued_on": "2021-06-30", "valid_until": "2025-06-30"}
    credential = {one: fields.pop(one, usual) for one, usual in kinds.items()}
    return {
        "employments": [employed(name, institution_id=institution, **({"post": "inspector"} | fields))],
        "social_insurance": [{"person_id": name, "month": month, "payer_id": payer or institution}],
        "credentials": [{"credential_id": name, "person_id": name} | credential],
    }


def staff(institution: str, *third: dict[str, Any]) -> list[dict[str, Rows]]:
    """An engineer and an inspector who count, and whoever else is asked about."""
    everybody = [{"grade": "engineer"}, {}, *third]
    return [person(institution, number, **fields) for number, fields in enumerate(everybody)]


def package() -> dict[str, Rows]:
    people = [
        *staff("刚够", {}),
        *staff("少一人"),
        *staff("一人参保在别处", {"payer": "别处"}),
        *staff("一人上月参保", {"month": "2025-05-01"}),
        *staff("一人非全职", {"full_time": False}),
        *staff("一人已离职", {"ended_on": "2025-06-29"}),
        *staff("一人当日离职", {"ended_on": "2025-06-30"}),
        *staff("一人尚未入职", {"started_on": "2025-07-01"}),
        *staff("一人证书过期", {"valid_until": "2025-06-29"}),
        *staff("一人只有无损检测证", {"grade": "ndt_3", "categories": None}),
        *(person("没有工程师", number) for number in range(3)),
        *(person("工程师是别的类别", number, grade="engineer", categories="2000;2300") for number in range(3)),
        *(person("已撤销", number) for number in range(1)),
        person("乙类够", 1, post="quality_manager"),
        person("乙类够", 2, grade="ndt_3", categories=None),
        person("乙类没有质量负责人", 1, grade="ndt_2", categories=None),
        person("没有条件", 1),
    ]
    names = {row["institution_id"]: "甲类" for one in people for row in one["employments"]} | {"空壳": "甲类", "没有条件": "丁类"}
    names |= {"乙类够": "乙类", "乙类没有质量负责人": "乙类"}
    institutions = [{"institution_id": name, "approval_class": kind, "status": "revoked" if name == "已撤销" else "active"} for name, kind in names.items()]
    rows = {resource: [row for one in people for row in one[resource]] for resource in ("employments", "social_insurance", "credentials")}
    return rows | {"institutions": institutions, "complaints": [{"complaint_id": "诉", "received_at": "2025-06-30T09:00:00"}]}


def test_institutions_with_fewer_people_than_their_class_asks_for_are_found(engine: Bench):
    found = screened(engine, package(), STAFFING).findings
    assert set(found.column("subject_id").to_pylist()) == {
        "少一人", "一人参保在别处", "一人上月参保", "一人非全职", "一人已离职", "一人尚未入职", "一人证书过期", "一人只有无损检测证", "没有工程师", "工程师是别的类别", "乙类没有质量负责人", "空壳"
    }


def test_the_evidence_says_which_condition_is_not_met(duckdb_engine: Bench):
    found = {one["subject_id"]: json.loads(one["evidence"]) for one in screened(duckdb_engine, package(), STAFFING).findings.to_pylist()}
    assert found["没有工程师"]["lacking"] == [{"grade": "engineer", "category": "3000", "post": None, "minimum": 1, "people": 0}]
    assert (found["少一人"]["missing"], len(found["空壳"]["lacking"])) == (1, 2)


def test_insurance_data_that_end_a_month_earlier_are_taken_as_they_end(duckdb_engine: Bench):
    """Nobody has paid for June yet: those who were insured in May count."""
    earlier = package()
    earlier["social_insurance"] = [row | {"month": "2025-05-01"} for row in earlier["social_insurance"]]
    assert "刚够" not in screened(duckdb_engine, earlier, STAFFING).findings.column("subject_id").to_pylist()


def test_without_a_table_or_its_columns_it_is_not_run(duckdb_engine: Bench):
    assert "--staffing" in screened(duckdb_engine, package(), None).not_run
    assert screened(duckdb_engine, package(), [{"approval_class": "甲类"}]).not_run.endswith("minimum")


def test_a_category_that_a_table_gives_as_a_number_is_a_code(duckdb_engine: Bench):
    numbered = [{"approval_class": "甲类", "category": 2300, "minimum": 3}]
    assert "工程师是别的类别" not in screened(duckdb_engine, package(), numbered).findings.column("subject_id").to_pylist()

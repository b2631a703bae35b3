"""The exchange contract (交换约定): its resources and fields, read from datapackage.yaml beside this file.

Source: https://datapackage.org (Table Schema). Every resource may be absent from a package.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CONTRACT_FILE = Path(__file__).with_name("datapackage.yaml")

# What a column holds in DuckDB, for each type of the contract.
SQL_TYPES = {"string": "VARCHAR", "date": "DATE", "datetime": "TIMESTAMP", "number": "DOUBLE", "integer": "BIGINT", "boolean": "BOOLEAN"}

TYPE_NAMES = {"string": "文字", "date": "日期", "datetime": "时间", "number": "数值", "integer": "整数", "boolean": "是否"}

RESOURCE_TITLES = {
    "regions": "行政区划",
    "enterprises": "使用单位",
    "institutions": "检验检测机构",
    "approvals": "核准证历史",
    "people": "人员",
    "employments": "聘用与执业公示",
    "credentials": "检验检测人员证",
    "educations": "学历核验",
    "titles": "职称核验",
    "social_insurance": "社保缴纳",
    "trainings": "继续教育",
    "equipment": "特种设备",
    "applications": "报检与施工告知",
    "plans": "检验计划",
    "visits": "现场签到",
    "photos": "现场影像",
    "reports": "检验检测报告",
    "records": "原始记录",
    "readings": "原始记录检测值",
    "report_items": "报告检验项目",
    "hazards": "事故隐患",
    "subcontracts": "分包协议",
    "complaints": "投诉举报",
    "incidents": "事故",
    "exam_sessions": "考试场次",
    "exam_candidates": "考生",
    "exam_staff": "考务人员",
}

# Which field names a row of which resource. A row that names nothing known is kept and the fault is told: the contract declares no
# foreign keys, and who names an unknown subcontractor must be found, not set aside.
REFERENCES: dict[tuple[str, str], tuple[str, str]] = {
    ("approvals", "institution_id"): ("institutions", "institution_id"),
    ("employments", "person_id"): ("people", "person_id"),
    ("employments", "institution_id"): ("institutions", "institution_id"),
    ("credentials", "person_id"): ("people", "person_id"),
    ("educations", "person_id"): ("people", "person_id"),
    ("titles", "person_id"): ("people", "person_id"),
    ("social_insurance", "person_id"): ("people", "person_id"),
    ("trainings", "person_id"): ("people", "person_id"),
    ("equipment", "enterprise_id"): ("enterprises", "enterprise_id"),
    ("applications", "institution_id"): ("institutions", "institution_id"),
    ("applications", "enterprise_id"): ("enterprises", "enterprise_id"),
    ("plans", "institution_id"): ("institutions", "institution_id"),
    ("plans", "application_id"): ("applications", "application_id"),
    ("plans", "enterprise_id"): ("enterprises", "enterprise_id"),
    ("visits", "plan_id"): ("plans", "plan_id"),
    ("visits", "person_id"): ("people", "person_id"),
    ("photos", "visit_id"): ("visits", "visit_id"),
    ("photos", "equipment_id"): ("equipment", "equipment_id"),
    ("reports", "institution_id"): ("institutions", "institution_id"),
    ("reports", "plan_id"): ("plans", "plan_id"),
    ("reports", "equipment_id"): ("equipment", "equipment_id"),
    ("records", "report_id"): ("reports", "report_id"),
    ("records", "recorded_by"): ("people", "person_id"),
    ("readings", "record_id"): ("records", "record_id"),
    ("report_items", "report_id"): ("reports", "report_id"),
    ("hazards", "report_id"): ("reports", "report_id"),
    ("subcontracts", "institution_id"): ("institutions", "institution_id"),
    ("complaints", "institution_id"): ("institutions", "institution_id"),
    ("incidents", "equipment_id"): ("equipment", "equipment_id"),
    ("exam_sessions", "institution_id"): ("institutions", "institution_id"),
    ("exam_candidates", "session_id"): ("exam_sessions", "session_id"),
    ("exam_staff", "session_id"): ("exam_sessions", "session_id"),
}

# Times of one row that cannot run backwards. What `order_broken` judges (drafted, reviewed, approved, issued) is no fault of the package.
SEQUENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "institutions": (("issued_on", "valid_until"),),
    "approvals": (("issued_on", "valid_until"),),
    "employments": (("started_on", "ended_on"), ("practice_registered_on", "practice_cancelled_on")),
    "credentials": (("issued_on", "valid_until"),),
    "applications": (("submitted_at", "accepted_at"), ("accepted_at", "arranged_at")),
    "plans": (("starts_at", "ends_at"),),
    "visits": (("arrived_at", "left_at"),),
    "records": (("started_at", "finished_at"),),
    "hazards": (("found_at", "rectified_at"),),
    "subcontracts": (("signed_on", "valid_until"),),
    "exam_sessions": (("starts_at", "ends_at"), ("video_from", "video_until")),
}


@dataclass(frozen=True)
class Field:
    """One column of a resource. Source: Table Schema, field descriptors."""

    name: str
    title: str
    type: str
    choices: tuple[str, ...] = ()
    pattern: str = ""
    required: bool = False

    @property
    def sql_type(self) -> str:
        """Return the DuckDB type of the column."""
        return SQL_TYPES[self.type]


@dataclass(frozen=True)
class Resource:
    """One table of the contract."""

    name: str
    title: str
    key: tuple[str, ...]
    fields: tuple[Field, ...] = field(repr=False)

    def __getitem__(self, name: str) -> Field:
        """Return a field by its name; KeyError when the contract has none."""
        for one in self.fields:
            if one.name == name:
                return one
        raise KeyError(name)

    @property
    def field_names(self) -> tuple[str, ...]:
        """Return the names in the order of the contract."""
        return tuple(one.name for one in self.fields)


@cache
def contract() -> dict[str, Resource]:
    """Return every resource by name, in the order of the contract."""
    with CONTRACT_FILE.open(encoding="utf-8") as file:
        described = yaml.safe_load(file)
    return {one["name"]: _resource(one) for one in described["resources"]}


@cache
def contract_version() -> str:
    """Return the version that the contract gives itself."""
    with CONTRACT_FILE.open(encoding="utf-8") as file:
        return str(yaml.safe_load(file)["version"])


def _resource(described: dict[str, Any]) -> Resource:
    schema = described["schema"]
    key = schema.get("primaryKey", ())
    key = (key,) if isinstance(key, str) else tuple(key)
    return Resource(described["name"], RESOURCE_TITLES[described["name"]], key, tuple(_field(one) for one in schema["fields"]))


def _field(described: dict[str, Any]) -> Field:
    limits = described.get("constraints", {})
    return Field(
        described["name"],
        described["title"],
        described["type"],
        tuple(limits.get("enum", ())),
        limits.get("pattern", ""),
        bool(limits.get("required", False)),
    )

"""无证检验: an inspector without a valid credential for the category on the day."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.shared.credentials import covered, covering_credentials
from hengjian.screening.shared.reports import inspections
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports some inspector of which held no credential that covers the equipment's category on the day."""
    known = tables["equipment"].filter(ibis._.category.notnull()).select("equipment_id", "category")
    made = tables.kept(inspections).filter(ibis._.inspected_on.notnull()).inner_join(known, "equipment_id")
    asked = made.select("person_id", "category", "inspected_on").distinct()
    bare = asked.anti_join(
        covered(asked, tables.kept(covering_credentials), "person_id", "inspected_on"), ["person_id", "category", "inspected_on"]
    )
    found = made.inner_join(bare, ["person_id", "category", "inspected_on"])
    return (
        found.group_by("report_id")
        .aggregate(
            inspectors=found.person_id.collect(distinct=True),
            category=found.category.max(),
            inspected_on=found.inspected_on.max(),
            equipment_id=found.equipment_id.max(),
            institution_id=found.institution_id.max(),
        )
        .select(
            "inspectors",
            "category",
            "inspected_on",
            "equipment_id",
            "institution_id",
            subject_id="report_id",
            occurred_at=ibis._.inspected_on.cast("timestamp"),
        )
    )


RULE = Rule(
    code="inspector_uncertified",
    family="B",
    title="无证检验",
    subject="report",
    severity=3,
    clause="特种设备安全法 第五十一条：检验检测人员应取得资格；湖南方案 二（一）",
    needs={
        "reports": ("report_id", "inspector_ids", "inspected_on", "equipment_id"),
        "equipment": ("equipment_id", "category"),
        "credentials": ("person_id",),
    },
    says="{inspected_on}检验{category}类设备，检验人员{inspectors}当天没有覆盖该类别的有效证书",
    clears="当天有效、覆盖该类别的检验人员证；或者报告检验人员登记有误的证明",
    labels={
        "inspectors": "检验人员",
        "category": "设备类别",
        "inspected_on": "检验日期",
        "equipment_id": "设备代码",
    },
    find=find,
)

"""未登记设备未报告: a periodic inspection of equipment whose use nobody registered, and nobody was told."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return periodic inspections of unregistered equipment without a hazard filed for them."""
    unregistered = tables["equipment"].filter(ibis._.registered_on.isnull()).select("equipment_id", "category", "enterprise_id")
    periodic = tables["reports"].filter(ibis._.inspection_kind == "periodic")
    told = tables["hazards"].filter(ibis._.report_id.notnull()).select("report_id").distinct()
    silent = periodic.inner_join(unregistered, "equipment_id").anti_join(told, "report_id")
    return silent.filter(ibis._.report_id.notnull()).select(
        "report_no",
        "equipment_id",
        "category",
        "enterprise_id",
        "inspected_on",
        "institution_id",
        subject_id="report_id",
        occurred_at=ibis._.inspected_on.cast("timestamp"),
    )


RULE = Rule(
    code="unregistered_equipment",
    family="F",
    title="未登记设备未报告",
    subject="report",
    severity=2,
    clause="东营方案 三（二）4：发现未办理使用登记的特种设备要及时向特种设备安全监察机构报告",
    needs={
        "reports": ("report_id", "equipment_id", "inspection_kind"),
        "equipment": ("equipment_id",),
        "hazards": ("report_id",),
    },
    says="{inspected_on}对设备{equipment_id}作定期检验，它没有使用登记，也没有登记隐患或报告",
    clears="使用登记证（日期漏录）；或者已向监管部门报告的材料",
    labels={
        "report_no": "报告编号",
        "equipment_id": "设备代码",
        "category": "设备类别",
        "enterprise_id": "使用单位",
        "inspected_on": "检验日期",
    },
    find=find,
)

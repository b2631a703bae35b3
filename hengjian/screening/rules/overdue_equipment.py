"""超期未检: equipment whose inspection fell due long ago, and nobody has reported one."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import days_between, literal_day
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return equipment overdue at the last day with no report from some time before the due date on."""
    due = tables["equipment"].filter(ibis._.next_due_on.notnull())
    due = due.mutate(days_overdue=days_between(due.next_due_on, literal_day(tables.last_day))).filter(
        ibis._.days_overdue > values.days_grace
    )
    known = due.left_join(_newest(tables, due), "equipment_id").drop("equipment_id_right")
    early = known.inspected_last.isnull() | (days_between(known.inspected_last, known.next_due_on) > values.days_early)
    early = early & ~known.undated.fill_null(False)
    return known.filter(early).select(
        "category",
        "enterprise_id",
        "next_due_on",
        "days_overdue",
        "inspected_last",
        subject_id="equipment_id",
        institution_id=ibis.null("string"),
        occurred_at=ibis._.next_due_on.cast("timestamp"),
    )


def _newest(tables: Tables, due: ir.Table) -> ir.Table:
    """The newest report of each equipment, dated by its inspection, or by its issue where that is empty.

    A report without either may be the one that is missed.
    """
    reports = tables["reports"].semi_join(due, "equipment_id")
    dated = reports.mutate(day=ibis.coalesce(reports.inspected_on, reports.issued_at.date(), reports.uploaded_at.date()))
    return dated.group_by("equipment_id").aggregate(inspected_last=dated.day.max(), undated=dated.day.isnull().any())


RULE = Rule(
    code="overdue_equipment",
    family="E",
    title="超期未检",
    subject="equipment",
    severity=1,
    clause="特种设备安全法 第四十条：未经定期检验的不得继续使用；湖南方案 二（四）：做好应检尽检保障；上海方案 自查对照表 5：确保定期检验率",
    needs={"equipment": ("equipment_id", "next_due_on"), "reports": ("equipment_id", "inspected_on")},
    parameters=(
        Param("days_grace", 30, "天", "到期后超过"),
        Param("days_early", 90, "天", "到期前不超过这么多天的报告算作这一次检验"),
    ),
    says="下次检验日期{next_due_on}已过{days_overdue}天，其间没有检验报告（最近一次检验：{inspected_last}）",
    clears="停用、报废、注销或移装的登记；或者其他机构出具的报告",
    labels={
        "category": "设备类别",
        "enterprise_id": "使用单位",
        "next_due_on": "下次检验日期",
        "days_overdue": "超期天数",
        "inspected_last": "最近一次检验",
    },
    find=find,
)

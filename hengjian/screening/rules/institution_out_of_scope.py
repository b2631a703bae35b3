"""超范围检验: no approval in force covered the category on the day, or the institution was not active."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.shared.credentials import approval_periods, covered
from hengjian.screening.shared.reports import placed_reports
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports of institutions without an approval for the category, or whose status was not active, on the day."""
    institutions = tables["institutions"].select("institution_id", "status", "status_since")
    dated = tables.kept(placed_reports).filter(ibis._.inspected_on.notnull() & ibis._.report_id.notnull())
    known = dated.inner_join(institutions, "institution_id")
    asked = known.filter(known.category.notnull()).select("institution_id", "category", "inspected_on").distinct()
    keys = ["institution_id", "category", "inspected_on"]
    bare = asked.anti_join(covered(asked, tables.kept(approval_periods), "institution_id", "inspected_on"), keys).mutate(bare=True)
    judged = known.left_join(bare, keys)
    inactive = (judged.status != "active") & (judged.status_since.isnull() | (judged.status_since <= judged.inspected_on))
    judged = judged.mutate(inactive=inactive.fill_null(False), uncovered=judged.bare.fill_null(False))
    return judged.filter(judged.inactive | judged.uncovered).select(
        "report_no",
        "category",
        "inspected_on",
        "equipment_id",
        "status",
        "status_since",
        "institution_id",
        reason=ibis.ifelse(judged.uncovered, "没有覆盖该类别的有效核准", "机构不在正常状态"),
        subject_id="report_id",
        occurred_at=judged.inspected_on.cast("timestamp"),
    )


RULE = Rule(
    code="institution_out_of_scope",
    family="B",
    title="超范围检验",
    subject="report",
    severity=3,
    clause="特种设备安全法 第五十条：机构经核准方可从事检验检测；湖南方案：超范围、超期限检验",
    needs={
        "reports": ("report_id", "institution_id", "inspected_on", "equipment_id"),
        "equipment": ("equipment_id", "category"),
        "institutions": ("institution_id",),
    },
    says="{inspected_on}检验{category}类设备，{reason}（机构状态：{status}）",
    clears="当天有效、覆盖该类别的核准证；或者状态起始日期的更正文件",
    labels={
        "report_no": "报告编号",
        "category": "设备类别",
        "inspected_on": "检验日期",
        "equipment_id": "设备代码",
        "status": "机构状态",
        "status_since": "状态起始日期",
        "reason": "情形",
    },
    find=find,
)

"""超范围检验: no approval in force covered the category on the day, or the institution was not active."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis import _

from hengjian.screening.rule import Rule, Values
from hengjian.screening.shared.credentials import approval_periods, uncovered
from hengjian.screening.shared.reports import placed_reports
from hengjian.screening.tables import Tables

DAY = ["institution_id", "category", "inspected_on"]
BARE, STOPPED = "没有覆盖该类别的有效核准", "机构不在正常状态"


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports of institutions without an approval for the category, or whose status was not active, on the day."""
    dated = tables.kept(placed_reports).filter(_.report_id.notnull() & _.institution_id.notnull() & _.inspected_on.notnull())
    institutions = tables["institutions"].filter(_.institution_id.notnull())
    inactive = institutions.filter(_.status != "active").select("institution_id", "status", "status_since")
    judged = dated.left_join(_bare_days(tables, dated, institutions), DAY).drop(*(f"{name}_right" for name in DAY))
    judged = judged.left_join(inactive, "institution_id")
    stopped = judged.status.notnull() & (judged.status_since.isnull() | (judged.status_since <= judged.inspected_on))
    judged = judged.mutate(stopped=stopped, bare=judged.bare.fill_null(False))
    return judged.filter(judged.stopped | judged.bare).select(
        "report_no",
        "category",
        "inspected_on",
        "equipment_id",
        "status",
        "status_since",
        "institution_id",
        reason=ibis.cases((_.bare & _.stopped, f"{BARE}，{STOPPED}"), (_.bare, BARE), else_=STOPPED),
        subject_id="report_id",
        occurred_at="inspected_on",
    )


def _bare_days(tables: Tables, dated: ir.Table, institutions: ir.Table) -> ir.Table:
    """Days of reports on which no approval covered the category, looked for only where none covers all from the first to the last."""
    periods = tables.kept(approval_periods)
    spans = dated.filter(dated.category.notnull()).group_by("institution_id", "category")
    pairs = spans.aggregate(first_on=_.inspected_on.min(), last_on=_.inspected_on.max()).semi_join(institutions, "institution_id")
    doubted = tables.keep("out_of_scope_pairs", uncovered(pairs, periods, "institution_id", "first_on", "last_on"))
    days = dated.semi_join(doubted, ["institution_id", "category"]).select(*DAY).distinct()
    return tables.keep("out_of_scope_days", uncovered(days, periods, "institution_id", "inspected_on").mutate(bare=True))


RULE = Rule(
    code="institution_out_of_scope",
    family="B",
    title="超范围检验",
    subject="report",
    severity=3,
    clause="上海方案 一（三）：未经核准或者超出核准范围从事检验检测；黑龙江方案 三（二）：超出资质证书规定的业务范围",
    needs={
        "reports": ("report_id", "institution_id", "inspected_on", "equipment_id"),
        "equipment": ("equipment_id", "category"),
        "institutions": ("institution_id",),
    },
    says="{inspected_on}检验{category}类设备，{reason}",
    clears="当天有效、覆盖该类别的核准证；或者机构状态、状态起始日期的更正文件",
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

"""报告编号重复: one number on several reports of an institution."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return each report that shares its number with another of the same institution."""
    numbered = tables["reports"].filter(ibis._.report_no.notnull() & (ibis._.report_no != "") & ibis._.institution_id.notnull())
    doubled = numbered.group_by("institution_id", "report_no").aggregate(
        reports=ibis._.report_id.count(), report_ids=ibis._.report_id.min()
    )
    doubled = doubled.filter(doubled.reports > 1).select("institution_id", "report_no", "reports")
    shared = numbered.inner_join(doubled, ["institution_id", "report_no"])
    return shared.filter(shared.report_id.notnull()).select(
        "report_no",
        "reports",
        "equipment_id",
        "inspected_on",
        "issued_at",
        "institution_id",
        subject_id="report_id",
        occurred_at=ibis.coalesce(shared.issued_at, shared.inspected_on.cast("timestamp")),
    )


RULE = Rule(
    code="duplicate_report_no",
    family="D",
    title="报告编号重复",
    subject="report",
    severity=2,
    clause="检验机构核准规则：报告编号唯一；湖南方案：报告可追溯",
    needs={"reports": ("report_id", "report_no", "institution_id")},
    says="编号{report_no}在同一机构用于{reports}份报告",
    clears="更正、作废、换发报告的登记；或者编号录入有误的证明",
    labels={
        "report_no": "报告编号",
        "reports": "份数",
        "equipment_id": "设备代码",
        "inspected_on": "检验日期",
        "issued_at": "出具时间",
    },
    find=find,
)

"""编制审核批准未分离: who drafted a report also reviewed or approved it."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports whose drafter is the reviewer or the approver."""
    reports = tables["reports"]
    alone = reports.filter((reports.drafted_by == reports.reviewed_by) | (reports.drafted_by == reports.approved_by))
    return alone.filter(alone.report_id.notnull()).select(
        "report_no",
        "drafted_by",
        "reviewed_by",
        "approved_by",
        "issued_at",
        "institution_id",
        roles=ibis.ifelse((alone.drafted_by == alone.reviewed_by).fill_null(False), "审核", "批准"),
        subject_id="report_id",
        occurred_at=ibis.coalesce(alone.issued_at, alone.inspected_on.cast("timestamp")),
    )


RULE = Rule(
    code="one_hand",
    family="D",
    title="编制审核批准未分离",
    subject="report",
    severity=3,
    clause="检验机构核准规则：报告实行编制、审核、批准三级签字；湖南方案：规范报告签发",
    needs={"reports": ("report_id", "drafted_by")},
    says="报告{report_no}由{drafted_by}编制，又由同一人{roles}",
    clears="签字页影像表明是不同的人、系统登记有误",
    labels={
        "report_no": "报告编号",
        "drafted_by": "编制",
        "reviewed_by": "审核",
        "approved_by": "批准",
        "issued_at": "出具时间",
        "roles": "兼任",
    },
    find=find,
)

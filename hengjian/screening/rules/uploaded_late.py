"""报告上传不及时: uploaded too many working days after issue, or never."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import later_than, literal_day
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports uploaded late; one never uploaded waits until the data's last day."""
    issued = tables["reports"].filter(ibis._.issued_at.notnull())
    issued = issued.mutate(
        issued_on=ibis._.issued_at.date(), ended_on=ibis.coalesce(ibis._.uploaded_at.date(), literal_day(tables.last_day))
    )
    return later_than(tables, issued, "issued_on", "ended_on", values.workdays_allowed).select(
        "report_no",
        "issued_at",
        "uploaded_at",
        "workdays",
        uploaded=ibis.ifelse(ibis._.uploaded_at.isnull(), "仍未上传", "才上传"),
        subject_id="report_id",
        institution_id="institution_id",
        occurred_at="issued_at",
    )


RULE = Rule(
    code="uploaded_late",
    family="E",
    title="报告上传不及时",
    subject="report",
    severity=1,
    clause="东营方案 三（一）：检验结束后及时将检验报告上传公共服务平台",
    needs={"reports": ("report_id", "issued_at")},
    parameters=(Param("workdays_allowed", 10, "个工作日", "出具之后允许的时间"),),
    says="{issued_at}出具，过了{workdays}个工作日{uploaded}（允许{workdays_allowed}个工作日）",
    clears="平台停用或对接故障的通知；或者更正后的上传时间及其凭据",
    labels={"report_no": "报告编号", "issued_at": "出具时间", "uploaded_at": "上传时间", "workdays": "经过的工作日", "uploaded": "情形"},
    find=find,
)

"""拖延出具报告: issued too many working days after the inspection."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import later_than
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports issued late; of an inspection of unknown kind the longer limit is taken."""
    issued = tables["reports"].filter(ibis._.issued_at.notnull() & ibis._.inspected_on.notnull())
    issued = issued.mutate(
        issued_on=ibis._.issued_at.date(),
        workdays_allowed=ibis.ifelse(ibis._.inspection_kind.isin(["periodic", "testing"]), values.workdays, values.workdays_supervisory),
    )
    return later_than(tables, issued, "inspected_on", "issued_on", ibis._.workdays_allowed).select(
        "report_no",
        "inspection_kind",
        "inspected_on",
        "issued_at",
        "workdays",
        "workdays_allowed",
        subject_id="report_id",
        institution_id="institution_id",
        occurred_at="issued_at",
    )


RULE = Rule(
    code="reported_late",
    family="E",
    title="拖延出具报告",
    subject="report",
    severity=1,
    clause="湖南行风通知 一（三）：拖延出具检验报告；上海方案 附件3 第31项：应在规定时限内及时出具检验报告",
    needs={"reports": ("report_id", "inspected_on", "issued_at")},
    parameters=(
        Param("workdays", 15, "个工作日", "定期检验和检测出具报告的时限"),
        Param("workdays_supervisory", 30, "个工作日", "监督检验出具报告的时限"),
    ),
    says="{inspected_on}检验，{issued_at}出具报告，隔了{workdays}个工作日（允许{workdays_allowed}个工作日）",
    clears="整改后复检等使检验晚于所记日期结束的记录；或者更正后的日期及其凭据",
    labels={
        "report_no": "报告编号",
        "inspection_kind": "检验类别",
        "inspected_on": "检验日期",
        "issued_at": "出具时间",
        "workdays": "经过的工作日",
        "workdays_allowed": "允许的工作日",
    },
    find=find,
)

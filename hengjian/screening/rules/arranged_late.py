"""不及时安排检验: arranged too many working days after acceptance, or never."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import later_than, literal_day
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return applications that waited too long; one never arranged waits until the data's last day."""
    asked = tables["applications"].filter(ibis._.accepted_at.notnull())
    asked = asked.mutate(
        accepted_on=ibis._.accepted_at.date(), ended_on=ibis.coalesce(ibis._.arranged_at.date(), literal_day(tables.last_day))
    )
    return later_than(tables, asked, "accepted_on", "ended_on", values.workdays_allowed).select(
        "accepted_at",
        "arranged_at",
        "workdays",
        "enterprise_id",
        arranged=ibis.ifelse(ibis._.arranged_at.isnull(), "仍未安排", "才安排检验"),
        subject_id="application_id",
        institution_id="institution_id",
        occurred_at="accepted_at",
    )


RULE = Rule(
    code="arranged_late",
    family="E",
    title="不及时安排检验",
    subject="application",
    severity=1,
    clause="湖南行风通知 一（三）：不及时安排检验；上海方案 附件3 第30项：应按规定时限及时安排实施检验检测工作",
    needs={"applications": ("application_id", "accepted_at")},
    parameters=(Param("workdays_allowed", 10, "个工作日", "受理之后允许的时间"),),
    says="{accepted_at}受理，过了{workdays}个工作日{arranged}（允许{workdays_allowed}个工作日）",
    clears="申请单位要求推迟的书面材料；或者更正后的受理、安排时间及其凭据",
    labels={
        "accepted_at": "受理时间",
        "arranged_at": "安排时间",
        "workdays": "经过的工作日",
        "enterprise_id": "申请单位",
        "arranged": "情形",
    },
    find=find,
)

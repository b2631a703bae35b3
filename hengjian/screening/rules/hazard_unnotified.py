"""未告知受检单位: the enterprise heard of a hazard late, or never."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import minutes_between
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.hazards import with_report
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return hazards of which the enterprise was told after the time allowed, or not at all."""
    hazards = tables.kept(with_report)
    hazards = hazards.mutate(hours=minutes_between(hazards.found_at, hazards.enterprise_notified_at) / 60)
    late = hazards.filter(hazards.enterprise_notified_at.isnull() | (hazards.hours > values.hours_allowed))
    return late.select(
        "report_id",
        "severity",
        "found_at",
        "enterprise_notified_at",
        "hours",
        notified=ibis.ifelse(late.enterprise_notified_at.isnull(), "没有告知受检单位", "之后很久才告知受检单位"),
        subject_id="hazard_id",
        institution_id="institution_id",
        occurred_at="found_at",
    )


RULE = Rule(
    code="hazard_unnotified",
    family="F",
    title="未告知受检单位",
    subject="hazard",
    severity=2,
    clause="上海方案 一（二）：发现的问题应当及时书面告知受检单位；特种设备安全法 第五十四条",
    needs={"hazards": ("hazard_id",)},
    parameters=(Param("hours_allowed", 24, "小时", "发现之后允许的时间"),),
    says="{found_at}发现隐患，{notified}（告知时间：{enterprise_notified_at}，允许{hours_allowed}小时）",
    clears="受检单位签收的检验意见通知书或其他告知凭据",
    labels={
        "report_id": "报告标识",
        "severity": "严重程度",
        "found_at": "发现时间",
        "enterprise_notified_at": "告知受检单位时间",
        "hours": "相隔（小时）",
        "notified": "情形",
    },
    find=find,
)

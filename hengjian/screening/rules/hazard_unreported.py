"""严重隐患未报告: a serious hazard reached the regulator late, or never."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import minutes_between
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.hazards import with_report
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return serious hazards reported after the time allowed, or not at all: an empty time is "not reported"."""
    serious = tables.kept(with_report).filter(ibis._.severity == "serious")
    serious = serious.mutate(hours=minutes_between(serious.found_at, serious.regulator_reported_at) / 60)
    late = serious.filter(serious.regulator_reported_at.isnull() | (serious.hours > values.hours_allowed))
    return late.select(
        "report_id",
        "found_at",
        "regulator_reported_at",
        "hours",
        reported=ibis.ifelse(late.regulator_reported_at.isnull(), "没有报告监管部门", "之后很久才报告监管部门"),
        subject_id="hazard_id",
        institution_id="institution_id",
        occurred_at="found_at",
    )


RULE = Rule(
    code="hazard_unreported",
    family="F",
    title="严重隐患未报告",
    subject="hazard",
    severity=3,
    clause="上海方案 一（二）：严重事故隐患第一时间向所在地监管部门报告；特种设备安全法 第五十四条；上海方案 附件3 第32项",
    needs={"hazards": ("hazard_id", "severity")},
    parameters=(Param("hours_allowed", 24, "小时", "发现之后允许的时间"),),
    says="{found_at}发现严重隐患，{reported}（报告时间：{regulator_reported_at}，允许{hours_allowed}小时）",
    clears="监管部门在时限内收到报告的记录；或者经核实不属于严重隐患的材料",
    labels={
        "report_id": "报告标识",
        "found_at": "发现时间",
        "regulator_reported_at": "报告监管部门时间",
        "hours": "相隔（小时）",
        "reported": "情形",
    },
    find=find,
)

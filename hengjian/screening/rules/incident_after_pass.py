"""检后事故: the last inspection before an incident found the equipment qualified, not long before."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import days_between
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return the last report before each incident, where it concluded qualified and lies within the days."""
    incidents = tables["incidents"].filter(ibis._.occurred_at.notnull() & ibis._.equipment_id.notnull()).rename(incident_at="occurred_at")
    reports = (
        tables["reports"]
        .filter(ibis._.inspected_on.notnull())
        .select("report_id", "report_no", "institution_id", "equipment_id", "inspected_on", "issued_at", "conclusion")
    )
    before = incidents.inner_join(reports, "equipment_id")
    before = before.filter(before.inspected_on < before.incident_at.date())
    last = ibis.window(group_by="incident_id", order_by=[ibis.desc("inspected_on"), ibis.desc("issued_at"), ibis.desc("report_id")])
    newest = before.mutate(place=ibis.row_number().over(last)).filter(ibis._.place == 0)
    newest = newest.mutate(days=days_between(newest.inspected_on, newest.incident_at.date()))
    passed = newest.filter((newest.conclusion == "qualified") & (newest.days <= values.days_after))
    return (
        passed.group_by("report_id")
        .aggregate(
            incident_ids=passed.incident_id.collect(distinct=True),
            incident_at=passed.incident_at.min(),
            days=passed.days.min(),
            report_no=passed.report_no.max(),
            equipment_id=passed.equipment_id.max(),
            inspected_on=passed.inspected_on.max(),
            institution_id=passed.institution_id.max(),
        )
        .select(
            "incident_ids",
            "incident_at",
            "days",
            "report_no",
            "equipment_id",
            "inspected_on",
            "institution_id",
            subject_id="report_id",
            occurred_at="incident_at",
        )
    )


RULE = Rule(
    code="incident_after_pass",
    family="F",
    title="检后事故",
    subject="report",
    severity=2,
    clause="上海方案 一（三）：对因检验检测质量问题而导致特种设备事故的检验检测机构，从严从重查处；自查对照表 4：事故或事件",
    needs={"incidents": ("equipment_id", "occurred_at"), "reports": ("report_id", "equipment_id", "inspected_on")},
    parameters=(Param("days_after", 180, "天", "检验之后不超过这么多天发生的事故"),),
    says="{inspected_on}检验合格，{days}天后（{incident_at}）设备{equipment_id}发生事故",
    clears="事故调查认定与检验项目无关的结论",
    labels={
        "incident_ids": "事故编号",
        "incident_at": "事故时间",
        "days": "相隔天数",
        "report_no": "报告编号",
        "equipment_id": "设备代码",
        "inspected_on": "检验日期",
    },
    find=find,
)

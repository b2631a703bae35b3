"""签字人员未到现场: an inspector named on the report was not there, while others were."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.shared.reports import inspections
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports an inspector of which has no visit under the plan that arrives or leaves on the day of the inspection.

    Of a person with a visit under the plan that lacks a time nothing is said: it may have been that day.
    """
    visits = tables["visits"].filter(ibis._.plan_id.notnull())
    visited = visits.select("plan_id").distinct()
    named = tables.kept(inspections).filter(ibis._.inspected_on.notnull() & ibis._.plan_id.notnull() & ibis._.report_id.notnull())
    named = named.semi_join(visited, "plan_id")
    theirs = visits.filter(ibis._.person_id.notnull())
    arrivals = theirs.select("plan_id", "person_id", day=theirs.arrived_at.date())
    departures = theirs.select("plan_id", "person_id", day=theirs.left_at.date())
    days = ibis.union(arrivals.filter(arrivals.day.notnull()), departures.filter(departures.day.notnull())).distinct()
    there = [named.plan_id == days.plan_id, named.person_id == days.person_id, named.inspected_on == days.day]
    unseen = named.anti_join(days, there)
    unclear = (
        theirs.filter(theirs.arrived_at.isnull() | theirs.left_at.isnull())
        .filter(theirs.arrived_at.isnull())
        .select("plan_id", "person_id")
        .distinct()
    )
    missing = unseen.anti_join(unclear, ["plan_id", "person_id"])
    return (
        missing.group_by("report_id")
        .aggregate(
            missing=missing.person_id.collect(distinct=True),
            plan_id=missing.plan_id.max(),
            inspected_on=missing.inspected_on.max(),
            equipment_id=missing.equipment_id.max(),
            institution_id=missing.institution_id.max(),
        )
        .select(
            "missing",
            "plan_id",
            "inspected_on",
            "equipment_id",
            "institution_id",
            subject_id="report_id",
            occurred_at=ibis._.inspected_on.cast("timestamp"),
        )
    )


RULE = Rule(
    code="not_on_site",
    family="C",
    title="签字人员未到现场",
    subject="report",
    severity=3,
    clause="湖南方案：整治检验检测人员未到现场出具报告；特种设备安全法 第五十三条",
    needs={
        "reports": ("report_id", "plan_id", "inspected_on", "inspector_ids"),
        "visits": ("plan_id", "person_id"),
    },
    says="{inspected_on}的检验报告署名{missing}，其当天在计划{plan_id}下没有签到，而该计划有别的签到",
    clears="到场的影像、行程或门禁记录；或者终端故障、由他人代签到的说明",
    labels={
        "missing": "没有签到的检验人员",
        "plan_id": "计划编号",
        "inspected_on": "检验日期",
        "equipment_id": "设备代码",
    },
    find=find,
)

"""签字人员未到现场: an inspector named on the report did not visit on the day, while others visited under the plan."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import first_rows
from hengjian.screening.rule import Rule, Values
from hengjian.screening.shared.reports import inspections
from hengjian.screening.shared.visits import visit_proof, visited_plans
from hengjian.screening.tables import Tables

SHOWN_VISITS = 30


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports with inspectors who neither arrived nor left under the plan on the day of the inspection."""
    visits = tables["visits"].filter(ibis._.plan_id.notnull())
    named = tables.kept(inspections)
    named = named.filter(named.plan_id.notnull() & named.inspected_on.notnull() & named.report_id.notnull())
    absent = named.semi_join(tables.kept(visited_plans), "plan_id").anti_join(_seen(visits), ["plan_id", "person_id", "inspected_on"])
    absent = tables.keep("not_on_site_absent", _not_perhaps(absent, visits))
    reports = absent.group_by("report_id", "institution_id", "plan_id", "equipment_id", "inspected_on").aggregate(
        absent_ids=absent.person_id.collect(distinct=True)
    )
    reports = reports.left_join(_proof(absent, visits), "plan_id").drop("plan_id_right")
    return reports.select(
        "plan_id",
        "equipment_id",
        "inspected_on",
        "absent_ids",
        "visits",
        "visit_list",
        subject_id="report_id",
        institution_id="institution_id",
        occurred_at=ibis._.inspected_on.cast("timestamp"),
    )


def _seen(visits: ir.Table) -> ir.Table:
    """Who was seen arriving or leaving under which plan on which day."""
    arrived = visits.select("plan_id", "person_id", inspected_on=visits.arrived_at.date())
    later = visits.filter(visits.arrived_at.isnull() | (visits.left_at.date() != visits.arrived_at.date()))
    left = later.select("plan_id", "person_id", inspected_on=later.left_at.date())
    both = ibis.union(arrived, left)
    return both.filter(both.person_id.notnull() & both.inspected_on.notnull())


def _not_perhaps(absent: ir.Table, visits: ir.Table) -> ir.Table:
    """Leave out whom a visit with something missing (who, when) may have brought there on that day."""
    vague = visits.filter(visits.person_id.isnull() | visits.arrived_at.isnull() | visits.left_at.isnull())
    vague = vague.select("plan_id", somebody="person_id", first_day=vague.arrived_at.date(), last_day=vague.left_at.date())
    met = absent.inner_join(vague, "plan_id")
    same = met.somebody.isnull() | (met.somebody == met.person_id)
    day_fits = _on_the_day(met) | _perhaps_on_the_day(met)
    excused = met.filter(same & day_fits).select("report_id", "person_id").distinct()
    return absent.anti_join(excused, ["report_id", "person_id"])


def _on_the_day(met: ir.Table) -> ir.BooleanValue:
    return ((met.first_day == met.inspected_on) | (met.last_day == met.inspected_on)).fill_null(False)


def _perhaps_on_the_day(met: ir.Table) -> ir.BooleanValue:
    came = met.first_day.isnull() & (met.last_day.isnull() | (met.last_day >= met.inspected_on))
    went = met.last_day.isnull() & (met.first_day.isnull() | (met.first_day <= met.inspected_on))
    return (came | went).fill_null(False)


def _proof(absent: ir.Table, visits: ir.Table) -> ir.Table:
    """The visits under the plans in question: how many, and the first of them."""
    theirs = visits.semi_join(absent, "plan_id")
    shown = first_rows(theirs, "plan_id", ["arrived_at", "visit_id"], SHOWN_VISITS)
    return shown.group_by("plan_id").aggregate(visits=shown.rows_in_all.max(), visit_list=visit_proof(shown).collect())


RULE = Rule(
    code="not_on_site",
    family="C",
    title="签字人员未到现场",
    subject="report",
    severity=3,
    clause="东营方案 五（三）：现场检验检测人员与报告签字人员不一致；湖南行风通知 一（三）：检验检测人员不到实际现场地点",
    needs={
        "reports": ("report_id", "plan_id", "inspected_on", "inspector_ids"),
        "visits": ("plan_id", "person_id"),
    },
    says="{inspected_on}检验的报告署名检验人员{absent_ids}，当天在计划{plan_id}下没有到达或离开的签到，而该计划有{visits}次签到",
    clears="本人当天到场的影像、受检单位签字记录或其他终端的签到；署名或检验日期有误的，更正凭据",
    labels={
        "plan_id": "计划编号",
        "equipment_id": "设备代码",
        "inspected_on": "检验日期",
        "absent_ids": "未见签到的署名人员",
        "visits": "计划签到次数",
        "visit_list": "计划下的签到",
        "visit_id": "签到编号",
        "person_id": "人员标识",
        "arrived_at": "到达时间",
        "left_at": "离开时间",
    },
    find=find,
)

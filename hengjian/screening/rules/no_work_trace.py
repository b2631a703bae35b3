"""无可追溯工作痕迹: full-time inspectors of whose work nothing is to be seen."""

from __future__ import annotations

import calendar
import datetime as dt

import ibis
import ibis.expr.types as ir
from ibis import _

from hengjian.screening.expressions import first_of_each, identifiers, literal_day
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.tables import Tables

ROLES = (("drafted_by", "drafted_at"), ("reviewed_by", "reviewed_at"), ("approved_by", "approved_at"))


def find(tables: Tables, values: Values) -> ir.Table:
    """Return inspectors who have been employed long enough and have no visit, record or report role in the last days.

    The large tables of visits and records are asked only about those who have no report role.
    """
    since = tables.last_day - dt.timedelta(days=int(values.days))
    unsigned = tables.keep("no_work_trace_unsigned", _without(_inspectors(tables, int(values.months)), _report_roles(tables), since))
    absent = _without(unsigned.rename(last_report_on="last_trace_on"), _field_work(tables, unsigned), since)
    people = first_of_each(absent.mutate(last_trace_on=_later(_.last_report_on, _.last_trace_on)), "person_id", [_.started_on, _.employment_id])
    return people.select(
        "employment_id",
        "started_on",
        "last_trace_on",
        since=literal_day(since),
        last_day=literal_day(tables.last_day),
        subject_id="person_id",
        institution_id="institution_id",
        occurred_at=literal_day(tables.last_day),
    )


def _inspectors(tables: Tables, months: int) -> ir.Table:
    """Full-time inspectors whose employment goes on and has lasted the months up to the last day."""
    known = tables["employments"].filter((_.post == "inspector") & _.full_time & _.person_id.notnull() & _.institution_id.notnull())
    lasting = known.filter(known.started_on <= literal_day(months_before(tables.last_day, months)))
    return lasting.filter(lasting.ended_on.isnull() | (lasting.ended_on > literal_day(tables.last_day))).select("employment_id", "person_id", "institution_id", "started_on")


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day some months earlier, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _without(inspectors: ir.Table, traces: ir.Table, since: dt.date) -> ir.Table:
    """Inspectors who have no trace since a day at their institution, nor one whose institution nobody knows."""
    joined = inspectors.left_join(
        traces, [inspectors.person_id == traces.person_id, (traces.institution_id == inspectors.institution_id) | traces.institution_id.isnull()]
    )
    latest = joined.group_by(*inspectors.columns).aggregate(last_trace_on=joined.traced_on.max())
    return latest.filter(latest.last_trace_on.isnull() | (latest.last_trace_on < literal_day(since)))


def _later(one: ir.Value, other: ir.Value) -> ir.Value:
    return ibis.ifelse(one.isnull() | (other > one), other, one)


def _report_roles(tables: Tables) -> ir.Table:
    """When each person last had a role in a report of each institution: person_id, institution_id, traced_on."""
    reports = tables["reports"]
    # A role whose own time is empty is dated by the report's.
    dated = reports.issued_at.fill_null(reports.inspected_on.cast("timestamp"))
    signed = [
        reports.select("institution_id", person_id=reports[role], traced_on=reports[time].fill_null(dated).cast("date")) for role, time in ROLES
    ]
    teams = reports.group_by("inspector_ids", "institution_id").aggregate(traced_on=_.inspected_on.max())
    inspected = identifiers(teams, "inspector_ids", "person_id").select("institution_id", "person_id", "traced_on")
    return ibis.union(*(_latest(one) for one in (*signed, inspected)))


def _field_work(tables: Tables, people: ir.Table) -> ir.Table:
    """When each of these people last signed in or recorded for each institution: person_id, institution_id, traced_on."""
    visits = tables["visits"].semi_join(people, "person_id").left_join(tables["plans"].select("plan_id", "institution_id"), "plan_id")
    signed_in = visits.select("institution_id", "person_id", traced_on=visits.left_at.fill_null(visits.arrived_at).cast("date"))
    records = tables["records"].mutate(person_id=_.recorded_by).semi_join(people, "person_id")
    records = records.left_join(tables["reports"].select("report_id", "institution_id"), "report_id")
    recorded = records.select("institution_id", "person_id", traced_on=records.finished_at.fill_null(records.started_at).cast("date"))
    return ibis.union(_latest(signed_in), _latest(recorded))


def _latest(traces: ir.Table) -> ir.Table:
    return traces.group_by("institution_id", "person_id").aggregate(traced_on=traces.traced_on.max())


RULE = Rule(
    code="no_work_trace",
    family="A",
    title="无可追溯工作痕迹",
    subject="person",
    severity=3,
    clause="湖南行风通知 一（三）：没有可追溯工作痕迹等挂证行为；湖南方案 二（一）：有可追溯的工作见证",
    needs={
        "employments": ("person_id", "institution_id", "post", "full_time", "started_on"),
        "visits": ("plan_id", "person_id"),
        "plans": ("plan_id", "institution_id"),
        "records": ("report_id", "recorded_by"),
        "reports": ("institution_id",),
    },
    parameters=(Param("days", 180, "天", "截止日前没有任何痕迹的天数"), Param("months", 6, "个月", "全职聘用到截止日不少于")),
    says="自{started_on}起全职受聘为检验人员，{since}至{last_day}没有签到、原始记录，也没有检验、编制、审核、批准过报告；最近一次痕迹：{last_trace_on}",
    clears="这段时间的其他工作见证（任务单、考勤、检测记录）；病假、产假、脱产学习、派驻等证明；已离职的手续",
    exempts=("检验人员以外的岗位，不算", "聘用不满期限或已离职的，不算"),
    labels={
        "employment_id": "聘用编号",
        "started_on": "入职日期",
        "last_trace_on": "最近一次痕迹",
        "since": "时段开始",
        "last_day": "数据截止日",
    },
    find=find,
)

"""无可追溯工作痕迹: a full-time inspector of whom nothing shows that they worked."""

from __future__ import annotations

import datetime as dt

import ibis.expr.types as ir

from hengjian.screening.expressions import days_between, literal_day
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.traces import traces
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return inspectors employed long enough, and still, without a visit, a record or a role on a report of late."""
    last = tables.last_day
    jobs = tables["employments"]
    jobs = jobs.filter((jobs.post == "inspector") & jobs.full_time & jobs.person_id.notnull() & jobs.institution_id.notnull())
    jobs = jobs.filter(jobs.started_on <= literal_day(months_before(last, int(values.months_employed))))
    jobs = jobs.filter(jobs.ended_on.isnull() | (jobs.ended_on > literal_day(last)))
    told = jobs.left_join(tables.kept(traces), ["person_id", "institution_id"]).drop("person_id_right", "institution_id_right")
    silent = told.filter(told.last_trace.isnull() | (days_between(told.last_trace, literal_day(last)) > values.days_silent))
    return (
        silent.group_by("person_id")
        .aggregate(
            institution_id=silent.institution_id.min(),
            employment_ids=silent.employment_id.collect(distinct=True),
            started_on=silent.started_on.min(),
            last_trace=silent.last_trace.max(),
        )
        .select(
            "institution_id",
            "employment_ids",
            "started_on",
            "last_trace",
            last_day=literal_day(last),
            subject_id="person_id",
            occurred_at=literal_day(last).cast("timestamp"),
        )
    )


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day some months earlier, or the last of that month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for number in range(day.day, 27, -1):
        try:
            return dt.date(year, month + 1, number)
        except ValueError:
            continue
    return dt.date(year, month + 1, day.day)


RULE = Rule(
    code="no_work_trace",
    family="A",
    title="无可追溯工作痕迹",
    subject="person",
    severity=3,
    clause="湖南方案 二（一）：有明确的工作岗位并实际履行岗位职责、有可追溯的工作见证",
    needs={
        "employments": ("person_id", "institution_id", "post", "full_time", "started_on"),
        "visits": ("plan_id", "person_id"),
        "plans": ("plan_id", "institution_id"),
        "records": ("report_id", "recorded_by"),
        "reports": ("report_id", "institution_id"),
    },
    parameters=(Param("months_employed", 6, "个月", "全职聘用不少于"), Param("days_silent", 180, "天", "没有痕迹的时间")),
    exempts=("检验员以外的岗位", "聘用不足六个月的"),
    says="在{institution_id}任全职检验员（{started_on}起），截至{last_day}的{days_silent}天内没有签到、记录或报告签名（最近一次：{last_trace}）",
    clears="病假、产假、脱产培训等不在岗的证明；或者能证明实际工作的其他见证",
    labels={
        "institution_id": "机构",
        "employment_ids": "聘用编号",
        "started_on": "入职日期",
        "last_trace": "最近一次痕迹",
        "last_day": "数据截止日",
    },
    find=find,
)

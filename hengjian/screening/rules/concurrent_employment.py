"""同时受聘: two full-time employments in different institutions at the same time."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import days_between, literal_day
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.tables import NoLastDay, Tables

ENDLESS = dt.date(9999, 1, 1)


def find(tables: Tables, values: Values) -> ir.Table:
    """Return people with two full-time employments that overlap long enough; one without an end lasts to the data's last day."""
    try:
        last = tables.last_day
    except NoLastDay:
        last = ENDLESS
    jobs = tables["employments"]
    jobs = jobs.filter(jobs.full_time & jobs.person_id.notnull() & jobs.institution_id.notnull() & jobs.started_on.notnull())
    jobs = jobs.mutate(until=ibis.coalesce(jobs.ended_on, literal_day(last))).select(
        "person_id", "employment_id", "institution_id", "started_on", "until"
    )
    other = jobs.rename(
        other_id="employment_id",
        other_institution="institution_id",
        other_started="started_on",
        other_until="until",
        other_person="person_id",
    )
    pairs = jobs.inner_join(other, [jobs.person_id == other.other_person, jobs.institution_id < other.other_institution])
    begun = ibis.ifelse(pairs.started_on > pairs.other_started, pairs.started_on, pairs.other_started)
    ended = ibis.ifelse(pairs.until < pairs.other_until, pairs.until, pairs.other_until)
    pairs = pairs.mutate(begun=begun, overlap_ended=ended, days=days_between(begun, ended) + 1).filter(ibis._.days >= values.days_overlap)
    pair = ibis.struct(
        {"institution_id": pairs.institution_id, "other_institution": pairs.other_institution, "begun": pairs.begun, "days": pairs.days}
    )
    return (
        pairs.group_by("person_id")
        .aggregate(
            days=pairs.days.max(),
            begun=pairs.begun.min(),
            institutions=pairs.institution_id.collect(distinct=True),
            others=pairs.other_institution.collect(distinct=True),
            pairs=pair.collect(),
            institution_id=pairs.institution_id.min(),
        )
        .select(
            "days",
            "begun",
            "institutions",
            "others",
            "pairs",
            "institution_id",
            subject_id="person_id",
            occurred_at=ibis._.begun.cast("timestamp"),
        )
    )


RULE = Rule(
    code="concurrent_employment",
    family="A",
    title="同时受聘",
    subject="person",
    severity=3,
    clause="湖南方案 二（一）：全职受聘于一家机构；特种设备检验人员考核规则：只能在一个机构执业",
    needs={"employments": ("person_id", "institution_id", "full_time", "started_on")},
    parameters=(Param("days_overlap", 31, "天", "两段全职聘用重叠不少于"),),
    says="自{begun}起同时全职受聘于{institutions}和{others}，重叠{days}天",
    clears="其中一家的离职证明（离职日期漏登）；或者其中一段不是全职的合同",
    labels={
        "days": "最长重叠天数",
        "begun": "开始重叠",
        "institutions": "机构",
        "others": "另一机构",
        "pairs": "各对",
        "institution_id": "机构",
        "other_institution": "另一机构",
    },
    find=find,
)

"""继续教育学时不足: too few hours in a whole calendar year of employment."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import literal_day
from hengjian.screening.rule import Found, Param, Rule, Values
from hengjian.screening.tables import Tables

MANAGERS = ("technical_manager", "quality_manager")


def employed_years(tables: Tables) -> ir.Table:
    """Return person_id, institution_id, post and each complete calendar year of an employment that asks for training.

    Only inspectors have to be full-time.
    """
    jobs = tables["employments"]
    asked = ((jobs.post == "inspector") & jobs.full_time) | jobs.post.isin(MANAGERS)
    jobs = jobs.filter(jobs.person_id.notnull() & jobs.started_on.notnull() & asked)
    until = ibis.coalesce(jobs.ended_on, literal_day(tables.last_day))
    until = ibis.ifelse(until > literal_day(tables.last_day), literal_day(tables.last_day), until)
    whole_first = jobs.started_on.year() + ibis.ifelse((jobs.started_on.month() == 1) & (jobs.started_on.day() == 1), 0, 1)
    whole_last = until.year() - ibis.ifelse((until.month() == 12) & (until.day() == 31), 0, 1)
    spans = jobs.mutate(low=whole_first.cast("int64"), high=whole_last.cast("int64")).filter(ibis._.low <= ibis._.high)
    return spans.select("person_id", "institution_id", "post", year=ibis.range(spans.low, spans.high + 1).unnest()).distinct()


def find(tables: Tables, values: Values) -> Found:
    """Return people with a year of too few hours; people whose year has no training row are named as missing, not as short."""
    years = tables.keep("employed_years", employed_years(tables))
    rows = tables["trainings"].filter(ibis._.person_id.notnull() & ibis._.year.notnull())
    bounds = rows.aggregate(first=rows.year.min(), last=rows.year.max())
    joined = years.inner_join(rows, ["person_id", "year"])
    inspector, manager = joined.post == "inspector", joined.post.isin(MANAGERS)
    asked = ibis.ifelse(inspector, values.technical_hours, values.quality_hours)
    had = ibis.ifelse(inspector, joined.technical_hours, joined.quality_hours)
    judged = joined.mutate(asked_hours=asked.cast("float64"), had_hours=had)
    short = judged.filter((inspector | manager) & (judged.had_hours < judged.asked_hours))
    one = ibis.struct({name: short[name] for name in ("year", "post", "had_hours", "asked_hours")})
    people = short.group_by("person_id").aggregate(
        years=one.collect(),
        number=short.year.nunique(),
        latest=short.year.max(),
        least_hours=short.had_hours.min(),
        institution_id=short.institution_id.max(),
    )
    found = people.select(
        "years",
        "number",
        "latest",
        "least_hours",
        "institution_id",
        subject_id="person_id",
        occurred_at=ibis.date(people.latest.cast("int32"), 12, 31).cast("timestamp"),
    )
    missing = years.cross_join(bounds).filter(lambda row: (row.year >= row["first"]) & (row.year <= row["last"]))
    missing = missing.anti_join(rows, ["person_id", "year"]).select("person_id").distinct()
    return Found(found, insufficient=tuple(tables.fetch(missing).column("person_id").to_pylist()))


RULE = Rule(
    code="training_short",
    family="B",
    title="继续教育学时不足",
    subject="person",
    severity=1,
    clause="上海方案 附件3 第24项：检验与检测人员不少于24学时/年，技术、质量负责人不少于16学时/年；湖南方案 二（四）",
    needs={"employments": ("person_id", "post", "full_time", "started_on"), "trainings": ("person_id", "year")},
    parameters=(
        Param("technical_hours", 24, "学时", "全职检验员每年技术培训不少于"),
        Param("quality_hours", 16, "学时", "技术、质量负责人每年质量管理体系培训不少于"),
    ),
    exempts=("没有培训记录的年度作为缺失报告，不算不足",),
    says="{number}个完整年度的继续教育学时不足，最近是{latest}年，最少{least_hours}学时",
    clears="补充的培训证明；或者该年度不在岗的证明",
    labels={
        "years": "各年度",
        "number": "年度数",
        "latest": "最近年度",
        "least_hours": "最少学时",
        "year": "年度",
        "post": "岗位",
        "had_hours": "学时",
        "asked_hours": "要求学时",
    },
    find=find,
)

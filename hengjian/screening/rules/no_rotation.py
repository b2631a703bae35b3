"""长期未轮岗: the same inspector at the same enterprise for years."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import identifiers, month_number
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.tables import Tables

PAIR = ["institution_id", "enterprise_id"]


def find(tables: Tables, values: Values) -> ir.Table:
    """Return people who make nearly all of one institution's many inspections of one enterprise over years."""
    plans = tables["plans"].filter(
        ibis._.institution_id.notnull() & ibis._.enterprise_id.notnull() & ibis._.starts_at.notnull() & ibis._.plan_id.notnull()
    )
    # A plan that names nobody is evidence neither for nor against anybody.
    plans = plans.filter(plans.member_ids.nullif("").notnull())
    pairs = plans.group_by(PAIR).aggregate(plans=plans.count(), first_at=plans.starts_at.min(), last_at=plans.starts_at.max())
    pairs = pairs.mutate(months=_whole_months(pairs.first_at, pairs.last_at))
    long = pairs.filter((pairs.plans >= values.least_plans) & (pairs.months >= values.least_months))
    members = identifiers(plans.select("plan_id", *PAIR, "member_ids").semi_join(long, PAIR), "member_ids", "person_id")
    own = members.group_by(*PAIR, "person_id").aggregate(own_plans=members.plan_id.nunique())
    judged = own.inner_join(long, PAIR)
    judged = judged.mutate(share=judged.own_plans / judged.plans)
    steady = judged.filter(judged.own_plans >= judged.plans * values.least_share)
    most = ibis.window(group_by="person_id", order_by=[ibis.desc("own_plans"), "institution_id", "enterprise_id"])
    listed = steady.group_by("person_id").aggregate(enterprises=steady.enterprise_id.collect(distinct=True))
    first = steady.mutate(place=ibis.row_number().over(most)).filter(ibis._.place == 0)
    return first.inner_join(listed, "person_id").select(
        "enterprise_id",
        "plans",
        "own_plans",
        "share",
        "months",
        "first_at",
        "last_at",
        "enterprises",
        "institution_id",
        subject_id="person_id",
        occurred_at="last_at",
    )


def _whole_months(first: ir.TimestampValue, last: ir.TimestampValue) -> ir.IntegerValue:
    """Months from one day to another that are complete."""
    return month_number(last) - month_number(first) - ibis.ifelse(last.day() < first.day(), 1, 0)


RULE = Rule(
    code="no_rotation",
    family="G",
    title="长期未轮岗",
    subject="person",
    severity=2,
    clause="湖南方案 二（五）、东营方案 三（三）1：建立检验人员轮岗交流制度",
    needs={"plans": ("plan_id", "institution_id", "enterprise_id", "starts_at", "member_ids")},
    parameters=(
        Param("least_share", 0.9, "", "一人参加的份额不少于"),
        Param("least_plans", 12, "次", "检验计划不少于"),
        Param("least_months", 36, "个月", "首次到末次不少于"),
    ),
    says="{first_at}至{last_at}的{months}个月里，对{enterprise_id}的{plans}次检验有{own_plans}次由同一人参加",
    clears="轮岗记录；或者该专业只有一名持证人员的说明和上级同意",
    labels={
        "enterprise_id": "受检单位",
        "plans": "计划数",
        "own_plans": "本人参加",
        "share": "份额",
        "months": "月数",
        "first_at": "首次",
        "last_at": "末次",
        "enterprises": "受检单位",
    },
    find=find,
)

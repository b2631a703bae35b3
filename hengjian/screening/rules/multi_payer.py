"""多单位缴纳社保: one person, several payers in the same month, and not just once."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return people with several payers in several months; one overlapping month is a change of job."""
    paid = tables["social_insurance"].filter(lambda row: row.payer_id.notnull() & row.month.notnull() & row.person_id.notnull())
    paid = paid.mutate(month=paid.month.truncate("M").cast("date"))
    months = paid.group_by("person_id", "month").aggregate(payers=paid.payer_id.nunique()).filter(ibis._.payers >= values.payers)
    doubled = paid.join(months, ["person_id", "month"]).group_by("person_id")
    people = doubled.aggregate(
        months=ibis._.month.nunique(),
        first_month=ibis._.month.min(),
        last_month=ibis._.month.max(),
        payer_ids=ibis._.payer_id.collect(distinct=True),
        month_list=ibis._.month.collect(distinct=True),
    )
    return people.filter(people.months >= values.months).select(
        "months",
        "first_month",
        "last_month",
        "payer_ids",
        "month_list",
        subject_id="person_id",
        institution_id=ibis.null("string"),
        occurred_at=ibis._.last_month.cast("timestamp"),
    )


RULE = Rule(
    code="multi_payer",
    family="A",
    title="多单位缴纳社保",
    subject="person",
    severity=3,
    clause="国家方案 二（一）1、省方案 附件1：持证人员须全职受聘于一家机构",
    needs={"social_insurance": ("person_id", "month", "payer_id")},
    parameters=(Param("payers", 2, "家", "同一月份缴纳单位不少于"), Param("months", 2, "个月", "出现这种情况的月份不少于")),
    says="{first_month}至{last_month}之间有{months}个月同时由两家以上单位缴纳社保：{payer_ids}",
    clears="社保经办机构出具的更正记录；或者能证明其中一家属于补缴、转移接续的材料",
    exempts=("只重叠一个月的，视为换单位，不算",),
    labels={"payer_ids": "缴纳单位", "month_list": "月份", "months": "月数", "first_month": "最早月份", "last_month": "最晚月份"},
    find=find,
)

"""挂证：社保单位与执业单位不一致: practice-registered full-time at one institution, insured by another unit."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
from ibis import _

from hengjian.screening.expressions import month_start
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.employments import by_person, insured_months, payments, unbroken
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return people for whom, month after month, another unit pays and the institution does not."""
    away = tables.kept(insured_months).filter(_.elsewhere & ~_.here & ~_.unknown)
    spells = tables.keep("payer_mismatch_spells", unbroken(away).filter(_.months >= values.months))
    people = by_person(spells, "spells")
    told = people.join(_payers(tables, spells), "person_id")
    return told.select(
        "months",
        "first_month",
        "last_month",
        "payer_ids",
        "spells",
        "payments",
        subject_id="person_id",
        institution_id="institution_id",
        occurred_at="first_month",
    )


def _payers(tables: Tables, spells: ir.Table) -> ir.Table:
    """Who paid in those months, and when."""
    paid = payments(tables)
    within = spells.join(
        paid, [spells.person_id == paid.person_id, spells.first_number <= paid.month, spells.last_number >= paid.month, paid.payer_id.notnull()]
    )
    months = within.group_by("person_id", "month", "payer_id").aggregate()
    payment = ibis.struct({"month": month_start(months.month), "payer_id": months.payer_id})
    return months.group_by("person_id").aggregate(payer_ids=months.payer_id.collect(distinct=True), payments=payment.collect())


RULE = Rule(
    code="payer_mismatch",
    family="A",
    title="挂证：社保单位与执业单位不一致",
    subject="person",
    severity=3,
    clause="湖南方案 二（一）、湖南行风通知 一（三）：持证全职工作人员在本机构实际履职、持续缴纳社保，重点整治挂证行为",
    needs={
        "employments": ("person_id", "institution_id", "full_time", "started_on", "practice_registered_on"),
        "social_insurance": ("person_id", "month", "payer_id"),
    },
    parameters=(Param("months", 3, "个月", "连续由其他单位缴纳的整月不少于"),),
    says="全职聘用并执业公示期间，{first_month}至{last_month}连续{months}个月社保由其他单位缴纳（{payer_ids}），执业机构没有缴纳",
    clears="执业机构的社保缴纳证明；劳务派遣、集团统一缴纳、事业单位改制等依法由其他单位缴纳的材料；已退休返聘的证明",
    exempts=("入职、离职和执业公示起止不满一个月的月份，不算", "数据首个缴费月之前、最后一个缴费月之后的月份，不算"),
    labels={
        "months": "连续月数",
        "first_month": "最早月份",
        "last_month": "最晚月份",
        "payer_ids": "缴纳单位",
        "payer_id": "缴纳单位",
        "spells": "不一致时段",
        "payments": "逐月缴纳",
        "month": "缴费月份",
        "employer_id": "执业机构",
        "employment_id": "聘用编号",
    },
    find=find,
)

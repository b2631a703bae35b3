"""社保断缴: months of a practice-registered full-time employment for which nobody paid."""

from __future__ import annotations

import ibis.expr.types as ir
from ibis import _

from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.employments import by_person, insured_months, unbroken
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return people with a run of unpaid months; a payment by an unknown payer is a payment."""
    unpaid = tables.kept(insured_months).filter(~_.here & ~_.elsewhere & ~_.unknown)
    gaps = unbroken(unpaid).filter(_.months >= values.months)
    people = by_person(gaps, "gaps")
    return people.select(
        "months",
        "first_month",
        "last_month",
        "gaps",
        subject_id="person_id",
        institution_id="institution_id",
        occurred_at="first_month",
    )


RULE = Rule(
    code="insurance_gap",
    family="A",
    title="社保断缴",
    subject="person",
    severity=2,
    clause="湖南方案 二（一）、东营方案 三（一）1：持证全职工作人员持续缴纳社保",
    needs={
        "employments": ("person_id", "institution_id", "full_time", "started_on", "practice_registered_on"),
        "social_insurance": ("person_id", "month", "payer_id"),
    },
    parameters=(Param("months", 3, "个月", "连续无人缴纳的整月不少于"),),
    says="全职聘用并执业公示期间，{first_month}至{last_month}连续{months}个月没有任何单位为其缴纳社保",
    clears="社保经办机构的缴费或补缴证明；已退休、转入其他参保地等不在本数据中缴纳的证明",
    exempts=("入职、离职和执业公示起止不满一个月的月份，不算", "数据首个缴费月之前、最后一个缴费月之后的月份，不算"),
    labels={
        "months": "连续月数",
        "first_month": "最早月份",
        "last_month": "最晚月份",
        "gaps": "断缴时段",
        "employer_id": "聘用机构",
        "employment_id": "聘用编号",
    },
    find=find,
)

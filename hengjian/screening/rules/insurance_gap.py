"""社保断缴: months of a full-time, practice-registered employment in which nobody paid."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.employment import by_person, practice_months, stretches
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return people whom nobody insured for some consecutive whole months of an employment."""
    unpaid = tables.kept(practice_months).filter(~ibis._.paid_here & (ibis._.others == 0))
    return by_person(stretches(unpaid.select("person_id", "institution_id", "month"), values.months_gap))


RULE = Rule(
    code="insurance_gap",
    family="A",
    title="社保断缴",
    subject="person",
    severity=2,
    clause="湖南方案 二（一）：持证全职人员持续缴纳社保",
    needs={
        "employments": ("person_id", "institution_id", "full_time", "started_on", "practice_registered_on"),
        "social_insurance": ("person_id", "month", "payer_id"),
    },
    parameters=(Param("months_gap", 3, "个月", "连续没有缴纳的月份不少于"),),
    says="在{institution_id}全职执业，{first_month}至{last_month}连续{months}个月没有任何单位缴纳社保",
    clears="补缴凭证；或者退休返聘、事业单位养老保险另行缴纳等法定例外的材料",
    labels={
        "months": "月数",
        "first_month": "最早月份",
        "last_month": "最晚月份",
        "stretches": "各段",
        "institution_id": "机构",
    },
    find=find,
)

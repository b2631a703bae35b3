"""挂证: another unit pays while the person is practice-registered full-time at an institution that does not."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import month_number
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.employment import by_person, paid_months, practice_months, stretches
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return people insured elsewhere for some consecutive whole months of an employment."""
    elsewhere = tables.kept(practice_months).filter(~ibis._.paid_here & (ibis._.others > 0))
    people = by_person(stretches(elsewhere.select("person_id", "institution_id", "month"), values.months_elsewhere))
    paid = tables.kept(paid_months)
    paid = paid.rename(paid_person="person_id")
    met = people.inner_join(
        paid,
        [
            people.subject_id == paid.paid_person,
            month_number(people.first_month) <= paid.month,
            month_number(people.last_month) >= paid.month,
        ],
    )
    payers = met.group_by("subject_id").aggregate(payer_ids=met.payer_id.collect(distinct=True))
    return people.inner_join(payers, "subject_id")


RULE = Rule(
    code="payer_mismatch",
    family="A",
    title="挂证：社保单位与执业单位不一致",
    subject="person",
    severity=3,
    clause="湖南方案 二（一）：全职人员在本机构有岗位、实际履职、持续缴纳社保；整治挂证",
    needs={
        "employments": ("person_id", "institution_id", "full_time", "started_on", "practice_registered_on"),
        "social_insurance": ("person_id", "month", "payer_id"),
    },
    parameters=(Param("months_elsewhere", 3, "个月", "连续由别的单位缴纳的月份不少于"),),
    says="在{institution_id}全职执业，{first_month}至{last_month}连续{months}个月社保由{payer_ids}缴纳，该机构没有缴纳",
    clears="劳务派遣、集团统一缴纳、人事代理等法定例外的协议；或者社保记录有误的更正证明",
    labels={
        "months": "月数",
        "first_month": "最早月份",
        "last_month": "最晚月份",
        "stretches": "各段",
        "institution_id": "机构",
        "payer_ids": "缴纳单位",
    },
    find=find,
)

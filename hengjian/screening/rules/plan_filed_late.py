"""计划未提前报送: an inspection plan was filed with the regulator after it had begun."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import minutes_between
from hengjian.screening.rule import Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return plans filed after their start."""
    late = tables["plans"].filter(ibis._.filed_at > ibis._.starts_at)
    return late.select(
        "filed_at",
        "starts_at",
        "enterprise_id",
        hours_late=minutes_between(late.starts_at, late.filed_at) / 60,
        subject_id="plan_id",
        institution_id="institution_id",
        occurred_at="filed_at",
    )


RULE = Rule(
    code="plan_filed_late",
    family="E",
    title="计划未提前报送",
    subject="plan",
    severity=1,
    clause="东营方案 三（一）：将检验计划（时间、地点、人员、受检单位、设备数量）报特种设备安全监察机构",
    needs={"plans": ("plan_id", "filed_at", "starts_at")},
    says="计划{starts_at}开始，{filed_at}才报送，晚了{hours_late}小时",
    clears="监管部门先前收到过计划的记录；或者应急抢修等经同意后补的材料",
    labels={"filed_at": "报送时间", "starts_at": "计划开始", "hours_late": "晚了（小时）", "enterprise_id": "受检单位"},
    find=find,
)

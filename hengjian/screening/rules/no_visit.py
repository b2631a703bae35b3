"""未到现场出具报告: a report whose plan nobody visited, or that has no plan."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports without a plan, or whose plan has no visit by anyone."""
    visited = tables["visits"].filter(ibis._.plan_id.notnull()).select("plan_id").distinct()
    bare = tables["reports"].filter(ibis._.report_id.notnull()).anti_join(visited, "plan_id")
    return bare.select(
        "report_no",
        "plan_id",
        "inspected_on",
        "equipment_id",
        "inspector_ids",
        "institution_id",
        reason=ibis.ifelse(bare.plan_id.isnull(), "没有对应的检验计划", "所属计划没有任何人签到"),
        subject_id="report_id",
        occurred_at=bare.inspected_on.cast("timestamp"),
    )


RULE = Rule(
    code="no_visit",
    family="C",
    title="未到现场出具报告",
    subject="report",
    severity=3,
    clause="湖南方案：整治未到现场检验检测出具报告；特种设备安全法 第五十三条",
    needs={"reports": ("report_id",), "visits": ("plan_id",)},
    says="{inspected_on}的检验报告{report_no}：{reason}",
    clears="到场的影像、行程或门禁记录；或者签到挂在别的计划下的更正说明",
    labels={
        "report_no": "报告编号",
        "plan_id": "计划编号",
        "inspected_on": "检验日期",
        "equipment_id": "设备代码",
        "inspector_ids": "检验人员",
        "reason": "情形",
    },
    find=find,
)

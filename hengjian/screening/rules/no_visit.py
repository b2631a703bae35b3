"""未到现场出具报告: a report whose plan nobody visited, or that has no plan."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.shared.visits import visited_plans
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports without a plan, and those whose plan has no visit by anyone."""
    unvisited = tables["reports"].filter(ibis._.report_id.notnull()).anti_join(tables.kept(visited_plans), "plan_id")
    return unvisited.select(
        "report_no",
        "plan_id",
        "equipment_id",
        "inspected_on",
        "inspector_ids",
        situation=ibis.ifelse(unvisited.plan_id.isnull(), "报告没有对应的检验计划", "报告所属计划没有任何人的现场签到"),
        subject_id="report_id",
        institution_id="institution_id",
        occurred_at=unvisited.inspected_on.cast("timestamp"),
    )


RULE = Rule(
    code="no_visit",
    family="C",
    title="未到现场出具报告",
    subject="report",
    severity=3,
    clause="湖南行风通知 一（三）：未经检验检测或者检验检测人员不到实际现场地点；黑龙江方案 三（二）二：不到现场；东营方案 三（一）：检验计划报监察机构",
    needs={"reports": ("report_id",), "visits": ("plan_id",)},
    says="{inspected_on}检验的报告{report_no}：{situation}（计划：{plan_id}）",
    clears="当天的现场影像、受检单位签字的到场记录，或者签到挂在别的计划下的更正材料；报告漏填计划编号的，补填凭据",
    labels={
        "report_no": "报告编号",
        "plan_id": "计划编号",
        "equipment_id": "设备代码",
        "inspected_on": "检验日期",
        "inspector_ids": "检验人员",
        "situation": "情形",
    },
    find=find,
)

"""停留时间过短: less time on site for each report than such an inspection can take."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.reports import placed_reports
from hengjian.screening.shared.visits import presence
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports of plans whose presence for each report is below the larger of a floor and a share of what is usual."""
    reports = tables.kept(placed_reports).filter(ibis._.plan_id.notnull() & ibis._.report_id.notnull())
    sizes = reports.group_by("plan_id").aggregate(reports=reports.count())
    timed = tables.kept(presence).inner_join(sizes, "plan_id")
    timed = timed.mutate(minutes=timed.seconds / 60.0 / timed.reports).select("plan_id", "visits", "reports", "minutes")
    known = reports.select(
        "report_id", "report_no", "plan_id", "category", "inspection_kind", "inspected_on", "institution_id", "equipment_id"
    )
    known = known.inner_join(timed, "plan_id")
    usual = known.group_by("category", "inspection_kind").aggregate(usual=known.minutes.median())
    judged = known.left_join(usual, ["category", "inspection_kind"]).drop("category_right", "inspection_kind_right")
    share = judged.usual * values.share
    limit = ibis.ifelse((share > values.minutes_least).fill_null(False), share, values.minutes_least)
    hurried = judged.mutate(limit=limit.cast("float64")).filter(ibis._.minutes < ibis._["limit"])
    return hurried.select(
        "report_no",
        "plan_id",
        "category",
        "inspected_on",
        "equipment_id",
        "visits",
        "reports",
        "minutes",
        "usual",
        "limit",
        "institution_id",
        subject_id="report_id",
        occurred_at=hurried.inspected_on.cast("timestamp"),
    )


RULE = Rule(
    code="hurried_visit",
    family="C",
    title="停留时间过短",
    subject="report",
    severity=2,
    clause="湖南方案：检验检测工作见证真实、项目不减",
    needs={
        "reports": ("report_id", "plan_id", "equipment_id"),
        "visits": ("plan_id", "arrived_at", "left_at"),
        "equipment": ("equipment_id", "category"),
    },
    parameters=(Param("minutes_least", 5, "分钟", "每份报告至少"), Param("share", 0.25, "", "同类同种检验中位数的份额")),
    says="计划{plan_id}共{reports}份报告，在场合计每份{minutes}分钟（同类中位数{usual}分钟，界限{limit}分钟）",
    clears="补充的签到、影像，证明实际在场更久；或者部分项目在实验室完成的记录",
    labels={
        "report_no": "报告编号",
        "plan_id": "计划编号",
        "category": "设备类别",
        "inspected_on": "检验日期",
        "equipment_id": "设备代码",
        "visits": "签到次数",
        "reports": "报告份数",
        "minutes": "每份分钟",
        "usual": "同类中位数",
        "limit": "界限",
    },
    find=find,
)

"""停留时间过短: the presence on site, shared out over the plan's reports, is too short for an inspection of that kind."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import in_minutes
from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.sites import plan_works
from hengjian.screening.shared.visits import presence
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports whose share of presence is under the larger of a fixed time and a part of what is usual."""
    plans = tables.keep("hurried_visit_plans", _minutes_by_plan(tables))
    usual = tables.keep("hurried_visit_usual", _usual(tables, plans))
    columns = ("report_id", "report_no", "institution_id", "plan_id", "equipment_id", "inspection_kind", "inspected_on")
    short = plans.filter(plans.minutes < _greatest_limit(tables, usual, values))
    measured = _placed(tables, tables["reports"].filter(ibis._.report_id.notnull()).select(*columns).inner_join(short, "plan_id"))
    judged = measured.left_join(usual, ["category", "inspection_kind"]).drop("category_right", "inspection_kind_right")
    share = judged.usual_minutes * values.part_of_usual
    least = ibis.ifelse((share > values.minutes_least).fill_null(False), share, values.minutes_least)
    judged = judged.mutate(least_minutes=least)
    return judged.filter(judged.minutes < judged.least_minutes).select(
        "report_no",
        "plan_id",
        "category",
        "inspection_kind",
        "visits",
        "reports",
        "present_minutes",
        "minutes",
        "usual_minutes",
        "least_minutes",
        subject_id="report_id",
        institution_id="institution_id",
        occurred_at=judged.inspected_on.cast("timestamp"),
    )


def _minutes_by_plan(tables: Tables) -> ir.Table:
    works = tables.kept(plan_works).select("plan_id", "reports")
    met = tables.kept(presence).inner_join(works, "plan_id")
    present = in_minutes(met.present_seconds)
    return met.select("plan_id", "visits", "reports", present_minutes=present, minutes=present / met.reports)


def _placed(tables: Tables, reports: ir.Table) -> ir.Table:
    known = tables["equipment"].select("equipment_id", "category")
    return reports.left_join(known, "equipment_id").drop("equipment_id_right")


def _usual(tables: Tables, plans: ir.Table) -> ir.Table:
    """What is usual is the median of all reports of the same category and kind; where one of these is unknown nothing is usual."""
    reports = tables["reports"].filter(lambda row: row.report_id.notnull() & row.inspection_kind.notnull())
    minutes = plans.select("plan_id", "minutes")
    measured = _placed(tables, reports.select("plan_id", "equipment_id", "inspection_kind").inner_join(minutes, "plan_id"))
    known = measured.filter(measured.category.notnull())
    return known.group_by("category", "inspection_kind").aggregate(usual_minutes=known.minutes.median())


def _greatest_limit(tables: Tables, usual: ir.Table, values: Values) -> float:
    """No plan above this is short for any category: few plans are looked at report by report."""
    longest = tables.fetch(usual.aggregate(longest=usual.usual_minutes.max())).column("longest").to_pylist()
    return max(float(values.minutes_least), *(one * values.part_of_usual for one in longest if one is not None), 0.0)


RULE = Rule(
    code="hurried_visit",
    family="C",
    title="停留时间过短",
    subject="report",
    severity=2,
    clause="上海方案 一（二）：坚决杜绝出具虚假报告、检验检测走过场等行为；黑龙江方案 三（二）二：擅自更改、简化程序",
    needs={
        "reports": ("report_id", "plan_id", "equipment_id", "inspection_kind"),
        "visits": ("plan_id", "arrived_at", "left_at"),
        "equipment": ("equipment_id", "category"),
    },
    parameters=(
        Param("minutes_least", 5, "分钟", "每份报告在场时间不少于"),
        Param("part_of_usual", 0.25, "倍", "不少于同类别同检验类别中位数的"),
    ),
    says="计划{plan_id}共{reports}份报告，现场在场合计{present_minutes}分钟，平均每份{minutes}分钟，少于{least_minutes}分钟（同类中位数{usual_minutes}分钟）",
    clears="在场时间漏签、早签离的凭据（影像时间、检验记录起止时间）；同批小型设备集中检验的作业指导书和工时依据",
    labels={
        "report_no": "报告编号",
        "plan_id": "计划编号",
        "category": "设备类别",
        "inspection_kind": "检验类别",
        "visits": "签到次数",
        "reports": "计划的报告份数",
        "present_minutes": "在场合计（分钟）",
        "minutes": "每份（分钟）",
        "usual_minutes": "同类中位数（分钟）",
        "least_minutes": "下限（分钟）",
    },
    find=find,
)

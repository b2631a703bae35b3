"""违规分包: a subcontractor without an agreement in force, or not active and approved for the category."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import literal_day
from hengjian.screening.rule import Rule, Values
from hengjian.screening.shared.credentials import ALWAYS_FROM, ALWAYS_UNTIL, approval_periods, covered
from hengjian.screening.shared.reports import placed_reports
from hengjian.screening.tables import Tables

KEYS = ["subcontractor_id", "category", "inspected_on"]


def find(tables: Tables, values: Values) -> ir.Table:
    """Return subcontracted reports with any of these faults on the day of the inspection."""
    handed = tables.kept(placed_reports).filter(
        ibis._.subcontractor_id.nullif("").notnull() & ibis._.inspected_on.notnull() & ibis._.report_id.notnull()
    )
    judged = handed.left_join(_agreed(tables, handed), "report_id").drop("report_id_right")
    known = tables["institutions"].select(subcontractor_id="institution_id", status="status", status_since="status_since")
    judged = judged.left_join(known, "subcontractor_id").rename(known_id="subcontractor_id_right")
    asked = handed.filter(handed.category.notnull()).select(*KEYS).distinct()
    bare = asked.anti_join(covered(asked, tables.kept(approval_periods), "subcontractor_id", "inspected_on"), KEYS).mutate(bare=True)
    judged = judged.left_join(bare, KEYS)
    inactive = (judged.status != "active") & (judged.status_since.isnull() | (judged.status_since <= judged.inspected_on))
    reason = ibis.cases(
        (judged.agreed.isnull(), "当天没有生效的分包协议"),
        (judged.known_id.isnull(), "分包单位不是登记的机构"),
        (inactive.fill_null(False), "分包单位不在正常状态"),
        (judged.bare.fill_null(False), "分包单位没有该类别的有效核准"),
    )
    return (
        judged.mutate(reason=reason)
        .filter(ibis._.reason.notnull())
        .select(
            "report_no",
            "subcontractor_id",
            "category",
            "inspected_on",
            "reason",
            "institution_id",
            subject_id="report_id",
            occurred_at=ibis._.inspected_on.cast("timestamp"),
        )
    )


def _agreed(tables: Tables, handed: ir.Table) -> ir.Table:
    """Reports for which an agreement was in force; a bound that is not known is none."""
    agreements = tables["subcontracts"].select(
        "institution_id",
        "subcontractor_id",
        signed_on=ibis.coalesce(ibis._.signed_on, literal_day(ALWAYS_FROM)),
        valid_until=ibis.coalesce(ibis._.valid_until, literal_day(ALWAYS_UNTIL)),
    )
    met = handed.select("report_id", "institution_id", "subcontractor_id", "inspected_on").inner_join(
        agreements, ["institution_id", "subcontractor_id"]
    )
    met = met.filter((met.signed_on <= met.inspected_on) & (met.inspected_on <= met.valid_until))
    return met.select("report_id").distinct().mutate(agreed=True)


RULE = Rule(
    code="subcontract_invalid",
    family="G",
    title="违规分包",
    subject="report",
    severity=2,
    clause="湖南方案 二（五）：严格分包单位资格审查并签订服务协议；上海方案 一（二）：严格分包工作管理",
    needs={
        "reports": ("report_id", "institution_id", "inspected_on"),
        "subcontracts": ("institution_id", "subcontractor_id"),
        "institutions": ("institution_id",),
        "equipment": ("equipment_id", "category"),
    },
    says="{inspected_on}的检验分包给{subcontractor_id}：{reason}",
    clears="当天有效的分包协议；或者分包单位的核准证和状态证明",
    labels={
        "report_no": "报告编号",
        "subcontractor_id": "分包单位",
        "category": "设备类别",
        "inspected_on": "检验日期",
        "reason": "情形",
    },
    find=find,
)

"""无原始记录: a report with no record behind it."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports that no record names."""
    recorded = tables["records"].filter(ibis._.report_id.notnull()).select("report_id")
    bare = tables["reports"].filter(ibis._.report_id.notnull()).anti_join(recorded, "report_id")
    return bare.select(
        "report_no",
        "equipment_id",
        "inspected_on",
        "issued_at",
        "institution_id",
        subject_id="report_id",
        occurred_at=ibis.coalesce(bare.issued_at, bare.inspected_on.cast("timestamp")),
    )


RULE = Rule(
    code="no_record",
    family="D",
    title="无原始记录",
    subject="report",
    severity=2,
    clause="湖南方案：检验检测工作见证材料完整、可追溯；检验机构核准规则：原始记录",
    needs={"reports": ("report_id",), "records": ("report_id",)},
    says="报告{report_no}（{inspected_on}检验）没有原始记录",
    clears="补交的原始记录及其形成时间的证明；或者记录挂在别的报告下的更正说明",
    labels={"report_no": "报告编号", "equipment_id": "设备代码", "inspected_on": "检验日期", "issued_at": "出具时间"},
    find=find,
)

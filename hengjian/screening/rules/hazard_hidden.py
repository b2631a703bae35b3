"""隐瞒问题: the record says fail, the report says qualified, and no hazard was filed."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Rule, Values
from hengjian.screening.tables import Tables


def find(tables: Tables, values: Values) -> ir.Table:
    """Return qualified reports with a failed reading and no hazard."""
    failed = tables["readings"].filter(ibis._.result == "fail").select("record_id", "item")
    records = tables["records"].select("record_id", "report_id")
    qualified = tables["reports"].filter(ibis._.conclusion == "qualified")
    failed = failed.inner_join(records, "record_id").select("report_id", "record_id", "item")
    told = tables["hazards"].filter(ibis._.report_id.notnull()).select("report_id").distinct()
    hidden = failed.inner_join(qualified, "report_id").anti_join(told, "report_id")
    return (
        hidden.group_by("report_id")
        .aggregate(
            items=hidden.item.collect(distinct=True),
            record_ids=hidden.record_id.collect(distinct=True),
            report_no=hidden.report_no.max(),
            inspected_on=hidden.inspected_on.max(),
            institution_id=hidden.institution_id.max(),
        )
        .select(
            "items",
            "record_ids",
            "report_no",
            "inspected_on",
            "institution_id",
            subject_id="report_id",
            occurred_at=ibis._.inspected_on.cast("timestamp"),
        )
    )


RULE = Rule(
    code="hazard_hidden",
    family="F",
    title="隐瞒问题",
    subject="report",
    severity=3,
    clause="湖南方案 二（五）、东营方案 三（三）2：检验重大问题隐瞒不报；湖南行风通知 一（三）：检验检测记录与报告不一致",
    needs={
        "readings": ("record_id", "item"),
        "records": ("record_id", "report_id"),
        "reports": ("report_id", "conclusion"),
        "hazards": ("report_id",),
    },
    says="原始记录中{items}不合格，报告结论为合格，也没有登记隐患",
    clears="检验当场整改并复检合格的记录；或者该项不影响结论的技术依据",
    labels={
        "items": "不合格的项目",
        "record_ids": "记录标识",
        "report_no": "报告编号",
        "inspected_on": "检验日期",
    },
    find=find,
)

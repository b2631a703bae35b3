"""记录与报告不一致: what was read on site is not what the report says."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.readings import RESULTS, items, readings, records, result_number
from hengjian.screening.shared.signatures import record_signatures, report_signatures
from hengjian.screening.tables import Tables

MOST_LISTED = 50


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports of which an item differs from the record."""
    differing = _differing_items(tables, tables.keep("suspected_records", _suspects(tables)), values)
    ranked = differing.mutate(place=ibis.row_number().over(group_by="report_id", order_by=[differing.item, differing.record_id]))
    listed = ibis.struct({name: ranked[name] for name in ("item", "recorded", "reported", "recorded_result", "reported_result")})
    found = ranked.group_by("report_id").aggregate(
        items=ranked.item.nunique(),
        record_ids=ranked.record_id.collect(distinct=True),
        item_list=listed.collect(where=ranked.place < MOST_LISTED),
    )
    reports = tables["reports"].select("report_id", "report_no", "institution_id", "equipment_id", "issued_at", "inspected_on")
    named = found.inner_join(reports, "report_id")
    return named.select(
        "report_no",
        "equipment_id",
        "items",
        "record_ids",
        "item_list",
        "institution_id",
        subject_id="report_id",
        occurred_at=ibis.coalesce(named.issued_at, named.inspected_on.cast("timestamp")),
    )


def _suspects(tables: Tables) -> ir.Table:
    """Records that are not, row by row, what their report has: only these are compared item by item."""
    known = tables.kept(records).filter(ibis._.report_id.notnull()).select("record_key", "record_id", "report_id")
    recorded = known.inner_join(tables.kept(record_signatures), "record_key")
    reported = tables.kept(report_signatures).select("report_id", reported="content")
    both = recorded.inner_join(reported, "report_id")
    return both.filter(both.content != both.reported).select("record_key", "record_id", "report_id")


def _differing_items(tables: Tables, suspects: ir.Table, values: Values) -> ir.Table:
    read = tables.kept(readings).inner_join(suspects, "record_key")
    read = read.select("report_id", "record_id", "item_key", recorded="value", read_as="result")
    written = tables["report_items"].semi_join(suspects, "report_id").inner_join(tables.kept(items), "item")
    written = written.select("report_id", "item_key", "item", reported="value", written_as=result_number(written.result))
    both = read.inner_join(written, ["report_id", "item_key"])
    apart = (both.recorded - both.reported).abs()
    larger = ibis.ifelse(both.recorded.abs() > both.reported.abs(), both.recorded.abs(), both.reported.abs())
    values_differ = (apart > values.share / 100 * larger) & (apart > values.least)
    differing = both.filter((both.read_as != both.written_as).fill_null(False) | values_differ.fill_null(False))
    return differing.mutate(recorded_result=_word(differing.read_as), reported_result=_word(differing.written_as))


def _word(number: ir.IntegerValue) -> ir.StringValue:
    return number.cases(*enumerate(RESULTS))


RULE = Rule(
    code="record_mismatch",
    family="D",
    title="记录与报告不一致",
    subject="report",
    severity=2,
    clause="湖南行风通知：检验检测记录与报告不一致；上海方案 附件 报告一致性：与原始记录一致",
    needs={
        "reports": ("report_id",),
        "records": ("record_id", "report_id"),
        "readings": ("record_id", "item"),
        "report_items": ("report_id", "item"),
    },
    parameters=(
        Param("share", 1, "%", "数值相差超过较大者的"),
        Param("least", 1e-6, "", "数值相差还要超过"),
    ),
    says="报告{report_no}有{items}个项目与原始记录不一致（数值相差超过{share}%，或者单项结论不同）",
    clears="原始记录的更改痕迹和更改人签字；或者说明两处取值口径不同（修约、单位）的作业指导书条款",
    exempts=("只有一边有的项目不算，属于漏检项目", "一边为空的不比较"),
    labels={
        "report_no": "报告编号",
        "equipment_id": "设备代码",
        "items": "不一致的项目数",
        "record_ids": "原始记录",
        "item_list": "不一致的项目",
        "item": "项目",
        "recorded": "记录值",
        "reported": "报告值",
        "recorded_result": "记录结论",
        "reported_result": "报告结论",
    },
    find=find,
)

"""漏检项目: what nearly every report of the kind has, and this one lacks."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.rule import Param, Rule, Values
from hengjian.screening.shared.signatures import report_signatures
from hengjian.screening.tables import Tables

GROUP = ("category", "inspection_kind")


def find(tables: Tables, values: Values) -> ir.Table:
    """Return reports that lack an item of nearly all reports of their category and kind.

    Reports are grouped by the set of their items: one of each set is looked at, for all that have it.
    """
    reports = tables.keep("reports_by_items", _reports_by_items(tables))
    sets = tables.keep("item_sets", _sets(reports))
    held = tables.keep("items_of_sets", _items_of(tables, sets))
    lacking = tables.keep("sets_that_lack", _lacking(sets, held, values))
    found = reports.inner_join(lacking, [*GROUP, "item_set"])
    details = tables["reports"].select("report_id", "report_no", "institution_id", "equipment_id", "issued_at", "inspected_on")
    named = found.inner_join(details, "report_id")
    return named.select(
        "report_no",
        "equipment_id",
        *GROUP,
        "peers",
        "items",
        "item_list",
        "institution_id",
        subject_id="report_id",
        occurred_at=ibis.coalesce(named.issued_at, named.inspected_on.cast("timestamp")),
    )


def _reports_by_items(tables: Tables) -> ir.Table:
    """Every report of known category and kind with the signature of its items; 0 for one without any."""
    known = tables["equipment"].filter(ibis._.category.notnull()).select("equipment_id", "category")
    reports = tables["reports"].filter(lambda row: row.report_id.notnull() & row.inspection_kind.notnull())
    placed = reports.select("report_id", "equipment_id", "inspection_kind").inner_join(known, "equipment_id")
    signed = placed.left_join(tables.kept(report_signatures).select("report_id", "item_set"), "report_id")
    return signed.select("report_id", *GROUP, item_set=ibis.coalesce(signed.item_set, 0))


def _sets(reports: ir.Table) -> ir.Table:
    """Each set of items in each group, how many reports have it, and one of them.

    Sums go by way of floats: DuckDB adds into wider numbers than Ibis knows of, and a plain cast is left out.
    """
    sets = reports.group_by(*GROUP, "item_set").aggregate(reports=reports.count(), example=reports.report_id.min())
    return sets.mutate(peers=sets.reports.sum().over(group_by=GROUP).cast("float64").cast("int64"))


def _items_of(tables: Tables, sets: ir.Table) -> ir.Table:
    rows = tables["report_items"].filter(ibis._.item.notnull()).select("report_id", "item")
    return rows.inner_join(sets, rows.report_id == sets.example).select(*GROUP, "item_set", "reports", "peers", "item")


def _lacking(sets: ir.Table, held: ir.Table, values: Values) -> ir.Table:
    common = held.group_by(*GROUP, "item").aggregate(have=held.reports.sum().cast("float64").cast("int64"), peers=held.peers.max())
    common = common.filter((common.peers >= values.peers) & (common.have >= values.share / 100 * common.peers - 1e-9))
    due = sets.drop("peers").inner_join(common, list(GROUP))
    lacking = due.anti_join(held, [*GROUP, "item_set", "item"])
    listed = ibis.struct({"item": lacking["item"], "have": lacking.have, "have_share": lacking.have.cast("float64") * 100 / lacking.peers})
    return lacking.group_by(*GROUP, "item_set").aggregate(items=lacking.count(), peers=lacking.peers.max(), item_list=listed.collect())


RULE = Rule(
    code="items_missing",
    family="D",
    title="漏检项目",
    subject="report",
    severity=2,
    clause="上海方案 附件 报告完整性：报告应无漏检、错检的项目；东营方案：未按照技术规范要求开展检验",
    needs={"reports": ("report_id", "equipment_id", "inspection_kind"), "equipment": ("category",), "report_items": ("report_id", "item")},
    parameters=(
        Param("share", 95, "%", "同类设备、同一检验类别的报告中有该项目的不少于"),
        Param("peers", 50, "份", "同类设备、同一检验类别的报告不少于"),
    ),
    says="报告{report_no}缺{items}个项目，而{peers}份同类报告（设备类别{category}）中至少{share}%都有",
    clears="该设备不适用这些项目的说明（结构、参数、安全技术规范条款）；或者补传的完整报告",
    exempts=("设备类别或者检验类别不明的报告不判断",),
    labels={
        "report_no": "报告编号",
        "equipment_id": "设备代码",
        "category": "设备类别",
        "inspection_kind": "检验类别",
        "peers": "同类报告数",
        "items": "缺少的项目数",
        "item_list": "缺少的项目",
        "item": "项目",
        "have": "有该项目的报告",
        "have_share": "所占百分比",
    },
    find=find,
)

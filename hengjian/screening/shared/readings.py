"""Readings and records by small whole numbers, so that the largest tables are joined by their long keys only once."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.tables import Tables

RESULTS = ("pass", "fail", "not_applicable")


def items(tables: Tables) -> ir.Table:
    """Return `item_key`, `item`: every item that a reading or a report has."""
    asked = [
        tables[name].filter(ibis._.item.notnull()).select("item").distinct() for name in ("readings", "report_items") if name in tables
    ]
    together = asked[0] if len(asked) == 1 else ibis.union(*asked, distinct=True)
    return together.select(item_key=tables.engine.row_keys(), item="item")


def categories(tables: Tables) -> ir.Table:
    """Return `category_key`, `category`."""
    known = tables["equipment"].filter(ibis._.category.notnull()).select("category").distinct()
    return known.select(category_key=tables.engine.row_keys(), category="category")


def recorders(tables: Tables) -> ir.Table:
    """Return `recorder_key`, `recorded_by`."""
    known = tables["records"].filter(ibis._.recorded_by.notnull()).select("recorded_by").distinct()
    return known.select(recorder_key=tables.engine.row_keys(), recorded_by="recorded_by")


def records(tables: Tables) -> ir.Table:
    """Return every record by a number, with what is known of its report and equipment.

    Columns: record_key, record_id, report_id, recorder_key, started_at, equipment_id, category_key. The last two are null where reports
    or equipment are not in the package.
    """
    kept = tables["records"].filter(ibis._.record_id.notnull())
    named = kept.left_join(tables.kept(recorders), "recorded_by")
    placed = named.left_join(_places(tables), "report_id")
    return placed.select(
        "record_id", "report_id", "recorder_key", "started_at", "equipment_id", "category_key", record_key=tables.engine.row_keys()
    )


def _places(tables: Tables) -> ir.Table:
    reports = tables["reports"].filter(ibis._.report_id.notnull() & ibis._.equipment_id.notnull()).select("report_id", "equipment_id")
    if "equipment" not in tables:
        return reports.mutate(category_key=ibis.null("int64"))
    known = tables["equipment"].inner_join(tables.kept(categories), "category").select("equipment_id", "category_key")
    return reports.left_join(known, "equipment_id").select("report_id", "equipment_id", "category_key")


def readings(tables: Tables) -> ir.Table:
    """Return every reading of a known record by numbers.

    Columns: record_key, recorder_key, category_key, item_key, value, result (place in RESULTS, null where it is not known).
    """
    known = tables.kept(records).select("record_id", "record_key", "recorder_key", "category_key")
    placed = tables["readings"].inner_join(known, "record_id").inner_join(tables.kept(items), "item")
    return placed.select("record_key", "recorder_key", "category_key", "item_key", "value", result=result_number(placed.result))


def result_number(result: ir.StringValue) -> ir.IntegerValue:
    """Return the place of a result in RESULTS; null for null."""
    return result.cases(*((word, at) for at, word in enumerate(RESULTS))).cast("int8")


def value_counts(tables: Tables) -> ir.Table:
    """Return category_key, item_key, value, readings: how often each value is read in a category."""
    measured = tables.kept(readings).filter(lambda row: row.value.notnull() & row.category_key.notnull())
    return measured.group_by("category_key", "item_key", "value").aggregate(readings=ibis._.count())

"""Signatures: many rows of a report or a record in one number, so that most of them need never be compared row by row.

A signature is the exclusive or of the hashes of its rows: it does not depend on their order. Equal rows have equal signatures; what rests
on two signatures being equal is looked at row by row before anybody is found.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from hengjian.screening.expressions import bit_xor
from hengjian.screening.shared.readings import items, readings, result_number
from hengjian.screening.tables import Tables

RESULT_BASE = 8
NO_RESULT = 7


def report_signatures(tables: Tables) -> ir.Table:
    """Return report_id, item_set (its items) and content (its items with value and result), of reports that have items."""
    placed = tables["report_items"].filter(ibis._.report_id.notnull()).inner_join(tables.kept(items), "item")
    content = _content(tables, placed.item_key, result_number(placed.result), placed.value)
    narrow = placed.select("report_id", one=tables.engine.hashed(placed.item_key, ibis.literal(0.0)), content=content)
    return narrow.group_by("report_id").aggregate(item_set=bit_xor(narrow.one), content=bit_xor(narrow.content))


def record_signatures(tables: Tables) -> ir.Table:
    """Return record_key and content, of records that have readings."""
    measured = tables.kept(readings)
    narrow = measured.select("record_key", content=_content(tables, measured.item_key, measured.result, measured.value))
    return narrow.group_by("record_key").aggregate(content=bit_xor(narrow.content))


def _content(tables: Tables, item_key: ir.Value, result: ir.Value, value: ir.Value) -> ir.IntegerValue:
    return tables.engine.hashed(item_key * RESULT_BASE + ibis.coalesce(result, NO_RESULT), value)

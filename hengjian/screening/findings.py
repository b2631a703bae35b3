"""Findings: what a rule returned, in the columns that every reader of findings knows.

rule, subject_type, subject_id, institution_id, occurred_at, severity, evidence (JSON: the sentence under `says`, then the figures and
rows that a case officer needs to check it by hand). The same findings have the same bytes, whichever engine found them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa

from hengjian.screening.rule import IDENTIFYING, Rule, Values
from hengjian.screening.wording import sentence

SCHEMA = pa.schema(
    [
        ("rule", pa.string()),
        ("subject_type", pa.string()),
        ("subject_id", pa.string()),
        ("institution_id", pa.string()),
        ("occurred_at", pa.timestamp("us")),
        ("severity", pa.int8()),
        ("evidence", pa.string()),
    ]
)
# Engines add floats in orders of their own; more digits than these would tell them apart.
SIGNIFICANT = 10


def findings_of(rule: Rule, values: Values, rows: pa.Table) -> pa.Table:
    """Return what a rule found as findings, in an order of their own."""
    missing = set(IDENTIFYING) - set(rows.column_names)
    if missing:
        raise TypeError(f"{rule.code} returns no {', '.join(sorted(missing))}")
    found = sorted(_each(rule, values, rows), key=_order)
    columns = list(zip(*found, strict=True)) if found else [()] * len(SCHEMA)
    return pa.Table.from_arrays([pa.array(column, kind.type) for column, kind in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)


def _order(row: tuple[Any, ...]) -> tuple[str, ...]:
    return (row[1], row[2], row[3] or "", str(row[4] or ""), row[6])


def _each(rule: Rule, values: Values, rows: pa.Table) -> Iterator[tuple[Any, ...]]:
    names = [name for name in rows.column_names if name not in (*IDENTIFYING, "subject_type")]
    evidence = list(zip(*(rows.column(name).to_pylist() for name in names), strict=True)) if names else [()] * rows.num_rows
    kinds = rows.column("subject_type").to_pylist() if "subject_type" in rows.column_names else [rule.subject] * rows.num_rows
    told = zip(kinds, *(rows.column(name).to_pylist() for name in IDENTIFYING), evidence, strict=True)
    for kind, subject, institution, occurred, figures in told:
        proof = {name: settled(value) for name, value in zip(names, figures, strict=True)}
        text = json.dumps({"says": sentence(rule, values, proof)} | proof, ensure_ascii=False, default=_plain)
        yield rule.code, kind, subject, institution, _as_time(occurred), rule.severity, text


def _as_time(value: Any) -> dt.datetime | None:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    return value.replace(tzinfo=None) if value is not None else None


def settled(value: Any) -> Any:
    """Return a value of evidence in the one form that does not depend on the engine: lists sorted, floats rounded."""
    if isinstance(value, float):
        return float(f"{value:.{SIGNIFICANT}g}")
    if isinstance(value, Decimal):
        return settled(float(value))
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, dict):
        return {name: settled(part) for name, part in value.items()}
    if isinstance(value, list):
        return sorted((settled(one) for one in value), key=lambda one: json.dumps(one, ensure_ascii=False, default=_plain))
    return value


def _plain(value: Any) -> Any:
    return value.isoformat(sep=" ") if isinstance(value, dt.datetime) else value.isoformat()

"""Numbers of official papers, without gaps, per series, holder and year."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from hengjian.base import guard
from hengjian.base.models.numbering import NumberSeries


def next_number(series: str, holder_id: UUID, year: int) -> int:
    """Take the next number of a series, inside the audited action that uses it.

    The series stays locked until the action commits; an action that fails gives its number back.
    """
    if guard.OPEN.get() is None or not transaction.get_connection().in_atomic_block:
        raise guard.WriteOutsideAction(f"number of {series}: taken outside an audited action")
    locked = NumberSeries.objects.select_for_update()
    row, _created = locked.get_or_create(series=series, holder_id=holder_id, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def paper_number(prefix: str, year: int, number: int) -> str:
    """Write a number as on official papers: 湘市监特令〔2024〕7号."""
    return f"{prefix}〔{year}〕{number}号"


def serial_number(prefix: str, year: int, number: int, *, width: int = 4) -> str:
    """Write a number for registers and file names: WT-2024-0007."""
    return f"{prefix}-{year}-{number:0{width}d}"

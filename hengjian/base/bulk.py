"""Many new rows of one table at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models

BATCH, MOST_PARAMETERS = 1000, 30_000
AS_THEY_ARE = frozenset({str, int, bool, type(None)})
PLAIN_COLUMNS = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)


def insert_all(rows: Sequence[models.Model]) -> None:
    """Insert new rows, set-wise; the caller holds the transaction.

    On SQLite by statements of many rows, put together without Django's compiler, which costs as much as the insert. Not
    a statement for each row: within a savepoint each of them walks through all that SQLite keeps in memory for undoing
    it, so that time grows with the square of the rows. PostgreSQL goes Django's way.
    """
    if not rows:
        return
    model = type(rows[0])
    database = connections[DEFAULT_DB_ALIAS]  # looked up once: behind its usual name stands a proxy
    if database.vendor != "sqlite":
        model._base_manager.bulk_create(rows, batch_size=BATCH)
        return
    columns = _columns(model)
    at_once = min(BATCH, MOST_PARAMETERS // len(columns))
    with database.cursor() as cursor:
        for start in range(0, len(rows), at_once):
            part = rows[start : start + at_once]
            cursor.execute(_statement(model, len(part)), [_value(column, row, is_plain, database) for row in part for column, is_plain in columns])
    for row in rows:
        row._state.adding, row._state.db = False, database.alias


@cache
def _columns(model: type[models.Model]) -> list[tuple[Any, bool]]:
    """The columns of a table that an insert fills, and whether a text or number goes in as it is."""
    fields = [one for one in model._meta.local_concrete_fields if not one.generated and not isinstance(one, models.AutoField)]
    return [(one, isinstance(one, PLAIN_COLUMNS)) for one in fields]


@lru_cache(maxsize=50)
def _statement(model: type[models.Model], count: int) -> str:
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    names = ", ".join(quote(str(one.column)) for one, _is_plain in _columns(model))
    marks = "(" + ", ".join(["%s"] * len(_columns(model))) + ")"
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES {', '.join([marks] * count)}"  # noqa: S608  names of our own tables


def _value(column: Any, row: models.Model, is_plain: bool, database: Any) -> Any:
    value = column.pre_save(row, True)
    if is_plain and type(value) in AS_THEY_ARE:
        return value
    return value.hex if type(value) is UUID else column.get_db_prep_save(value, database)

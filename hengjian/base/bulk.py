"""Many new rows of one table at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models

BATCH = 1000
AS_THEY_ARE = frozenset({str, int, bool, type(None)})
PLAIN_COLUMNS = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)


def insert_all(rows: Sequence[models.Model]) -> None:
    """Insert new rows, set-wise; the caller holds the transaction.

    SQLite takes them row by row into one prepared statement, for which Django builds text and parameters of ten
    thousand columns at a time. PostgreSQL goes Django's way.
    """
    if not rows:
        return
    model = type(rows[0])
    if connection.vendor != "sqlite":
        model._base_manager.bulk_create(rows, batch_size=BATCH)
        return
    sql, columns = _statement(model)
    with connection.cursor() as cursor:
        cursor.executemany(sql, [[_value(column, row, is_plain) for column, is_plain in columns] for row in rows])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@cache
def _statement(model: type[models.Model]) -> tuple[str, list[tuple[Any, bool]]]:
    """The statement of a table, and its columns, with whether a text or number goes in as it is."""
    fields = [one for one in model._meta.local_concrete_fields if not one.generated and not isinstance(one, models.AutoField)]
    quote = connection.ops.quote_name
    names, marks = ", ".join(quote(str(one.column)) for one in fields), ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608  names of our own tables
    return sql, [(one, isinstance(one, PLAIN_COLUMNS)) for one in fields]


def _value(column: Any, row: models.Model, is_plain: bool) -> Any:
    value = column.pre_save(row, True)
    if is_plain and type(value) in AS_THEY_ARE:
        return value
    return column.get_db_prep_save(value, connection)

"""Many new rows of one table at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models

BATCH, MOST_PARAMETERS = 1000, 30_000


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
    fields = _fields(model)
    names = tuple(str(one.column) for one, _quick, _is_own in fields)
    _insert(database, model, names, [[_value(field, row, quick, is_own, database) for field, quick, is_own in fields] for row in rows])
    for row in rows:
        row._state.adding, row._state.db = False, database.alias


def insert_values(model: type[models.Model], names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of plain values (texts, numbers, bytes, ids, times) under these columns.

    For tables whose rows are made by the thousand and needed by nobody as instances: to make one of each costs more
    than the insert.
    """
    if not rows:
        return
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "sqlite":
        _insert(database, model, names, rows)
        return
    adapt: dict[type, Any] = {UUID: _hex, datetime: database.ops.adapt_datetimefield_value}
    _insert(database, model, names, [[adapt[type(one)](one) if type(one) in adapt else one for one in row] for row in rows])


def _insert(database: Any, model: type[models.Model], names: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> None:
    at_once = min(BATCH, MOST_PARAMETERS // len(names))
    with database.cursor() as cursor:
        for start in range(0, len(rows), at_once):
            part = rows[start : start + at_once]
            cursor.execute(_statement(model, names, len(part)), [value for row in part for value in row])


@cache
def _fields(model: type[models.Model]) -> list[tuple[Any, dict[type, Any], bool]]:
    """The columns that an insert fills, how the values that they mostly hold go in, and whether a value is made as it is saved."""
    fields = [one for one in model._meta.local_concrete_fields if not one.generated and not isinstance(one, models.AutoField)]
    return [(one, _quick(one), type(one).pre_save is not models.Field.pre_save) for one in fields]


def _quick(field: Any) -> dict[type, Any]:
    if isinstance(field, PLAIN_COLUMNS):
        return {**AS_THEY_ARE, UUID: _hex}
    is_day = isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField)
    return {UUID: _hex, date: date.isoformat} if is_day else {UUID: _hex}


def _same(value: Any) -> Any:
    return value


def _hex(value: UUID) -> str:
    return value.hex


AS_THEY_ARE: dict[type, Any] = dict.fromkeys((str, int, bool, type(None)), _same)
PLAIN_COLUMNS = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)


@lru_cache(maxsize=50)
def _statement(model: type[models.Model], names: tuple[str, ...], count: int) -> str:
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    columns = ", ".join(map(quote, names))
    marks = "(" + ", ".join(["%s"] * len(names)) + ")"
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {', '.join([marks] * count)}"  # noqa: S608  names of our own tables


def _value(field: Any, row: models.Model, quick: dict[type, Any], is_own: bool, database: Any) -> Any:
    value = field.pre_save(row, True) if is_own else getattr(row, field.attname)
    how = quick.get(type(value))
    return how(value) if how else field.get_db_prep_save(value, database)

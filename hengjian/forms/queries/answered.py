"""Whether lines are answered, asked of the database: by the ten thousand they need not be read for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Func, Q, TextField
from django.db.models.lookups import GreaterThan


class TextAt(Func):
    """The text at a key of a JSON column, ``NULL`` where it is missing or null. Django's own makes the text ``null`` of a null on SQLite."""

    output_field = TextField()

    def __init__(self, column: str, key: str) -> None:
        super().__init__(F(column))
        self.key = key

    def as_sqlite(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"JSON_EXTRACT({sql}, %s)", (*params, f'$."{self.key}"')

    def as_postgresql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"({sql} ->> %s)", (*params, self.key)


def are_answered(columns: Iterable[str]) -> Q:
    """Lines in which every one of these columns is filled in: the same as ``is_answered`` says of their values."""
    wanted = Q()
    for column in columns:
        wanted &= Q(GreaterThan(TextAt("values", column), ""))
    return wanted

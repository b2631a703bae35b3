"""Everything that lies sealed in the database, place by place: to prove that the keys fit, and to seal it anew under another key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction

from hengjian.base import crypto, guard
from hengjian.base.fields import EncryptedTextField

BATCH = 200
"""Rows that are sealed anew in one transaction: others wait no longer than that takes."""


@dataclass(frozen=True)
class Value:
    """One sealed value: its row, its bytes, and what they are bound to."""

    key: Any
    sealed: bytes
    context: bytes


class Column:
    """An encrypted column of a table, read and written as it lies there. The names in its statements are those of our models."""

    def __init__(self, model: Any, field: EncryptedTextField) -> None:
        self.model, self.field = model, field
        quote = connection.ops.quote_name
        self.name = str(field.column)
        self.table, self.column, self.key = (quote(name) for name in (model._meta.db_table, self.name, model._meta.pk.column))
        self._filled = f"FROM {self.table} WHERE {self.column} IS NOT NULL AND length({self.column}) > 0"
        self._under_others = f"AND substr({self.column}, 1, %s) <> %s"

    def __str__(self) -> str:
        return f"{self.model._meta.verbose_name}·{self.field.verbose_name}"

    def values(self, after: Any = None, *, not_under: bytes = b"", most: int = BATCH) -> list[Value]:
        """The next values by the order of their rows; with ``not_under`` only those that another key sealed."""
        under = self._under_others if not_under else ""
        later = "" if after is None else f"AND {self.key} > %s"
        sql = f"SELECT {self.key}, {self.column} {self._filled} {under} {later}"
        params: list[Any] = [len(not_under), not_under] if under else []
        params += [after] if later else []
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} ORDER BY {self.key} LIMIT {int(most)}", params)
            found = cursor.fetchall()
        return [Value(key, bytes(sealed), self._context(key)) for key, sealed in found]

    def count(self, *, not_under: bytes) -> int:
        """How many values another key sealed."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) {self._filled} {self._under_others}", [len(not_under), not_under])
            return int(cursor.fetchone()[0])

    def replace(self, old: Value, sealed: bytes) -> bool:
        """Put another ciphertext of the same value in its place, unless somebody has written there meanwhile."""
        sql = f"UPDATE {self.table} SET {self.column} = %s WHERE {self.key} = %s AND {self.column} = %s"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, [sealed, old.key, old.sealed])
            return bool(cursor.rowcount)

    def _context(self, key: Any) -> bytes:
        return crypto.context_of(self.model._meta.db_table, self.name, key if isinstance(key, UUID) else UUID(str(key)))


_further: list[Callable[[], Iterator[Any]]] = []


def also(places: Callable[[], Iterator[Any]]) -> Callable[[], Iterator[Any]]:
    """Register further places that hold sealed values, with the methods of ``Column``."""
    _further.append(places)
    return places


def places() -> Iterator[Any]:
    """Every place of the database that holds sealed values."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield Column(model, field)
    for more in _further:
        yield from more()


def seal_anew(place: Any, values: list[Value]) -> tuple[int, list[Value]]:
    """Seal these values under the present key, in one transaction; how many, and which of them do not open.

    The content stays as it is, so the ledger, which commits to the plain text, has nothing to say to it.
    """
    done, broken = 0, []
    with transaction.atomic(), guard.the_door_writes():
        for value in values:
            try:
                plain = crypto.unseal(value.sealed, value.context)
            except crypto.Tampered:
                broken.append(value)
                continue
            done += place.replace(value, crypto.seal(plain, value.context))
    return done, broken

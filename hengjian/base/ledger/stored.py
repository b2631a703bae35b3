"""The state of a row as canonical text, straight from its stored columns: what ``snapshot`` says of an instance, without one.

For checks of whole tables. A value that is stored otherwise than we write it is never interpreted here: the text then
differs or ``NotQuick`` is raised, and the row is looked at as an instance.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any
from unicodedata import normalize

from django.db import connection, models

from hengjian.base import crypto
from hengjian.base.fields import BlindIndexField, EncryptedTextField
from hengjian.base.ledger.canonical import SAFE_INTEGER, canonical_of, text_of_plain, time_text
from hengjian.base.ledger.commitments import PREFIX
from hengjian.base.ledger.entries import FieldPlan, plan_of
from hengjian.base.scope import EVERYTHING
from hengjian.base.sight import seeing

CHUNK = 1000
EMPTY = frozenset(('""', "{}", "[]", "null"))
"""Personal values with nothing to protect are entered as they are."""

Maker = Callable[[Any, str], str]


class NotQuick(ValueError):
    """A value that has to be read as the model reads it."""


def stored(rows: Any) -> Iterator[Sequence[Any]]:
    """What ``values_list`` gives, as the database keeps it, in chunks; whoever asks may see everything."""
    sql, params = rows.query.get_compiler(connection=connection).as_sql()
    with connection.chunked_cursor() as cursor:
        with seeing(EVERYTHING):
            cursor.execute(sql, params)
            chunk = cursor.fetchmany(CHUNK)
        while chunk:
            yield chunk
            with seeing(EVERYTHING):
                chunk = cursor.fetchmany(CHUNK)


def dashed(value: Any) -> str:
    """An id as canonical text has it."""
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}" if type(value) is str else str(value)


class StoredState:
    """Makes the canonical text of rows of one table, and its digest."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields}
        plans = plan_of(model)
        self.names = [one.attname for one in plans]
        self._parts = [
            (f'{"," if at else "{"}"{one.attname}":', _maker(fields[one.attname], one), one.attname.encode() + b"\0" if one.is_personal else None)
            for at, one in enumerate(plans)
        ]

    def digest(self, values: Sequence[Any], row_id: str, key: bytes | None) -> str:
        """The digest of the state of a row. Raises ``NotQuick``, and ``Tampered`` for what does not open."""
        found: list[str] = []
        for (head, make, personal), value in zip(self._parts, values, strict=True):
            text = make(value, row_id)
            if personal and text not in EMPTY:
                if key is None:
                    raise NotQuick
                text = f'"{PREFIX}{hmac.digest(key, personal + text.encode(), "sha256").hex()}"'
            found += (head, text)
        return sha256(("".join(found) + "}").encode()).hexdigest()


def _maker(field: Any, plan: FieldPlan) -> Maker:
    if isinstance(field, EncryptedTextField):
        return _opened(field)
    if isinstance(field, BlindIndexField):
        return _index
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    for kind, make in _MAKERS.items():
        if isinstance(field, kind) and type(field).to_python is kind.to_python:
            return make
    if isinstance(field, models.DateTimeField):
        return _moment
    return _json if isinstance(field, models.JSONField) and field.decoder is None else _converted(field, plan)


def _id(value: Any, _row: str) -> str:
    return "null" if value is None else f'"{dashed(value)}"'


def _text(value: Any, _row: str) -> str:
    if type(value) is not str:
        return _none(value)
    return encode_basestring(value if value.isascii() else normalize("NFC", value))


def _index(value: Any, _row: str) -> str:
    if not value:
        raise NotQuick  # follows from its column
    return _text(value, _row)


def _number(value: Any, _row: str) -> str:
    return str(value) if type(value) is int and -SAFE_INTEGER <= value <= SAFE_INTEGER else _none(value)


def _truth(value: Any, _row: str) -> str:
    return "true" if value is True or value == 1 else "false" if value is False or value == 0 else _none(value)


def _day(value: Any, _row: str) -> str:
    return f'"{value.isoformat()}"' if type(value) is date else _none(value)


def _none(value: Any) -> str:
    if value is None:
        return "null"
    raise NotQuick


def _moment(value: Any, _row: str) -> str:
    if type(value) is not datetime:
        return _none(value)
    if value.tzinfo is None:  # SQLite keeps times of UTC without saying so
        return f'"{value.isoformat(timespec="microseconds")}Z"'
    return f'"{time_text(value)}"'


def _json(value: Any, _row: str) -> str:
    if value in ("[]", "{}"):
        return str(value)
    return canonical_of(value) if type(value) is str else _none(value)


def _opened(field: EncryptedTextField) -> Maker:
    table, column = field.model._meta.db_table, field.column or field.name

    def make(value: Any, row: str) -> str:
        if value is None:
            return "null"
        return _text(crypto.unseal(bytes(value), crypto.context_of(table, column, row)) if len(value) else "", row)
    return make


def _converted(field: Any, plan: FieldPlan) -> Maker:
    """Any other column: as Django reads it."""
    column = field.get_col(field.model._meta.db_table)
    converters = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]

    def make(value: Any, _row: str) -> str:
        for convert in converters:
            value = convert(value, column, connection)
        return text_of_plain(plan.to_plain(value))
    return make


_MAKERS: dict[Any, Maker] = {
    models.UUIDField: _id, models.CharField: _text, models.TextField: _text, models.IntegerField: _number, models.BooleanField: _truth,
    models.DateField: _day,
}

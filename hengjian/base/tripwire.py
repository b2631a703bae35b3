"""The wire behind the door: a statement that writes a business row outside an audited action is refused, however it was made."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.apps import apps
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

from hengjian.base.guard import WRITING, WriteOutsideAction

_FIRST_LETTERS = frozenset("IUDRTMCWiudrtmcw")
_NAME = r"\s+(?:ONLY\s+)?(?:\"?\w+\"?\.)?\"?(\w+)"
_WRITES = re.compile(rf"\b(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM|REPLACE\s+INTO|MERGE\s+INTO|COPY){_NAME}", re.IGNORECASE)
_FIRST = re.compile(rf"\s*{_WRITES.pattern}", re.IGNORECASE)
_NAMES = re.compile(r"\w+")

_migrating = False


@cache
def guarded_tables() -> frozenset[str]:
    """Tables whose rows are written by an audited action alone."""
    from hengjian.base.models.rows import Row  # needs the app registry

    return frozenset(model._meta.db_table for model in apps.get_models() if issubclass(model, Row))


def written_tables(sql: str) -> list[str]:
    """The tables that a statement writes to, as far as their names stand in it."""
    start = sql.lstrip()[:8].upper()
    if start.startswith("TRUNCATE"):
        return _NAMES.findall(sql)
    if start.startswith("WITH"):
        return [str(name) for name in _WRITES.findall(sql)]
    first = _FIRST.match(sql)
    return [first.group(1)] if first else []


def _wire(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    """Refuse a write behind the back of the door; everything else passes untouched."""
    if not WRITING.get() and not _migrating:
        text = sql if isinstance(sql, str) else sql.as_string(None)
        if text[:1] in _FIRST_LETTERS or text[:1].isspace():
            behind = guarded_tables().intersection(written_tables(text))
            if behind:
                raise WriteOutsideAction(f"{', '.join(sorted(behind))}: written outside an audited action")
    return execute(sql, params, many, context)


def _attach(sender: Any, connection: Any, **_kwargs: Any) -> None:
    if _wire not in connection.execute_wrappers:
        connection.execute_wrappers.append(_wire)


def _begin_migrations(sender: Any, **_kwargs: Any) -> None:
    global _migrating
    _migrating = True


def _end_migrations(sender: Any, **_kwargs: Any) -> None:
    global _migrating
    _migrating = False


def attach() -> None:
    """Lay the wire on every connection; migrations, which change rows without a ledger of their own, go over it."""
    connection_created.connect(_attach, dispatch_uid="hengjian_tripwire")
    pre_migrate.connect(_begin_migrations, dispatch_uid="hengjian_tripwire_begin")
    post_migrate.connect(_end_migrations, dispatch_uid="hengjian_tripwire_end")

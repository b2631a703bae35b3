"""What a test begins with is built once and put back afterwards: the rows that a builder wrote, and what it returned.

Only within the transaction of a test, on a database that is empty or as another builder left it. Wherever a test has written
something of its own before, or where a builder changed rows that were there, it simply runs.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection

from hengjian.base import clock as house_clock
from tests import roles

Rows = dict[str, dict[Any, Any]]
Key = tuple[str, ...]
Build = TypeVar("Build", bound=Callable[..., Any])

_WRITES = ("INSERT", "UPDATE", "DELETE", "ROLLBACK", "COPY", "ALTER", "DROP", "CREATE", "TRUNCATE")


@dataclass
class Kept:
    """The rows that a builder added, its result, and the moment at which it left the clock."""

    rows: Rows
    result: Any
    moment: datetime


class Memory:
    """What was built in this process, and as what the database of the running test is known."""

    def __init__(self) -> None:
        self.kept: dict[Key, Kept | None] = {}
        self.known: Key | None = None
        self.inside = False
        self._asked = False

    def forget(self) -> None:
        """A test begins or ends: nothing is known of its database."""
        self.known, self._asked = None, False

    def notice(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """A wrapper around each statement: what a test writes itself makes its database unknown."""
        if not self.inside and isinstance(sql, str) and sql.startswith(_WRITES):
            self.known, self._asked = None, True
        return execute(sql, params, many, context)

    def is_usable(self) -> bool:
        """Whether the database is known; at its first asking it is, if it is empty."""
        if not connection.in_atomic_block or self.inside or not house_clock.is_set():
            return False
        if self.notice not in connection.execute_wrappers:
            connection.execute_wrappers.append(self.notice)
        if self.known is None and not self._asked:
            self._asked = True
            self.known = () if _is_empty() else None
        return self.known is not None


MEMORY = Memory()


def remembered(build: Build) -> Build:
    """Let a builder of a test's beginning run once in a process; afterwards its rows are put back as they were."""

    @wraps(build)
    def instead(*args: Any, **kwargs: Any) -> Any:
        if not MEMORY.is_usable():
            return build(*args, **kwargs)
        said = [repr(one) for one in (*args, *sorted(kwargs.items())) if not hasattr(one, "set") and not hasattr(one, "officers")]
        key: Key = (*(MEMORY.known or ()), f"{build.__qualname__}({', '.join(said)}) at {house_clock.now()}")
        if key not in MEMORY.kept:
            return _built(key, lambda: build(*args, **kwargs))
        kept = MEMORY.kept[key]
        if kept is None:
            MEMORY.known = None
            return build(*args, **kwargs)
        return _put_back(key, kept)

    return instead  # type: ignore[return-value]


def _built(key: Key, build: Callable[[], Any]) -> Any:
    """Run a builder for the first time, and keep what it added unless it did more than add."""
    MEMORY.inside = True
    try:
        before = _all_rows()
        result = build()
        after = _all_rows()
        MEMORY.kept[key] = _kept(before, after, result)
    finally:
        MEMORY.inside = False
    MEMORY.known = key if MEMORY.kept[key] else None
    return result


def _kept(before: Rows, after: Rows, result: Any) -> Kept | None:
    added: Rows = {}
    for table, rows in after.items():
        held = before.get(table, {})
        if any(rows.get(pk) != row for pk, row in held.items()):
            return None
        if new := {pk: row for pk, row in rows.items() if pk not in held}:
            added[table] = new
    return Kept(added, deepcopy(result), house_clock.now())


def _put_back(key: Key, kept: Kept) -> Any:
    MEMORY.inside = True
    try:
        _insert(kept.rows)
    finally:
        MEMORY.inside = False
    house_clock.set_for_process(kept.moment)
    MEMORY.known = key
    return deepcopy(kept.result)


def _is_empty() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM ledger_entry) OR EXISTS (SELECT 1 FROM parties_authority)")
        return not cursor.fetchone()[0]


def _tables() -> dict[str, tuple[str, list[str]]]:
    """Every table with its key and its columns."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.managed and not meta.proxy and meta.pk is not None and meta.pk.column:
            found[meta.db_table] = (meta.pk.column, [field.column for field in meta.concrete_fields])
    return found


def _all_rows() -> Rows:
    """All rows, in a form that can be written again without change."""
    if connection.vendor == "sqlite":
        return {table: _of_sqlite(table, *columns) for table, columns in _tables().items()}
    with roles.as_owner():
        return {table: _of_postgres(table, *columns) for table, columns in _tables().items()}


def _of_sqlite(table: str, pk: str, columns: list[str]) -> dict[Any, Any]:
    bare = ", ".join(f'+"{column}"' for column in columns)  # an expression has no declared type: values come as they are stored
    at = columns.index(pk)
    return {row[at]: row for row in connection.connection.execute(f'SELECT {bare} FROM "{table}"')}


def _of_postgres(table: str, pk: str, columns: list[str]) -> dict[Any, Any]:
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.connection.cursor() as cursor, cursor.copy(f'COPY (SELECT {named} FROM "{table}") TO STDOUT') as copy:
        at, found = columns.index(pk), {}
        for line in b"".join(copy).splitlines():
            found[line.split(b"\t")[at]] = line
        return found


def _insert(rows: Rows) -> None:
    tables = _tables()
    if connection.vendor == "sqlite":
        for table, held in rows.items():
            columns = tables[table][1]
            named, marks = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(columns))
            connection.connection.executemany(f'INSERT INTO "{table}" ({named}) VALUES ({marks})', list(held.values()))
        return
    with roles.as_owner():
        for table, held in rows.items():
            named = ", ".join(f'"{column}"' for column in tables[table][1])
            with connection.connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({named}) FROM STDIN') as copy:
                copy.write(b"\n".join(held.values()) + b"\n")

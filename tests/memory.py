"""What a test begins with is built once and put back afterwards: the rows that a builder wrote, and what it returned.

Only within the transaction of a test, on a database that is empty or as another builder left it. Wherever a test has written
something of its own before, or where a builder removed rows, it simply runs.
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
    """The rows that a builder added and those that it changed, its result, and the moment at which it left the clock."""

    added: Rows
    changed: Rows
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
        said = ", ".join(_name(one) for one in (*args, *sorted(kwargs.items())))
        key: Key = (*(MEMORY.known or ()), f"{build.__module__}.{build.__qualname__}({said}) at {house_clock.now()}")
        if key not in MEMORY.kept:
            return _built(key, lambda: build(*args, **kwargs))
        kept = MEMORY.kept[key]
        if kept is None:
            MEMORY.known = None
            return build(*args, **kwargs)
        return _put_back(key, kept)

    return instead  # type: ignore[return-value]


def _name(one: Any) -> str:
    """What an argument is called: the clock, a world or a scene are what they are by what was built before."""
    if isinstance(one, tuple | str | int | dict | list | type(None)):
        return repr(one)
    return f"{type(one).__name__} {getattr(one, 'institution', '')}"


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
    changed: Rows = {}
    for table, rows in after.items():
        held = before.get(table, {})
        if held.keys() - rows.keys():
            return None
        added[table] = {pk: row for pk, row in rows.items() if pk not in held}
        changed[table] = {pk: row for pk, row in rows.items() if pk in held and held[pk] != row}
    return Kept(_some(added), _some(changed), deepcopy(result), house_clock.now())


def _some(rows: Rows) -> Rows:
    return {table: held for table, held in rows.items() if held}


def _put_back(key: Key, kept: Kept) -> Any:
    MEMORY.inside = True
    try:
        _write(kept)
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


def _write(kept: Kept) -> None:
    tables = _tables()
    if connection.vendor == "sqlite":
        for table, rows in kept.changed.items():
            _change_in_sqlite(table, *tables[table], rows)
        for table, rows in kept.added.items():
            named, marks = _named(tables[table][1]), ", ".join("?" * len(tables[table][1]))
            connection.connection.executemany(f'INSERT INTO "{table}" ({named}) VALUES ({marks})', list(rows.values()))
        return
    with roles.as_owner(), connection.connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # rows are taken out and put in: no trigger is asked
        for table, rows in kept.changed.items():
            cursor.execute(f'DELETE FROM "{table}" WHERE "{tables[table][0]}"::text = ANY(%s)', [[pk.decode() for pk in rows]])
        for table, rows in [*kept.changed.items(), *kept.added.items()]:
            with cursor.copy(f'COPY "{table}" ({_named(tables[table][1])}) FROM STDIN') as copy:
                copy.write(b"\n".join(rows.values()) + b"\n")
        cursor.execute("SET LOCAL session_replication_role = origin")


def _named(columns: list[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _change_in_sqlite(table: str, pk: str, columns: list[str], rows: dict[Any, Any]) -> None:
    at = columns.index(pk)
    sets = ", ".join(f'"{column}" = ?' for column in columns)
    connection.connection.executemany(f'UPDATE "{table}" SET {sets} WHERE "{pk}" = ?', [(*row, row[at]) for row in rows.values()])

"""The database's own wall around the ledger: append-only triggers, as the migration installs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from django.db import connection

MIGRATION = "hengjian.base.migrations.0003_ledger_words"


def _statements(vendor: str) -> tuple[list[str], list[str]]:
    made, dropped = import_module(MIGRATION).STATEMENTS[vendor]
    return list(made), list(dropped)


def install(schema_editor: Any) -> None:
    """Put the triggers in place; those that are there are replaced."""
    import_module(MIGRATION).install(None, schema_editor)


def remove(schema_editor: Any) -> None:
    """Take the triggers away. Only for restoring and for tests."""
    import_module(MIGRATION).remove(None, schema_editor)


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def without_triggers() -> Iterator[None]:
    """Open the wall for a block of code. Only for restoring and for tests."""
    made, dropped = _statements(connection.vendor)
    _run(dropped)
    try:
        yield
    finally:
        _run([*dropped, *made])


def missing() -> list[str]:
    """Return the names of triggers that should be there and are not (start-up check, ``doctor``)."""
    made, _dropped = _statements(connection.vendor)
    wanted = [statement.split()[2] for statement in made if statement.lstrip().startswith("CREATE TRIGGER")]
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return [name for name in wanted if name not in there]

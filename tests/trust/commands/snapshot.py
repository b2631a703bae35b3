"""The whole test database put aside and put back, so that commands may really commit, one after the other, in one world."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections

ASIDE = "_aside"


class SqliteCopy:
    """The file and its copy."""

    def __init__(self) -> None:
        self.path = Path(connection.settings_dict["NAME"])
        self.copy = self.path.with_name(self.path.name + ASIDE)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connections.close_all()
        shutil.copy(self.path, self.copy)

    def put_back(self) -> None:
        """The database as it was put aside."""
        connections.close_all()
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        shutil.copy(self.copy, self.path)

    def forget(self) -> None:
        """The copy is not needed any more."""
        self.copy.unlink()


class PostgresCopy:
    """The database and the one that was made of it."""

    def __init__(self) -> None:
        self.name = str(connection.settings_dict["NAME"])
        self._make(self.name + ASIDE, self.name)

    def _make(self, name: str, template: str) -> None:
        connections.close_all()
        with self._outside() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", [template])
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    @contextmanager
    def _outside(self) -> Iterator[Any]:
        with connection._nodb_cursor() as cursor:
            cursor.execute("RESET ROLE")  # the role that serves may not make databases
            yield cursor

    def put_back(self) -> None:
        """The database as it was put aside."""
        self._make(self.name, self.name + ASIDE)

    def forget(self) -> None:
        """The copy is not needed any more."""
        with self._outside() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{self.name}{ASIDE}" WITH (FORCE)')


def put_aside() -> SqliteCopy | PostgresCopy:
    """Put the database of the test aside as it is now."""
    return SqliteCopy() if connection.vendor == "sqlite" else PostgresCopy()

"""Writing rows in bulk: SQLite without its log and its indexes, PostgreSQL by COPY; both are made whole afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any
from uuid import UUID

BATCH = 20_000


class SqliteSink:
    """Rows into a SQLite file that nobody else has open."""

    def __init__(self, path: str) -> None:
        self.link = sqlite3.connect(path, isolation_level=None)
        for line in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1500000", "locking_mode=EXCLUSIVE", "foreign_keys=OFF", "temp_store=MEMORY"):
            self.link.execute(f"PRAGMA {line}")
        found = self.link.execute("SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL").fetchall()
        self.put_off = [sql for _kind, _name, sql in found]
        for kind, name, _sql in found:
            self.link.execute(f'DROP {kind} "{name}"')
        self.link.execute("BEGIN")

    def write(self, table: str, columns: list[str], rows: Iterable[list[Any]]) -> None:
        """Insert rows; ids are kept as 32 digits."""
        names, marks = ", ".join(f'"{one}"' for one in columns), ", ".join("?" * len(columns))
        adapted = ([one.hex if type(one) is UUID else one for one in row] for row in rows)
        self.link.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', adapted)  # noqa: S608  names of our own tables

    def finish(self) -> list[Any]:
        """Make indexes and triggers, count the rows for the planner; return broken references."""
        self.link.execute("COMMIT")
        for sql in self.put_off:
            self.link.execute(sql)
        self.link.execute("ANALYZE")
        broken = self.link.execute("PRAGMA foreign_key_check").fetchmany(20)
        self.link.execute("PRAGMA locking_mode=NORMAL")
        self.link.execute("PRAGMA journal_mode=WAL")
        self.link.close()
        return broken


class PostgresSink:
    """Rows into a PostgreSQL database, as its superuser, so that triggers and references wait."""

    def __init__(self, address: str) -> None:
        import psycopg  # only where there is PostgreSQL

        self.link = psycopg.connect(address, autocommit=True)
        self.link.execute("SET session_replication_role = replica")
        self.link.execute("SET maintenance_work_mem = '1GB'")
        found = self.link.execute(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.schemaname = 'public' "
            "AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"
        ).fetchall()
        self.indexes = [sql for _name, sql in found]
        for name, _sql in found:
            self.link.execute(f'DROP INDEX "{name}"')

    def write(self, table: str, columns: list[str], rows: Iterable[list[Any]]) -> None:
        """Copy rows in; texts are read by the type of the column."""
        names = ", ".join(f'"{one}"' for one in columns)
        with self.link.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)

    def finish(self) -> list[Any]:
        """Make the indexes and count the rows for the planner."""
        for sql in self.indexes:
            self.link.execute(sql)
        self.link.execute("VACUUM ANALYZE")
        self.link.close()
        return []

"""DuckDB, the engine that is always there: one process, out of core when memory is short."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa


class DuckEngine:
    """Runs expressions on a DuckDB database of its own, kept in a folder that the caller throws away."""

    name = "duckdb"

    def __init__(self, folder: Path, *, memory: str | None = None, threads: int | None = None) -> None:
        self.database = duckdb.connect(str(folder / "screening.duckdb"))
        self.database.execute("SET TimeZone = 'UTC'")
        self.database.execute(f"SET temp_directory = '{_quoted(folder / 'spill')}'")
        self.database.execute(f"SET threads = {int(threads or os.cpu_count() or 2)}")
        if memory:
            self.database.execute(f"SET memory_limit = '{_quoted(memory)}'")
        self.connection = ibis.duckdb.from_connection(self.database)

    def register(self, name: str, rows: pa.Table) -> ir.Table:
        """Make a table of rows in memory."""
        self.database.register("given_rows", rows)
        self.database.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM given_rows')
        self.database.unregister("given_rows")
        return self.connection.table(name)

    def table(self, name: str) -> ir.Table:
        """Return a table by name."""
        return self.connection.table(name)

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """Compute a table once and return it."""
        self.database.execute(f'CREATE OR REPLACE TABLE "{name}" AS {self.connection.compile(expression)}')
        return self.connection.table(name)

    def fetch(self, expression: ir.Table) -> pa.Table:
        """Return the rows of an expression."""
        return self.connection.to_pyarrow(expression)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def _quoted(text: object) -> str:
    return str(text).replace("'", "''")

"""DuckDB, the engine that is always there: one process, out of core when memory is short."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa

_pair_hash = ibis.udf.scalar.builtin(lambda key, value: None, name="hash", signature=((dt.int64, dt.float64), dt.uint64))
_hash = ibis.udf.scalar.builtin(lambda bits: None, name="hash", signature=((dt.uint64,), dt.uint64))


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

    def hashed(self, key: ir.Value, value: ir.Value) -> ir.IntegerValue:
        """Return 64 bits of a whole number and a figure; they differ from engine to engine, so no finding may show them."""
        # DuckDB joins the hashes of two columns by exclusive or, and hashes 0 to 0: without the second hash, values that change places
        # between items would go unnoticed in the exclusive or of many rows.
        return _hash(_pair_hash(key.cast("int64") + 1, value.cast("float64")))

    def row_keys(self) -> ir.IntegerValue:
        """Return a whole number of its own for each row of a table that is about to be kept."""
        return ibis.row_number().over()

    def hex_number(self, digits: ir.StringValue) -> ir.IntegerValue:
        """Return the number that at most 15 hexadecimal digits stand for."""
        return ibis.literal("0x").concat(digits).try_cast("int64")

    def fetch(self, expression: ir.Table) -> pa.Table:
        """Return the rows of an expression."""
        return self.connection.to_pyarrow(expression)

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()


def _quoted(text: object) -> str:
    return str(text).replace("'", "''")

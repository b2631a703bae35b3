"""Small packages written by hand: a test names the rows that matter, and asks what a rule finds in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hengjian.screening.calendar import workday_table
from hengjian.screening.catalogue import catalogue
from hengjian.screening.contract import contract
from hengjian.screening.engine.duck import DuckEngine
from hengjian.screening.engine.spark import SparkEngine
from hengjian.screening.running import Outcome, run_rule
from hengjian.screening.tables import Tables

ARROW = {
    "string": pa.string(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
}
Rows = list[dict[str, Any]]


def rows_of(resource: str, rows: Rows) -> pa.Table:
    """Return rows in the contract's columns; dates and times may be written as text, columns left out are null."""
    fields = contract()[resource].fields
    schema = pa.schema([(one.name, ARROW[one.type]) for one in fields])
    unknown = {name for row in rows for name in row} - {one.name for one in fields}
    assert not unknown, f"{resource} has no {unknown}"
    return pa.Table.from_pylist([{one.name: _read(row.get(one.name), one.type) for one in fields} for row in rows], schema=schema)


def _read(value: Any, kind: str) -> Any:
    if isinstance(value, str) and kind == "date":
        return dt.date.fromisoformat(value)
    if isinstance(value, str) and kind == "datetime":
        return dt.datetime.fromisoformat(value)
    return value


@dataclass
class Bench:
    """One engine, and the packages that are laid on it."""

    kind: str
    folder: Path
    session: Any = None
    turn: int = 0

    def screen(self, code: str, package: dict[str, Rows], **values: float) -> Outcome:
        """Return what becomes of a rule over a package."""
        return run_rule(catalogue()[code], self.tables(package), values)

    def found(self, code: str, package: dict[str, Rows], **values: float) -> set[str]:
        """Return the subjects that a rule finds; it has to have run."""
        outcome = self.screen(code, package, **values)
        assert outcome.ran, outcome.not_run
        return set(outcome.findings.column("subject_id").to_pylist())

    def tables(self, package: dict[str, Rows]) -> Tables:
        """Lay a package on the engine."""
        self.turn += 1
        folder = self.folder / f"{self.kind}-{self.turn}"
        folder.mkdir()
        engine = DuckEngine(folder, threads=1) if self.kind == "duckdb" else SparkEngine(folder, session=self.session)
        for name, rows in package.items():
            if isinstance(engine, DuckEngine):
                engine.register(name, rows_of(name, rows))
            else:
                pq.write_table(rows_of(name, rows), folder / f"{name}.parquet")
                engine.read(name, folder / f"{name}.parquet")
        return Tables(engine, set(package), workday_table())

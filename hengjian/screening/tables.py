"""What a rule sees: the tables of one package, intermediate tables that are computed once, and the calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Protocol

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hengjian.screening.contract import contract

# A package ends with the latest of these; plans, due dates and validities say nothing about when the data end.
LAST_TIMES = (
    ("visits", "left_at"),
    ("reports", "issued_at"),
    ("reports", "uploaded_at"),
    ("applications", "accepted_at"),
    ("complaints", "received_at"),
)

Shared = Callable[["Tables"], ir.Table]


class NoLastDay(Exception):
    """The package has no time from which its last day could be known."""


class Absent(Exception):
    """A resource is not in the package."""

    def __init__(self, resource: str) -> None:
        super().__init__(resource)
        self.resource = resource


class Engine(Protocol):
    """Where expressions are run."""

    name: str

    def table(self, name: str) -> ir.Table: ...

    def keep(self, name: str, expression: ir.Table) -> ir.Table: ...

    def register(self, name: str, rows: pa.Table) -> ir.Table: ...

    def hashed(self, key: ir.Value, value: ir.Value) -> ir.IntegerValue: ...

    def row_keys(self) -> ir.IntegerValue: ...

    def hex_number(self, digits: ir.StringValue) -> ir.IntegerValue: ...

    def fetch(self, expression: ir.Table) -> pa.Table: ...

    def close(self) -> None: ...


class Tables:
    """The tables of a package for one run.

    `tables["reports"]` is a table with exactly the contract's columns; Absent is raised for a resource that was not handed over.
    """

    def __init__(self, engine: Engine, present: set[str], workdays: pa.Table, staffing: pa.Table | None = None) -> None:
        self.engine = engine
        self.present = present
        self.staffing = staffing
        self._workdays = workdays
        self._kept: dict[str, ir.Table] = {}
        self._last_day: dt.date | None = None

    def __getitem__(self, name: str) -> ir.Table:
        """Return a resource; Absent when the package lacks it, KeyError when the contract does."""
        columns = contract()[name].field_names
        if name not in self.present:
            raise Absent(name)
        return self.engine.table(name).select(*columns)

    def __contains__(self, name: str) -> bool:
        return name in self.present

    def kept(self, shared: Shared) -> ir.Table:
        """Return an intermediate table, computed the first time that a rule asks for it."""
        name = f"kept_{shared.__module__.rpartition('.')[2]}_{shared.__name__}"
        if name not in self._kept:
            self._kept[name] = self.engine.keep(name, shared(self))
        return self._kept[name]

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """Compute a table now, under a name of its own, for an expression that is read more than once."""
        if name not in self._kept:
            self._kept[name] = self.engine.keep(name, expression)
        return self._kept[name]

    def given(self, name: str, rows: pa.Table) -> ir.Table:
        """Return rows that a rule has computed itself as a table, to go on with them in the engine."""
        return self.engine.register(name, rows)

    def fetch(self, expression: ir.Table) -> pa.Table:
        """Return the rows of an expression; only for results that are small whatever the package holds."""
        return self.engine.fetch(expression)

    @property
    def workdays(self) -> ir.Table:
        """Return `day` (date) and `number`: how many working days (法定工作日) there were from the calendar's start up to that day."""
        if "workdays" not in self._kept:
            self._kept["workdays"] = self.engine.register("workdays", self._workdays)
        return self._kept["workdays"]

    @property
    def last_day(self) -> dt.date:
        """Return the data's last day; NoLastDay when nothing tells it."""
        if self._last_day is None:
            self._last_day = self._find_last_day()
        return self._last_day

    def _find_last_day(self) -> dt.date:
        asked = [self[resource].aggregate(latest=ibis._[column].max()) for resource, column in LAST_TIMES if resource in self.present]
        latest = [row for one in asked for row in self.fetch(one).column("latest").to_pylist() if row is not None]
        if not latest:
            raise NoLastDay
        return max(latest).date()

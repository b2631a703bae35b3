"""What a rule is: its words, what it needs, its parameters, and the expression that finds.

A rule is a file in `rules/` that ends in `RULE = Rule(...)`. It sees tables of the exchange contract through Ibis, never models and
never an engine, so that the same rule runs on DuckDB and on Spark. A finding opens a lead (线索); no rule says "guilty".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import ibis.expr.types as ir
import pyarrow as pa

if TYPE_CHECKING:
    from hengjian.screening.tables import Tables

SUBJECTS = {
    "person": "人员",
    "report": "报告",
    "institution": "机构",
    "visit": "签到",
    "application": "申请",
    "plan": "计划",
    "equipment": "设备",
    "hazard": "隐患",
    "session": "考试场次",
    "candidate": "考生",
}

FAMILIES = {
    "A": "真实执业",
    "B": "资格",
    "C": "现场真实性",
    "D": "记录与报告",
    "E": "时效",
    "F": "隐患",
    "G": "收费与分包",
    "H": "考试",
    "I": "机构",
}

# The columns that every rule returns; all others are evidence. `subject_type` may be returned too where a rule has two kinds of subject.
IDENTIFYING = ("subject_id", "institution_id", "occurred_at")


class Values(SimpleNamespace):
    """The values of a rule's parameters in one run, by name."""


@dataclass(frozen=True)
class Param:
    """One adjustable figure of a rule."""

    name: str
    default: float
    unit: str
    meaning: str


@dataclass(frozen=True)
class Found:
    """What a rule returns when it has more to say than rows.

    rows: as a rule returns them. insufficient: subjects that could not be judged for want of data (数据不足), by id.
    """

    rows: ir.Table | pa.Table
    insufficient: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotRun:
    """A rule's own reason for not running, in Chinese."""

    reason: str


type_of_find = Callable[["Tables", Values], "ir.Table | pa.Table | Found | NotRun"]


@dataclass(frozen=True)
class Rule:
    """One screening rule.

    needs: the resources without which the rule is *not run*, each with the columns without which one of its rows tells nothing.
    says: one Chinese sentence, a format string over the evidence and the parameters. clears: what would clear the finding.
    limits: what the rule cannot see, said to whoever reads that it found nothing.
    find: returns `subject_id`, `institution_id`, `occurred_at` and columns of evidence, a row for each finding. Lists in evidence
    are sets: the engine sorts them.
    """

    code: str
    title: str
    subject: str
    severity: int
    clause: str
    needs: Mapping[str, tuple[str, ...]]
    says: str
    clears: str
    find: type_of_find = field(repr=False)
    family: str = ""
    parameters: tuple[Param, ...] = ()
    exempts: tuple[str, ...] = ()
    limits: str = ""
    statistical: bool = False
    version: int = 1
    labels: Mapping[str, str] = field(default_factory=dict)

    def values(self, given: Mapping[str, float] | None = None) -> Values:
        """Return the parameters with what was given in place of the defaults; KeyError for a name that the rule has not."""
        names = {one.name for one in self.parameters}
        if unknown := set(given or {}) - names:
            raise KeyError(", ".join(sorted(unknown)))
        return Values(**{one.name: one.default for one in self.parameters} | dict(given or {}))

    def describe(self) -> dict[str, Any]:
        """Return what the documents and the desk show about the rule."""
        return {
            "code": self.code,
            "title": self.title,
            "family": self.family,
            "subject": self.subject,
            "severity": self.severity,
            "clause": self.clause,
            "clears": self.clears,
            "version": self.version,
        }

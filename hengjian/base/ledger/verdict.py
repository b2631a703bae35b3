"""What a check of the ledger found, in words that a clerk can act on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[int, int], None]
"""Told from time to time how many of how many have been looked at."""


@dataclass(frozen=True)
class Fault:
    """One fault: its kind, the object it is about (``type:id``, may be empty), the number in the ledger."""

    kind: str
    object: str
    sequence: int | None
    message: str


@dataclass
class Verdict:
    """The outcome of a check: how much was looked at, and every fault by name."""

    entries: int = 0
    checkpoints: int = 0
    rows: int = 0
    pending: int = 0
    unprovable: int = 0
    size: int = 0
    root: str = ""
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing was found."""
        return not self.faults

    def add(self, kind: str, message: str, *, object: str = "", sequence: int | None = None) -> None:
        """Note one fault."""
        self.faults.append(Fault(kind, object, sequence, message))

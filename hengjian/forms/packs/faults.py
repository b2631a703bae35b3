"""What is wrong with a pack, said so that its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One fault: in which file, where in it, and what to do."""

    file: str
    place: str
    say: str

    def __str__(self) -> str:
        return "：".join(part for part in (self.file, self.place, self.say) if part)


class PackFaults(Exception):
    """Raised when a pack or a workbook cannot be used; carries every fault found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(each) for each in self.faults))

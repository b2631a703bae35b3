"""What an import is made of: typed rows of the contract's tables, faults, and the plan of what to write."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.models import Row

REGIONS, ENTERPRISES, INSTITUTIONS, APPROVALS = "regions", "enterprises", "institutions", "approvals"
PEOPLE, EMPLOYMENTS, CREDENTIALS = "people", "employments", "credentials"
EDUCATIONS, TITLES, INSURANCE, TRAININGS = "educations", "titles", "social_insurance", "trainings"
EQUIPMENT, VERIFICATIONS, ORGANISATIONS, EDITIONS = "equipment", "verifications", "organisations", "editions"
TABLES = (
    REGIONS, ENTERPRISES, INSTITUTIONS, APPROVALS, PEOPLE, EMPLOYMENTS, CREDENTIALS, EDUCATIONS, TITLES, INSURANCE,
    TRAININGS, EQUIPMENT,
)


@dataclass(frozen=True)
class ImportFault:
    """One thing wrong with what was handed in; ``column`` counts from 1, 0 stands for the whole row or sheet."""

    sheet: str
    row: int
    column: int
    head: str
    message: str
    is_warning: bool = False

    @property
    def letter(self) -> str:
        """The letter of the column, as spreadsheets call it; empty for a whole row."""
        rest, said = self.column, ""
        while rest:
            rest, place = divmod(rest - 1, 26)
            said = chr(ord("A") + place) + said
        return said

    def as_json(self) -> dict[str, Any]:
        """Plain form, as kept with the run; holds no personal data because messages hold none."""
        return {
            "sheet": self.sheet, "row": self.row, "column": self.column, "head": self.head, "message": self.message,
            "warning": self.is_warning,
        }

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> ImportFault:
        """Read the plain form."""
        return cls(held["sheet"], held["row"], held["column"], held["head"], held["message"], held["warning"])


@dataclass
class TypedRow:
    """One row of one table with typed values; a key that is missing was not given and changes nothing."""

    sheet: str
    number: int
    values: dict[str, Any]
    columns: Mapping[str, int] = field(default_factory=dict)
    heads: Mapping[str, str] = field(default_factory=dict)

    def fault(self, key: str, message: str, *, is_warning: bool = False) -> ImportFault:
        """A fault of this row at the cell of a key."""
        return ImportFault(self.sheet, self.number, self.columns.get(key, 0), self.heads.get(key, ""), message, is_warning)


TypedTables = dict[str, list[TypedRow]]


@dataclass
class Batch:
    """What becomes of one table: rows to add, rows to change with their new values, rows left as they are."""

    new: list[Row] = field(default_factory=list)
    changed: dict[Any, tuple[Row, dict[str, Any]]] = field(default_factory=dict)
    unchanged: int = 0

    def note(self, row: Row, values: Mapping[str, Any]) -> None:
        """Compare a held row with the values given for it."""
        different = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not different:
            self.unchanged += 1
        elif row.pk in self.changed:
            self.changed[row.pk][1].update(different)
        else:
            self.changed[row.pk] = (row, different)

    @property
    def counts(self) -> dict[str, int]:
        """新增、变更、不变."""
        return {"new": len(self.new), "changed": len(self.changed), "unchanged": self.unchanged}


@dataclass
class Plan:
    """All that an import would do, or what stands in its way."""

    batches: dict[str, Batch] = field(default_factory=dict)
    faults: list[ImportFault] = field(default_factory=list)
    warnings: list[ImportFault] = field(default_factory=list)

    def batch(self, name: str) -> Batch:
        """The batch of a table."""
        return self.batches.setdefault(name, Batch())

    def refuse(self, row: TypedRow, key: str, message: str) -> None:
        """Note a fault."""
        self.faults.append(row.fault(key, message))

    def in_order(self, row: TypedRow, held: Row, given: Mapping[str, Any], pair: tuple[str, str]) -> bool:
        """Whether two dates of a held row would still follow each other with the values given; else a fault."""
        first, second = (given.get(name) or getattr(held, name) for name in pair)
        if first and second and second < first:
            key = pair[1] if pair[1] in given else pair[0]
            self.refuse(row, key, _("与名录中已登记的日期前后颠倒（止早于起），请核对。"))
            return False
        return True

    def warn(self, row: TypedRow, key: str, message: str) -> None:
        """Note a warning, which does not stand in the way."""
        self.warnings.append(row.fault(key, message, is_warning=True))

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Counts of each table that has any; organisations and editions are counted as what they are there for."""
        return {
            name: batch.counts for name, batch in self.batches.items()
            if name not in (ORGANISATIONS, EDITIONS) and any(batch.counts.values())
        }


KeyOf = Callable[[Any], Hashable | None]


def matched(
    lines: Iterable[TypedRow], held: Iterable[Row], keys: Iterable[tuple[KeyOf, KeyOf]]
) -> dict[int, Row]:
    """Find the held row of each line (by its place): exact key first, then looser ones where they are unambiguous.

    ``keys`` are pairs (of a held row, of a line); a key of ``None`` matches nothing. No row is given out twice.
    """
    todo = dict(enumerate(lines))
    rows = list(held)
    taken: set[Any] = set()
    found: dict[int, Row] = {}
    for exactness, (of_row, of_line) in enumerate(keys):
        index: dict[Hashable, list[Row]] = {}
        for row in rows:
            key = of_row(row)
            if row.pk not in taken and key is not None:
                index.setdefault(key, []).append(row)
        wanted: dict[Hashable, list[int]] = {}
        for place, line in todo.items():
            key = of_line(line)
            if key is not None and key in index:
                wanted.setdefault(key, []).append(place)
        for key, places in wanted.items():
            # of lines that repeat each other exactly the first is meant; the caller tells of the others
            if len(index[key]) == 1 and (len(places) == 1 or exactness == 0):
                found[places[0]] = index[key][0]
                taken.add(index[key][0].pk)
                del todo[places[0]]
    return found

"""A figure of the statistics: never a bare number, always with the rows that were counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from hengjian.base import clock


@dataclass(frozen=True)
class RowRef:
    """One row behind a figure: enough to name it and to open it."""

    object_type: str
    object_id: UUID
    label: str
    org_id: UUID | None = None
    area: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[str, UUID]:
        """What makes two references the same row."""
        return self.object_type, self.object_id


@dataclass(frozen=True)
class Period:
    """Days from ``start`` to ``end``, both counted, in Asia/Shanghai."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a period ends on or after the day it starts")

    def holds(self, day: date | datetime | None) -> bool:
        """Whether a day, or the Shanghai day of a moment, lies in the period."""
        if day is None:
            return False
        local = clock.local_date(day) if isinstance(day, datetime) else day
        return self.start <= local <= self.end

    def moments(self) -> tuple[datetime, datetime]:
        """The first moment of the period and the last, for ``__range`` over times."""
        last = datetime.combine(self.end, time.max, tzinfo=clock.SHANGHAI)
        return clock.at(self.start), last.astimezone(clock.now().tzinfo)


@dataclass(frozen=True)
class Figure:
    """A figure with its unit, its definition (口径) and the distinct rows that it counts."""

    value: int
    rows: tuple[RowRef, ...]
    unit: str
    definition: str

    @classmethod
    def of(cls, rows: Iterable[RowRef], *, unit: str, definition: str) -> Figure:
        """Count the distinct rows; the first reference to a row stays."""
        distinct: dict[tuple[str, UUID], RowRef] = {}
        for row in rows:
            distinct.setdefault(row.key, row)
        return cls(len(distinct), tuple(distinct.values()), unit, definition)

    def joined(self, other: Figure) -> Figure:
        """The rows of both, each counted once; unit and definition are this figure's."""
        return Figure.of((*self.rows, *other.rows), unit=self.unit, definition=self.definition)

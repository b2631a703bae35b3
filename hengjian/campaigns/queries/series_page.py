"""Tables and reports of the authorities side by side; recurring returns as a series of dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from hengjian.base import clock
from hengjian.base.errors import OutOfScope
from hengjian.base.scope import Scope, inside
from hengjian.base.working_days import working_days_between
from hengjian.campaigns.models import Campaign, StatReturn, WorkReport
from hengjian.campaigns.queries.timetable import Due, deadlines_for, deadlines_in_force, is_set_by_system
from hengjian.parties.models import Authority


@dataclass(frozen=True)
class Cell:
    """What one authority owes on one date."""

    row: StatReturn | WorkReport
    kind: str
    days_late: int
    is_system: bool = False

    @property
    def shown_state(self) -> str:
        """Overdue stands above the state beneath."""
        return "overdue" if self.days_late else str(self.row.state)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be filed."""
        return self.row.state in {"idle", "draft", "returned"}

    @property
    def is_near(self) -> bool:
        """Open, and due within a week or late: worth urging."""
        return self.is_open and (self.row.due_on - clock.today()).days <= 7


@dataclass(frozen=True)
class SeriesShown:
    """One thing filed again and again: a line per authority, a column per date."""

    title: str
    clause: str
    rounds: tuple[tuple[int, date], ...]
    lines: tuple[tuple[Authority, tuple[Cell | None, ...]], ...]
    done: int
    total: int
    late: int


def series_page(scope: Scope, campaign: Campaign, top: Authority) -> list[SeriesShown]:
    """Everything that authorities at and below ``top`` file upwards, grouped into series."""
    deadlines = deadlines_in_force(scope, campaign)
    named = {(d.key, d.round): d for d in deadlines}
    at: dict[str, dict[tuple[str, int], Due]] = {}
    groups: dict[tuple[str, str], list[Cell]] = {}
    for model, kind in ((StatReturn, "return"), (WorkReport, "report")):
        held = model.objects.within(scope).filter(inside("authority__path", top.path), campaign=campaign).select_related("authority__parent").prefetch_related("campaign")
        for row in held:
            path = row.authority.path
            dues = at.setdefault(path, deadlines_for(path, deadlines))
            deadline = named.get((row.key, row.round))
            title = deadline.title if deadline else row.key
            groups.setdefault((title, deadline.clause if deadline else ""), []).append(_cell(row, kind, dues))
    found = [_shown(title, clause, cells) for (title, clause), cells in groups.items()]
    return sorted(found, key=lambda one: (one.rounds[0][1], one.title))


def _cell(row: Any, kind: str, dues: dict[tuple[str, int], Due]) -> Cell:
    today = clock.today()
    late = row.state in {"idle", "draft", "returned"} and row.due_on < today
    return Cell(row, kind, max(1, working_days_between(row.due_on, today)) if late else 0, is_set_by_system(row.authority, row.key, row.round, dues))


def _shown(title: str, clause: str, cells: list[Cell]) -> SeriesShown:
    rounds: dict[int, date] = {}
    for cell in cells:
        rounds[cell.row.round] = max(rounds.get(cell.row.round, cell.row.due_on), cell.row.due_on)
    ordered = sorted(rounds.items(), key=lambda item: item[1])
    by_authority: dict[UUID, dict[int, Cell]] = {}
    authorities = {cell.row.authority_id: cell.row.authority for cell in cells}
    for cell in cells:
        by_authority.setdefault(cell.row.authority_id, {})[cell.row.round] = cell
    lines = tuple(
        (authority, tuple(by_authority[authority.id].get(number) for number, _day in ordered))
        for authority in sorted(authorities.values(), key=lambda a: a.path)
    )
    done = sum(cell.row.state in {"filed", "accepted"} for cell in cells)
    return SeriesShown(title, clause, tuple(ordered), lines, done, len(cells), sum(bool(cell.days_late) for cell in cells))


def return_or_report(scope: Scope, kind: str, row_id: UUID) -> StatReturn | WorkReport:
    """A statistics table (return) or a work report (report). Raises ``OutOfScope``."""
    model: Any = {"return": StatReturn, "report": WorkReport}.get(kind)
    found = model.objects.within(scope).select_related("authority", "campaign").filter(pk=row_id).first() if model else None
    if found is None:
        raise OutOfScope(f"{kind} {row_id}")
    return found  # type: ignore[no-any-return]

"""Tables that a level's plan asks for before the institutions have filed what the tables count: said, not refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hengjian.base.scope import Scope
from hengjian.campaigns.models import Plan
from hengjian.campaigns.queries.timetable import RANK, Due, latest_allowed
from hengjian.forms.models import FormDefinition
from hengjian.parties.models import Authority

Dues = dict[tuple[str, int], Due]
BELOW = {"city": "county", "province": "city"}


@dataclass(frozen=True)
class EarlyTable:
    """A table due before the filing that it counts; ``prepared_by`` is the level whose day the system sets."""

    title: str
    due_on: date
    filing: str
    filing_on: date
    prepared_by: str = ""


def early_tables(
    scope: Scope, plan: Plan, above: Dues, dates: Mapping[tuple[str, int], date], added: Sequence[Mapping[str, Any]] = (),
) -> list[EarlyTable]:
    """What this level's own days would ask for too early.

    Args:
        above: the deadlines of the plan above.
        dates: the level's own days, by key and round.
        added: steps of its own, as the form holds them.
    """
    now = {key: replace(due, due_on=dates.get(key, due.due_on)) for key, due in above.items()}
    filings = [d for d in now.values() if d.step_from == "institution" and not d.is_task]
    tables = set(FormDefinition.objects.within(scope).filter(kind="statistics").values_list("code", flat=True))
    own = list(_steps(added, tables))
    found = []
    for key, due in now.items():
        filing = _counted(filings, due.round)
        if filing is None or due.form_code not in tables:
            continue
        if above[key].due_on < above[filing.key, filing.round].due_on:
            continue  # the document itself wants an earlier table: a return that comes back before the self-check ends
        if due.due_on < filing.due_on:
            found.append(EarlyTable(due.title, due.due_on, filing.title, filing.due_on))
        elif (below := _prepared(scope, plan, due, own)) is not None and below[1] < filing.due_on:
            found.append(EarlyTable(due.title, below[1], filing.title, filing.due_on, below[0]))
    for title, _form, round_, day in own:
        filing = _counted(filings, round_)
        if filing is not None and day < filing.due_on:
            found.append(EarlyTable(title, day, filing.title, filing.due_on))
    return found


def _steps(added: Iterable[Mapping[str, Any]], tables: set[str]) -> Iterable[tuple[str, str, int, date]]:
    """Tables among the added steps that have a day already."""
    for raw in added:
        form, round_ = str(raw.get("form", "")), str(raw.get("round", 1))
        if form not in tables:
            continue
        try:
            day = date.fromisoformat(str(raw.get("due", "")))
        except ValueError:
            continue
        yield str(raw.get("title", "")), form, int(round_) if round_.isdigit() else 1, day


def _counted(filings: Sequence[Due], round_: int) -> Due | None:
    """The filing that a table of this round counts: of the same round, else the last before it."""
    return max((d for d in filings if d.round <= round_), key=lambda d: (d.round, d.due_on), default=None)


def _prepared(scope: Scope, plan: Plan, due: Due, own: Sequence[tuple[str, str, int, date]]) -> tuple[str, date] | None:
    """The level right below and the day on which it owes its part, where no step of a plan sets that day."""
    level = BELOW.get(plan.authority.level)
    if level is None or RANK[level] >= RANK.get(due.step_from, 0) or any((form, round_) == (due.form_code, due.round) for _t, form, round_, _d in own):
        return None
    if not Authority.objects.within(scope).filter(parent=plan.authority, level=level, valid_to__isnull=True).exists():
        return None
    return level, latest_allowed(due, int(plan.campaign.body.get("review_days", 0)))

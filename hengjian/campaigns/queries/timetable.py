"""Deadlines as they hold for one place: the nearest plan at or above it that speaks of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from hengjian.base.scope import EVERYTHING, Scope
from hengjian.base.working_days import add_working_days
from hengjian.campaigns.models import Campaign, Deadline
from hengjian.parties.models import Authority

RANK = {"institution": 0, "county": 1, "city": 2, "province": 3}


@dataclass(frozen=True)
class Due:
    """One deadline as it holds for a place, and whose plan set it."""

    key: str
    round: int
    title: str
    form_code: str
    step_from: str
    step_to: str
    due_on: date
    set_by_path: str
    printed: str
    clause: str


def deadlines_in_force(scope: Scope, campaign: Campaign) -> list[Deadline]:
    """All deadlines of issued plans of a campaign, with the path of the plan's authority."""
    held = Deadline.objects.within(EVERYTHING).filter(plan__campaign=campaign, plan__state="issued")
    return list(held.select_related("plan__authority").order_by("plan__authority__path"))


def deadlines_for(path: str, deadlines: Iterable[Deadline]) -> dict[tuple[str, int], Due]:
    """The deadlines that hold at an area path: lower plans override those above them."""
    found: dict[tuple[str, int], Due] = {}
    for one in deadlines:
        set_by = one.plan.authority.path
        if path.startswith(set_by):
            found[one.key, one.round] = Due(
                one.key, one.round, one.title, one.form_code, one.step_from, one.step_to, one.due_on, set_by, one.printed, one.clause
            )
    return found


def latest_allowed(parent: Deadline | Due, review_days: int) -> date:
    """The last day a lower level may set for those below it: the parent's, less the days for review."""
    return add_working_days(parent.due_on + timedelta(days=1), -review_days - 1) if review_days else parent.due_on


def chain_above(scope: Scope, path: str) -> list[Authority]:
    """The authorities from the place itself up to the province, lowest first."""
    parts = path.rstrip("/").split("/")
    paths = ["/".join(parts[:n]) + "/" for n in range(len(parts), 0, -1)]
    held = {a.path: a for a in Authority.objects.within(EVERYTHING).filter(path__in=paths)}
    return [held[p] for p in paths if p in held]


def receiver(chain: list[Authority], step_to: str, *, lowest_first: bool) -> Authority:
    """Who receives a filing of an institution: its own county first, or the level that the document names.

    A zone directly under the province has no city above it; then the next authority upwards receives.
    """
    if lowest_first:
        return chain[0]
    return next((a for a in chain if RANK[a.level] >= RANK.get(step_to, 1)), chain[-1])

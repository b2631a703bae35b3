"""Plans of the levels: what each changed, who has acknowledged, the levels side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Q

from hengjian.base.scope import EVERYTHING, Scope
from hengjian.campaigns.models import Campaign, Deadline, Plan, Supplement, Target
from hengjian.campaigns.queries.supplements import supplements_seen
from hengjian.campaigns.queries.timetable import Due, chain_above, deadlines_for, deadlines_in_force


@dataclass(frozen=True)
class Change:
    """What one level's plan changed against the one above it."""

    plan: Plan
    tightened: tuple[Deadline, ...]
    own: tuple[Deadline, ...]
    tasks: tuple[dict[str, Any], ...]
    refused: tuple[dict[str, Any], ...]

    @property
    def days(self) -> int:
        """By how many days the largest step forward is."""
        return max(((d.parent_due_on - d.due_on).days for d in self.tightened if d.parent_due_on), default=0)

    @property
    def plain_tasks(self) -> tuple[dict[str, Any], ...]:
        """Tasks without a day of their own; those with one are among the steps."""
        return tuple(task for task in self.tasks if not task.get("key"))

    @property
    def is_worth_telling(self) -> bool:
        """Something was brought forward, added or refused."""
        return bool(self.days or self.own or self.tasks or self.refused)

    @property
    def is_silent(self) -> bool:
        """Nothing issued and nothing refused yet."""
        return self.plan.state != "issued" and not self.refused


def relay_changes(scope: Scope, campaign: Campaign) -> list[Change]:
    """What changed between the levels: dates brought forward, tasks added, dates that were refused."""
    plans = Plan.objects.within(scope).filter(campaign=campaign, parent__isnull=False).select_related("authority").prefetch_related("deadlines")
    found = []
    for plan in plans:
        dates = list(plan.deadlines.all())
        found.append(Change(
            plan, tuple(d for d in dates if d.parent_due_on), tuple(d for d in dates if not d.parent_due_on),
            tuple(plan.body.get("tasks", [])) if plan.state == "issued" else (), tuple(plan.refused),
        ))
    return found


@dataclass(frozen=True)
class Told:
    """The changes as a list tells them: notices that supplement, plans worth a line, and those that are not."""

    lines: tuple[Change, ...]
    unchanged: tuple[Change, ...]
    waiting: tuple[Change, ...]
    supplements: tuple[Supplement, ...] = ()


def told(changes: Iterable[Change], supplements: Iterable[Supplement] = ()) -> Told:
    """Sort changes into those worth a line, plans issued unchanged, and plans that are still waited for."""
    every = list(changes)
    lines = tuple(c for c in every if c.is_worth_telling)
    waiting = tuple(c for c in every if c.is_silent)
    unchanged = tuple(c for c in every if not c.is_worth_telling and not c.is_silent)
    return Told(lines, unchanged, waiting, tuple(supplements))


def changes_told(scope: Scope, campaign: Campaign, path: str) -> Told:
    """All that has changed since the campaign's document, as it is seen from a place."""
    return told(relay_changes(scope, campaign), supplements_seen(scope, campaign, path))


def receipts(scope: Scope, campaign: Campaign) -> dict[str, int]:
    """How many authorities and institutions have acknowledged receipt."""
    plans = Plan.objects.within(scope).filter(campaign=campaign, parent__isnull=False).aggregate(
        plans=Count("id"), plans_received=Count("id", filter=Q(received_at__isnull=False)), plans_issued=Count("id", filter=Q(state="issued"))
    )
    targets = Target.objects.within(scope).filter(campaign=campaign, included=True).aggregate(
        targets=Count("id"), targets_received=Count("id", filter=Q(acknowledged_at__isnull=False))
    )
    return {**plans, **targets}


@dataclass(frozen=True)
class ComparedDate:
    """One deadline, level by level."""

    title: str
    step_from: str
    step_to: str
    round: int
    clause: str
    days: tuple[date | None, ...]

    @property
    def cells(self) -> list[tuple[date | None, date | None]]:
        """For each level its own day, and the day above it where it differs."""
        found: list[tuple[date | None, date | None]] = []
        before: date | None = None
        for day in self.days:
            found.append((day, before if day is not None and before is not None and day != before else None))
            before = day or before
        return found


@dataclass(frozen=True)
class Comparison:
    """The plans from the issuer down to one place, side by side."""

    plans: tuple[Plan, ...]
    dates: tuple[ComparedDate, ...]
    tasks: tuple[tuple[str, ...], ...]


def compared(scope: Scope, campaign: Campaign, path: str) -> Comparison:
    """Lay the plans from the issuer down to a place side by side; plans above are open to those below."""
    chain = [a for a in reversed(chain_above(scope, path)) if a.path.startswith(campaign.area)]
    held = {p.authority_id: p for p in Plan.objects.within(EVERYTHING).filter(campaign=campaign, authority__in=chain).select_related("authority")}
    plans = tuple(held[a.id] for a in chain if a.id in held)
    deadlines = deadlines_in_force(EVERYTHING, campaign)
    by_level = [deadlines_for(plan.authority.path, deadlines) if plan.state == "issued" else {} for plan in plans]
    first: dict[tuple[str, int], Due] = {}
    for level in by_level:
        first = {**level, **first}
    dates = [
        ComparedDate(due.title, due.step_from, due.step_to, due.round, due.clause, tuple(level[key].due_on if key in level else None for level in by_level))
        for key, due in sorted(first.items(), key=lambda item: (item[1].due_on, item[0]))
    ]
    tasks = tuple(_titles(campaign.body.get("tasks", []) if not plan.parent_id else plan.body.get("tasks", [])) for plan in plans)
    return Comparison(plans, tuple(dates), tasks)


def _titles(tasks: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(" ".join(filter(None, [task.get("clause", ""), task.get("title") or task.get("text", "")[:60]])) for task in tasks)


def hides_superiors(campaign: Campaign) -> bool:
    """Whether those below see the office only, not the name of the person there."""
    return bool(settings.HIDE_SUPERIORS or campaign.body.get("hide_superiors"))


def name_shown(actor: Any, campaign: Campaign, office_path: str, name: str) -> str:
    """The name of a person in an office, or nothing where it is hidden from those below."""
    is_below = not actor.is_authority or (actor.area != office_path and actor.area.startswith(office_path))
    return "" if is_below and hides_superiors(campaign) else name

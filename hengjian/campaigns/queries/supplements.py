"""Supplementary notices (补充通知): as a scope sees them, what each would move, and what its pages show."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hengjian.base import clock
from hengjian.base.errors import OutOfScope
from hengjian.base.scope import EVERYTHING, Scope, inside
from hengjian.base.working_days import working_days_between
from hengjian.campaigns.models import Campaign, Deadline, Plan, StatReturn, Submission, Supplement, WorkReport
from hengjian.campaigns.queries.timetable import Due, deadlines_for, deadlines_in_force, expected_on

OPEN = ("idle", "draft", "returned")
Days = dict[Any, tuple[date, date | None]]


def supplements_of(scope: Scope, campaign: Campaign) -> QuerySet[Supplement]:
    """Notices of a campaign that the scope holds, the oldest first."""
    held = Supplement.objects.within(scope).filter(plan__campaign=campaign)
    return held.select_related("plan__authority").prefetch_related("plan__campaign").order_by("issued_at")


def supplements_at(campaign: Campaign, path: str) -> list[Supplement]:
    """Notices that hold at a place: of the levels at and above it, which are open to those below."""
    return [one for one in supplements_of(EVERYTHING, campaign) if path.startswith(one.plan.authority.path)]


def supplements_seen(scope: Scope, campaign: Campaign, path: str) -> list[Supplement]:
    """Notices of the viewer's own area and of the levels above it."""
    return [one for one in supplements_of(EVERYTHING, campaign) if scope.holds(one) or path.startswith(one.plan.authority.path)]


def supplement_by_id(scope: Scope, area: str, supplement_id: UUID) -> Supplement:
    """One notice: of the scope, or of a level above the reader's area. Raises ``OutOfScope``."""
    held = Supplement.objects.within(EVERYTHING).filter(pk=supplement_id).select_related("plan__authority", "plan__campaign__issuer").first()
    if held is None or not (scope.holds(held) or area.startswith(held.plan.authority.path)):
        raise OutOfScope(f"supplement {supplement_id}")
    return held


def followed(rows: Sequence[Deadline], path: str, was: date, now: date) -> Days:
    """What becomes of the days of lower plans when the day above them changes, and what stands above them then.

    Level by level from above, each against the nearest level above it that speaks of the deadline: a day equal to the
    old one follows, one later than the new one is brought forward, an earlier one stays.
    """
    set_by = {path: (was, now)}
    found: Days = {}
    for row in rows:
        own = row.plan.authority.path
        old, new = set_by[max((p for p in set_by if own.startswith(p)), key=len)]
        day = new if row.due_on == old or row.due_on > new else row.due_on
        found[row.pk] = (day, new)
        set_by[own] = (row.due_on, day)
    return found


@dataclass(frozen=True)
class Kept:
    """A lower level with its own day."""

    name: str
    was: date
    now: date

    @property
    def is_brought_forward(self) -> bool:
        """Its day would be later than the new one and goes along."""
        return self.was != self.now


@dataclass(frozen=True)
class Effect:
    """What a new day would do."""

    due: Due
    day: date
    moved: int
    kept: tuple[Kept, ...]
    working_days: int
    faults: tuple[str, ...]

    @property
    def days_later(self) -> int:
        """By how many days it is later; negative when earlier."""
        return (self.day - self.due.due_on).days


def effect_of(plan: Plan, key: str, round_: int, day: date, faults: Iterable[str] = ()) -> Effect | None:
    """Reckon what a new day would do; nothing is written."""
    before = deadlines_in_force(EVERYTHING, plan.campaign)
    due = deadlines_for(plan.authority.path, before).get((key, round_))
    if due is None:
        return None
    rows = [row for row in _below(plan, before) if (row.key, row.round) == (key, round_)]
    days = followed(rows, plan.authority.path, due.due_on, day)
    kept = tuple(Kept(row.plan.authority.area_name, row.due_on, days[row.pk][0]) for row in rows if row.due_on != due.due_on)
    moved = _count_moved(plan, due, before, _changed(plan, due, before, days, day))
    return Effect(due, day, moved, kept, working_days_between(clock.today(), day), tuple(faults))


def _below(plan: Plan, deadlines: Iterable[Deadline]) -> list[Deadline]:
    return [d for d in deadlines if d.plan_id != plan.pk and d.plan.authority.path.startswith(plan.authority.path)]


def _changed(plan: Plan, due: Due, before: Iterable[Deadline], days: Days, day: date) -> list[Deadline]:
    """The deadlines as they would stand."""
    after, has_own = [], False
    for held in before:
        one = copy.copy(held)
        if one.plan_id == plan.pk and (one.key, one.round) == (due.key, due.round):
            one.due_on, has_own = day, True
        elif one.pk in days:
            one.due_on = days[one.pk][0]
        after.append(one)
    if not has_own:
        after.append(Deadline(plan=plan, key=due.key, round=due.round, title=due.title, form_code=due.form_code, step_from=due.step_from,
                              step_to=due.step_to, due_on=day, kinds=list(due.kinds)))
    return sorted(after, key=lambda one: one.plan.authority.path)


def _count_moved(plan: Plan, due: Due, before: Sequence[Deadline], after: Sequence[Deadline]) -> int:
    wanted = {"campaign": plan.campaign, "key": due.key, "round": due.round, "state__in": OPEN}
    place, name = inside("org_area", plan.authority.path), (due.key, due.round)
    if due.step_from == "institution":
        areas = list(Submission.objects.within(EVERYTHING).filter(place, target__included=True, **wanted).values_list("org_area", flat=True))
        moves = {area: deadlines_for(area, before)[name].due_on != deadlines_for(area, after)[name].due_on for area in set(areas)}
        return sum(moves[area] for area in areas)
    review, count = int(plan.campaign.body.get("review_days", 0)), 0
    for model in (StatReturn, WorkReport):
        for row in model.objects.within(EVERYTHING).filter(place, **wanted).select_related("authority__parent"):
            was = expected_on(row.authority, row.key, row.round, deadlines_for(row.org_area, before), review)
            count += was != expected_on(row.authority, row.key, row.round, deadlines_for(row.org_area, after), review)
    return count


@dataclass(frozen=True)
class DateNow:
    """One deadline on the form: its present day, and who below has an earlier one of its own."""

    due: Due
    earlier: tuple[Deadline, ...]
    wanted: str

    @property
    def name(self) -> str:
        """How the form calls it."""
        return f"{self.due.key}:{self.due.round}"


def dates_now(plan: Plan, typed: dict[str, str]) -> list[DateNow]:
    """All deadlines that hold at the level, those still to come first."""
    held = deadlines_in_force(EVERYTHING, plan.campaign)
    below = _below(plan, held)
    found = []
    for (key, round_), due in deadlines_for(plan.authority.path, held).items():
        earlier = tuple(d for d in below if (d.key, d.round) == (key, round_) and d.due_on < due.due_on)
        found.append(DateNow(due, earlier, typed.get(f"{key}:{round_}", "")))
    today = clock.today()
    return sorted(found, key=lambda one: (one.due.due_on < today, one.due.due_on, one.due.key))

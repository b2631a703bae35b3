"""The page 期限怎么算的: what the document prints, what each level made of it, which days are working days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hengjian.base import clock
from hengjian.base.scope import Scope
from hengjian.base.working_days import Explanation, end_of_day, explain, is_verified, is_workday, reason_of, working_days_between
from hengjian.campaigns.models import Campaign, Supplement
from hengjian.campaigns.queries.supplements import supplements_at
from hengjian.campaigns.queries.timetable import (
    RANK,
    Due,
    Series,
    Step,
    deadlines_for,
    deadlines_in_force,
    latest_allowed,
    series_at,
    steps_of,
)
from hengjian.parties.models import Authority

LONGEST = 90


@dataclass(frozen=True)
class CalendarDay:
    """One day of the calendar on the page."""

    day: date
    works: bool
    reason: str
    ordinal: int
    is_today: bool
    is_due: bool


@dataclass(frozen=True)
class TimetablePage:
    """How one deadline came about at one place."""

    campaign: Campaign
    place: Authority
    series: list[Series]
    due: Due | None
    printed: str
    clause: str
    steps: list[Step]
    ends_at: datetime | None
    works: bool
    reason: str
    working_days: int
    weeks: list[list[CalendarDay | None]]
    review: Explanation | None
    review_days: int
    review_until: date | None
    verified: bool
    supplements: tuple[tuple[Supplement, date, date], ...] = ()


def timetable_page(scope: Scope, campaign: Campaign, place: Authority, asked: Mapping[str, str]) -> TimetablePage:
    """Explain the deadline that the address asks for, or the next one."""
    deadlines = deadlines_in_force(scope, campaign)
    series = series_at(place.path, deadlines)
    due = _asked(series, asked)
    if due is None:
        return TimetablePage(campaign, place, series, None, "", "", [], None, True, "", 0, [], None, 0, None, True)
    days = int(campaign.body.get("review_days", 0))
    is_handed_up = RANK.get(due.step_from, 0) > 0 and days > 0
    review = explain(due.due_on + timedelta(days=1), -days - 1) if is_handed_up else None
    weeks = calendar(clock.today(), due.due_on)
    working = working_days_between(clock.today(), due.due_on)
    verified = all(one is None or is_verified(one.day) for week in weeks for one in week)
    first = deadlines_for(campaign.area, deadlines).get((due.key, due.round), due)
    return TimetablePage(
        campaign, place, series, due, first.printed, first.clause, steps_of(scope, campaign, place.path, due.key, due.round), end_of_day(due.due_on), is_workday(due.due_on),
        reason_of(due.due_on), working, weeks, review, days, latest_allowed(due, days) if is_handed_up else None, verified,
        _supplemented(campaign, place, due),
    )


def _supplemented(campaign: Campaign, place: Authority, due: Due) -> tuple[tuple[Supplement, date, date], ...]:
    """The notices that changed this deadline at the place, each with the day before and after."""
    return tuple(
        (one, change["was"], change["now"]) for one in supplements_at(campaign, place.path) for change in one.dates
        if (change["key"], change["round"]) == (due.key, due.round)
    )


def _asked(series: list[Series], asked: Mapping[str, str]) -> Due | None:
    every = [due for one in series for due in one.dues]
    named = next((d for d in every if (d.key, str(d.round)) == (asked.get("key"), asked.get("round", "1"))), None)
    today = clock.today()
    return named or next((d for d in sorted(every, key=lambda d: d.due_on) if d.due_on >= today), every[-1] if every else None)


def calendar(start: date, end: date) -> list[list[CalendarDay | None]]:
    """Weeks from one day to another (either may be the earlier), each day with what it is; long spans show their end."""
    first, last = min(start, end), max(start, end)
    first = max(first, last - timedelta(days=LONGEST))
    counted = working_days_between(start, first) if start <= end else 0
    day = first - timedelta(days=first.weekday())
    weeks: list[list[CalendarDay | None]] = []
    while day <= last:
        week: list[CalendarDay | None] = []
        for _n in range(7):
            works = is_workday(day)
            counted += works and first < day <= last
            week.append(CalendarDay(day, works, reason_of(day), counted, day == clock.today(), day == end) if first <= day <= last else None)
            day += timedelta(days=1)
        weeks.append(week)
    return weeks

"""Working days in China: public holidays, days in lieu, and how a date was computed."""

from __future__ import annotations

import threading
import time
from calendar import isleap
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import version
from itertools import accumulate
from typing import Any, NamedTuple

from chinese_calendar import constants
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.models.calendar import CalendarDay
from hengjian.base.scope import EVERYTHING

FIRST_YEAR, LAST_YEAR = min(constants.holidays).year, max(constants.holidays).year
SEED_SOURCE = f"国务院办公厅节假日安排通知（据 chinesecalendar {version('chinesecalendar')}）"
HOLIDAY_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}
WEEKEND = {5: gettext_lazy("周六"), 6: gettext_lazy("周日")}

SEED = title("base.seed_calendar", "写入节假日安排")
SETTLE = title("base.settle_calendar_day", "核定节假日或调休日")

ONE_DAY = timedelta(days=1)
_FRESH_SECONDS = 30.0  # how long another process may go on with an older calendar


class Exceptional(NamedTuple):
    """What the calendar says of a day that is not what its weekday says."""

    is_workday: bool
    name: str
    verified: bool


@dataclass(frozen=True)
class ExplainedDay:
    """One day on the way to a deadline: which working day it is, or why it is none."""

    day: date
    ordinal: int | None
    reason: str
    verified: bool

    @property
    def counted(self) -> bool:
        """Whether the day counts as a working day."""
        return self.ordinal is not None


@dataclass(frozen=True)
class Explanation:
    """How a deadline was computed: from the day after ``start``, each day with its reason."""

    start: date
    working_days: int
    end: date
    days: tuple[ExplainedDay, ...]

    @property
    def verified(self) -> bool:
        """Whether the calendar of every day on the way is the published one."""
        return all(one.verified for one in self.days)


class _Year(NamedTuple):
    days: dict[date, Exceptional]
    published: bool
    loaded_at: float
    passed: tuple[int, ...]
    """Working days from 1 January up to and with each day of the year."""


_years: dict[int, _Year] = {}
_lock = threading.Lock()


def forget() -> None:
    """Drop the calendar held in memory; called after each change of the table."""
    with _lock:
        _years.clear()


def _from_library(year: int) -> dict[date, Exceptional]:
    """Return the published arrangement of a year as the library knows it; empty beyond its years."""
    held = {day: Exceptional(False, HOLIDAY_NAMES.get(name, name), True) for day, name in constants.holidays.items() if day.year == year}
    held |= {
        day: Exceptional(True, HOLIDAY_NAMES.get(name, name) + "调休", True) for day, name in constants.workdays.items() if day.year == year
    }
    return held


def _year(year: int) -> _Year:
    """Return the exceptional days of a year: the table's; where it has none of that year, the library's."""
    held = _years.get(year)
    if held is not None and time.monotonic() - held.loaded_at < _FRESH_SECONDS:
        return held
    rows = CalendarDay.objects.within(EVERYTHING).filter(day__year=year)
    days = {row.day: Exceptional(row.is_workday, row.name, row.verified) for row in rows}
    days = days or _from_library(year)
    new_year = days.get(date(year, 1, 1))
    held = _Year(days, new_year is not None and new_year.verified, time.monotonic(), _passed(year, days))
    with _lock:
        _years[year] = held
    return held


def _passed(year: int, days: dict[date, Exceptional]) -> tuple[int, ...]:
    first = date(year, 1, 1)
    every = (first + ONE_DAY * n for n in range(366 if isleap(year) else 365))
    return tuple(accumulate(days[day].is_workday if day in days else day.weekday() < 5 for day in every))


def _exceptional(day: date) -> Exceptional | None:
    return _year(day.year).days.get(day)


def is_workday(day: date) -> bool:
    """Say whether people work on this day."""
    special = _exceptional(day)
    return special.is_workday if special else day.weekday() < 5


def is_verified(day: date) -> bool:
    """Say whether the calendar of this day is the published one, not a guess from its weekday."""
    special = _exceptional(day)
    return special.verified if special else _year(day.year).published


def add_working_days(day: date, count: int) -> date:
    """Return the ``count``-th working day after ``day`` (before it when negative).

    The day itself does not count, as the day on which a period begins does not (民法典 201).
    """
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_workday(day)
    return day


def working_days_between(first: date, last: date) -> int:
    """Count the working days after ``first`` up to and with ``last``; negative when ``last`` is earlier."""
    if last < first:
        return -(working_days_between(last, first) + is_workday(last) - is_workday(first))
    whole = sum(_year(year).passed[-1] for year in range(first.year, last.year))
    return whole + _passed_by(last) - _passed_by(first)


def _passed_by(day: date) -> int:
    """Working days of the year up to and with a day."""
    return int(_year(day.year).passed[day.timetuple().tm_yday - 1])


def next_workday(day: date) -> date:
    """Return the day itself when it is a working day, else the first one after it (民法典 203)."""
    while not is_workday(day):
        day += ONE_DAY
    return day


def end_of_day(day: date) -> datetime:
    """Return 24:00 of a day in Asia/Shanghai: the moment from which one is late."""
    return clock.at(day + ONE_DAY)


def reason_of(day: date) -> str:
    """Say in words why a day is or is not a working day: 周六, 国庆节, 国庆节调休上班, 工作日."""
    special = _exceptional(day)
    if special is None:
        said = str(WEEKEND.get(day.weekday(), _("工作日")))
    elif special.is_workday:
        said = _("%(name)s上班") % {"name": special.name}
    else:
        said = special.name
    return said if is_verified(day) else _("%(reason)s（未核实）") % {"reason": said}


def explain(start: date, count: int) -> Explanation:
    """Lay open how ``add_working_days(start, count)`` comes to its day, for the page 期限怎么算的."""
    days: list[ExplainedDay] = []
    day, ordinal, step = start, 0, ONE_DAY if count > 0 else -ONE_DAY
    while ordinal < abs(count):
        day += step
        works = is_workday(day)
        ordinal += works
        days.append(ExplainedDay(day, ordinal if works else None, reason_of(day), is_verified(day)))
    return Explanation(start, count, day, tuple(days))


def _seed_rows(year: int) -> list[CalendarDay]:
    return [
        CalendarDay(day=day, is_workday=known.is_workday, name=known.name, source=SEED_SOURCE, verified=True)
        for day, known in sorted(_from_library(year).items())
    ]


def _years_in_table() -> set[int]:
    return {day.year for day in CalendarDay.objects.within(EVERYTHING).values_list("day", flat=True)}


def _renew() -> None:
    forget()
    transaction.on_commit(forget)


def seed_calendar(*, actor: Any) -> int:
    """Write the years that the library knows and the table does not have; return the number of rows."""
    with audited_action(SEED, actor=actor) as act:
        there = _years_in_table()
        rows = [r for y in range(FIRST_YEAR, LAST_YEAR + 1) if y not in there for r in _seed_rows(y)]
        act.add_many(rows)
    _renew()
    return len(rows)


def settle_day(day: date, *, is_workday: bool, name: str, source: str, actor: Any, reason: str = "") -> CalendarDay:
    """Enter or correct one exceptional day, with the notice it rests on.

    Raises:
        BadInput: no name, or no source to verify it by.
    """
    for field, given, what in (("name", name, _("名称")), ("source", source, _("依据"))):
        if not given.strip():
            raise BadInput(field, _("请填写%(what)s，例如国务院办公厅当年的通知文号。") % {"what": what})
    with audited_action(SETTLE, actor=actor, reason=reason) as act:
        seeded = [] if day.year in _years_in_table() else _seed_rows(day.year)
        act.add_many([row for row in seeded if row.day != day])
        known = CalendarDay.objects.within(EVERYTHING).filter(day=day).first()
        row = act.take(known) if known else act.add(CalendarDay(day=day))
        row.is_workday, row.name, row.source, row.verified = is_workday, name.strip(), source.strip(), True
    _renew()
    return row

"""The days of the province: an axis from the first to the last day, and the statutory working days on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
import numpy as np

NULL = np.iinfo(np.int64).min
"""What numpy's own "not a time" is as a number; the sink writes it as null."""
DAY = 86400
EPOCH = date(1970, 1, 1)
FIRST, LAST = date(2022, 7, 1), date(2025, 12, 31)
START, END = (FIRST - EPOCH).days, (LAST - EPOCH).days
LAST_MOMENT = (END + 1) * DAY - 60


def number(year: int, month: int, day: int) -> int:
    """Return a day as days since 1970."""
    return (date(year, month, day) - EPOCH).days


MONTHS = [number(2022 + (6 + i) // 12, (6 + i) % 12 + 1, 1) for i in range(42)]
MONTH_ENDS = [*[one - 1 for one in MONTHS[1:]], END]


@dataclass(frozen=True)
class WorkCalendar:
    """Working days by the statutory calendar, with its make-up days; starts a year before the first day."""

    origin: int
    is_working: np.ndarray
    counted: np.ndarray
    working: np.ndarray

    def between(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Working days after start up to and with end."""
        return self.counted[np.asarray(end) - self.origin] - self.counted[np.asarray(start) - self.origin]

    def after(self, start: np.ndarray, number_of: np.ndarray) -> np.ndarray:
        """The so-many-th working day after a day; the day itself for none."""
        start = np.asarray(start)
        at = self.counted[start - self.origin] + number_of - 1
        return np.where(np.asarray(number_of) == 0, start, self.working[np.clip(at, 0, len(self.working) - 1)])

    def before(self, end: np.ndarray, number_of: np.ndarray) -> np.ndarray:
        """The latest day from which `end` is so many working days away, for ends that are working days."""
        at = self.counted[np.asarray(end) - self.origin] - 1 - np.asarray(number_of)
        return self.working[at]


def calendar() -> WorkCalendar:
    """Read the statutory calendar for the years of the province."""
    origin, end = number(2021, 1, 1), number(2026, 12, 31)
    is_working = np.array([chinese_calendar.is_workday(EPOCH + timedelta(days=one)) for one in range(origin, end + 1)])
    return WorkCalendar(origin, is_working, np.cumsum(is_working), np.flatnonzero(is_working) + origin)

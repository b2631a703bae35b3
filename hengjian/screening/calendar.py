"""Working days (法定工作日) as a table for the engines: weekdays without public holidays, with the days in lieu.

Source: the yearly notices of the General Office of the State Council, by the package chinesecalendar; a deployment's own settled days
go before them. Years that no notice has fixed yet count weekdays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import accumulate

import pyarrow as pa
from chinese_calendar import constants

FIRST_DAY, LAST_DAY = dt.date(2004, 1, 1), dt.date(2040, 12, 31)


def is_workday(day: dt.date, settled: Mapping[dt.date, bool] | None = None) -> bool:
    """Return whether a day is a working day."""
    if settled and day in settled:
        return settled[day]
    return day in constants.workdays or (day.weekday() < 5 and day not in constants.holidays)


def workday_table(settled: Mapping[dt.date, bool] | None = None) -> pa.Table:
    """Return `day` and `number`, the count of working days from the first day of the table up to and including that day."""
    days = [FIRST_DAY + dt.timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
    numbers = list(accumulate(int(is_workday(day, settled)) for day in days))
    return pa.table({"day": pa.array(days, pa.date32()), "number": pa.array(numbers, pa.int64())})

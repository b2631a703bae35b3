"""Days of the month on which something is filed again and again (每月15日、30日), as single dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _

from hengjian.base.errors import BadInput

LONGEST = 60  # dates of one thing to be filed; more is a slip of the pen


def monthly(first: date, last: date, days: Iterable[int]) -> list[date]:
    """Return the dates between two days, both included, that fall on these days of the month.

    A month without such a day uses its last day.
    """
    wanted, found, month = set(days), set(), first.replace(day=1)
    while month <= last:
        following = (month + timedelta(days=32)).replace(day=1)
        found |= {month.replace(day=min(day, (following - month).days)) for day in wanted}
        month = following
    return sorted(day for day in found if first <= day <= last)


def days_of_month(text: str) -> list[int]:
    """Read 「15、30」 as typed; any other sign may stand between the numbers.

    Raises:
        BadInput: there is no number, or one that is no day of a month.
    """
    days = [int(one) for one in re.findall(r"\d+", text)]
    if not days or not all(1 <= day <= 31 for day in days):
        raise BadInput("days", _("每月的哪几日“%(text)s”读不出来，请按“15、30”的样子填写，每个数在1到31之间。") % {"text": text})
    return days


def planned(first: date | None, last: date | None, days: str) -> list[date]:
    """The dates of a recurring return as they were typed.

    Raises:
        BadInput: a date is missing, the last lies before the first, no date or too many come out.
    """
    if first is None or last is None:
        raise BadInput("due", _("请先填写第一期的期限和最后一期的日期。"))
    if last < first:
        raise BadInput("due", _("最后一期的日期早于第一期的期限，请改正。"))
    found = monthly(first, last, days_of_month(days))
    if not found:
        raise BadInput("due", _("第一期和最后一期之间没有这几日，请改正。"))
    if len(found) > LONGEST:
        raise BadInput("due", _("一共%(n)s期，超过%(most)s期，请把最后一期的日期改早一些。") % {"n": len(found), "most": LONGEST})
    return found

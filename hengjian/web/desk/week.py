"""The bar of the days ahead: how many tasks fall due on each of the next eight days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.web.desk.tasks import Task
from hengjian.web.templatetags.wording import WEEKDAYS

DAYS, STEP, BASE, TALL = 8, 40, 76, 55


@dataclass(frozen=True)
class DayCount:
    """One day and how many tasks are due on it."""

    day: date
    count: int


def days_ahead(tasks: Iterable[Task]) -> list[DayCount]:
    """Today and the seven days after it."""
    today = clock.today()
    due = [task.due_on for task in tasks]
    return [DayCount(day, due.count(day)) for day in (today + timedelta(days=n) for n in range(DAYS))]


def said(days: Iterable[DayCount]) -> str:
    """The bar in words."""
    parts = [_("%(weekday)s%(n)s件") % {"weekday": WEEKDAYS[one.day.weekday()], "n": one.count} for one in days]
    return _("未来七天到期事项：%(days)s") % {"days": _("，").join(parts)}


def drawing(tasks: Iterable[Task]) -> SafeString:
    """The bar as the desk shows it."""
    days = days_ahead(tasks)
    if not any(one.count for one in days):
        return format_html('<p class="hj-2">{}</p>', _("未来七天没有到期的事项。"))
    most = max((one.count for one in days), default=0) or 1
    bars = format_html_join("", "{}", ((_bar(n, one, most),) for n, one in enumerate(days)))
    return format_html(
        '<svg class="hj-chart" width="100%" height="104" viewBox="0 0 320 104" role="img" aria-label="{}">'
        '<line class="ax2" x1="0" y1="76.5" x2="320" y2="76.5"/>{}</svg>', said(days), bars,
    )


def _short(weekday: str) -> str:
    """周三 → 三, Wed → We: what fits under a bar."""
    return weekday[:2] if weekday.isascii() else weekday[-1]


def _bar(n: int, one: DayCount, most: int) -> SafeString:
    middle, tall = n * STEP + 20, round(TALL * one.count / most)
    kind = "b" if n == 0 else ""
    name = _("今天") if n == 0 else f"{_short(str(WEEKDAYS[one.day.weekday()]))}{one.day.day}"
    label = format_html('<text class="{}" x="{}" y="93" text-anchor="middle">{}</text>', kind, middle, name)
    if not one.count:
        return label
    return format_html(
        '<rect class="f-brand" x="{}" y="{}" width="18" height="{}"/><text class="b" x="{}" y="{}" text-anchor="middle">{}</text>{}',
        middle - 9, BASE - tall, tall, middle, BASE - tall - 6, one.count, label,
    )

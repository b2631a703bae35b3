"""How dates, deadlines, names and numbers of papers are written for the reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from hengjian.base import clock

WEEKDAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)


def day_of(when: date | datetime) -> date:
    """The day in Asia/Shanghai of a date or an aware time."""
    return clock.local_date(when) if isinstance(when, datetime) else when


def iso_day(text: object) -> date | None:
    """The day that a JSON column writes as 2024-07-24; nothing for anything else."""
    if isinstance(text, date):
        return text
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def iso_moment(text: object) -> datetime | None:
    """The moment that a JSON column writes in ISO 8601; nothing for anything else."""
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


def long_day(when: date | datetime | None) -> str:
    """2024年7月24日, or "" for nothing."""
    if when is None:
        return ""
    day = day_of(when)
    return _("%(year)s年%(month)s月%(day)s日") % {"year": day.year, "month": day.month, "day": day.day}


def short_day(when: date | datetime | None) -> str:
    """7月24日 within the current year, else with its year."""
    if when is None:
        return ""
    day = day_of(when)
    if day.year != clock.today().year:
        return long_day(day)
    return _("%(month)s月%(day)s日") % {"month": day.month, "day": day.day}


def weekday(when: date | datetime | None) -> str:
    """周三."""
    return "" if when is None else str(WEEKDAYS[day_of(when).weekday()])


def time_of(when: datetime | None, seconds: bool = False) -> str:
    """14:20, or with seconds."""
    if when is None:
        return ""
    return clock.local(when).strftime("%H:%M:%S" if seconds else "%H:%M")


def moment(when: date | datetime | None) -> str:
    """7月24日14:20; a date alone stays a date."""
    if not isinstance(when, datetime):
        return short_day(when)
    return _day_and_time(short_day(when), time_of(when))


def word_gap() -> str:
    """What stands between a word and a number: nothing in Chinese, a space elsewhere."""
    return "" if (get_language() or "zh").startswith("zh") else " "


def _day_and_time(day: str, time: str) -> str:
    # Chinese sets no space between a date and its time; other languages do.
    return f"{day}{word_gap()}{time}"


def ends_at(when: date | datetime) -> tuple[date, str]:
    """Last day and hour of a deadline: a date ends at 24:00, and so does midnight of the next day."""
    if not isinstance(when, datetime):
        return when, "24:00"
    local = clock.local(when)
    if (local.hour, local.minute) == (0, 0):
        return local.date() - timedelta(days=1), "24:00"
    return local.date(), local.strftime("%H:%M")


@dataclass(frozen=True)
class DueWords:
    """A deadline in words."""

    state: str  # "late", "today", "met" or ""
    head: str
    below: str


def due_words(when: date | datetime, state: str = "", working: int | None = None, note: str = "") -> DueWords:
    """Say a deadline; ``working`` counts working days over or left, the state follows from the clock if not given."""
    day, hour = ends_at(when)
    today = clock.today()
    until = _day_and_time(short_day(day), hour)
    if not state:
        is_over = day < today or (day == today and hour < time_of(clock.now()))
        state = "late" if is_over else "today" if day == today else "open"
    if state == "late":
        head = ngettext("逾期%(n)s个工作日", "逾期%(n)s个工作日", abs(working)) % {"n": abs(working)} if working else _("逾期")
        return DueWords("late", head, note or until)
    named = f"{short_day(day)} {weekday(day)}"
    if state == "today":
        return DueWords("today", _("今天%(hour)s") % {"hour": hour}, note or named)
    if state == "met":
        return DueWords("met", until, note)
    if working is not None:
        return DueWords("", ngettext("剩%(n)s个工作日", "剩%(n)s个工作日", working) % {"n": working}, note or named)
    days = (day - today).days
    return DueWords("", ngettext("剩%(n)s天", "剩%(n)s天", days) % {"n": days}, note or named)


def mask_name(name: str | None) -> str:
    """罗*微, 石*: the first character, and the last of three or more."""
    text = (name or "").strip()
    if len(text) <= 1:
        return "*" if text else ""
    if len(text) == 2:
        return f"{text[0]}*"
    return f"{text[0]}{'*' * (len(text) - 2)}{text[-1]}"


def mask_id(number: str | None) -> str:
    """430***********123X: three first and four last characters; short numbers keep their last two only."""
    text = (number or "").strip()
    if len(text) >= 11:
        return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"
    return f"{'*' * max(len(text) - 2, 0)}{text[-2:]}" if len(text) > 2 else "*" * len(text)


def yuan(fen: int | None) -> str:
    """1234.50 of 123450 fen, exact; "" for nothing."""
    if fen is None:
        return ""
    sign, rest = ("-" if fen < 0 else ""), abs(int(fen))
    return f"{sign}{rest // 100}.{rest % 100:02d}"

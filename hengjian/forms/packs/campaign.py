"""Campaign templates and the three lists, as frozen dataclasses."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hengjian.forms.packs.definitions import Column, Definition, Field


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A phase; `starts_on` is none where the document prints only the end."""

    key: str
    title: str
    ends_on: date
    printed: str
    clause: str
    starts_on: date | None = None
    mark: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Subtask:
    key: str
    text: str
    mark: str = ""
    title: str = ""
    for_: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Task:
    """What a clause asks; `for_` names kinds of institution and levels of authority."""

    key: str
    clause: str
    title: str
    for_: tuple[str, ...]
    chapter: str = ""
    own_title: bool = False
    forms: tuple[str, ...] = ()
    text: str = ""
    subtasks: tuple[Subtask, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FormUse:
    code: str
    version: int
    by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """A written report without an official form; deadlines name it by its key."""

    key: str
    title: str
    by: tuple[str, ...]
    includes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Recurring:
    """Days of each month; a day that a month lacks falls on its last day."""

    days: tuple[int, ...]
    from_: date
    until: date
    short_month: str = "last_day"

    def dates(self) -> tuple[date, ...]:
        """Give every due date from `from_` to `until`, in order and without repeats."""
        found = set()
        year, month = self.from_.year, self.from_.month
        while (year, month) <= (self.until.year, self.until.month):
            last = calendar.monthrange(year, month)[1]
            found |= {date(year, month, min(day, last)) for day in self.days}
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        return tuple(sorted(each for each in found if self.from_ <= each <= self.until))


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A deadline. `form`: code of a form or key of a report; `place` "seat": the addressee where the unit has its seat."""

    key: str
    title: str
    form: str
    from_: str
    to: str
    round: int
    printed: str
    clause: str
    due: date | None = None
    recurring: Recurring | None = None
    place: str = ""
    place_text: str = ""
    copy_to: str = ""
    copy_when: str = ""

    @property
    def dates(self) -> tuple[date, ...]:
        """Every date on which something is due: one, or all of a recurring return."""
        if self.recurring:
            return self.recurring.dates()
        return (self.due,) if self.due else ()


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Institutions that must all be checked. `select`: kinds of institution and equipment codes of the approval."""

    key: str
    title: str
    clause: str
    text: str
    select: Mapping[str, Any]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Contact:
    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class CampaignTemplate(Definition):
    """A campaign as its document sets it out (专项行动模板)."""

    short_title: str
    ends_on: date
    levels: tuple[str, ...]
    audience: tuple[str, ...]
    phases: tuple[Phase, ...]
    tasks: tuple[Task, ...]
    requirements: tuple[Task, ...]
    forms: tuple[FormUse, ...]
    reports: tuple[Report, ...]
    deadlines: tuple[Deadline, ...]
    coverage: tuple[Coverage, ...]
    contacts: tuple[Contact, ...]
    starts_on: date | None = None
    audience_text: str = ""
    purpose: str = ""
    priorities: tuple[Coverage, ...] = ()
    contacts_note: str = ""


@dataclass(frozen=True, kw_only=True)
class PrintedList:
    """One printed view of a register, with its own layout."""

    key: str
    title: str
    rows_from: str
    columns: tuple[Column, ...]
    layout: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Lists(Definition):
    """Lists printed from one register (问题清单、举措清单、责任清单)."""

    filled_by: tuple[str, ...]
    lists: tuple[PrintedList, ...]
    foot: tuple[Field, ...]
    own_words: bool = False

"""Tasks: what somebody has to do, by when, on what ground, and the one button that leads to the work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.base.working_days import add_working_days, working_days_between
from hengjian.campaigns.models import Campaign, Deadline, Supplement
from hengjian.campaigns.queries import deadlines_in_force
from hengjian.parties.models import Authority

LATE, TODAY, SOON, LATER = "late", "today", "soon", "later"
# Our own rule where the documents set no day: what waits for an answer is answered within three working days.
ANSWER_DAYS = 3
BUNDLED_FROM = 4


@dataclass(frozen=True)
class Task:
    """One thing to do. ``state``: late, today, soon (this week or next) or later."""

    due_on: date | None
    title: str
    detail: str
    clause: str
    url: str
    verb: str
    state: str = ""
    working: int | None = None

    @property
    def order(self) -> tuple[date, str]:
        """Tasks without a day come last."""
        return self.due_on or date.max, self.title


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits for the reader's answer."""

    who: str
    what: str
    since: date
    url: str

    @property
    def days(self) -> int:
        """Working days waited."""
        return max(0, working_days_between(self.since, clock.today()))


@dataclass(frozen=True)
class Awaited:
    """Somebody for whom the reader waits, and until when."""

    who: str
    what: str
    due_on: date | None
    url: str
    since: date | None = None

    @property
    def days(self) -> int:
        """Working days waited for, where no day is set."""
        return max(0, working_days_between(self.since, clock.today())) if self.since else 0

    @property
    def is_late(self) -> bool:
        return self.due_on is not None and self.due_on < clock.today()

    @property
    def is_today(self) -> bool:
        return self.due_on == clock.today()


@dataclass
class Seat:
    """Whose desk it is: the actor, the day, and what several providers read alike."""

    actor: Any
    today: date = field(default_factory=clock.today)
    _in_force: dict[UUID, list[Deadline]] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        return self.actor.scope  # type: ignore[no-any-return]

    @cached_property
    def authority(self) -> Authority | None:
        """The authority of a regulator."""
        return Authority.objects.within(EVERYTHING).filter(pk=self.actor.org_id).first() if self.actor.is_authority else None

    @cached_property
    def running(self) -> list[Campaign]:
        """Campaigns that run and reach the seat, newest first."""
        return list(Campaign.objects.within(self.scope).filter(state="running").select_related("issuer"))

    def in_force(self, campaign: Campaign) -> list[Deadline]:
        """The deadlines of a campaign, read once for the desk."""
        if campaign.pk not in self._in_force:
            self._in_force[campaign.pk] = deadlines_in_force(EVERYTHING, campaign)
        return self._in_force[campaign.pk]

    @cached_property
    def supplemented(self) -> dict[tuple[UUID, str, int], str]:
        """Of deadlines that a supplementary notice has changed here: the notice, the newest one."""
        held = Supplement.objects.within(EVERYTHING).filter(plan__campaign__state="running").select_related("plan__authority").order_by("issued_at")
        return {
            (one.plan.campaign_id, change["key"], change["round"]): _("补充通知 %(number)s") % {"number": one.number}
            for one in held if self.actor.area.startswith(one.plan.authority.path) for change in one.dates
        }


Item = Task | Waiting | Awaited
Provider = Callable[[Seat], Iterable[Item]]


@dataclass(frozen=True)
class Group:
    """Tasks that are due alike."""

    code: str
    title: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class Desk:
    """All that stands on a desk: tasks in order, who waits, for whom one waits."""

    tasks: tuple[Task, ...]
    waiting: tuple[Waiting, ...]
    awaited: tuple[Awaited, ...]

    @property
    def late(self) -> int:
        return sum(task.state == LATE for task in self.tasks)

    @property
    def due_today(self) -> int:
        return sum(task.state == TODAY for task in self.tasks)

    @property
    def longest(self) -> int:
        """Working days that the most patient has waited."""
        return max((one.days for one in self.waiting), default=0)

    @property
    def next_due(self) -> Task | None:
        """The nearest task that is not due yet."""
        return next((task for task in self.tasks if task.due_on and task.state in {SOON, LATER}), None)

    @property
    def pressing(self) -> list[Group]:
        """Tasks of this week and the next by urgency, empty groups left out."""
        titles = {LATE: _("已逾期"), TODAY: _("今天到期"), SOON: _("本周和下周")}
        found = [Group(code, said, tuple(t for t in self.tasks if t.state == code)) for code, said in titles.items()]
        return [group for group in found if group.tasks]

    @property
    def later(self) -> list[Task]:
        """Tasks due after the next week, or without a day."""
        return [task for task in self.tasks if task.state == LATER]


def collect(seat: Seat, providers: Sequence[Provider]) -> Desk:
    """Ask every provider, and put what they found in order."""
    found: list[Item] = [item for provider in providers for item in provider(seat)]
    tasks = sorted((one for one in found if isinstance(one, Task)), key=lambda one: one.order)
    waiting = sorted((one for one in found if isinstance(one, Waiting)), key=lambda one: (one.since, one.who))
    awaited = sorted((one for one in found if isinstance(one, Awaited)), key=lambda one: (one.due_on or date.max, one.who))
    return Desk(tuple(tasks), tuple(waiting), tuple(awaited))


def task(due_on: date | None, title: str, detail: str, *, url: str, verb: str, clause: str = "") -> Task:
    """A task with its urgency and the working days that it is late or that are left."""
    return Task(due_on, title, detail, clause or _("系统设定"), url, verb, state_of(due_on), _working(due_on))


def state_of(due_on: date | None) -> str:
    """How urgent a day is, seen from today."""
    today = clock.today()
    if due_on is None or due_on > end_of_next_week(today):
        return LATER
    return LATE if due_on < today else TODAY if due_on == today else SOON


def end_of_next_week(today: date) -> date:
    """Sunday of the week after this one."""
    return today + timedelta(days=13 - today.weekday())


def _working(due_on: date | None) -> int | None:
    today = clock.today()
    if due_on is None or due_on >= today:
        return None
    return working_days_between(due_on, today) or None


def answer_by(when: datetime | date | None) -> date:
    """The day by which something that came in is answered."""
    day = clock.local_date(when) if isinstance(when, datetime) else when
    return add_working_days(day or clock.today(), ANSWER_DAYS)


def day_of(when: datetime | date | None) -> date:
    """The Shanghai day of a moment; today for nothing."""
    return clock.local_date(when) if isinstance(when, datetime) else when or clock.today()


def bundle(items: Sequence[Task], *, title: str, url: str, verb: str, total: int | None = None) -> Iterator[Task]:
    """Some tasks of one kind as they are, many as one that leads to their list; ``title`` takes %(n)s.

    ``total``: how many there are, where only the first of them were read.
    """
    if len(items) < BUNDLED_FROM:
        yield from items
        return
    first = min(items, key=lambda one: one.order)
    yield task(first.due_on, title % {"n": total or len(items)}, _("最早一件：%(first)s") % {"first": first.title}, url=url, verb=verb, clause=first.clause)


def place(route: str, *args: Any, **query: Any) -> str:
    """The address of a route, with a query."""
    found = reverse(route, args=args)
    asked = {name: value for name, value in query.items() if value not in ("", None)}
    return f"{found}?{urlencode(asked)}" if asked else found


def clause_of(campaign: Campaign, key: str) -> str:
    """The clause of the campaign's document that asks for what a deadline key names."""
    held = (one.get("clause", "") for one in campaign.body.get("deadlines", []) if one.get("key") == key)
    return _clause(next(held, ""))


def ground(seat: Seat, campaign: Campaign, key: str, round_: int) -> str:
    """What set the day of a deadline at the seat: a supplementary notice, else the clause of the document."""
    return seat.supplemented.get((campaign.id, key, round_), "") or clause_of(campaign, key)


def task_clause(campaign: Campaign, form_code: str = "", word: str = "") -> str:
    """The clause of the first task or requirement that names a form, or holds a word in its title."""
    for one in (*campaign.body.get("tasks", []), *campaign.body.get("requirements", [])):
        if (form_code and form_code in one.get("forms", [])) or (word and word in one.get("title", "")):
            return _clause(one.get("clause", ""))
    return ""


def _clause(text: str) -> str:
    return _("方案 %(clause)s") % {"clause": text} if text else ""

"""Deadlines as they hold for one place: the nearest plan at or above it that speaks of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hengjian.base.scope import EVERYTHING, Scope
from hengjian.base.working_days import add_working_days
from hengjian.campaigns.models import Campaign, Deadline, Plan
from hengjian.campaigns.states import TASK_FORM
from hengjian.parties.models import Authority

RANK = {"institution": 0, "county": 1, "city": 2, "province": 3}


@dataclass(frozen=True)
class Due:
    """One deadline as it holds for a place, and whose plan set it."""

    key: str
    round: int
    title: str
    form_code: str
    step_from: str
    step_to: str
    due_on: date
    set_by_path: str
    printed: str
    clause: str
    kinds: tuple[str, ...] = ()

    @property
    def is_task(self) -> bool:
        """A task that institutions answer in words and papers."""
        return self.form_code == TASK_FORM


def deadlines_in_force(scope: Scope, campaign: Campaign) -> list[Deadline]:
    """All deadlines of issued plans of a campaign, with the path of the plan's authority."""
    held = Deadline.objects.within(EVERYTHING).filter(plan__campaign=campaign, plan__state="issued")
    return list(held.select_related("plan__authority").order_by("plan__authority__path"))


def deadlines_above(plan: Plan) -> dict[tuple[str, int], Due]:
    """The deadlines of the plan above, by key and round; of the plan itself where there is none above."""
    path = plan.parent.authority.path if plan.parent else plan.authority.path
    return deadlines_for(path, deadlines_in_force(EVERYTHING, plan.campaign))


def deadlines_for(path: str, deadlines: Iterable[Deadline]) -> dict[tuple[str, int], Due]:
    """The deadlines that hold at an area path: lower plans override those above them."""
    found: dict[tuple[str, int], Due] = {}
    for one in deadlines:
        set_by = one.plan.authority.path
        if path.startswith(set_by):
            found[one.key, one.round] = Due(
                one.key, one.round, one.title, one.form_code, one.step_from, one.step_to, one.due_on, set_by, one.printed, one.clause, tuple(one.kinds)
            )
    return found


def latest_allowed(parent: Deadline | Due, review_days: int) -> date:
    """The last day a lower level may set for those below it: the parent's, less the days for review."""
    return add_working_days(parent.due_on + timedelta(days=1), -review_days - 1) if review_days else parent.due_on


def owed_on(authority: Authority, due: Due, all_due: Iterable[Due], review: int) -> date | None:
    """By when an authority has its own table ready, or ``None`` when it owes none.

    The level that the document names owes it on the day printed. The one above collates by its own deadline, or,
    where the document sets none, on the same day plus nothing; a level below prepares it the days of review earlier.
    """
    rank, named = RANK[authority.level], RANK.get(due.step_from, 2)
    if authority.level == due.step_from:
        return due.due_on
    own = [d for d in all_due if d.form_code == due.form_code and d.round == due.round and d.step_from == authority.level]
    if own:
        return None
    if rank > named or _stands_for(authority, due):
        return due.due_on
    return latest_allowed(due, review)


def _stands_for(authority: Authority, due: Due) -> bool:
    """A zone directly under the receiving level files like the level that is missing between them."""
    above = authority.parent
    return above is not None and RANK[above.level] >= RANK.get(due.step_to, 3)


def expected_on(authority: Authority, key: str, round_: int, dues: Mapping[tuple[str, int], Due], review: int) -> date | None:
    """By when an authority's table of a key and round is due under these deadlines: a step of one's own goes before."""
    due = dues.get((key, round_))
    if due is None:
        return None
    own = (d for d in dues.values() if d.key != key and (d.form_code, d.round) == (due.form_code, round_) and d.step_from == authority.level)
    step = next(own, None) if due.step_from != authority.level else None
    return step.due_on if step is not None else owed_on(authority, due, dues.values(), review)


def is_set_by_system(authority: Authority, key: str, round_: int, dues: Mapping[tuple[str, int], Due]) -> bool:
    """Whether the day on which an authority owes its table stands in no document: the parent's less the days for review."""
    due = dues.get((key, round_))
    if due is None or RANK[authority.level] >= RANK.get(due.step_from, 2) or _stands_for(authority, due):
        return False
    return not any(d.key != key and (d.form_code, d.round) == (due.form_code, round_) and d.step_from == authority.level for d in dues.values())


def chain_above(scope: Scope, path: str) -> list[Authority]:
    """The authorities from the place itself up to the province, lowest first."""
    parts = path.rstrip("/").split("/")
    paths = ["/".join(parts[:n]) + "/" for n in range(len(parts), 0, -1)]
    held = {a.path: a for a in Authority.objects.within(EVERYTHING).filter(path__in=paths)}
    return [held[p] for p in paths if p in held]


def receiver(chain: list[Authority], step_to: str, *, lowest_first: bool) -> Authority:
    """Who receives a filing of an institution: its own county first, or the level that the document names.

    A zone directly under the province has no city above it; then the next authority upwards receives.
    """
    if lowest_first:
        return chain[0]
    return next((a for a in chain if RANK[a.level] >= RANK.get(step_to, 1)), chain[-1])


@dataclass(frozen=True)
class Series:
    """One thing to be filed, with all its dates: a recurring return has many, most have one or two."""

    title: str
    form_code: str
    step_from: str
    step_to: str
    dues: tuple[Due, ...]

    @property
    def is_recurring(self) -> bool:
        return len(self.dues) > 1

    @property
    def is_task(self) -> bool:
        """A task that institutions answer in words and papers."""
        return self.form_code == TASK_FORM

    def current(self, today: date) -> Due:
        """The first that is not past, else the last."""
        return next((due for due in self.dues if due.due_on >= today), self.dues[-1])


def series_at(path: str, deadlines: Iterable[Deadline]) -> list[Series]:
    """What is filed at a place, one entry per title and form, each with its dates in order."""
    found: dict[tuple[str, str, str, str], list[Due]] = {}
    for due in sorted(deadlines_for(path, deadlines).values(), key=lambda d: (d.due_on, d.round, d.key)):
        found.setdefault((due.title, due.form_code, due.step_from, due.step_to), []).append(due)
    ordered = sorted(found.items(), key=lambda item: (item[1][0].due_on, RANK.get(item[0][2], 9), item[0][0]))
    return [Series(*named, tuple(dues)) for named, dues in ordered]


def tasks_below(path: str, deadlines: Iterable[Deadline]) -> list[Series]:
    """Tasks that the levels below a place added for their own institutions, each named with its level."""
    held = [d for d in deadlines if d.form_code == TASK_FORM and d.plan.authority.path.startswith(path) and d.plan.authority.path != path]
    found = []
    for one in sorted(held, key=lambda d: (d.due_on, d.plan.authority.path, d.key)):
        due = deadlines_for(one.plan.authority.path, [one])[one.key, one.round]
        said = f"{one.title}（{one.plan.authority.area_name}）"
        found.append(Series(said, one.form_code, one.step_from, one.step_to, (replace(due, title=said),)))
    return found


@dataclass(frozen=True)
class Step:
    """What one level's plan says of a deadline."""

    authority: Authority
    number: str
    issued_on: date | None
    is_issued: bool
    due_on: date | None
    days_earlier: int


def steps_of(scope: Scope, campaign: Campaign, path: str, key: str, round_: int) -> list[Step]:
    """Level by level from above, how a deadline came to the day that holds at a place."""
    chain = [a for a in reversed(chain_above(scope, path)) if a.path.startswith(campaign.area)]
    plans = {p.authority_id: p for p in Plan.objects.within(EVERYTHING).filter(campaign=campaign, authority__in=chain)}
    held = Deadline.objects.within(EVERYTHING).filter(plan__in=list(plans.values()), key=key, round=round_)
    set_by = {d.plan_id: d for d in held}
    found, before = [], None
    for authority in chain:
        plan = plans.get(authority.id)
        is_issued = plan is not None and plan.state == "issued"
        own = set_by.get(plan.id) if plan is not None and is_issued else None
        earlier = (before - own.due_on).days if own is not None and before is not None else 0
        before = own.due_on if own is not None else before
        found.append(Step(authority, plan.number if plan else "", plan.issued_on if plan else None, is_issued, own.due_on if own else None, earlier))
    return found

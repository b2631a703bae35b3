"""What the pages of plans show: the plan above, the level's own days with the latest that is allowed, who has received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hengjian.base.scope import EVERYTHING, Scope
from hengjian.base.working_days import Explanation, explain, working_days_between
from hengjian.campaigns.models import Campaign, Plan
from hengjian.campaigns.queries import overview
from hengjian.campaigns.queries.campaigns import plan_of, plans_of
from hengjian.campaigns.queries.early_tables import early_tables
from hengjian.campaigns.queries.relays import name_shown
from hengjian.campaigns.queries.supplements import supplements_at
from hengjian.campaigns.queries.timetable import RANK, Due, deadlines_above, latest_allowed
from hengjian.dossier import queries as dossier
from hengjian.parties.models import Authority
from hengjian.registry.states import InstitutionKind


@dataclass(frozen=True)
class DateAsked:
    """One deadline of the plan above, and what this level made or may make of it."""

    due: Due
    own: date | None
    review_until: date | None

    @property
    def name(self) -> str:
        """How the form calls it."""
        return f"{self.due.key}:{self.due.round}"

    @property
    def days_earlier(self) -> int:
        """By how many days this level is earlier."""
        return (self.due.due_on - self.own).days if self.own else 0


@dataclass(frozen=True)
class Received:
    """A plan of another level, as the list of receipts shows it."""

    plan: Plan
    depth: int
    by: str


def plan_facts(scope: Scope, plan: Plan, actor: Any, dates: dict[tuple[str, int], date], added: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The page of one plan. ``dates`` are the days typed or kept in the draft, ``added`` its own steps."""
    review = int(plan.campaign.body.get("review_days", 0))
    own = {(d.key, d.round): d for d in plan.deadlines.all()}
    dues = deadlines_above(plan)
    asked = [
        DateAsked(due, own[key].due_on if key in own else dates.get(key), latest_allowed(due, review) if RANK.get(due.step_from, 0) > 0 else None)
        for key, due in sorted(dues.items(), key=lambda item: (item[1].due_on, item[0]))
    ]
    held = {key: d.due_on for key, d in own.items() if key in dues} if plan.state == "issued" else dates
    return {
        "early": early_tables(scope, plan, dues, held, added),
        "asked": asked, "own_steps": [d for d in own.values() if d.parent_due_on is None], "review_days": review,
        "levels_below": _levels_below(scope, plan.authority), "form_choices": _forms_above(asked), "tasks_above": _tasks_above(plan),
        "papers": dossier.evidence_for(EVERYTHING, "campaigns.plan", plan.id), "papers_above": overview.papers(scope, plan.campaign),
        "kinds": kinds_in(plan.campaign), "supplements": supplements_at(plan.campaign, plan.authority.path),
        "below": received(scope, plan.campaign, actor, plan), "received_by": name_shown(actor, plan.campaign, plan.authority.path, plan.received_by_name),
    }


def rounds_above(plan: Plan) -> dict[str, int]:
    """The last round in which the plan above asks for each form."""
    found: dict[str, int] = {}
    for due in deadlines_above(plan).values():
        found[due.form_code] = max(due.round, found.get(due.form_code, 1))
    return found


def _levels_below(scope: Scope, authority: Authority) -> list[str]:
    held = Authority.objects.within(scope).filter(parent=authority, valid_to__isnull=True).order_by().values_list("level", flat=True)
    return sorted(set(held), key=lambda level: -RANK[level])


def _forms_above(asked: list[DateAsked]) -> list[tuple[str, str]]:
    """What authorities hand up: a step of one's own collects the same form earlier."""
    found: dict[str, str] = {}
    for one in asked:
        if one.due.step_from != "institution":
            found.setdefault(one.due.form_code, one.due.title)
    return list(found.items())


def _tasks_above(plan: Plan) -> list[dict[str, Any]]:
    """Tasks of all levels above, each with the level that set it."""
    found = [{**task, "by": plan.campaign.issuer.area_name} for task in plan.campaign.body.get("tasks", [])]
    above = plan.parent
    chain = []
    while above is not None and above.parent_id:
        chain.append(above)
        above = above.parent
    for held in reversed(chain):
        found += [{**task, "by": held.authority.area_name} for task in held.body.get("tasks", [])]
    return found


def kinds_in(campaign: Campaign) -> list[tuple[str, str]]:
    """Kinds of institution that the campaign names: a task may ask one of them only."""
    named = campaign.body.get("audience", [])
    return [(key, str(label)) for key, label in InstitutionKind.choices if key in named]


def received(scope: Scope, campaign: Campaign, actor: Any, top: Plan | None = None) -> list[Received]:
    """Who has acknowledged and issued, from above to below."""
    plans = [p for p in plans_of(scope, campaign) if top is None or (p.id != top.id and p.authority.path.startswith(top.authority.path))]
    depth = min((p.authority.depth for p in plans), default=0)
    return [Received(p, p.authority.depth - depth, name_shown(actor, campaign, p.authority.path, p.received_by_name)) for p in plans]


def own_plan(scope: Scope, campaign: Campaign, actor: Any) -> Plan | None:
    """The plan of the viewer's own authority, when the level above has issued its own."""
    return plan_of(scope, campaign, actor.org_id)


@dataclass(frozen=True)
class Hint:
    """What the system says of a date before it is issued."""

    allowed: bool
    latest: date
    above: date
    days_earlier: int
    working_days: int
    review: Explanation | None
    faults: tuple[str, ...]


def hint(plan: Plan, key: str, round_: int, day: date, faults: tuple[str, ...]) -> Hint | None:
    """Say whether a date may be issued, how much earlier it is, and how many working days it leaves."""
    due = deadlines_above(plan).get((key, round_))
    if due is None:
        return None
    return Hint(not faults, due.due_on, due.due_on, (due.due_on - day).days, working_days_between(day, due.due_on), None, faults)


def step_hint(plan: Plan, form: str, round_: int, day: date, faults: tuple[str, ...]) -> Hint | None:
    """The same for a step of one's own, which has to leave the days for review."""
    review = int(plan.campaign.body.get("review_days", 0))
    due = next((d for d in deadlines_above(plan).values() if d.form_code == form and d.round == round_ and RANK[d.step_from] >= RANK[plan.authority.level]), None)
    if due is None:
        return None
    latest = latest_allowed(due, review)
    told = explain(due.due_on.fromordinal(due.due_on.toordinal() + 1), -review - 1) if review else None
    return Hint(not faults, latest, due.due_on, (due.due_on - day).days, working_days_between(day, due.due_on), told, faults)


def places_below(scope: Scope, campaign: Campaign) -> list[Authority]:
    """Authorities whose plans can be laid side by side."""
    return [p.authority for p in plans_of(scope, campaign) if p.parent_id]


def authorities_below(scope: Scope, top: Authority) -> list[Authority]:
    """Authorities below one, from above to below."""
    held = Authority.objects.within(scope).filter(path__startswith=top.path, valid_to__isnull=True).exclude(pk=top.pk)
    return list(held.order_by("path"))

"""What the pages of extensions show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.base.working_days import add_working_days, working_days_between
from hengjian.campaigns.models import Campaign, Extension, StatReturn, Submission, WorkReport
from hengjian.campaigns.queries import overview
from hengjian.campaigns.queries.board import on_time_rates
from hengjian.campaigns.queries.relays import name_shown
from hengjian.parties.models import Authority


@dataclass(frozen=True)
class Asked:
    """A request with the name of who asked and what about."""

    extension: Extension
    who: str
    what: str
    days: int


def _named(held: Iterable[Extension]) -> list[Asked]:
    rows = list(held)
    about = _about(rows)
    return [Asked(e, *about.get(e.object_id, ("", "")), working_days_between(e.due_on, e.wanted_on)) for e in rows]


def _about(rows: list[Extension]) -> dict[UUID, tuple[str, str]]:
    ids = [row.object_id for row in rows]
    found = {s.id: (s.target.institution.name, s.form_code) for s in Submission.objects.within(EVERYTHING).filter(pk__in=ids).select_related("target__institution")}
    found |= {r.id: (r.authority.name, r.form_code) for r in StatReturn.objects.within(EVERYTHING).filter(pk__in=ids).select_related("authority")}
    found |= {r.id: (r.authority.name, "") for r in WorkReport.objects.within(EVERYTHING).filter(pk__in=ids).select_related("authority")}
    return found


def list_facts(scope: Scope, actor: Any, campaign: Campaign | None) -> dict[str, Any]:
    """Requests that wait for the viewer, those of the viewer's own unit, and the others."""
    held = overview.extensions_seen(scope)
    if campaign is not None:
        held = held.filter(campaign=campaign)
    rows = _named(held.order_by("-asked_at"))
    waiting = [r for r in rows if r.extension.state == "asked" and r.extension.decider_id == actor.org_id]
    own = [r for r in rows if r.extension.org_id == actor.org_id]
    rest = [r for r in rows if r not in waiting and r not in own]
    return {"waiting": waiting, "own": own, "rest": rest}


def rates(scope: Scope, campaign: Campaign, top: Authority) -> dict[str, int]:
    """On-time filings against the original and the extended dates."""
    return on_time_rates(scope, campaign, top)


def ask_facts(scope: Scope, row: Submission | StatReturn | WorkReport) -> dict[str, Any]:
    """What has been asked before, and for whom this is."""
    before = Extension.objects.within(scope).filter(object_id=row.id).order_by("-asked_at")
    who = row.target.institution.name if isinstance(row, Submission) else row.authority.name
    return {"before": before, "who": who, "campaign": row.campaign, "working_days": working_days_between(clock.today(), row.due_on)}


def proposed_day(row: Submission | StatReturn | WorkReport) -> date:
    """Three working days more than now."""
    return add_working_days(max(row.due_on, clock.today()), 3)


def extension_facts(scope: Scope, actor: Any, extension: Extension) -> dict[str, Any]:
    """The request with its object, and the name of who decided where it is shown."""
    row = _named([extension])[0]
    decided_by = name_shown(actor, extension.campaign, extension.decider.path, extension.decided_by_name)
    filing = Submission.objects.within(scope).filter(pk=extension.object_id).first() if extension.object_type.endswith("submission") else None
    return {"row": row, "decided_by": decided_by, "filing": filing}

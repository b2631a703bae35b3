"""The notice that an institution receives: documents, tasks that concern it, what to file, contacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.base.working_days import working_days_between
from hengjian.campaigns.models import Campaign, Extension, Plan, Submission, Target
from hengjian.campaigns.queries import letter_page, overview
from hengjian.campaigns.queries.relays import hides_superiors
from hengjian.campaigns.queries.supplements import supplements_at
from hengjian.campaigns.queries.timetable import Due, chain_above, deadlines_for, deadlines_in_force


@dataclass(frozen=True)
class ToFile:
    """One thing that the institution has to file."""

    submission: Submission
    due: Due | None
    working_days: int
    is_late: bool
    extension: Extension | None

    @property
    def shown_state(self) -> str:
        """Overdue stands above the state beneath."""
        return "overdue" if self.is_late else self.submission.state


def notice_facts(scope: Scope, campaign: Campaign, target: Target) -> dict[str, Any]:
    """All that the notice shows."""
    chain = {a.id: n for n, a in enumerate(chain_above(scope, target.org_area))}
    plans = list(Plan.objects.within(EVERYTHING).filter(campaign=campaign, authority__in=list(chain), state="issued").select_related("authority"))
    plans.sort(key=lambda p: chain[p.authority_id])
    contacts = next((p.body["contacts"] for p in plans if p.body.get("contacts")), campaign.body.get("contacts", []))
    kind = target.institution.kind
    tasks = [t for t in campaign.body.get("tasks", []) if kind in (t.get("for") or t.get("kinds") or [kind])]
    added = [
        {**task, "by": p.authority.area_name} for p in plans if p.parent_id for task in p.body.get("tasks", [])
        if not task.get("kinds") or kind in task["kinds"]
    ]
    return {
        "plans": plans[::-1], "contacts": contacts, "tasks": tasks, "added_tasks": added, "papers": overview.papers(scope, campaign),
        "supplements": [one for one in supplements_at(campaign, target.org_area)[::-1] if one.concerns_institutions],
        "priorities": overview.priorities_of(campaign, target.institution),
        "letters": letter_page.own_letters(scope, campaign, target.org_id),
        "filings": _filings(scope, campaign, target), "hides_superiors": hides_superiors(campaign),
    }


def _filings(scope: Scope, campaign: Campaign, target: Target) -> list[ToFile]:
    held = Submission.objects.within(scope).filter(target=target).select_related("checker").order_by("due_on", "key")
    dues = deadlines_for(target.org_area, deadlines_in_force(scope, campaign))
    asked = {e.object_id: e for e in Extension.objects.within(scope).filter(campaign=campaign, org_id=target.org_id).order_by("asked_at")}
    today = clock.today()
    found = []
    for one in held:
        late = one.state in {"idle", "draft", "returned"} and one.due_on < today
        found.append(ToFile(one, dues.get((one.key, one.round)), abs(working_days_between(today, one.due_on)), late, asked.get(one.id)))
    return found

"""What each institution named has to file, opened when it is named and when a level adds a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.scope import EVERYTHING
from hengjian.base.working_days import add_working_days
from hengjian.campaigns.models import Campaign, Submission, Target
from hengjian.campaigns.queries.rules import rules_of
from hengjian.campaigns.queries.timetable import Due, chain_above, deadlines_for, deadlines_in_force, receiver
from hengjian.parties.models import Authority

OPEN = title("campaigns.open_submissions", "列出应报送的事项")


def open_submissions(campaign: Campaign, targets: Sequence[Target], *, actor: Any) -> list[Submission]:
    """Open what the targets have to file and do not have yet; running it again opens nothing twice."""
    deadlines = deadlines_in_force(EVERYTHING, campaign)
    lowest_first = campaign.body.get("lowest_first", True)
    held = Submission.objects.within(EVERYTHING).filter(target__in=[t.pk for t in targets])
    there = set(held.values_list("target_id", "key", "round"))
    chains: dict[str, list[Authority]] = {}
    rows: list[Submission] = []
    for target in targets:
        chain = chains.setdefault(target.org_area, chain_above(EVERYTHING, target.org_area))
        for due in deadlines_for(target.org_area, deadlines).values():
            if due.step_from == "institution" and target.institution.kind in kinds_asked(campaign.body, due) and (target.pk, due.key, due.round) not in there:
                rows.append(_row(campaign, target, due, receiver(chain, due.step_to, lowest_first=lowest_first and not due.is_task)))
    with audited_action(OPEN, actor=actor) as act:
        act.add_many(rows)
    return rows


def _day_for(campaign: Campaign, target: Target, due: Due) -> date:
    """The day of the plan; for an institution that joined after the launch not before the days that the rules leave it."""
    if not target.joined_late:
        return due.due_on
    return max(due.due_on, add_working_days(clock.local(target.joined_at).date(), rules_of(campaign).joiner_days))


def _row(campaign: Campaign, target: Target, due: Due, checker: Authority) -> Submission:
    day = _day_for(campaign, target, due)
    reports = {one["key"] for one in campaign.body.get("reports", [])}
    has_own_title = due.is_task or due.form_code in reports
    return Submission(
        campaign=campaign, target=target, key=due.key, form_code=due.form_code, title=due.title if has_own_title else "", round=due.round,
        due_on=day, original_due_on=day, checker=checker,
    ).owned_by(target)


def kinds_asked(body: Mapping[str, Any], due: Due) -> set[str]:
    """Kinds of institution that are asked: those the deadline names, else those of the tasks that name its form, else all."""
    audience = set(body.get("audience", []))
    if due.kinds:
        return set(due.kinds) & audience
    named = {kind for task in body.get("tasks", []) if due.form_code in task.get("forms", []) for kind in task.get("for", [])}
    return (named & audience) or audience

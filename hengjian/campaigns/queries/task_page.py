"""The page of one task that a level added: what is asked, by whom, what the institution did, its course."""

from __future__ import annotations

from typing import Any

from hengjian.base import clock
from hengjian.base.ledger.history import history
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.base.working_days import working_days_between
from hengjian.campaigns import policy
from hengjian.campaigns.models import Deadline, Submission
from hengjian.campaigns.queries.selfcheck import SUBMISSION_TYPE, is_late, names_are_hidden
from hengjian.dossier.models import EvidenceUse

ICONS = {"report_task": "filed", "return_submission": "returned", "accept_submission": "accepted", "withdraw_submission": "pen", "urge_submission": "bell"}
OF_INSTITUTION = frozenset({"report_task", "withdraw_submission", "assign_filler", "ask_extension"})


def task_facts(scope: Scope, actor: Any, submission: Submission) -> dict[str, Any]:
    """All that the page shows."""
    deadline = Deadline.objects.within(EVERYTHING).filter(plan__campaign=submission.campaign, key=submission.key).select_related("plan__authority").first()
    uses = EvidenceUse.objects.within(scope).filter(object_type=SUBMISSION_TYPE, object_id=submission.pk, item="report").select_related("evidence")
    today, hidden = clock.today(), names_are_hidden(submission, actor)
    return {
        "submission": submission, "campaign": submission.campaign, "institution": submission.target.institution, "deadline": deadline,
        "task": _task(submission, deadline), "set_by": deadline.plan.authority if deadline else submission.campaign.issuer,
        "uses": list(uses.order_by("attached_at", "id")), "is_late": is_late(submission, today), "hide_names": hidden,
        "working_days": abs(working_days_between(today, submission.due_on)), "may_file": policy.may_file(actor, submission),
        "may_check": policy.may_check(actor, submission), "entries": _course(submission, hidden), "object_type": SUBMISSION_TYPE,
        "filed_late": submission.first_filed_at is not None and clock.local_date(submission.first_filed_at) > submission.due_on,
    }


def _task(submission: Submission, deadline: Deadline | None) -> dict[str, Any]:
    """The words of the task, from the plan that set it or from the campaign."""
    held = [*(deadline.plan.body.get("tasks", []) if deadline else []), *submission.campaign.body.get("tasks", [])]
    return next((dict(one) for one in held if one.get("key") == submission.key), {"title": submission.title})


def _course(submission: Submission, hidden: bool) -> list[dict[str, Any]]:
    found = []
    for one in history(SUBMISSION_TYPE, submission.pk):
        verb = one.action.rpartition(".")[2]
        who = "" if hidden and verb not in OF_INSTITUTION else one.who
        found.append({"at": one.at, "sentence": one.title, "who": who, "reason": one.reason, "icon": ICONS.get(verb, "pen")})
    return found

"""How problems are shown: shape of the state, words under the date, what may be done now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hengjian.base import clock
from hengjian.base.acts import ActForm, Offer, offered
from hengjian.base.working_days import working_days_between
from hengjian.rectification import policy, queries
from hengjian.rectification.models import Problem, ProblemExtension
from hengjian.rectification.states import EscalationLevel, ProblemState
from hengjian.rectification.views.commands import ACTS, DECIDE, form_for

TONES = {
    "proposed": "idle", "confirmed": "draft", "rectifying": "draft", "reported": "filed", "verified": "filed",
    "closed": "accepted", "dismissed": "idle", "recurred": "returned",
}


@dataclass(frozen=True)
class Line:
    """One problem as a row of the list shows it."""

    problem: Problem
    tone: str
    label: str
    below: str
    is_late: bool


def line_of(problem: Problem) -> Line:
    """Shape and word of the state, and what stands under the date."""
    late = working_days_between(problem.due_on, clock.today()) if problem.due_on and problem.overdue_days() else 0
    tone, label = TONES[problem.state], str(problem.get_state_display())
    said = ngettext("逾期%(n)s个工作日", "逾期%(n)s个工作日", late) % {"n": late} if late else _("逾期") if problem.overdue_days() else ""
    if said and problem.late_party == "institution":
        tone, label = "overdue", said
        said = _escalated(problem) or said
    return Line(problem, tone, label, said or _below(problem), bool(problem.overdue_days()))


def _escalated(problem: Problem) -> str:
    level = problem.escalated_to_level
    return _("已上报%(level)s") % {"level": EscalationLevel(level).label} if level else ""


def _below(problem: Problem) -> str:
    if problem.closed_at:
        return _("%(day)s销号") % {"day": _day(problem.closed_at)}
    if problem.recurrence_of_id:
        return _("一年内复发，升为%(severity)s") % {"severity": problem.get_severity_display()}
    if problem.due_on and problem.is_open:
        days = (problem.due_on - clock.today()).days
        return ngettext("剩%(n)s天", "剩%(n)s天", days) % {"n": days}
    return ""


def _day(moment: Any) -> str:
    day = clock.local_date(moment)
    return _("%(month)d月%(day)d日") % {"month": day.month, "day": day.day}


def offers(problem: Problem, actor: Any, bound: dict[str, ActForm]) -> list[Offer]:
    """The commands that state and policy allow the actor now, the main one first."""
    found = offered(
        ACTS, problem, actor, url=lambda code: reverse("rectification:act", args=[problem.pk, code]),
        form=lambda code: form_for(code, problem, actor), bound=bound, shut=_shut(problem, actor),
    )
    return [replace(one, label=_("修改整改举措")) if one.code == "plan" and problem.measure else one for one in found]


def _shut(problem: Problem, actor: Any) -> set[str]:
    """Commands that make no sense for the problem as it is."""
    closed = {
        "report": not problem.measure,
        "evidence": problem.state in (ProblemState.DISMISSED, ProblemState.RECURRED),
        "recheck": bool(problem.rechecked_at) or not problem.recheck_on or problem.recheck_on > clock.today(),
        "extension": problem.due_on is None,
        "merge": policy.may_confirm(actor, problem) and not queries.mergeable(actor.scope, problem).exists(),
    }
    return {code for code, is_shut in closed.items() if is_shut}


def decision_offer(extension: ProblemExtension, actor: Any, bound: ActForm | None = None) -> Offer | None:
    """The command to decide a request for more time, for whoever may."""
    if extension.state != "asked" or not policy.may_decide_extension(actor, extension):
        return None
    url = reverse("rectification:decide", args=[extension.problem_id, extension.pk])
    return Offer("decide", url, DECIDE.label, bound or DECIDE.form(prefix=None), True)

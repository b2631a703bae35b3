"""How problems are shown: shape of the state, words under the date, what may be done now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.acts import ActForm, Offer
from hengjian.base.ledger.history import ProofState, Sentence, history
from hengjian.base.working_days import working_days_between
from hengjian.rectification import policy, queries
from hengjian.rectification.models import Problem, ProblemExtension
from hengjian.rectification.states import EscalationLevel, ProblemState
from hengjian.rectification.views.commands import ACTS, DECIDE, form_for

TONES = {
    "proposed": "idle", "confirmed": "draft", "rectifying": "draft", "reported": "filed", "verified": "filed",
    "closed": "accepted", "dismissed": "idle", "recurred": "returned",
}
ICONS = {
    "open_problem": "filed", "confirm_problem": "accepted", "dismiss_problem": "x", "plan_rectification": "pen",
    "report_rectified": "clip", "verify_problem": "accepted", "verify_and_close": "accepted", "close_problem": "accepted",
    "return_problem": "returned", "decide_extension": "clock", "ask_extension": "clock", "escalate_overdue": "overdue",
    "ask_recheck": "flag", "record_recheck": "flag", "add_evidence": "clip", "merge_problem": "right",
}
AUTHORITY_ACTS = frozenset({
    "confirm_problem", "dismiss_problem", "verify_problem", "verify_and_close", "close_problem", "return_problem",
    "decide_extension", "record_recheck", "merge_problem",
})


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
    said = _("逾期%(n)d个工作日") % {"n": late} if late else _("逾期") if problem.overdue_days() else ""
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
        return _("剩%(n)d天") % {"n": (problem.due_on - clock.today()).days}
    return ""


def _day(moment: Any) -> str:
    day = clock.local_date(moment)
    return _("%(month)d月%(day)d日") % {"month": day.month, "day": day.day}


def offers(problem: Problem, actor: Any, bound: dict[str, ActForm]) -> list[Offer]:
    """The commands that state and policy allow the actor now, the main one first."""
    found = []
    for code, act in ACTS.items():
        if not _is_open_to(code, problem, actor):
            continue
        url = reverse("rectification:act", args=[problem.pk, code])
        found.append(Offer(code, url, act.label, bound.get(code) or form_for(code, problem, actor), act.is_main))
    return sorted(found, key=lambda offer: not offer.is_main)


# Command → move of the chart (or none) and the policy that goes with it.
_RULES: dict[str, tuple[str, Any]] = {
    "confirm": ("confirm", policy.may_confirm),
    "plan": ("plan", policy.may_plan),
    "report": ("report", policy.may_report),
    "verify-close": ("verify", policy.may_verify),
    "verify": ("verify", policy.may_verify),
    "close": ("close", policy.may_close),
    "return": ("send_back", policy.may_send_back),
    "recheck": ("recheck", policy.may_recheck),
    "extension": ("ask_more_time", policy.may_ask_extension),
    "evidence": ("", policy.may_attach),
    "merge": ("dismiss", policy.may_confirm),
    "dismiss": ("dismiss", policy.may_confirm),
}


def _is_open_to(code: str, problem: Problem, actor: Any) -> bool:
    move, may = _RULES[code]
    if code == "plan" and problem.state == ProblemState.PROPOSED:
        move = "prepare"
    if code == "report" and not problem.measure:
        return False
    if code == "evidence" and problem.state in (ProblemState.DISMISSED, ProblemState.RECURRED):
        return False
    if code == "recheck" and (problem.rechecked_at or not problem.recheck_on or problem.recheck_on > clock.today()):
        return False
    if code == "extension" and problem.due_on is None:
        return False
    return (not move or problem.CHART.allows(move, problem.state)) and may(actor, problem)


def decision_offer(extension: ProblemExtension, actor: Any, bound: ActForm | None = None) -> Offer | None:
    """The command to decide a request for more time, for whoever may."""
    if extension.state != "asked" or not policy.may_decide_extension(actor, extension):
        return None
    url = reverse("rectification:decide", args=[extension.problem_id, extension.pk])
    return Offer("decide", url, DECIDE.label, bound or DECIDE.form(prefix=None), True)


def hides_names(actor: Any) -> bool:
    """Whether this deployment hides the names of superiors from the units below."""
    return bool(settings.HIDE_SUPERIORS) and not actor.is_authority


def timeline_of(problem: Problem, actor: Any) -> list[dict[str, Any]]:
    """The history of a problem from the ledger, newest last, as the time line draws it."""
    return [_entry(sentence, hides_names(actor)) for sentence in history(queries.OBJECT_TYPE, problem.pk)]


def _entry(sentence: Sentence, hide: bool) -> dict[str, Any]:
    code = sentence.action.rsplit(".", 1)[-1]
    who = sentence.who
    if hide and code in AUTHORITY_ACTS:
        who = who.partition("（")[2].rstrip("）")
    proof = "pending" if sentence.state is ProofState.WAITING else sentence.state.value
    return {
        "at": sentence.at, "sentence": sentence.title, "who": who, "reason": sentence.reason, "proof": proof,
        "icon": ICONS.get(code, "pen"), "bad": code == "escalate_overdue",
    }

"""More time: asked by the unit, decided by somebody else; the date first set is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput, Faults
from hengjian.base.states import WrongState
from hengjian.base.texts import says_enough
from hengjian.rectification import policy, queries
from hengjian.rectification.models import Problem, ProblemExtension
from hengjian.rectification.services.course import ONLY_OWNER

ASK = title("rectification.ask_extension", "申请延期")
DECIDE = title("rectification.decide_extension", "决定延期")


def ask_extension(problem: Problem, *, actor: Any, until: date, reason: str) -> ProblemExtension:
    """Ask for more time to put a problem right.

    Raises:
        BadInput: no reason, or no later date. NotAllowed: not the unit, or a request is still undecided.
        WrongState: the problem is not being put right.
    """
    faults = Faults()
    if not says_enough(reason, 2):
        faults.add("reason", _("请写明为什么不能按期完成。"))
    if until <= clock.today():
        faults.add("until", _("请填写今天以后的日期。"))
    faults.raise_if_any()
    with audited_action(ASK, actor=actor, reason=reason) as act:
        row = act.take(problem)
        act.require(policy.may_ask_extension(actor, row), _(ONLY_OWNER))
        if not row.CHART.allows("ask_more_time", row.state) or row.due_on is None:
            raise WrongState(row.CHART, "ask_more_time", row.state)
        if until <= row.due_on:
            raise BadInput("until", _("申请的日期不晚于现在的时限，不需要延期。"))
        pending = queries.extensions_of(actor.scope, row).filter(state="asked").exists()
        act.require(not pending, _("上一份延期申请还没有决定，请等待决定后再申请。"))
        return act.add(
            ProblemExtension(
                problem=row, from_due_on=row.due_on, asked_until=until, reason=reason.strip(),
                asked_at=clock.now(), asked_by_id=actor.id, asked_by_name=actor.name,
            ).owned_by(row)
        )


def decide_extension(
    extension: ProblemExtension, *, actor: Any, granted: bool, reason: str, until: date | None = None
) -> ProblemExtension:
    """Grant more time (to the date asked for, or an earlier one) or refuse it; the decider is not the asker.

    Raises:
        BadInput: no reason, or a date that is not later than the present one.
    """
    if not says_enough(reason, 2):
        raise BadInput("reason", _("请写明决定的理由。"))
    with audited_action(DECIDE, actor=actor, reason=reason) as act:
        row = act.take(extension)
        problem = act.take(row.problem)
        act.require(policy.may_decide_extension(actor, row), _("延期由负责监管的部门决定，且不能由申请人自己决定。"))
        act.move(row, "grant" if granted else "refuse")
        row.decided_at, row.decided_by_id, row.decided_by_name = clock.now(), actor.id, actor.name
        row.decision_reason = reason.strip()
        if granted:
            _grant(row, problem, until or row.asked_until)
    return row


def _grant(extension: ProblemExtension, problem: Problem, until: date) -> None:
    if problem.due_on is not None and until <= problem.due_on:
        raise BadInput("until", _("准予的日期应晚于现在的时限。"))
    extension.granted_until = until
    problem.original_due_on = problem.original_due_on or problem.due_on
    problem.due_on = until
    problem.escalated_to_level, problem.escalated_on = "", None

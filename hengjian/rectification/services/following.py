"""After the date and after the closing: overdue problems climb, closed ones are looked at again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import SystemActor, all_or_nothing, audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.scope import EVERYTHING
from hengjian.rectification import policy, queries
from hengjian.rectification.models import Problem
from hengjian.rectification.services import telling
from hengjian.rectification.services.course import NOT_A_PARTY, ONLY_AUTHORITY
from hengjian.rectification.services.opening import open_problem
from hengjian.rectification.states import ESCALATION_DAYS, EscalationLevel, Finder

ESCALATE = title("rectification.escalate_overdue", "逾期上报")
ASK_RECHECK = title("rectification.ask_recheck", "提醒复查")
RECHECK = title("rectification.record_recheck", "登记复查")

RANK: dict[str, int] = {EscalationLevel.NONE: 0, EscalationLevel.COUNTY: 1, EscalationLevel.CITY: 2, EscalationLevel.PROVINCE: 3}


def level_for(overdue_days: int) -> EscalationLevel:
    """How far a problem overdue by so many days has to climb."""
    reached = EscalationLevel.NONE
    for days, level in ESCALATION_DAYS:
        if overdue_days >= days:
            reached = level
    return reached


def escalate_overdue(*, actor: Any = None, on: date | None = None) -> int:
    """Let overdue problems climb to the level their delay has reached; return how many climbed.

    Run as often as one likes: each level is told once for each due date.
    """
    actor, today = actor or SystemActor(), on or clock.today()
    late = Problem.objects.within(EVERYTHING).filter(queries.is_overdue(today)).order_by("id")
    due = [one for one in late if RANK[level_for(one.overdue_days(today))] > RANK[one.escalated_to_level]]
    for problem in due:
        _climb(problem, actor=actor, today=today)
    return len(due)


@all_or_nothing
def _climb(problem: Problem, *, actor: Any, today: date) -> None:
    with audited_action(ESCALATE, actor=actor, reason=_("超过整改时限")) as act:
        row = act.take(problem)
        level = level_for(row.overdue_days(today))
        if RANK[level] <= RANK[row.escalated_to_level]:
            return
        first_time = row.escalated_to_level == EscalationLevel.NONE
        row.escalated_to_level, row.escalated_on = level, today
    telling.tell_overdue(row, level=level, tell_unit=first_time, actor=actor)


def remind_rechecks(*, actor: Any = None, on: date | None = None) -> int:
    """Open the task of looking again at problems closed 90 days ago; return how many were opened."""
    actor, today = actor or SystemActor(), on or clock.today()
    found = Problem.objects.within(EVERYTHING).filter(queries.recheck_is_due(today), recheck_asked_at__isnull=True)
    due = list(found.order_by("id"))
    for problem in due:
        _ask_recheck(problem, actor=actor)
    return len(due)


@all_or_nothing
def _ask_recheck(problem: Problem, *, actor: Any) -> None:
    """Asked and told together: what is marked as asked is never told again."""
    with audited_action(ASK_RECHECK, actor=actor, reason=_("销号满90天")) as act:
        act.take(problem).recheck_asked_at = clock.now()
    telling.tell_recheck(problem, actor=actor)


def record_recheck(problem: Problem, *, actor: Any, passed: bool, note: str, version: int | None = None) -> Problem:
    """Record what the check of a closed problem found. A problem that is back is opened anew, one degree graver.

    Returns the problem that was checked or, when it is back, the new one.

    Raises:
        BadInput: no account of what was seen. WrongState: the problem is not closed.
        NotAllowed: no regulator over it, or its reporter or responsible person.
    """
    if not note.strip():
        raise BadInput("note", _("请写明复查看到的情况。"))
    with transaction.atomic():
        with audited_action(RECHECK, actor=actor, reason=note) as act:
            row = act.take(problem, version=version)
            act.require(policy.is_overseer(actor, row), _(ONLY_AUTHORITY))
            act.require(policy.may_recheck(actor, row), _(NOT_A_PARTY))
            act.move(row, "recheck")
            row.rechecked_at, row.rechecked_by_name, row.recheck_note = clock.now(), actor.name, note.strip()
        return row if passed else _come_back(row, actor=actor, note=note)


def _come_back(row: Problem, *, actor: Any, note: str) -> Problem:
    return open_problem(
        actor=actor, owner_row=row, kind=row.kind, title=row.title, facts=note, clause=row.clause,
        severity=row.severity, subject_type=row.subject_type, subject_id=row.subject_id,
        subject_label=row.subject_label, finder=Finder.INSPECTION, ref_type=queries.OBJECT_TYPE, ref_id=row.pk,
        label=_("销号后复查：%(number)s") % {"number": row.number}, campaign_id=row.campaign_id,
        institution_name=row.institution_name, recurrence_of=row,
    )

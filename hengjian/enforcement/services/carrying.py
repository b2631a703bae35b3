"""What the course of an order means for the problem that it is about, so that nobody reports or verifies twice."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hengjian.enforcement.models import Order
from hengjian.enforcement.states import OrderState
from hengjian.rectification import policy, queries
from hengjian.rectification import services as problems
from hengjian.rectification.models import Problem
from hengjian.rectification.states import Finder, ProblemKind, ProblemState, Severity

UNDER_WAY = (OrderState.SERVED, OrderState.OVERDUE, OrderState.ANSWERED)
BEING_PUT_RIGHT = (ProblemState.CONFIRMED, ProblemState.RECTIFYING)


def enter_problem(order: Order, *, actor: Any) -> UUID:
    """The problem of an order that is served: its own, that of the visit behind it, or a new one; confirmed by the order."""
    problem = _problem_of(order, actor) or _problem_of_visit(order, actor) or _open_problem(order, actor)
    if problem.state == ProblemState.PROPOSED and policy.may_confirm(actor, problem):
        problems.confirm_problem(
            problem, actor=actor, severity=problem.severity, due_on=order.due_on,
            note=_("已送达安全监察指令书%(number)s") % {"number": order.number},
        )
    return problem.pk


def _problem_of(order: Order, actor: Any) -> Problem | None:
    return queries.problem_of(actor.scope, order.problem_id) if order.problem_id else None


def _problem_of_visit(order: Order, actor: Any) -> Problem | None:
    """The problem that the visit behind the order has entered in the register already."""
    if order.visit_id is None:
        return None
    found = queries.problems_from(actor.scope, "supervision.visit", order.visit_id).filter(org_id=order.org_id)
    return found.exclude(state__in=["dismissed", "closed", "recurred"]).first()


def _open_problem(order: Order, actor: Any) -> Problem:
    return problems.open_problem(
        actor=actor, owner_row=order, kind=ProblemKind.OTHER, title=order.facts[:60].rstrip("。"), facts=order.facts,
        clause=order.provisions[:200], severity=Severity.MAJOR, subject_type="", subject_id=None,
        subject_label=order.number, finder=Finder.ORDER, ref_type="enforcement.order", ref_id=order.pk,
        label=_("安全监察指令书%(number)s") % {"number": order.number}, campaign_id=order.campaign_id,
        institution_name=order.institution_name,
    )


def report_problem(order: Order, *, actor: Any, text: str, responsible_name: str, responsible_department: str) -> None:
    """The unit's answer to the order is its report on the problem too, once it is known who is responsible."""
    problem = _problem_of(order, actor)
    if problem is None or problem.state not in BEING_PUT_RIGHT or not policy.may_report(actor, problem):
        return
    name, department = responsible_name.strip(), responsible_department.strip()
    if name and department and (name, department) != (problem.responsible_name, problem.responsible_department):
        problem = problems.plan_rectification(
            problem, actor=actor, measure=problem.measure or order.measure, responsible_name=name,
            responsible_department=department, at_once=problem.at_once,
        )
    if problem.measure and problem.responsible_name:
        problems.report_rectified(problem, actor=actor, text=text)


def _is_last(order: Order, actor: Any) -> bool:
    """Whether no other order about the same problem is still under way."""
    others = Order.objects.within(actor.scope).filter(problem_id=order.problem_id, state__in=UNDER_WAY)
    return not others.exclude(pk=order.pk).exists()


def verify_problem(order: Order, *, actor: Any) -> None:
    """What the re-check of the order found put right is verified in the register."""
    problem = _problem_of(order, actor)
    if problem is None or problem.state != ProblemState.REPORTED:
        return
    if policy.may_verify(actor, problem) and _is_last(order, actor):
        problems.verify_problem(problem, actor=actor, note=order.recheck_note)


def close_problem(order: Order, *, actor: Any) -> None:
    """An order that is closed after a re-check that passed closes its problem."""
    problem = _problem_of(order, actor)
    if problem is None or problem.state != ProblemState.VERIFIED:
        return
    if policy.may_close(actor, problem) and _is_last(order, actor):
        note = _("安全监察指令书%(number)s复查已整改到位") % {"number": order.number}
        problems.close_problem(problem, actor=actor, reason=note)


def return_problem(order: Order, *, actor: Any, reason: str, due_on: date | None = None) -> None:
    """What the re-check found not put right goes back to the unit, with the new date if there is one."""
    problem = _problem_of(order, actor)
    if problem is not None and problem.state == ProblemState.REPORTED and policy.may_send_back(actor, problem):
        problems.return_problem(problem, actor=actor, reason=reason, due_on=due_on)

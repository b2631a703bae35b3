"""The course of a problem: confirmed, planned, put right, verified, closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import Action, audited_action, title
from hengjian.base.errors import BadInput, Faults
from hengjian.base.scope import EVERYTHING
from hengjian.base.texts import says_enough
from hengjian.parties import queries as parties
from hengjian.rectification import policy, queries
from hengjian.rectification.models import Problem
from hengjian.rectification.states import RECHECK_DAYS, ProblemState, Severity

CONFIRM = title("rectification.confirm_problem", "确认问题")
DISMISS = title("rectification.dismiss_problem", "认定问题不成立")
PLAN = title("rectification.plan_rectification", "制定整改举措")
REPORT = title("rectification.report_rectified", "申报整改完毕")
VERIFY = title("rectification.verify_problem", "核查通过")
RETURN = title("rectification.return_problem", "退回再整改")
CLOSE = title("rectification.close_problem", "销号")
CLOSE_VERIFIED = title("rectification.verify_and_close", "核查通过并销号")

ONLY_AUTHORITY = "只有负责监管的部门可以办理，本单位的问题由上级办理。"
ONLY_OWNER = "只有责任单位可以办理。"
NOT_A_PARTY = "核查人、销号人不能是整改责任人或申报人，请由其他人员办理。"


def confirm_problem(
    problem: Problem, *, actor: Any, severity: int, due_on: date, note: str = "", version: int | None = None
) -> Problem:
    """Confirm that it is a problem, how grave, and by when it is to be put right.

    Raises:
        BadInput: no such severity, or a date that has passed.
        NotAllowed: not a regulator over it. WrongState: not waiting to be confirmed.
    """
    faults = Faults()
    if severity not in Severity.values:
        faults.add("severity", _("请选择程度：一般、较重或严重。"))
    if due_on < clock.today():
        faults.add("due_on", _("整改时限已经过去，请填写今天或以后的日期。"))
    faults.raise_if_any()
    with audited_action(CONFIRM, actor=actor, reason=note) as act:
        row = act.take(problem, version=version)
        act.require(policy.may_confirm(actor, row), _(ONLY_AUTHORITY))
        act.move(row, "confirm")
        row.severity = max(severity, _floor_of(row))
        row.due_on = row.original_due_on = due_on
        row.confirmed_at, row.confirmed_by_name = clock.now(), actor.name
        if row.measure and row.responsible_name:  # the unit had already said how
            act.move(row, "plan")
    return row


def _floor_of(row: Problem) -> int:
    """A recurrence is never rated as low as what it repeats."""
    before = row.recurrence_of
    return min(Severity.GRAVE, before.severity + 1) if before else Severity.MINOR


def dismiss_problem(problem: Problem, *, actor: Any, reason: str, version: int | None = None) -> Problem:
    """Find that it is no problem, for a stated reason."""
    if not says_enough(reason, 2):
        raise BadInput("reason", _("请写明不成立的理由。"))
    with audited_action(DISMISS, actor=actor, reason=reason) as act:
        row = act.take(problem, version=version)
        act.require(policy.may_confirm(actor, row), _(ONLY_AUTHORITY))
        act.move(row, "dismiss")
        row.dismissal_reason = reason.strip()
    return row


def plan_rectification(
    problem: Problem, *, actor: Any, measure: str, responsible_name: str, responsible_department: str,
    responsible_id: UUID | None = None, at_once: bool = False, due_on: date | None = None, version: int | None = None,
) -> Problem:
    """Say how, by whom and by when it is put right, at once or by plan. The date may only come earlier.

    Raises:
        BadInput: measure, person or department missing, or a date later than the one that was set.
        NotAllowed: not the unit that has the problem.
    """
    faults = Faults()
    for field, given, what in (
        ("measure", measure, _("整改举措")), ("responsible_name", responsible_name, _("责任人")),
        ("responsible_department", responsible_department, _("责任部门")),
    ):
        if not given.strip():
            faults.add(field, _("请填写%(what)s。") % {"what": what})
    faults.raise_if_any()
    with audited_action(PLAN, actor=actor) as act:
        row = act.take(problem, version=version)
        act.require(policy.may_plan(actor, row), _(ONLY_OWNER))
        act.move(row, "prepare" if row.state == ProblemState.PROPOSED else "plan")
        if due_on is not None:
            _tighten(row, due_on)
        row.measure, row.at_once = measure.strip(), at_once
        row.responsible_name = responsible_name.strip()[:40]
        row.responsible_department = responsible_department.strip()[:60]
        row.responsible_id = responsible_id or _account_named(row.org_id, row.responsible_name)
    return row


def _account_named(org_id: UUID, name: str) -> UUID | None:
    """The account of the unit's person of that name, so that the problem is on their desk and they cannot close it."""
    found = [one.pk for one in parties.people_of(EVERYTHING, org_id) if one.name == name]
    return found[0] if len(found) == 1 else None


def _tighten(row: Problem, due_on: date) -> None:
    if row.due_on is not None and due_on > row.due_on:
        raise BadInput("due_on", _("不能晚于规定的整改时限，确需更多时间请申请延期。"))
    row.due_on = due_on
    row.original_due_on = row.original_due_on or due_on


def report_rectified(problem: Problem, *, actor: Any, text: str, version: int | None = None) -> Problem:
    """Report that the problem is put right; evidence is attached beside it.

    Raises:
        BadInput: no account of what was done, or no measure planned before.
    """
    if not text.strip():
        raise BadInput("text", _("请写明整改情况：做了什么、结果如何。"))
    with audited_action(REPORT, actor=actor) as act:
        row = act.take(problem, version=version)
        act.require(policy.may_report(actor, row), _(ONLY_OWNER))
        act.move(row, "report")
        if not row.measure or not row.responsible_name:
            raise BadInput("measure", _("还没有整改举措和责任人，请先填写再申报。"))
        row.report_text, row.reported_at = text.strip(), clock.now()
        row.reported_by_id, row.reported_by_name = actor.id, actor.name
    return row


def verify_problem(problem: Problem, *, actor: Any, note: str = "", version: int | None = None) -> Problem:
    """Verify what was reported. The verifier is neither the reporter nor the responsible person."""
    with audited_action(VERIFY, actor=actor, reason=note) as act:
        row = act.take(problem, version=version)
        _verify(act, row, actor)
    return row


def _verify(act: Action, row: Problem, actor: Any) -> None:
    act.require(policy.is_overseer(actor, row), _(ONLY_AUTHORITY))
    act.require(policy.may_verify(actor, row), _(NOT_A_PARTY))
    act.move(row, "verify")
    row.verified_at, row.verified_by_id, row.verified_by_name = clock.now(), actor.id, actor.name


def return_problem(
    problem: Problem, *, actor: Any, reason: str, due_on: date | None = None, version: int | None = None
) -> Problem:
    """Return a report for more work, with the reason and, if need be, a later date."""
    if not says_enough(reason, 2):
        raise BadInput("reason", _("请写明退回的理由，让责任单位知道还差什么。"))
    if due_on is not None and due_on < clock.today():
        raise BadInput("due_on", _("新的时限已经过去，请填写今天或以后的日期。"))
    with audited_action(RETURN, actor=actor, reason=reason) as act:
        row = act.take(problem, version=version)
        act.require(policy.may_send_back(actor, row), _(ONLY_AUTHORITY))
        act.move(row, "send_back")
        row.return_count += 1
        row.reported_at = row.reported_by_id = row.verified_at = row.verified_by_id = None
        row.verified_by_name = ""
        row.due_on = due_on or row.due_on
    return row


def close_problem(problem: Problem, *, actor: Any, reason: str = "", version: int | None = None) -> Problem:
    """Close a verified problem. Without evidence of the state after, a reason must stand in its place.

    Raises:
        BadInput: neither evidence nor reason.
        NotAllowed: the closer is the responsible person or the reporter, or no regulator over it.
    """
    with audited_action(CLOSE, actor=actor, reason=reason) as act:
        row = act.take(problem, version=version)
        _close(act, row, actor, reason)
    return row


def _close(act: Action, row: Problem, actor: Any, reason: str) -> None:
    act.require(policy.is_overseer(actor, row), _(ONLY_AUTHORITY))
    act.require(policy.may_close(actor, row), _(NOT_A_PARTY))
    act.move(row, "close")
    if not says_enough(reason, 2) and not queries.has_after_evidence(actor.scope, row):
        raise BadInput("reason", _("没有整改后的证据。请让责任单位补充，或写明不需要证据的理由。"))
    row.closing_note = reason.strip()
    row.closed_at, row.closed_by_id, row.closed_by_name = clock.now(), actor.id, actor.name
    row.recheck_on = clock.today() + timedelta(days=RECHECK_DAYS)


def verify_and_close(problem: Problem, *, actor: Any, reason: str = "", version: int | None = None) -> Problem:
    """Verify and close in one act, as when the verifier has seen everything on the spot."""
    with audited_action(CLOSE_VERIFIED, actor=actor, reason=reason) as act:
        row = act.take(problem, version=version)
        _verify(act, row, actor)
        _close(act, row, actor, reason)
    return row

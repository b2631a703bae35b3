"""The life of a safety supervision order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import SystemActor, audited_action, title
from hengjian.base.errors import BadInput, Faults
from hengjian.base.numbering import next_number, paper_number
from hengjian.base.scope import EVERYTHING
from hengjian.base.texts import says_enough
from hengjian.base.working_days import add_working_days
from hengjian.enforcement import policy
from hengjian.enforcement.models import Order
from hengjian.enforcement.services import carrying
from hengjian.enforcement.services.addressing import address
from hengjian.enforcement.states import (
    RECHECK_WORKING_DAYS,
    OrderKind,
    OrderState,
    ReceiptKind,
    RecheckMethod,
    RecheckResult,
)
from hengjian.rectification.models import Problem
from hengjian.rectification.policy import area_of_work

DRAFT = title("enforcement.draft_order", "制作监察指令书")
AMEND = title("enforcement.amend_order", "修改监察指令书")
SERVE = title("enforcement.serve_order", "送达监察指令书")
ANSWER = title("enforcement.answer_order", "提交整改报告")
LAPSE = title("enforcement.lapse_order", "整改报告逾期")
EXTEND = title("enforcement.extend_order", "整改期限随延期顺延")
RECHECK = title("enforcement.recheck_order", "复查整改情况")
AGAIN = title("enforcement.order_again", "再次责令改正")
CLOSE = title("enforcement.close_order", "指令办结")
WITHDRAW = title("enforcement.withdraw_order", "撤回监察指令书")

ONLY_OFFICERS = "只有本辖区的监管人员可以办理。"


def _check_words(*, facts: str, provisions: str, measure: str, due_on: date, kind: str) -> None:
    faults = Faults()
    for field, given, what in (
        ("facts", facts, _("查明的事实")), ("provisions", provisions, _("违反的规定")),
        ("measure", measure, _("责令采取的措施")),
    ):
        if not given.strip():
            faults.add(field, _("请填写%(what)s。") % {"what": what})
    if due_on < clock.today():
        faults.add("due_on", _("整改期限已经过去，请填写今天或以后的日期。"))
    if kind not in OrderKind.values:
        faults.add("kind", _("请选择立即改正或限期改正。"))
    faults.raise_if_any()


def draft_order(
    *, actor: Any, owner_row: Any, facts: str, provisions: str, measure: str, due_on: date,
    officers: Iterable[Mapping[str, str]], kind: str = OrderKind.BY_DATE, problem_id: UUID | None = None,
    visit_id: UUID | None = None, campaign_id: UUID | None = None,
) -> Order:
    """Draw up an order to the unit of ``owner_row``; its number has no gaps per authority and year.

    Raises:
        BadInput: facts, provisions or measure missing, a past date, or fewer than two officers with cards.
        NotAllowed: not an officer. OutOfScope: the unit neither sits nor works in the officer's area.
    """
    _check_words(facts=facts, provisions=provisions, measure=measure, due_on=due_on, kind=kind)
    named = policy.clean_officers(officers)
    with audited_action(DRAFT, actor=actor) as act:
        act.require(policy.may_draft(actor), _(ONLY_OFFICERS))
        (authority, unit), today = address(owner_row, actor=actor), clock.today()
        order = Order(
            authority_id=authority.id, authority_name=authority.name, kind=kind, institution_name=unit.name,
            institution_uscc=unit.uscc, institution_address=unit.address, facts=facts.strip(),
            provisions=provisions.strip(), measure=measure.strip(), issued_on=today, due_on=due_on,
            original_due_on=due_on, officers=named, problem_id=problem_id, visit_id=visit_id,
            campaign_id=campaign_id,
        )
        order.owned_by(owner_row).area = area_of_work(actor, owner_row)
        serial = next_number("order", authority.id, today.year)
        order.number = paper_number(f"{authority.short_name}特监令", today.year, serial)
        return act.add(order)


def amend_order(
    order: Order, *, actor: Any, facts: str, provisions: str, measure: str, due_on: date,
    officers: Iterable[Mapping[str, str]], kind: str = OrderKind.BY_DATE, version: int | None = None,
) -> Order:
    """Change the words of an order that is not yet served."""
    _check_words(facts=facts, provisions=provisions, measure=measure, due_on=due_on, kind=kind)
    named = policy.clean_officers(officers)
    with audited_action(AMEND, actor=actor) as act:
        row = act.take(order, version=version)
        act.require(policy.may_handle(actor, row), _(ONLY_OFFICERS))
        act.move(row, "amend")
        row.facts, row.provisions, row.measure = facts.strip(), provisions.strip(), measure.strip()
        row.due_on = row.original_due_on = due_on
        row.officers, row.kind = named, kind
    return row


def serve_order(
    order: Order, *, actor: Any, receipt_kind: str, received_by: str = "", refusal_note: str = "", witness: str = "",
) -> Order:
    """Record that the order was served: signed for, posted, or refused before a witness.

    An order that came from no problem opens one, so that the register holds it; a problem that waited is confirmed.
    Source: 特种设备安全监督检查办法 第二十七条第二款.

    Raises:
        BadInput: nobody signed, a refusal without note and witness, or a date that has passed meanwhile.
    """
    _check_receipt(receipt_kind, received_by, refusal_note, witness)
    with audited_action(SERVE, actor=actor) as act:
        row = act.take(order)
        act.require(policy.may_handle(actor, row), _(ONLY_OFFICERS))
        act.move(row, "serve")
        if row.due_on < clock.today():
            raise BadInput("receipt_kind", _("整改期限已经过去，请先修改指令书的整改期限再登记送达。"))
        row.served_at, row.receipt_kind, row.received_by = clock.now(), receipt_kind, received_by.strip()[:40]
        row.refusal_note, row.witness = refusal_note.strip(), witness.strip()[:40]
        row.problem_id = carrying.enter_problem(row, actor=actor)
    return row


def _check_receipt(receipt_kind: str, received_by: str, refusal_note: str, witness: str) -> None:
    faults = Faults()
    if receipt_kind not in ReceiptKind.values:
        faults.add("receipt_kind", _("请选择送达方式。"))
    if receipt_kind == ReceiptKind.SIGNED and not received_by.strip():
        faults.add("received_by", _("请填写签收人姓名。"))
    if receipt_kind == ReceiptKind.REFUSED and not refusal_note.strip():
        faults.add("refusal_note", _("请写明拒收的情况，以及拍照、录音或录像的情况。"))
    if receipt_kind == ReceiptKind.REFUSED and not witness.strip():
        faults.add("witness", _("请填写见证人姓名。"))
    faults.raise_if_any()


def answer_order(
    order: Order, *, actor: Any, text: str, responsible_name: str = "", responsible_department: str = ""
) -> Order:
    """Hand in the report of rectification; the re-check is due within 10 working days.

    With a responsible person (named now or before) it is the report on the problem in the register too.
    Source: 特种设备安全监督检查办法 第二十九条.
    """
    if not text.strip():
        raise BadInput("text", _("请写明整改情况。"))
    with audited_action(ANSWER, actor=actor) as act:
        row = act.take(order)
        act.require(policy.may_answer(actor, row), _("只有被责令整改的单位可以提交整改报告。"))
        act.move(row, "answer")
        row.answer, row.answered_at = text.strip(), clock.now()
        row.answered_by_id, row.answered_by_name = actor.id, actor.name
        row.recheck_due_on = add_working_days(clock.today(), RECHECK_WORKING_DAYS)
        row.recheck_result, row.rechecked_at = "", None
        carrying.report_problem(
            row, actor=actor, text=text, responsible_name=responsible_name, responsible_department=responsible_department
        )
    return row


def lapse_orders(*, actor: Any = None, on: date | None = None) -> int:
    """Mark served orders whose date has passed without a report; return how many."""
    actor, today = actor or SystemActor(), on or clock.today()
    late = list(Order.objects.within(EVERYTHING).filter(state=OrderState.SERVED, due_on__lt=today).order_by("id"))
    for order in late:
        with audited_action(LAPSE, actor=actor, reason=_("超过整改期限未提交整改报告")) as act:
            row = act.take(order)
            act.move(row, "lapse")
    return len(late)


def extend_orders(problem_ids: Collection[UUID], *, actor: Any = None) -> int:
    """Let orders that wait for their report follow the extension granted for their problem; return how many."""
    done = 0
    for problem in Problem.objects.within(EVERYTHING).filter(pk__in=list(problem_ids), due_on__isnull=False):
        waiting = Order.objects.within(EVERYTHING).filter(problem_id=problem.pk, due_on__lt=problem.due_on)
        for order in waiting.filter(state__in=[OrderState.SERVED, OrderState.OVERDUE]):
            with audited_action(EXTEND, actor=actor or SystemActor(), reason=_("所涉问题准予延期")) as act:
                row = act.take(order)
                act.move(row, "extend")
                row.due_on = problem.due_on or row.due_on
            done += 1
    return done


def recheck_order(
    order: Order, *, actor: Any, passed: bool, method: str, note: str, officers: Iterable[Mapping[str, str]] = ()
) -> Order:
    """Record the re-check, on site or from papers. On site it takes two officers as any inspection does.

    Raises:
        BadInput: no account of it, no method, or fewer than two officers on site.
        NotAllowed: not an officer, or the person who handed in the report.
    """
    faults = Faults()
    if not note.strip():
        faults.add("note", _("请写明复查看到的情况。"))
    if method not in RecheckMethod.values:
        faults.add("method", _("请选择现场检查或材料核查。"))
    faults.raise_if_any()
    named = policy.clean_officers(officers) if method == RecheckMethod.SITE else []
    with audited_action(RECHECK, actor=actor, reason=note) as act:
        row = act.take(order)
        act.require(policy.may_handle(actor, row), _(ONLY_OFFICERS))
        act.require(policy.may_recheck(actor, row), _("复查人不能是提交整改报告的人。"))
        act.move(row, "recheck")
        row.rechecked_at, row.recheck_method, row.recheck_note = clock.now(), method, note.strip()
        row.recheck_result = RecheckResult.PASSED if passed else RecheckResult.FAILED
        row.rechecked_by_name = "、".join(one["name"] for one in named)[:80] or actor.name
        if passed:
            carrying.verify_problem(row, actor=actor)
    return row


def order_again(order: Order, *, actor: Any, due_on: date, reason: str) -> Order:
    """Set another date after a re-check that failed; the first date is kept."""
    if not says_enough(reason, 2):
        raise BadInput("reason", _("请写明还差什么。"))
    if due_on < clock.today():
        raise BadInput("due_on", _("整改期限已经过去，请填写今天或以后的日期。"))
    with audited_action(AGAIN, actor=actor, reason=reason) as act:
        row = act.take(order)
        act.require(policy.may_handle(actor, row), _(ONLY_OFFICERS))
        act.require(row.recheck_result == RecheckResult.FAILED, _("复查已通过，请直接办结。"))
        act.move(row, "order_again")
        row.due_on = due_on
        carrying.return_problem(row, actor=actor, reason=reason, due_on=due_on)
    return row


def close_order(order: Order, *, actor: Any, reason: str = "") -> Order:
    """Close an order after its re-check; one that failed needs a reason (a case was filed, say)."""
    with audited_action(CLOSE, actor=actor, reason=reason) as act:
        row = act.take(order)
        act.require(policy.may_handle(actor, row), _(ONLY_OFFICERS))
        act.move(row, "close")
        if row.recheck_result == RecheckResult.FAILED and not says_enough(reason, 2):
            raise BadInput("reason", _("复查未通过，请写明办结的理由，例如已立案处罚。"))
        if row.recheck_result == RecheckResult.PASSED:
            carrying.close_problem(row, actor=actor)
        else:
            carrying.return_problem(row, actor=actor, reason=reason)
    return row


def withdraw_order(order: Order, *, actor: Any, reason: str) -> Order:
    """Withdraw an order; its number stays taken, so that the series has no gap."""
    if not says_enough(reason, 2):
        raise BadInput("reason", _("请写明撤回的理由。"))
    with audited_action(WITHDRAW, actor=actor, reason=reason) as act:
        row = act.take(order)
        act.require(policy.may_handle(actor, row), _(ONLY_OFFICERS))
        act.move(row, "withdraw")
        row.withdrawal_reason = reason.strip()
    return row

"""Filing a case, deciding it, withdrawing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput, Faults
from hengjian.base.numbering import next_number, paper_number
from hengjian.base.texts import says_enough
from hengjian.enforcement import policy
from hengjian.enforcement.models import Case
from hengjian.enforcement.services.addressing import address
from hengjian.enforcement.states import CaseDecision, Violation
from hengjian.rectification.policy import area_of_work

FILE = title("enforcement.file_case", "立案")
DECIDE = title("enforcement.decide_case", "作出处理决定")
WITHDRAW = title("enforcement.withdraw_case", "撤销立案")


def file_case(
    *, actor: Any, owner_row: Any, cause: str, facts: str, provisions: Iterable[str],
    officers: Iterable[Mapping[str, str]], source: str = "", found_on: date | None = None,
    problem_id: UUID | None = None, order_id: UUID | None = None, visit_id: UUID | None = None,
    campaign_id: UUID | None = None,
) -> Case:
    """File a case against the unit of ``owner_row`` under items of 特种设备安全法 第九十三条.

    Raises:
        BadInput: cause, facts or provisions missing, or fewer than two officers with cards.
        NotAllowed: not an officer. OutOfScope: the unit neither sits nor works in the officer's area.
    """
    broken = list(dict.fromkeys(provisions))
    _check(cause=cause, facts=facts, provisions=broken, found_on=found_on)
    named = policy.clean_officers(officers)
    with audited_action(FILE, actor=actor) as act:
        act.require(policy.may_draft(actor), _("只有监管人员可以立案。"))
        (authority, unit), today = address(owner_row, actor=actor), clock.today()
        case = Case(
            authority_id=authority.id, authority_name=authority.name, institution_name=unit.name,
            institution_uscc=unit.uscc, institution_address=unit.address, cause=cause.strip()[:200],
            facts=facts.strip(), provisions=broken, source=source.strip()[:200], found_on=found_on, filed_on=today,
            officers=named, filed_by_id=actor.id, filed_by_name=actor.name, problem_id=problem_id,
            order_id=order_id, visit_id=visit_id, campaign_id=campaign_id,
        )
        case.owned_by(owner_row).area = area_of_work(actor, owner_row)
        serial = next_number("case", authority.id, today.year)
        case.number = paper_number(f"{authority.short_name}特立", today.year, serial)
        return act.add(case)


def _check(*, cause: str, facts: str, provisions: list[str], found_on: date | None) -> None:
    faults = Faults()
    if not cause.strip():
        faults.add("cause", _("请填写案由。"))
    if not facts.strip():
        faults.add("facts", _("请写明案情。"))
    if not provisions or any(one not in Violation.values for one in provisions):
        faults.add("provisions", _("请选择涉嫌违反的条款，至少一项。"))
    if found_on is not None and found_on > clock.today():
        faults.add("found_on", _("发现日期不能晚于今天。"))
    faults.raise_if_any()


def decide_case(
    case: Case, *, actor: Any, decision: str, text: str, fine_fen: int | None = None, decided_on: date | None = None
) -> Case:
    """Decide a case; the decision is the responsible leader's, not the filing officer's.

    ``fine_fen`` is in fen and belongs to a penalty alone.

    Raises:
        BadInput: no decision or no words of it, a fine without a penalty, or a date before the filing.
        NotAllowed: not the leader, or the person who filed the case.
    """
    decided = decided_on or clock.today()
    faults = Faults()
    if decision not in CaseDecision.values:
        faults.add("decision", _("请选择处理决定。"))
    if not text.strip():
        faults.add("text", _("请写明决定内容和理由。"))
    if fine_fen is not None and (fine_fen < 0 or decision != CaseDecision.PENALTY):
        faults.add("fine_fen", _("罚款不能小于零，且只有给予行政处罚时才填写。"))
    if decided < case.filed_on or decided > clock.today():
        faults.add("decided_on", _("决定日期应在立案之后、今天以前。"))
    faults.raise_if_any()
    with audited_action(DECIDE, actor=actor, reason=text) as act:
        row = act.take(case)
        act.require(policy.may_decide_case(actor, row), _("由分管负责人决定，且不能是立案的经办人。"))
        act.move(row, "decide")
        row.decision, row.decision_text, row.fine_fen, row.decided_on = decision, text.strip(), fine_fen, decided
        row.decided_by_name = actor.name
    return row


def withdraw_case(case: Case, *, actor: Any, reason: str) -> Case:
    """Withdraw a case that should not have been filed, for a stated reason."""
    if not says_enough(reason, 2):
        raise BadInput("reason", _("请写明撤销立案的理由。"))
    with audited_action(WITHDRAW, actor=actor, reason=reason) as act:
        row = act.take(case)
        act.require(policy.may_handle(actor, row), _("只有本辖区的监管人员可以办理。"))
        act.move(row, "withdraw")
        row.withdrawn_on, row.withdrawal_reason = clock.today(), reason.strip()
    return row

"""Supervision letters (督办单): issued to those who are late, numbered without gaps, with their papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.numbering import next_number, serial_number
from hengjian.base.working_days import add_working_days
from hengjian.campaigns.models import Campaign, Notice, StatReturn, Submission
from hengjian.campaigns.services.telling import label_of, tell_letters
from hengjian.parties.models import Authority
from hengjian.parties.states import Role

NOTICE = title("campaigns.issue_notice", "签发督办单")
ANSWER_DAYS = 5


def default_due_on() -> date:
    """Within five working days, unless told otherwise."""
    return add_working_days(clock.today(), ANSWER_DAYS)


def issue_notice(
    campaign: Campaign, *, actor: Any, issuer: Authority, rows: Sequence[Submission | StatReturn], matter: str,
    due_on: date | None = None, paper: Callable[[Notice, Any], Any] | None = None,
) -> list[Notice]:
    """Issue a 督办单 to each late unit and tell it.

    Args:
        paper: makes the printed letter and returns its document, within the same transaction.
    """
    if not rows:
        raise BadInput("rows", "请至少选择一家单位。")
    day = due_on or default_due_on()
    if day < clock.today():
        raise BadInput("due_on", "办结期限不能早于今天。")
    with audited_action(NOTICE, actor=actor) as act:
        act.require(actor.holds("system") or actor.holds(Role.SUPERVISOR, Role.LEADER, org_id=issuer.id), "须由本单位的监管员或分管负责人签发。")
        letters = []
        for row in rows:
            held = act.take(row)
            act.require(held.state in {"idle", "draft", "returned"}, f"{label_of(held)}已经报送，无须督办。")
            number = serial_number("DB", clock.today().year, next_number("notice", issuer.id, clock.today().year))
            letter = Notice(
                campaign=campaign, number=number, issuer=issuer, addressee=label_of(held), object_type=held._meta.label_lower,
                object_id=held.id, matter=matter.strip() or f"《{campaign.short_title}》逾期未报送", due_on=day,
                issued_at=clock.now(), issued_by_name=actor.name,
            ).owned_by(held)
            document = paper(letter, actor) if paper else None
            letter.document_id = document.id if document is not None else None
            letters.append(act.add(letter))
    tell_letters(letters, actor=actor)
    return letters

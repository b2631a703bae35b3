"""Supervision letters (督办单): issued to those who are late, answered by them, crossed off by the issuer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import all_or_nothing, audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.numbering import next_number, serial_number
from hengjian.base.scope import EVERYTHING
from hengjian.base.texts import says_enough
from hengjian.base.working_days import add_working_days
from hengjian.campaigns import policy
from hengjian.campaigns.models import Campaign, Notice, StatReturn, Submission, WorkReport
from hengjian.campaigns.queries.letters import LETTER_TYPE, filing_of
from hengjian.campaigns.queries.rules import rules_of
from hengjian.campaigns.services.letter_telling import tell_answered, tell_closed, tell_letters, tell_sent_back
from hengjian.campaigns.services.telling import label_of
from hengjian.dossier.services import keep_evidence
from hengjian.parties.models import Authority
from hengjian.parties.states import Role

NOTICE = title("campaigns.issue_notice", "签发督办单")
ANSWER = title("campaigns.answer_notice", "答复督办单")
SEND_BACK = title("campaigns.return_notice", "退回督办答复")
CROSS_OFF = title("campaigns.close_notice", "核销督办单")

OPEN = frozenset({"idle", "draft", "returned"})
Filing = Submission | StatReturn | WorkReport
Papers = Iterable[tuple[str, bytes]]


def default_due_on(campaign: Campaign) -> date:
    """As many working days from today as the campaign's rules give; five unless told otherwise."""
    return add_working_days(clock.today(), rules_of(campaign).letter_days)


def default_matter(campaign: Campaign) -> str:
    """What a letter says unless told otherwise; a letter is an official text and Chinese whatever the page is."""
    return f"《{campaign.short_title}》规定报送的材料逾期未报送，请立即报送，并书面说明原因。"


@all_or_nothing
def issue_notice(
    campaign: Campaign, *, actor: Any, issuer: Authority, rows: Sequence[Filing], matter: str,
    due_on: date | None = None, paper: Callable[[Notice, Any], Any] | None = None,
) -> list[Notice]:
    """Issue a 督办单 to each late unit and tell it.

    Args:
        paper: makes the printed letter and returns its document, within the same transaction.
    """
    if not rows:
        raise BadInput("rows", _("请至少选择一家单位。"))
    day = due_on or default_due_on(campaign)
    if day < clock.today():
        raise BadInput("due_on", _("办结期限不能早于今天。"))
    with audited_action(NOTICE, actor=actor) as act:
        act.require(actor.holds("system") or actor.holds(Role.SUPERVISOR, Role.LEADER, org_id=issuer.id), _("须由本单位的监管员或分管负责人签发。"))
        letters = []
        for row in rows:
            held = act.take(row)
            _must_be_late(act, held, issuer)
            number = serial_number("DB", clock.today().year, next_number("notice", issuer.id, clock.today().year))
            letter = Notice(
                campaign=campaign, number=number, issuer=issuer, addressee=label_of(held), object_type=held._meta.label_lower,
                object_id=held.id, matter=matter.strip() or default_matter(campaign), due_on=day,
                issued_at=clock.now(), issued_by_name=actor.name,
            ).owned_by(held)
            document = paper(letter, actor) if paper else None
            letter.document_id = document.id if document is not None else None
            letters.append(act.add(letter))
    tell_letters(letters, actor=actor)
    return letters


def _must_be_late(act: Any, held: Filing, issuer: Authority) -> None:
    """A letter goes down, about what is not filed, and once until it is crossed off."""
    who = {"who": label_of(held)}
    act.require(held.state in OPEN, _("%(who)s已经报送，无须督办。") % who)
    act.require(held.org_id != issuer.id, _("%(who)s就是本单位，不能督办自己。") % who)
    before = Notice.objects.within(EVERYTHING).filter(issuer=issuer, object_id=held.id).exclude(state="closed").first()
    if before is not None:
        raise BadInput("rows", _("%(who)s的督办单%(number)s还没有核销，请先看它的答复，不必重复签发。") % {**who, "number": before.number})


@all_or_nothing
def answer_notice(letter: Notice, *, actor: Any, text: str, papers: Papers = ()) -> Notice:
    """Answer a letter: what was done, with the papers that show it; late answers are taken and marked as late."""
    if not says_enough(text):
        raise BadInput("text", _("请写明办理情况（至少5个字）。"))
    with audited_action(ANSWER, actor=actor) as act:
        row = act.take(letter)
        act.require(policy.may_answer_notice(actor, row), _("须由承办单位答复。"))
        act.move(row, "answer")
        row.answer, row.answered_at, row.answered_by_name = text.strip(), clock.now(), actor.name
        for name, data in papers:
            keep_evidence(name, data, actor=actor, owner_row=row, object_type=LETTER_TYPE, object_id=row.pk, item="answer")
    tell_answered(row, actor=actor)
    return row


@all_or_nothing
def return_notice(letter: Notice, *, actor: Any, reason: str, due_on: date) -> Notice:
    """Ask again: what is missing in the answer, and until which day."""
    if not says_enough(reason):
        raise BadInput("reason", _("请写明退回的意见（至少5个字）。"))
    if due_on < clock.today():
        raise BadInput("due_on", _("办结期限不能早于今天。"))
    with audited_action(SEND_BACK, actor=actor, reason=reason) as act:
        row = act.take(letter)
        act.require(policy.may_close_notice(actor, row), _("须由签发单位办理。"))
        act.move(row, "send_back")
        row.return_reason, row.returned_at, row.due_on = reason.strip(), clock.now(), due_on
        row.return_count += 1
    tell_sent_back(row, actor=actor)
    return row


@all_or_nothing
def close_notice(letter: Notice, *, actor: Any, note: str = "") -> Notice:
    """Cross a letter off: when its answer satisfies, or when what it asked for has been filed."""
    with audited_action(CROSS_OFF, actor=actor, reason=note) as act:
        row = act.take(letter)
        act.require(policy.may_close_notice(actor, row), _("须由签发单位核销。"))
        filing = filing_of(EVERYTHING, row)
        is_filed = filing is not None and filing.state not in OPEN
        act.require(row.state == "answered" or is_filed, _("%(who)s还没有答复，也还没有报送，不能核销。") % {"who": row.addressee})
        act.move(row, "cross_off")
        row.closed_at, row.closed_by_name, row.closing_note = clock.now(), actor.name, note.strip()
    tell_closed(row, actor=actor)
    return row

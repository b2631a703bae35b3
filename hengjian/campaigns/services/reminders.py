"""Reminders on the ladder of a campaign's rules, and escalation to the leaders once something is late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse

from hengjian.base import clock
from hengjian.base.actions import all_or_nothing, audited_action, title
from hengjian.base.scope import EVERYTHING
from hengjian.base.wording import in_chinese
from hengjian.campaigns.models import Campaign, Notice, StatReturn, Submission, WorkReport
from hengjian.campaigns.queries.people import people_by_holder
from hengjian.campaigns.queries.rules import Rules, rules_of
from hengjian.campaigns.services.telling import address_of
from hengjian.parties import services as parties
from hengjian.parties.models import Account
from hengjian.parties.states import INSTITUTION_FILLERS, REGULATORS, Role

REMIND = title("campaigns.remind", "到期提醒")

OPEN = ("idle", "draft", "returned")
People = dict[UUID, list[Account]]
Draft = parties.messages.Draft


@all_or_nothing
@in_chinese
def remind_all(campaign: Campaign, *, actor: Any) -> int:
    """Send the reminders of today, each once; once late the leaders hear of it too. Idempotent.

    To institutions for what they file, to authorities for their tables and reports, to both for letters that wait for
    an answer. The days are those of the campaign's rules; a step that fell on a day on which nothing ran is made up for.
    Returns how many messages went out.
    """
    rules = rules_of(campaign)
    filings = list(_on_ladder(campaign, rules, Submission, "target__institution", "checker"))
    returns = [*_on_ladder(campaign, rules, StatReturn, "authority__parent"), *_on_ladder(campaign, rules, WorkReport, "authority__parent")]
    letters = [one for one in Notice.objects.within(EVERYTHING).filter(campaign=campaign).select_related("issuer") if one.is_open and rules.rung(_step(one.due_on)) is not None]
    if not filings and not returns and not letters:
        return 0
    people = _people_of(filings, returns, letters)
    drafts = {row.id: _reminder(row, people, rules) for row in filings}
    sent = parties.send_messages([d for own in drafts.values() for d in own], actor=actor)
    reached = {message.url for message in sent if message.kind == "reminder"}
    with audited_action(REMIND, actor=actor) as act:
        reminded = [row for row in filings if reverse("campaigns:submission", args=[row.id]) in reached]
        act.change_many(reminded, _count_reminder, fields=("reminded_count",))
    above = [d for row in returns for d in _reminder_above(row, people, rules)] + [d for one in letters for d in _reminder_of_letter(one, people, rules)]
    return len(sent) + len(parties.send_messages(above, actor=actor))


def remind_running(*, actor: Any) -> int:
    """Send the reminders of today of every running campaign."""
    running = Campaign.objects.within(EVERYTHING).filter(state="running")
    return sum(remind_all(campaign, actor=actor) for campaign in running)


def _step(due_on: date) -> int:
    """Days to a deadline; negative once it has passed."""
    return (due_on - clock.today()).days


def _on_ladder(campaign: Campaign, rules: Rules, model: Any, *related: str) -> Iterable[Any]:
    held = model.objects.within(EVERYTHING).filter(campaign=campaign, state__in=OPEN)
    if model is Submission:
        held = held.filter(target__included=True)
    return [row for row in held.select_related("campaign", *related) if rules.rung(_step(row.due_on)) is not None]


def _people_of(filings: Sequence[Submission], returns: Sequence[Any], letters: Sequence[Notice]) -> dict[str, People]:
    late = [row for row in filings if row.due_on < clock.today()]
    offices = {row.checker_id for row in late} | {row.authority_id for row in returns} | {row.authority.parent_id for row in returns}
    offices |= {one.issuer_id for one in letters}
    return {
        "fillers": people_by_holder(EVERYTHING, {row.org_id for row in filings}, *INSTITUTION_FILLERS),
        "heads": people_by_holder(EVERYTHING, {row.org_id for row in [*late, *letters]}, Role.UNIT_HEAD),
        "offices": people_by_holder(EVERYTHING, offices - {None}, *REGULATORS),
        "leaders": people_by_holder(EVERYTHING, offices - {None}, Role.LEADER),
        "addressees": people_by_holder(EVERYTHING, {one.org_id for one in letters}, *INSTITUTION_FILLERS, *REGULATORS),
    }


def _count_reminder(submission: Submission) -> None:
    submission.reminded_count += 1


def _said(step: int) -> str:
    """还有3天到期, 今天24:00到期, 已逾期."""
    if step > 0:
        return f"还有{step}天到期"
    return "今天24:00到期" if step == 0 else "已逾期" if step == -1 else f"已逾期{-step}天"


def _leaders_above(people: dict[str, People], office: Any) -> list[Account]:
    return people["leaders"].get(office) or people["offices"].get(office, [])


def _reminder(row: Submission, people: dict[str, People], rules: Rules) -> list[Draft]:
    step = _step(row.due_on)
    name, url, key = row.target.institution.name, reverse("campaigns:submission", args=[row.id]), f"{row.id.hex}:{row.due_on}:{rules.rung(step)}"
    said = f"《{row.campaign.short_title}》{row.what}{_said(step)}"
    body = f"{name}，期限{row.due_on:%Y年%m月%d日}24:00，报{row.checker.name}。"
    held = people["fillers"].get(row.org_id, [])
    named = [a for a in held if a.id == row.filler_account_id] or held
    found = [Draft(a, "reminder", said, body, url, key) for a in named]
    if -step >= rules.leaders_after:
        told = [*people["heads"].get(row.org_id, []), *_leaders_above(people, row.checker_id)]
        found += [Draft(a, "escalation", f"{name}{row.what}{_said(step)}", body, url, f"up:{key}") for a in told]
    return found


def _reminder_above(row: StatReturn | WorkReport, people: dict[str, People], rules: Rules) -> list[Draft]:
    """A reminder to an authority about its own table or report; once late, the leaders here and above hear of it."""
    step = _step(row.due_on)
    url, key = address_of(row), f"{row.id.hex}:{row.due_on}:{rules.rung(step)}"
    said, body = f"{row}{_said(step)}", f"期限{row.due_on:%Y年%m月%d日}24:00。"
    found = [Draft(a, "reminder", said, body, url, key) for a in people["offices"].get(row.authority_id, [])]
    if -step >= rules.leaders_after and row.authority.parent_id is not None:
        told = [*people["leaders"].get(row.authority_id, []), *_leaders_above(people, row.authority.parent_id)]
        found += [Draft(a, "escalation", said, body, url, f"up:{key}") for a in told]
    return found


def _reminder_of_letter(letter: Notice, people: dict[str, People], rules: Rules) -> list[Draft]:
    """A reminder to answer a letter; once late, the head of the unit and the issuer's leaders hear of it."""
    step = _step(letter.due_on)
    url, key = reverse("campaigns:letter", args=[letter.id]), f"{letter.id.hex}:{letter.due_on}:{rules.rung(step)}"
    said, body = f"督办单{letter.number}{_said(step)}", f"{letter.issuer.name}督办：{letter.matter}　请于{letter.due_on:%Y年%m月%d日}24:00前答复。"
    found = [Draft(a, "reminder", said, body, url, key) for a in people["addressees"].get(letter.org_id, [])]
    if -step >= rules.leaders_after:
        told = [*people["heads"].get(letter.org_id, []), *_leaders_above(people, letter.issuer_id)]
        found += [Draft(a, "escalation", f"{letter.addressee}{said}", body, url, f"up:{key}") for a in told]
    return found

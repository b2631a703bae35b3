"""Reminders on a ladder, urging by hand, escalation, extensions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.scope import EVERYTHING
from hengjian.campaigns import policy
from hengjian.campaigns.models import Campaign, Extension, StatReturn, Submission, WorkReport
from hengjian.campaigns.queries.board import people_to_urge, regulators_of
from hengjian.campaigns.queries.people import people_by_holder
from hengjian.campaigns.services.telling import label_of, tell_decision
from hengjian.parties import services as parties
from hengjian.parties.models import Account
from hengjian.parties.states import INSTITUTION_FILLERS, REGULATORS, Role

REMIND = title("campaigns.remind", "到期提醒")
URGE = title("campaigns.urge_submission", "催办")
URGE_RETURN = title("campaigns.urge_return", "催办统计表或报告")
ASK = title("campaigns.ask_extension", "申请延期")
DECIDE = title("campaigns.decide_extension", "答复延期申请")

LADDER = (7, 3, 0, -1)
SAID = {7: "还有7天到期", 3: "还有3天到期", 0: "今天24:00到期", -1: "已逾期"}
OPEN = ("idle", "draft", "returned")
People = dict[UUID, list[Account]]


def remind_all(campaign: Campaign, *, actor: Any) -> int:
    """Send the reminders of today: at T−7, −3, 0 and +1, each once; at +1 the leaders hear of it too.

    To institutions for their self-checks, to authorities for their tables and reports. Idempotent; returns how many
    messages went out.
    """
    filings = list(_due_on_ladder(campaign, Submission, "target__institution", "checker"))
    returns = [*_due_on_ladder(campaign, StatReturn, "authority__parent"), *_due_on_ladder(campaign, WorkReport, "authority__parent")]
    if not filings and not returns:
        return 0
    people = _people_of(filings, returns)
    drafts = {row.id: _reminder(row, people) for row in filings}
    sent = parties.send_messages([d for own in drafts.values() for d in own], actor=actor)
    reached = {message.url for message in sent if message.kind == "reminder"}
    with audited_action(REMIND, actor=actor) as act:
        reminded = [row for row in filings if reverse("campaigns:submission", args=[row.id]) in reached]
        act.change_many(reminded, _count_reminder, fields=("reminded_count",))
    return len(sent) + len(parties.send_messages([d for row in returns for d in _reminder_above(row, people)], actor=actor))


def remind_running(*, actor: Any) -> int:
    """Send the reminders of today of every running campaign."""
    running = Campaign.objects.within(EVERYTHING).filter(state="running")
    return sum(remind_all(campaign, actor=actor) for campaign in running)


def _due_on_ladder(campaign: Campaign, model: Any, *related: str) -> Iterable[Any]:
    held = model.objects.within(EVERYTHING).filter(campaign=campaign, state__in=OPEN)
    if model is Submission:
        held = held.filter(target__included=True)
    today = clock.today()
    return [row for row in held.select_related("campaign", *related) if (row.due_on - today).days in LADDER]


def _people_of(filings: Sequence[Submission], returns: Sequence[Any]) -> dict[str, People]:
    late = [row for row in filings if row.due_on < clock.today()]
    offices = {row.checker_id for row in late} | {row.authority_id for row in returns} | {row.authority.parent_id for row in returns}
    return {
        "fillers": people_by_holder(EVERYTHING, {row.org_id for row in filings}, *INSTITUTION_FILLERS),
        "heads": people_by_holder(EVERYTHING, {row.org_id for row in late}, Role.UNIT_HEAD),
        "offices": people_by_holder(EVERYTHING, offices - {None}, *REGULATORS),
        "leaders": people_by_holder(EVERYTHING, offices - {None}, Role.LEADER),
    }


def _count_reminder(submission: Submission) -> None:
    submission.reminded_count += 1


def _reminder(row: Submission, people: dict[str, People]) -> list[parties.messages.Draft]:
    step = (row.due_on - clock.today()).days
    name, url, key = row.target.institution.name, reverse("campaigns:submission", args=[row.id]), f"{row.id.hex}:{row.due_on}:{step}"
    said = f"《{row.campaign.short_title}》自查表{SAID[step]}"
    body = f"{name}，期限{row.due_on:%Y年%m月%d日}24:00，报{row.checker.name}。"
    held = people["fillers"].get(row.org_id, [])
    named = [a for a in held if a.id == row.filler_account_id] or held
    found = [parties.messages.Draft(a, "reminder", said, body, url, key) for a in named]
    if step < 0:
        above = people["leaders"].get(row.checker_id) or people["offices"].get(row.checker_id, [])
        told = [*people["heads"].get(row.org_id, []), *above]
        found += [parties.messages.Draft(a, "escalation", f"{name}自查表{SAID[step]}", body, url, f"up:{key}") for a in told]
    return found


def _reminder_above(row: StatReturn | WorkReport, people: dict[str, People]) -> list[parties.messages.Draft]:
    """A reminder to an authority about its own table or report; once late, the leaders here and above hear of it."""
    step = (row.due_on - clock.today()).days
    url, key = address_of(row), f"{row.id.hex}:{row.due_on}:{step}"
    said, body = f"{row}{SAID[step]}", f"期限{row.due_on:%Y年%m月%d日}24:00。"
    found = [parties.messages.Draft(a, "reminder", said, body, url, key) for a in people["offices"].get(row.authority_id, [])]
    if step < 0 and row.authority.parent_id is not None:
        above = people["leaders"].get(row.authority.parent_id) or people["offices"].get(row.authority.parent_id, [])
        told = [*people["leaders"].get(row.authority_id, []), *above]
        found += [parties.messages.Draft(a, "escalation", said, body, url, f"up:{key}") for a in told]
    return found


def address_of(row: Submission | StatReturn | WorkReport) -> str:
    """Where a filing is worked on."""
    if isinstance(row, Submission):
        return reverse("campaigns:submission", args=[row.id])
    if isinstance(row, StatReturn):
        return reverse("campaigns:statistics", args=[row.id])
    return reverse("campaigns:report", args=[row.id])


def urge_submissions(submissions: Sequence[Submission], *, actor: Any, note: str = "") -> int:
    """Urge by hand (催办): a message to those who hold it up; returns how many messages went out."""
    drafts: list[parties.messages.Draft] = []
    with audited_action(URGE, actor=actor, reason=note) as act:
        for submission in submissions:
            row = act.take(submission)
            act.require(policy.may_urge(actor, row), "须由上级单位催办。")
            act.require(row.state != "accepted", "已经接收，无须催办。")
            row.reminded_count += 1
            to = regulators_of(EVERYTHING, row.checker_id) if row.state == "filed" else people_to_urge(EVERYTHING, row)
            said = f"{actor.org_name}催办：《{row.campaign.short_title}》自查表"
            body = f"{row.target.institution.name}，期限{row.due_on:%Y年%m月%d日}24:00。{note}"
            drafts += [parties.messages.Draft(a, "urging", said, body, address_of(row)) for a in to]
    return len(parties.send_messages(drafts, actor=actor))


def urge_return(ret: StatReturn | WorkReport, *, actor: Any, note: str = "") -> int:
    """Urge an authority about its table or report; returns how many messages went out."""
    with audited_action(URGE_RETURN, actor=actor, reason=note) as act:
        row = act.take(ret)
        act.require(policy.may_urge(actor, row), "须由上级单位催办。")
        act.require(row.state in OPEN, "已经报送，无须催办。")
    said, body = f"{actor.org_name}催办：{row}", f"期限{row.due_on:%Y年%m月%d日}24:00。{note}"
    people = regulators_of(EVERYTHING, row.authority_id)
    return len(parties.send_messages([parties.messages.Draft(a, "urging", said, body, address_of(row)) for a in people], actor=actor))


def ask_extension(row: Submission | StatReturn, *, actor: Any, wanted_on: date, reason: str) -> Extension:
    """Ask for a later deadline; the original one is kept and both on-time rates are counted."""
    if len(reason.replace(" ", "").strip()) < 5:
        raise BadInput("reason", "请写明申请延期的理由（至少5个字）。")
    if wanted_on <= max(row.due_on, clock.today()):
        raise BadInput("wanted_on", f"申请延至的日期须晚于今天和现期限{row.due_on:%Y-%m-%d}。")
    with audited_action(ASK, actor=actor, reason=reason) as act:
        row = act.take(row)
        allowed = policy.may_file(actor, row) if isinstance(row, Submission) else policy.may_fill_return(actor, row)
        act.require(allowed, "须由报送单位申请。")
        act.require(row.state in OPEN, "已经报送，无须延期。")
        act.require(row.checker is not None, "没有上级期限，无须申请。")
        waiting = Extension.objects.within(EVERYTHING).filter(object_id=row.id, state="asked")
        act.require(not waiting.exists(), "已有一份申请在等答复。")
        extension = Extension(
            campaign=row.campaign, object_type=row._meta.label_lower, object_id=row.id, asked_by_id=actor.id, asked_by_name=actor.name,
            asked_at=clock.now(), due_on=row.due_on, wanted_on=wanted_on, reason=reason.strip(), decider=row.checker,
        ).owned_by(row)
        act.add(extension)
    url = reverse("campaigns:extension", args=[extension.id])
    people = regulators_of(EVERYTHING, extension.decider_id)
    said = f"延期申请待答复：{label_of(row)}"
    parties.send_messages([parties.messages.Draft(a, "extension", said, reason, url) for a in people], actor=actor)
    return extension


def decide_extension(extension: Extension, *, actor: Any, grant: bool, decision: str, until: date | None = None) -> Extension:
    """Grant (until the day asked, or an earlier one) or refuse an extension; whoever asked is told."""
    if not grant and len(decision.replace(" ", "").strip()) < 5:
        raise BadInput("decision", "不同意时请写明理由（至少5个字）。")
    with audited_action(DECIDE, actor=actor, reason=decision) as act:
        extension = act.take(extension)
        act.require(policy.may_decide_extension(actor, extension), "须由收到申请的单位、且非申请人本人答复。")
        act.move(extension, "grant" if grant else "refuse")
        extension.decided_by_name, extension.decided_at, extension.decision = actor.name, clock.now(), decision.strip()
        if grant:
            model = Submission if extension.object_type.endswith("submission") else StatReturn
            row = act.take(model(pk=extension.object_id))
            day = until or extension.wanted_on
            if not row.due_on < day <= extension.wanted_on:
                raise BadInput("until", "准予延至的日期须晚于现期限，且不晚于申请的日期。")
            extension.wanted_on = day
            row.due_on = day
    tell_decision(extension, actor=actor)
    return extension

"""Reminders on a ladder, urging by hand, escalation, extensions, and the printable 督办单."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.numbering import next_number, serial_number
from hengjian.base.scope import EVERYTHING
from hengjian.base.working_days import add_working_days
from hengjian.campaigns import policy
from hengjian.campaigns.models import Campaign, Extension, Notice, StatReturn, Submission
from hengjian.campaigns.queries.board import people_to_urge, regulators_of
from hengjian.parties.models import Authority
from hengjian.parties.queries import people_of
from hengjian.parties.services.messages import Draft, send_messages
from hengjian.parties.states import Role

REMIND = title("campaigns.remind", "到期提醒")
URGE = title("campaigns.urge_submission", "催办")
ASK = title("campaigns.ask_extension", "申请延期")
DECIDE = title("campaigns.decide_extension", "答复延期申请")
NOTICE = title("campaigns.issue_notice", "签发督办单")

LADDER = (7, 3, 0, -1)
SAID = {7: "还有7天到期", 3: "还有3天到期", 0: "今天24:00到期", -1: "已逾期"}


def remind_all(campaign: Campaign, *, actor: Any) -> int:
    """Send the reminders of today: at T−7, −3, 0 and +1, each once; at +1 the leaders hear of it too.

    Idempotent within a day; returns how many messages went out.
    """
    today = clock.today()
    waiting = Submission.objects.within(EVERYTHING).filter(campaign=campaign, state__in=["idle", "draft", "returned"], target__included=True)
    drafts: list[Draft] = []
    reminded: list[Submission] = []
    for submission in waiting.select_related("target__institution", "checker"):
        step = (submission.due_on - today).days
        if step in LADDER:
            drafts += _reminder(submission, step)
            reminded.append(submission)
    sent = send_messages(drafts, actor=actor)
    if sent:
        with audited_action(REMIND, actor=actor) as act:
            act.change_many(reminded, _count_reminder, fields=("reminded_count",))
    return len(sent)


def _count_reminder(submission: Submission) -> None:
    submission.reminded_count += 1


def _reminder(submission: Submission, step: int) -> list[Draft]:
    name = submission.target.institution.name
    url = reverse("campaigns:submission", args=[submission.id])
    key = f"{submission.id.hex}:{submission.due_on}:{step}"
    said = f"《{submission.campaign.short_title}》自查表{SAID[step]}"
    body = f"{name}，期限{submission.due_on:%Y年%m月%d日}24:00，报{submission.checker.name}。"
    found = [Draft(account, "reminder", said, body, url, key) for account in people_to_urge(EVERYTHING, submission)]
    if step < 0:
        heads = people_of(EVERYTHING, submission.org_id, Role.UNIT_HEAD)
        above = people_of(EVERYTHING, submission.checker_id, Role.LEADER) or regulators_of(EVERYTHING, submission.checker_id)
        found += [Draft(a, "escalation", f"{name}自查表{SAID[step]}", body, url, key) for a in [*heads, *above]]
    return found


def urge_submissions(submissions: Sequence[Submission], *, actor: Any, note: str = "") -> int:
    """Urge by hand (催办): a message to those who hold it up; returns how many messages went out."""
    drafts: list[Draft] = []
    with audited_action(URGE, actor=actor, reason=note) as act:
        for submission in submissions:
            row = act.take(submission)
            act.require(policy.may_urge(actor, row), "须由上级单位催办。")
            row.reminded_count += 1
            to = regulators_of(EVERYTHING, row.checker_id) if row.state == "filed" else people_to_urge(EVERYTHING, row)
            said = f"{actor.org_name}催办：《{row.campaign.short_title}》自查表"
            body = f"{row.target.institution.name}，期限{row.due_on:%Y年%m月%d日}24:00。{note}"
            drafts += [Draft(a, "urging", said, body, reverse("campaigns:submission", args=[row.id])) for a in to]
    return len(send_messages(drafts, actor=actor))


def ask_extension(row: Submission | StatReturn, *, actor: Any, wanted_on: date, reason: str) -> Extension:
    """Ask for a later deadline; the original one is kept and both on-time rates are counted."""
    if len(reason.replace(" ", "").strip()) < 5:
        raise BadInput("reason", "请写明申请延期的理由（至少5个字）。")
    if wanted_on <= row.due_on:
        raise BadInput("wanted_on", f"申请延至的日期须晚于现期限{row.due_on:%Y-%m-%d}。")
    with audited_action(ASK, actor=actor, reason=reason) as act:
        row = act.take(row)
        allowed = policy.may_file(actor, row) if isinstance(row, Submission) else policy.may_fill_return(actor, row)
        act.require(allowed, "须由报送单位申请。")
        act.require(row.state in {"idle", "draft", "returned"}, "已经报送，无须延期。")
        act.require(row.checker is not None, "没有上级期限，无须申请。")
        waiting = Extension.objects.within(EVERYTHING).filter(object_id=row.id, state="asked")
        act.require(not waiting.exists(), "已有一份申请在等答复。")
        extension = Extension(
            campaign=row.campaign, object_type=row._meta.label_lower, object_id=row.id, asked_by_id=actor.id, asked_by_name=actor.name,
            asked_at=clock.now(), due_on=row.due_on, wanted_on=wanted_on, reason=reason.strip(), decider=row.checker,
        ).owned_by(row)
        act.add(extension)
    url = reverse("campaigns:extension", args=[extension.id])
    drafts = [Draft(a, "extension", f"延期申请待答复：{row}", reason, url) for a in regulators_of(EVERYTHING, extension.decider_id)]
    send_messages(drafts, actor=actor)
    return extension


def decide_extension(extension: Extension, *, actor: Any, grant: bool, decision: str, until: date | None = None) -> Extension:
    """Grant (until the day asked, or an earlier one) or refuse an extension."""
    if not grant and len(decision.strip()) < 5:
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
    return extension


def issue_notice(
    campaign: Campaign, *, actor: Any, issuer: Authority, rows: Sequence[Submission | StatReturn], matter: str, due_on: date | None = None
) -> list[Notice]:
    """Issue a 督办单 to each late unit, numbered without gaps, due within five working days unless told."""
    if not rows:
        raise BadInput("rows", "请至少选择一家单位。")
    day = due_on or add_working_days(clock.today(), 5)
    if day < clock.today():
        raise BadInput("due_on", "办结期限不能早于今天。")
    with audited_action(NOTICE, actor=actor) as act:
        act.require(actor.holds("system") or actor.holds(Role.SUPERVISOR, Role.LEADER, org_id=issuer.id), "须由本单位的监管员或分管负责人签发。")
        notices = []
        for row in rows:
            held = act.take(row)
            number = serial_number("DB", clock.today().year, next_number("notice", issuer.id, clock.today().year))
            addressee = held.target.institution.name if isinstance(held, Submission) else held.authority.name
            notices.append(act.add(Notice(
                campaign=campaign, number=number, issuer=issuer, addressee=addressee, object_type=held._meta.label_lower, object_id=held.id,
                matter=matter.strip() or f"《{campaign.short_title}》逾期未报送", due_on=day, issued_at=clock.now(), issued_by_name=actor.name,
            ).owned_by(held)))
    return notices

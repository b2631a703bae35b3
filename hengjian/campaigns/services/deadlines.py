"""Urging by hand, and extensions: asked, granted or refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import all_or_nothing, audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.scope import EVERYTHING
from hengjian.base.texts import says_enough
from hengjian.campaigns import policy
from hengjian.campaigns.models import Extension, StatReturn, Submission, WorkReport
from hengjian.campaigns.services.added_tasks import cn_day
from hengjian.campaigns.services.telling import tell_asked, tell_decision, tell_urged

URGE = title("campaigns.urge_submission", "催办")
URGE_RETURN = title("campaigns.urge_return", "催办统计表或报告")
ASK = title("campaigns.ask_extension", "申请延期")
DECIDE = title("campaigns.decide_extension", "答复延期申请")

OPEN = ("idle", "draft", "returned")
ASKED_FOR: dict[str, Any] = {model._meta.label_lower: model for model in (Submission, StatReturn, WorkReport)}


@all_or_nothing
def urge_submissions(submissions: Sequence[Submission], *, actor: Any, note: str = "") -> int:
    """Urge by hand (催办): a message to those who hold it up; returns how many messages went out."""
    rows = []
    with audited_action(URGE, actor=actor, reason=note) as act:
        for submission in submissions:
            row = act.take(submission)
            act.require(policy.may_urge(actor, row), _("须由上级单位催办。"))
            act.require(row.state != "accepted", _("已经接收，无须催办。"))
            row.reminded_count += 1
            rows.append(row)
    return tell_urged(rows, actor=actor, note=note)


@all_or_nothing
def urge_return(ret: StatReturn | WorkReport, *, actor: Any, note: str = "") -> int:
    """Urge an authority about its table or report; returns how many messages went out."""
    with audited_action(URGE_RETURN, actor=actor, reason=note) as act:
        row = act.take(ret)
        act.require(policy.may_urge(actor, row), _("须由上级单位催办。"))
        act.require(row.state in OPEN, _("已经报送，无须催办。"))
    return tell_urged([row], actor=actor, note=note)


@all_or_nothing
def ask_extension(row: Submission | StatReturn | WorkReport, *, actor: Any, wanted_on: date, reason: str) -> Extension:
    """Ask for a later deadline; the original one is kept and both on-time rates are counted."""
    if not says_enough(reason):
        raise BadInput("reason", _("请写明申请延期的理由（至少5个字）。"))
    if wanted_on <= max(row.due_on, clock.today()):
        raise BadInput("wanted_on", _("申请延至的日期须晚于今天和现期限%(day)s。") % {"day": cn_day(row.due_on)})
    with audited_action(ASK, actor=actor, reason=reason) as act:
        row = act.take(row)
        allowed = policy.may_file(actor, row) if isinstance(row, Submission) else policy.may_fill_return(actor, row)
        act.require(allowed, _("须由报送单位申请。"))
        act.require(row.state in OPEN, _("已经报送，无须延期。"))
        act.require(row.checker is not None, _("没有上级期限，无须申请。"))
        waiting = Extension.objects.within(EVERYTHING).filter(object_id=row.id, state="asked")
        act.require(not waiting.exists(), _("已有一份申请在等答复。"))
        extension = Extension(
            campaign=row.campaign, object_type=row._meta.label_lower, object_id=row.id, asked_by_id=actor.id, asked_by_name=actor.name,
            asked_at=clock.now(), due_on=row.due_on, wanted_on=wanted_on, reason=reason.strip(), decider=row.checker,
        ).owned_by(row)
        act.add(extension)
    tell_asked(extension, row, actor=actor)
    return extension


@all_or_nothing
def decide_extension(extension: Extension, *, actor: Any, grant: bool, decision: str, until: date | None = None) -> Extension:
    """Grant (until the day asked, or an earlier one) or refuse an extension; whoever asked is told."""
    if not grant and not says_enough(decision):
        raise BadInput("decision", _("不同意时请写明理由（至少5个字）。"))
    with audited_action(DECIDE, actor=actor, reason=decision) as act:
        extension = act.take(extension)
        act.require(policy.may_decide_extension(actor, extension), _("须由收到申请的单位、且非申请人本人答复。"))
        act.move(extension, "grant" if grant else "refuse")
        extension.decided_by_name, extension.decided_at, extension.decision = actor.name, clock.now(), decision.strip()
        if grant:
            row = act.take(ASKED_FOR[extension.object_type](pk=extension.object_id))
            day = until or extension.wanted_on
            if not row.due_on < day <= extension.wanted_on:
                raise BadInput("until", _("准予延至的日期须晚于现期限，且不晚于申请的日期。"))
            extension.wanted_on = day
            row.due_on = day
    tell_decision(extension, actor=actor)
    return extension

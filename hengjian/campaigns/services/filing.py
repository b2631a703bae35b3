"""The chain of a self-check: begun, filed, withdrawn by the institution; returned or accepted by the checker."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.scope import EVERYTHING
from hengjian.base.texts import says_enough
from hengjian.campaigns import policy
from hengjian.campaigns.models import Submission
from hengjian.campaigns.services.selfcheck_corrections import propose_corrections
from hengjian.campaigns.services.selfcheck_telling import tell_accepted, tell_filed, tell_returned
from hengjian.forms import queries as form_queries
from hengjian.forms import services as forms
from hengjian.forms.models import SheetEdition

ASSIGN = title("campaigns.assign_filler", "指派填表人")
BEGIN = title("campaigns.begin_submission", "开始填报")
FILE = title("campaigns.file_submission", "报送")
WITHDRAW = title("campaigns.withdraw_submission", "撤回报送")
RETURN = title("campaigns.return_submission", "退回")
ACCEPT = title("campaigns.accept_submission", "接收")


def assign_filler(submission: Submission, *, actor: Any, account_id: UUID, name: str) -> Submission:
    """Name the person who fills the sheet; the board shows whom it waits for."""
    with audited_action(ASSIGN, actor=actor) as act:
        submission = act.take(submission)
        act.require(policy.may_assign(actor, submission), _("须由本机构管理员或负责人指派。"))
        submission.filler_account_id, submission.filler_name = account_id, name
    return submission


def begin_submission(submission: Submission, *, actor: Any, sheet: Any) -> Submission:
    """Begin to fill: the sheet is open, prefilled from the registry."""
    with audited_action(BEGIN, actor=actor) as act:
        submission = act.take(submission)
        act.require(policy.may_file(actor, submission), _("须由本机构填报。"))
        act.move(submission, "begin")
        submission.sheet = sheet
        if not submission.filler_name:
            submission.filler_account_id, submission.filler_name = actor.id, actor.name
    return submission


def file_submission(submission: Submission, *, actor: Any, summary: dict[str, Any], is_zero_report: bool) -> SheetEdition:
    """File the sheet with the checker: an edition is frozen; late filings are taken and marked as late.

    Raises:
        BadInput: the foot of the form is not filled in.
        WrongState: it is filed already.
    """
    with audited_action(FILE, actor=actor) as act:
        submission = act.take(submission)
        act.require(policy.may_file(actor, submission), _("须由本机构报送。"))
        act.move(submission, "file")
        sheet = submission.sheet
        if sheet is None or not sheet.filler_name or sheet.filled_on is None:
            raise BadInput("填表人姓名", _("请先填写填表人姓名、联系电话和填报日期。"))
        edition = forms.freeze_sheet(sheet, actor=actor, summary=summary)
        submission.filed_at = clock.now()
        submission.first_filed_at = submission.first_filed_at or submission.filed_at
        submission.filed_by_name, submission.is_zero_report = actor.name, is_zero_report
        submission.document_id = None
        tell_filed(submission, actor=actor, edition=edition.number)
    return edition


def withdraw_submission(submission: Submission, *, actor: Any, reason: str) -> Submission:
    """Take a filing back before it was accepted, to correct it."""
    _must_say(reason, _("撤回的理由"))
    with audited_action(WITHDRAW, actor=actor, reason=reason) as act:
        submission = act.take(submission)
        act.require(policy.may_file(actor, submission), _("须由本机构撤回。"))
        act.move(submission, "withdraw")
        if not submission.return_count:
            submission.first_filed_at = None  # nobody has looked at it: it is as if it had not come in yet
        if submission.sheet is not None:
            forms.unlock_sheet(submission.sheet, actor=actor)
    return submission


def return_submission(submission: Submission, *, actor: Any, reason: str) -> Submission:
    """Send a filing back for correction; remarks on cells say what to correct."""
    _must_say(reason, _("退回意见"))
    with audited_action(RETURN, actor=actor, reason=reason) as act:
        submission = act.take(submission)
        act.require(policy.may_check(actor, submission), _("须由审核单位退回。"))
        act.move(submission, "send_back")
        submission.return_count += 1
        submission.returned_at, submission.returned_by_name = clock.now(), actor.name
        submission.return_reason = reason.strip()
        submission.accepted_at, submission.accepted_by_name = None, ""
        if submission.sheet is not None:
            forms.unlock_sheet(submission.sheet, actor=actor)
        propose_corrections(submission, actor=actor, recall=True)
        tell_returned(submission, actor=actor)
    return submission


def accept_submission(submission: Submission, *, actor: Any) -> Submission:
    """Accept a filing; open remarks that were answered are settled with it, corrected answers wait for a decision.

    Raises:
        NotAllowed: remarks are still unanswered.
    """
    with audited_action(ACCEPT, actor=actor) as act:
        submission = act.take(submission)
        act.require(policy.may_check(actor, submission), _("须由审核单位接收。"))
        remarks = list(form_queries.open_remarks(EVERYTHING, submission.sheet)) if submission.sheet else []
        waiting = [r for r in remarks if not r.answer]
        act.require(not waiting, _("还有%(n)s处意见没有答复，不能接收。") % {"n": len(waiting)})
        act.move(submission, "accept")
        submission.accepted_at, submission.accepted_by_name = clock.now(), actor.name
        for remark in remarks:
            forms.settle_remark(remark, actor=actor)
        propose_corrections(submission, actor=actor)
        tell_accepted(submission, actor=actor)
    return submission


def was_on_time(filed: date | None, due_on: date) -> bool:
    """Whether something filed on a day (Asia/Shanghai) kept a deadline, which ends at 24:00 of its day."""
    return filed is not None and filed <= due_on


def _must_say(reason: str, what: str) -> None:
    if not says_enough(reason):
        raise BadInput("reason", _("请写明%(what)s（至少5个字）。") % {"what": what})

"""Tasks that a level added, as institutions answer them: what was done, in words, with the papers that show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import all_or_nothing, audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.scope import EVERYTHING
from hengjian.base.texts import says_enough
from hengjian.base.wording import in_chinese
from hengjian.campaigns import policy
from hengjian.campaigns.models import Submission
from hengjian.campaigns.queries.people import people_by_holder
from hengjian.campaigns.queries.selfcheck import SUBMISSION_TYPE
from hengjian.campaigns.states import TASK_FORM
from hengjian.dossier.services import keep_evidence
from hengjian.parties import services as parties
from hengjian.parties.states import REGULATORS

REPORT = title("campaigns.report_task", "报送任务完成情况")


@all_or_nothing
def report_task(submission: Submission, *, actor: Any, text: str, papers: Iterable[tuple[str, bytes]] = ()) -> Submission:
    """Report a task done: words and papers; late reports are taken and marked as late.

    Raises:
        BadInput: nothing is said. WrongState: it is filed already.
    """
    if not says_enough(text):
        raise BadInput("text", _("请写明完成情况（至少5个字）。"))
    with audited_action(REPORT, actor=actor) as act:
        row = act.take(submission)
        act.require(policy.may_file(actor, row), _("须由本机构报送。"))
        act.require(row.form_code == TASK_FORM, _("这一项有规定的表式，请按表填报。"))
        if row.state == "idle":
            act.move(row, "begin")
        act.move(row, "file")
        for name, data in papers:
            keep_evidence(name, data, actor=actor, owner_row=row, object_type=SUBMISSION_TYPE, object_id=row.pk, item="report")
        row.report_text, row.filed_at, row.filed_by_name = text.strip(), clock.now(), actor.name
        row.first_filed_at = row.first_filed_at or row.filed_at
        row.filler_name = row.filler_name or actor.name
    _tell_checker(row, actor=actor)
    return row


@in_chinese
def _tell_checker(row: Submission, *, actor: Any) -> None:
    people = people_by_holder(EVERYTHING, [row.checker_id], *REGULATORS).get(row.checker_id, [])
    said, url = f"{row.target.institution.name}报送任务完成情况", reverse("campaigns:submission", args=[row.id])
    drafts = [parties.messages.Draft(a, "filed", said, f"“{row.title}”，请审核。", url) for a in people]
    parties.send_messages(drafts, actor=actor)

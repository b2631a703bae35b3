"""Messages along the chain of a self-check: filed, returned, accepted. They name offices, never the people of superiors."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from hengjian.base.scope import EVERYTHING
from hengjian.base.wording import in_chinese
from hengjian.campaigns.models import AnswerCorrection, Contradiction, Submission
from hengjian.campaigns.queries.people import people_by_holder
from hengjian.parties import services as parties
from hengjian.parties.states import INSTITUTION_FILLERS, REGULATORS


@in_chinese
def tell_filed(submission: Submission, *, actor: Any, edition: int) -> int:
    """Tell the regulators who check it."""
    name = submission.target.institution.name
    again = "重新" if edition > 1 else ""
    return _send(
        submission, actor, submission.checker_id, REGULATORS, "filed", f"{name}{again}报送自查",
        f"《{submission.campaign.short_title}》自查表第{edition}版，请审核。", edition,
    )


@in_chinese
def tell_returned(submission: Submission, *, actor: Any) -> int:
    """Tell the institution that it was returned, and why."""
    return _send(
        submission, actor, submission.org_id, INSTITUTION_FILLERS, "returned", f"{submission.checker.name}退回{submission.what}",
        f"{submission.return_reason}　请修改后重新报送。", submission.return_count,
    )


@in_chinese
def tell_accepted(submission: Submission, *, actor: Any) -> int:
    """Tell the institution that it was accepted."""
    return _send(
        submission, actor, submission.org_id, INSTITUTION_FILLERS, "accepted", f"{submission.checker.name}已接收{submission.what}",
        f"《{submission.campaign.short_title}》{submission.what}已接收。", submission.return_count,
    )


@in_chinese
def tell_correction(correction: AnswerCorrection, *, actor: Any) -> int:
    """Tell the institution what the checker made of a corrected answer, and what becomes of its problem."""
    submission, problem = correction.submission, correction.problem
    then = {
        "rectified": "问题按已整改核查通过，待销号。", "mistaken": "问题认定为不成立。", "refused": "问题仍须按台账整改。",
    }[correction.state]
    said = f"{correction.decision}　" if correction.decision else ""
    return _send(
        submission, actor, submission.org_id, INSTITUTION_FILLERS, "correction", f"{problem.number}更正{correction.get_state_display()}",
        f"{correction.label}由“{correction.before}”更正为“{correction.after or '名单中已删去'}”：{correction.get_state_display()}。{said}{then}",
        correction.edition_number, key=correction.pk.hex,
    )


@in_chinese
def tell_contradictions(submission: Submission, new: list[Contradiction], *, actor: Any) -> int:
    """Tell both sides that the register, changed since the filing, contradicts it now."""
    name, stamp = submission.target.institution.name, new[0].found_at.strftime("%y%m%d%H%M%S")
    body = f"名录数据更新后，《{submission.campaign.short_title}》自查表新发现{len(new)}处与系统数据矛盾：{new[0].sentence}"
    told = _send(submission, actor, submission.checker_id, REGULATORS, "clash", f"{name}：{len(new)}处新的矛盾", f"{body}　请核对后判断。", 0, stamp)
    return told + _send(
        submission, actor, submission.org_id, INSTITUTION_FILLERS, "clash", f"自查表有{len(new)}处新的矛盾", f"{body}　请说明原因，或撤回修改。", 0, stamp,
    )


def _send(
    submission: Submission, actor: Any, holder: Any, roles: tuple[Any, ...], kind: str, title: str, body: str, round_: int, key: str = "",
) -> int:
    people = people_by_holder(EVERYTHING, [holder], *roles).get(holder, [])
    url = reverse("campaigns:submission", args=[submission.pk])
    drafts = [parties.messages.Draft(one, kind, title, body, url, f"{kind}:{submission.pk.hex}:{key or round_}") for one in people]
    return len(parties.send_messages(drafts, actor=actor)) if drafts else 0

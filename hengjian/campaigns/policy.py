"""Who may do what to campaigns and filings. Pure: (actor, row) -> bool."""

from __future__ import annotations

from typing import Any

from hengjian.campaigns.models import (
    AnswerCorrection,
    Campaign,
    CaseStory,
    Contradiction,
    Extension,
    Notice,
    Plan,
    StatReturn,
    Submission,
    WorkReport,
)
from hengjian.parties.states import INSTITUTION_FILLERS, REGULATORS, Role


def _is_system(actor: Any) -> bool:
    return bool(actor.holds("system"))


def may_draft(actor: Any) -> bool:
    """Campaigns are drawn up by regulators of any level."""
    return _is_system(actor) or actor.holds(*REGULATORS)


def may_launch(actor: Any, campaign: Campaign) -> bool:
    """Launched by a regulator of the issuing authority."""
    return _is_system(actor) or actor.holds(*REGULATORS, org_id=campaign.issuer_id)


def may_issue_plan(actor: Any, plan: Plan) -> bool:
    """A level issues its own plan, nobody else's."""
    return _is_system(actor) or actor.holds(*REGULATORS, org_id=plan.authority_id)


def may_file(actor: Any, submission: Submission) -> bool:
    """Filed by the institution itself: its head, managers, administrator or the filler."""
    return _is_system(actor) or actor.holds(*INSTITUTION_FILLERS, org_id=submission.org_id)


def may_check(actor: Any, submission: Submission) -> bool:
    """Checked by the authority that receives it, or by one above it; never by the filer."""
    if _is_system(actor):
        return True
    if not actor.is_regulator or actor.org_id == submission.org_id:
        return False
    return submission.checker_id == actor.org_id or submission.checker.path.startswith(actor.area)


def may_fill_return(actor: Any, ret: StatReturn | WorkReport) -> bool:
    """A statistics table or work report is filled by regulators of its own authority."""
    return _is_system(actor) or actor.holds(*REGULATORS, org_id=ret.authority_id)


def may_file_return(actor: Any, ret: StatReturn | WorkReport) -> bool:
    """Filed upwards by a regulator of the authority (审定 lies with the leader where there is one)."""
    return may_fill_return(actor, ret)


def may_check_return(actor: Any, ret: StatReturn) -> bool:
    """Received or sent back by the authority above."""
    return _is_system(actor) or (ret.checker_id is not None and actor.holds(*REGULATORS, org_id=ret.checker_id))


def may_check_report(actor: Any, report: WorkReport) -> bool:
    """A work report is received or sent back by the authority above the one that filed it."""
    above = report.authority.parent_id
    return _is_system(actor) or (above is not None and report.authority.path != report.campaign.area and actor.holds(*REGULATORS, org_id=above))


def may_tell(actor: Any, story: CaseStory) -> bool:
    """A story is told and mended by regulators of the authority that tells it."""
    return _is_system(actor) or actor.holds(*REGULATORS, org_id=story.authority_id)


def may_decide_extension(actor: Any, extension: Extension) -> bool:
    """Decided by the authority asked, and never by the one who asked."""
    if _is_system(actor):
        return True
    return actor.holds(*REGULATORS, org_id=extension.decider_id) and actor.id != extension.asked_by_id


def may_answer_notice(actor: Any, letter: Notice) -> bool:
    """A supervision letter is answered by the unit that it is addressed to: an institution or a lower authority."""
    return _is_system(actor) or actor.holds(*INSTITUTION_FILLERS, *REGULATORS, org_id=letter.org_id)


def may_close_notice(actor: Any, letter: Notice) -> bool:
    """Crossed off, or asked for again, by regulators of the authority that issued it."""
    return _is_system(actor) or actor.holds(*REGULATORS, org_id=letter.issuer_id)


def may_judge(actor: Any, contradiction: Contradiction | AnswerCorrection) -> bool:
    """Contradictions and corrected answers are judged by the checking authority."""
    return may_check(actor, contradiction.submission)


def may_urge(actor: Any, row: Any) -> bool:
    """Any authority above may urge."""
    return _is_system(actor) or (actor.is_regulator and actor.org_id != row.org_id)


def may_assign(actor: Any, submission: Submission) -> bool:
    """The filler is named by the institution's administrator or a manager."""
    roles = (Role.INSTITUTION_ADMIN, Role.UNIT_HEAD, Role.QUALITY_MANAGER, Role.TECHNICAL_MANAGER)
    return _is_system(actor) or actor.holds(*roles, org_id=submission.org_id)

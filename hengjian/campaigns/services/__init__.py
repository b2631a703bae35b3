"""Writes of campaigns. One function per act, named as a clerk would say it."""

from hengjian.campaigns.services.deadlines import (
    ask_extension,
    decide_extension,
    urge_return,
    urge_submissions,
)
from hengjian.campaigns.services.filing import (
    accept_submission,
    assign_filler,
    begin_submission,
    file_submission,
    return_submission,
    withdraw_submission,
)
from hengjian.campaigns.services.following_tree import take_in_after_change
from hengjian.campaigns.services.launch import (
    close_campaign,
    discard_draft,
    draft_campaign,
    edit_draft,
    join_new_institutions,
    join_running_campaigns,
    launch_campaign,
    leave_out,
    take_in,
)
from hengjian.campaigns.services.letters import answer_notice, close_notice, issue_notice, return_notice
from hengjian.campaigns.services.papers import keep_papers
from hengjian.campaigns.services.relay import acknowledge_plan, acknowledge_target, draft_plan, issue_plan
from hengjian.campaigns.services.reminders import remind_all, remind_running
from hengjian.campaigns.services.rules import set_rules
from hengjian.campaigns.services.selfcheck import (
    add_person,
    apply_proposals,
    begin_selfcheck,
    claim_staffing,
    fill_selfcheck,
    refresh_roster,
    remove_person,
    take_workbook,
)
from hengjian.campaigns.services.selfcheck_checks import (
    check_claims,
    concede_contradiction,
    explain_contradiction,
    judge_contradiction,
)
from hengjian.campaigns.services.selfcheck_corrections import judge_correction, propose_corrections
from hengjian.campaigns.services.selfcheck_filing import file_selfcheck, file_written_report, seal_filing
from hengjian.campaigns.services.selfcheck_rechecks import recheck_changed, recheck_standing
from hengjian.campaigns.services.statistics import (
    Drawn,
    accept_return,
    begin_return,
    correct_figure,
    file_return,
    return_return,
    revise_return,
    withdraw_correction,
)
from hengjian.campaigns.services.stories import tell_story
from hengjian.campaigns.services.supplement import issue_supplement
from hengjian.campaigns.services.tasks import report_task

__all__ = [
    "Drawn",
    "accept_return",
    "accept_submission",
    "acknowledge_plan",
    "acknowledge_target",
    "add_person",
    "answer_notice",
    "apply_proposals",
    "ask_extension",
    "assign_filler",
    "begin_return",
    "begin_selfcheck",
    "begin_submission",
    "check_claims",
    "claim_staffing",
    "close_campaign",
    "close_notice",
    "concede_contradiction",
    "correct_figure",
    "decide_extension",
    "discard_draft",
    "draft_campaign",
    "draft_plan",
    "edit_draft",
    "explain_contradiction",
    "file_return",
    "file_selfcheck",
    "file_submission",
    "file_written_report",
    "fill_selfcheck",
    "issue_notice",
    "issue_plan",
    "issue_supplement",
    "join_new_institutions",
    "join_running_campaigns",
    "judge_contradiction",
    "judge_correction",
    "keep_papers",
    "launch_campaign",
    "leave_out",
    "propose_corrections",
    "recheck_changed",
    "recheck_standing",
    "refresh_roster",
    "remind_all",
    "remind_running",
    "remove_person",
    "report_task",
    "return_notice",
    "return_return",
    "return_submission",
    "revise_return",
    "seal_filing",
    "set_rules",
    "take_in", "take_in_after_change",
    "take_workbook",
    "tell_story",
    "urge_return",
    "urge_submissions",
    "withdraw_correction",
    "withdraw_submission",
]

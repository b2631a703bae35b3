"""Writes of campaigns. One function per act, named as a clerk would say it."""

from hengjian.campaigns.services.deadlines import (
    ask_extension,
    decide_extension,
    remind_all,
    remind_running,
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
from hengjian.campaigns.services.letters import issue_notice
from hengjian.campaigns.services.relay import acknowledge_plan, acknowledge_target, draft_plan, issue_plan
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
from hengjian.campaigns.services.selfcheck_filing import file_selfcheck, file_written_report, seal_filing

__all__ = [
    "accept_submission", "acknowledge_plan", "acknowledge_target", "add_person", "apply_proposals", "ask_extension", "assign_filler",
    "begin_selfcheck", "begin_submission", "check_claims", "claim_staffing", "close_campaign", "concede_contradiction",
    "decide_extension", "discard_draft", "draft_campaign", "draft_plan", "edit_draft", "explain_contradiction", "file_selfcheck",
    "file_submission", "file_written_report", "fill_selfcheck", "issue_notice", "issue_plan", "join_new_institutions",
    "join_running_campaigns", "judge_contradiction", "launch_campaign", "leave_out", "refresh_roster", "remind_all", "remind_running",
    "remove_person", "return_submission", "seal_filing", "take_in", "take_workbook", "urge_return", "urge_submissions",
    "withdraw_submission",
]

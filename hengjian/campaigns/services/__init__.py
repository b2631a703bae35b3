"""Writes of campaigns. One function per act, named as a clerk would say it."""

from hengjian.campaigns.services.launch import (
    close_campaign,
    draft_campaign,
    edit_draft,
    join_new_institutions,
    launch_campaign,
    leave_out,
    take_in,
)
from hengjian.campaigns.services.relay import acknowledge_plan, acknowledge_target, draft_plan, issue_plan

__all__ = [
    "acknowledge_plan", "acknowledge_target", "close_campaign", "draft_campaign", "draft_plan", "edit_draft", "issue_plan",
    "join_new_institutions", "launch_campaign", "leave_out", "take_in",
]

"""Reads of campaigns. First argument is always the viewer's scope."""

from hengjian.campaigns.queries.campaigns import campaign_by_id, campaigns_seen, plan_of, plans_of, targets_of
from hengjian.campaigns.queries.timetable import (
    Due,
    chain_above,
    deadlines_for,
    deadlines_in_force,
    latest_allowed,
    receiver,
)

__all__ = [
    "Due", "campaign_by_id", "campaigns_seen", "chain_above", "deadlines_for", "deadlines_in_force", "latest_allowed",
    "plan_of", "plans_of", "receiver", "targets_of",
]

"""Reads of campaigns. First argument is always the viewer's scope."""

from hengjian.campaigns.queries.board import Filters, Leaf, Node, read_lines
from hengjian.campaigns.queries.board import outline as board_outline
from hengjian.campaigns.queries.campaigns import (
    campaign_by_id,
    campaigns_seen,
    filing_by_id,
    own_target,
    plan_by_id,
    plan_of,
    plans_of,
    submissions_by_id,
    target_by_id,
    targets_of,
)
from hengjian.campaigns.queries.claims import Claim
from hengjian.campaigns.queries.corrections import awaiting_decision, unattended_claims
from hengjian.campaigns.queries.letters import AWAITED as AWAITED_LETTERS
from hengjian.campaigns.queries.letters import letters_seen
from hengjian.campaigns.queries.selfcheck import (
    OPEN_STATES,
    Gap,
    OwnFiling,
    gaps,
    names_are_hidden,
    own_filings,
    submission_by_id,
    submissions_seen,
)
from hengjian.campaigns.queries.selfcheck_page import SheetPage, sheet_page
from hengjian.campaigns.queries.supplements import supplement_by_id
from hengjian.campaigns.queries.timetable import (
    Due,
    chain_above,
    deadlines_for,
    deadlines_in_force,
    is_set_by_system,
    latest_allowed,
    receiver,
)

__all__ = [
    "AWAITED_LETTERS",
    "OPEN_STATES",
    "Claim",
    "Due",
    "Filters",
    "Gap",
    "Leaf",
    "Node",
    "OwnFiling",
    "SheetPage",
    "awaiting_decision",
    "board_outline",
    "campaign_by_id",
    "campaigns_seen",
    "chain_above",
    "deadlines_for",
    "deadlines_in_force",
    "filing_by_id",
    "gaps",
    "is_set_by_system",
    "latest_allowed",
    "letters_seen",
    "names_are_hidden",
    "own_filings",
    "own_target",
    "plan_by_id",
    "plan_of",
    "plans_of",
    "read_lines",
    "receiver",
    "sheet_page",
    "submission_by_id",
    "submissions_by_id",
    "submissions_seen",
    "supplement_by_id",
    "target_by_id",
    "targets_of",
    "unattended_claims",
]

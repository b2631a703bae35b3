"""Who may record visits: regulators, for institutions that sit or work in their area."""

from __future__ import annotations

from typing import Any

from hengjian.enforcement.policy import is_officer_over
from hengjian.parties.states import REGULATORS
from hengjian.supervision.models import Visit
from hengjian.supervision.states import SigningKind


def may_record(actor: Any) -> bool:
    """Record a visit in the name of one's authority."""
    return actor.holds(*REGULATORS) and actor.org_id is not None


def may_handle(actor: Any, visit: Visit) -> bool:
    """Complete the record, have it signed, open problems from it."""
    return is_officer_over(actor, visit)


def may_change_record(actor: Any, visit: Visit) -> bool:
    """Amend the record or have it signed: as long as nobody has confirmed it."""
    return may_handle(actor, visit) and visit.signing == SigningKind.WAITING

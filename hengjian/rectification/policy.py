"""Who may do what to a problem. Two pairs of eyes: the natural person is the account, whatever the post."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hengjian.parties.states import INSTITUTION_FILLERS, REGULATORS
from hengjian.rectification.models import Problem, ProblemExtension

OWN_PROBLEM_ROLES = (*INSTITUTION_FILLERS, *REGULATORS)


def is_owner(actor: Any, row: Any) -> bool:
    """Whether the actor acts for the organisation that has the problem."""
    return actor.org_id is not None and actor.org_id == row.org_id and actor.holds(*OWN_PROBLEM_ROLES)


def is_overseer(actor: Any, row: Any) -> bool:
    """Whether the actor is a regulator over the row, and the problem is not that of their own authority."""
    supervises = getattr(actor, "supervises", None)
    return bool(supervises and supervises(row)) and actor.org_id != row.org_id


def is_system(actor: Any) -> bool:
    """Whether the system itself acts: a job, a comparison of data, the demonstration."""
    return actor.id is None and getattr(actor, "role", "") == "system"


def may_open(actor: Any, owner: Any) -> bool:
    """Report a problem of the organisation that ``owner`` names."""
    return is_system(actor) or is_owner(actor, owner) or is_overseer(actor, owner)


def may_confirm(actor: Any, problem: Problem) -> bool:
    """Confirm that it is one, with severity and date; or dismiss it; or merge it into another."""
    return is_overseer(actor, problem)


def may_plan(actor: Any, problem: Problem) -> bool:
    """Say how, by whom and by when it is put right."""
    return is_owner(actor, problem)


def may_report(actor: Any, problem: Problem) -> bool:
    """Report that it is put right."""
    return is_owner(actor, problem)


def is_party(actor: Any, problem: Problem) -> bool:
    """Whether the natural person reported the rectification or is responsible for it."""
    people: set[UUID | None] = {problem.reported_by_id, problem.responsible_id}
    return actor.id is not None and actor.id in people


def may_verify(actor: Any, problem: Problem) -> bool:
    """Verify what was reported: a regulator who neither reported it nor is responsible."""
    return is_overseer(actor, problem) and not is_party(actor, problem)


def may_send_back(actor: Any, problem: Problem) -> bool:
    """Return what was reported for more work."""
    return is_overseer(actor, problem)


def may_close(actor: Any, problem: Problem) -> bool:
    """Close a verified problem: a regulator who neither reported it nor is responsible."""
    return is_overseer(actor, problem) and not is_party(actor, problem)


def may_recheck(actor: Any, problem: Problem) -> bool:
    """Check a closed problem again after 90 days."""
    return is_overseer(actor, problem) and not is_party(actor, problem)


def may_ask_extension(actor: Any, problem: Problem) -> bool:
    """Ask for more time."""
    return is_owner(actor, problem)


def may_decide_extension(actor: Any, extension: ProblemExtension) -> bool:
    """Decide on more time: a regulator, and never the person who asked."""
    return is_overseer(actor, extension) and not (actor.id is not None and actor.id == extension.asked_by_id)


def may_attach(actor: Any, problem: Problem) -> bool:
    """Put evidence to a problem."""
    return is_owner(actor, problem) or is_overseer(actor, problem)


def area_of_work(actor: Any, owner: Any) -> str:
    """Where a paper about a unit lies: the unit's own area, or the officer's where the unit only works there."""
    in_scope = actor.scope.covers(owner.area) or actor.scope.covers(owner.org_area)
    return str(owner.area if in_scope else actor.area)

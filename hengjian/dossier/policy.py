"""Who may put evidence in, check it, open the original, seal a document."""

from __future__ import annotations

from typing import Any

from hengjian.dossier.models import Document, Evidence
from hengjian.parties.states import INSTITUTION_FILLERS, INSTITUTION_ROLES, REGULATORS, Role

VERIFIERS = (*REGULATORS, Role.UNIT_HEAD, Role.TECHNICAL_MANAGER, Role.QUALITY_MANAGER, Role.INSTITUTION_ADMIN)
SEALERS = (*REGULATORS, Role.AUTHORITY_ADMIN, *INSTITUTION_FILLERS)


INTERNAL: set[str] = set()


def keep_internal(*object_types: str) -> None:
    """Let upper apps name the kinds of rows whose files the units concerned do not see (立案、检查记录)."""
    INTERNAL.update(object_types)


def is_hidden(actor: Any, object_type: str) -> bool:
    """Whether files about this kind of row are internal to authorities, and the actor is not one."""
    return object_type in INTERNAL and not getattr(actor, "is_authority", False) and not is_system(actor)


def is_own(actor: Any, row: Any) -> bool:
    """Whether the row belongs to the organisation or authority for which the actor acts."""
    return actor.org_id is not None and actor.org_id == row.org_id


def is_supervisor(actor: Any, row: Any) -> bool:
    """Whether the actor is a regulator in whose area the row lies."""
    supervises = getattr(actor, "supervises", None)
    return bool(supervises and supervises(row))


def is_system(actor: Any) -> bool:
    """Whether a job or the demonstration acts."""
    return bool(actor.id is None and getattr(actor, "role", "") == "system")


def may_keep(actor: Any, owner: Any) -> bool:
    """Put a file into the dossier of a row: the people of its organisation, and the regulators over it."""
    own = is_own(actor, owner) and actor.holds(*INSTITUTION_ROLES, *REGULATORS)
    return is_system(actor) or own or is_supervisor(actor, owner)


def may_verify(actor: Any, evidence: Evidence) -> bool:
    """Say that evidence was compared with its source: never by the person who handed it in."""
    if is_system(actor):
        return True
    if actor.id is None or actor.id == evidence.uploaded_by_id:
        return False
    return is_supervisor(actor, evidence) or (is_own(actor, evidence) and actor.holds(*VERIFIERS))


def may_replace(actor: Any, evidence: Evidence) -> bool:
    """Hand in a new version: the side that handed in the old one, as long as nobody has checked it."""
    if is_system(actor):
        return True
    return may_keep(actor, evidence) and (actor.id == evidence.uploaded_by_id or is_own(actor, evidence))


def may_open_original(actor: Any, evidence: Evidence) -> bool:
    """Take the file itself, with all it holds: those who may also put one in."""
    return may_keep(actor, evidence)


def may_take(actor: Any, document: Document) -> bool:
    """Take a document: everybody who is in charge of its row."""
    return is_system(actor) or is_own(actor, document) or is_supervisor(actor, document)


def may_seal(actor: Any, document: Document) -> bool:
    """Bind a seal to a document: the unit that gives it out, or a regulator over it."""
    if is_system(actor):
        return True
    return (is_own(actor, document) and actor.holds(*SEALERS)) or is_supervisor(actor, document)

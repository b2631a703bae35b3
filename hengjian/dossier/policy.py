"""Who may put evidence in, check it, open the original, seal a document."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from hengjian.base.scope import Scope
from hengjian.dossier.models import Document, Evidence
from hengjian.parties.states import INSTITUTION_FILLERS, INSTITUTION_ROLES, REGULATORS, Role

VERIFIERS = (*REGULATORS, Role.UNIT_HEAD, Role.TECHNICAL_MANAGER, Role.QUALITY_MANAGER, Role.INSTITUTION_ADMIN)
SEALERS = (*REGULATORS, Role.AUTHORITY_ADMIN, *INSTITUTION_FILLERS)


INTERNAL: set[str] = set()
UNREADY: dict[str, Callable[[UUID], bool]] = {}
WITH_ROW: dict[str, Callable[[Scope, UUID], bool]] = {}


def keep_internal(*object_types: str) -> None:
    """Let upper apps name the kinds of rows whose files the units concerned do not see (立案、检查记录)."""
    INTERNAL.update(object_types)


def keep_back(object_type: str, is_unready: Callable[[UUID], bool]) -> None:
    """Let an upper app say when the unit concerned does not know of a row yet (未送达的指令书); nor then of its files."""
    UNREADY[object_type] = is_unready


def keep_with_row(object_type: str, is_there: Callable[[Scope, UUID], bool]) -> None:
    """Let an upper app say whether a row is there for a scope, where area and owner do not say it (拟制中的行动); so are its files."""
    WITH_ROW[object_type] = is_there


def is_hidden(actor: Any, object_type: str, object_id: UUID | None = None) -> bool:
    """Whether files about this kind of row are internal to authorities, and the actor is not one; or the row is not there for the actor as yet."""
    if is_system(actor):
        return False
    is_there = WITH_ROW.get(object_type)
    if is_there is not None and object_id is not None and not is_there(actor.scope, object_id):
        return True
    if getattr(actor, "is_authority", False):
        return False
    is_unready = UNREADY.get(object_type)
    return object_type in INTERNAL or (is_unready is not None and object_id is not None and is_unready(object_id))


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


def may_replace(actor: Any, evidence: Evidence, handed_in_from: Collection[UUID]) -> bool:
    """Hand in a new version, or take it away: whoever handed in the old one, or a colleague, as long as nobody has checked it.

    What an officer put to a unit's row is the unit's own row, but not its own evidence: ``handed_in_from`` tells whose it was.
    """
    if is_system(actor):
        return True
    is_of_its_side = is_own(actor, evidence) and actor.org_id in handed_in_from
    return may_keep(actor, evidence) and (actor.id == evidence.uploaded_by_id or is_of_its_side)


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

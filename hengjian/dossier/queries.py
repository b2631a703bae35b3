"""Reads of the dossier: evidence with its versions and uses, documents and what the public may check of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q, QuerySet

from hengjian.base import clock
from hengjian.base.errors import OutOfScope
from hengjian.base.models import ScopedRow
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.dossier import policy
from hengjian.dossier.intake.vault import kept_bytes
from hengjian.dossier.models import Document, Evidence, EvidenceUse
from hengjian.dossier.states import ACCEPTED
from hengjian.parties.models import Post

FORMATS = ("pdf", "docx", "xlsx")


@dataclass(frozen=True)
class KnownDocument:
    """What anybody may learn of a document by its code: nothing of its content."""

    title: str
    number: str
    issuer: str
    made_at: datetime
    revision: int
    digest: str
    seal_kind: str
    sealed_at: datetime | None
    superseded: bool
    code: str


@dataclass(frozen=True)
class EvidenceBox:
    """What a page shows of the evidence of one object: the files, and whether the reader may add some."""

    files: tuple[Evidence, ...]
    object_type: str
    object_id: Any
    item: str
    may_keep: bool
    accepted: str = ACCEPTED


def evidence_of(scope: Scope, evidence_id: UUID) -> Evidence:
    """One piece of evidence. Raises OutOfScope."""
    found = Evidence.objects.within(scope).select_related("supersedes").filter(pk=evidence_id).first()
    if found is None:
        raise OutOfScope(f"evidence {evidence_id}")
    return found


def evidence_for(scope: Scope, object_type: str, object_id: Any, item: str | None = None) -> QuerySet[Evidence]:
    """Evidence that is put to an object (or to one item of it), newest first, without what was replaced."""
    uses = EvidenceUse.objects.within(scope).filter(object_type=object_type, object_id=object_id)
    if item is not None:
        uses = uses.filter(item=item)
    return current(scope).filter(pk__in=uses.values("evidence_id"))


def evidence_counts(scope: Scope, object_type: str, object_ids: Iterable[Any]) -> dict[tuple[UUID, str], int]:
    """How many files are put to each item of many objects: (object, item) -> count."""
    uses = EvidenceUse.objects.within(scope).filter(object_type=object_type, object_id__in=list(object_ids))
    found: dict[tuple[UUID, str], int] = {}
    for object_id, item in uses.filter(evidence__successors__isnull=True).values_list("object_id", "item"):
        found[object_id, item] = found.get((object_id, item), 0) + 1
    return found


def current(scope: Scope) -> QuerySet[Evidence]:
    """Evidence that no newer version has replaced."""
    return Evidence.objects.within(scope).filter(successors__isnull=True)


def versions_of(scope: Scope, evidence: Evidence) -> list[Evidence]:
    """All versions of a file, the newest first."""
    newest, seen = evidence, {evidence.pk}
    while (after := Evidence.objects.within(scope).filter(supersedes=newest).exclude(pk__in=seen).first()) is not None:
        newest = after
        seen.add(after.pk)
    found = [newest]
    while found[-1].supersedes_id is not None:
        before = Evidence.objects.within(scope).filter(pk=found[-1].supersedes_id).first()
        if before is None:
            break
        found.append(before)
    return found


def uses_of(scope: Scope, evidence: Evidence) -> QuerySet[EvidenceUse]:
    """Where a file is used."""
    return EvidenceUse.objects.within(scope).filter(evidence=evidence).order_by("attached_at", "id")


def handed_in_from(scope: Scope, evidence: Evidence) -> frozenset[UUID]:
    """The unit or authority for which somebody handed a file in; what the system itself took in counts as its owner's."""
    if evidence.uploaded_by_id is None:
        return frozenset({evidence.org_id})
    on = clock.local_date(evidence.kept_at)
    posts = Post.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), account_id=evidence.uploaded_by_id, valid_from__lte=on)
    return frozenset(held for one in posts if (held := one.authority_id or one.organisation_id) is not None)


def is_kept_from(scope: Scope, actor: Any, row: Any) -> bool:
    """Whether a file, its use or a document is not there for the actor: of an internal row, or of one that was not served yet."""
    if isinstance(row, Evidence):
        uses = list(EvidenceUse.objects.within(scope).filter(evidence=row).values_list("object_type", "object_id"))
        return bool(uses) and all(policy.is_hidden(actor, kind, one) for kind, one in uses)
    return isinstance(row, (EvidenceUse, Document)) and policy.is_hidden(actor, row.object_type, row.object_id)


def evidence_box(scope: Scope, actor: Any, object_type: str, object_id: Any, item: str = "") -> EvidenceBox:
    """The files of one object (and item of it) for its page. Raises OutOfScope, also for rows that are internal."""
    if policy.is_hidden(actor, object_type, object_id):
        raise OutOfScope(object_type)
    owner = owner_of(scope, object_type, object_id)
    files = tuple(evidence_for(scope, object_type, object_id, item or None))
    return EvidenceBox(files, object_type, object_id, item, policy.may_keep(actor, owner))


def use_of(scope: Scope, use_id: UUID) -> EvidenceUse:
    """One use of evidence. Raises OutOfScope."""
    found = EvidenceUse.objects.within(scope).select_related("evidence").filter(pk=use_id).first()
    if found is None:
        raise OutOfScope(f"use {use_id}")
    return found


def same_bytes(scope: Scope, sha256: str, org_id: Any) -> QuerySet[Evidence]:
    """Evidence of one organisation with these very bytes, oldest first."""
    return Evidence.objects.within(scope).filter(sha256=sha256, org_id=org_id).order_by("kept_at", "id")


def original_bytes(evidence: Evidence) -> bytes:
    """The file as it was handed in, compared with its hash. Raises FileDamaged."""
    return kept_bytes(evidence.sha256)


def display_bytes(evidence: Evidence) -> bytes | None:
    """The copy made for looking at; None for kinds that have none."""
    return kept_bytes(evidence.display_sha256) if evidence.display_sha256 else None


def kind_of(object_type: str) -> str:
    """What a kind of row is called (问题、自查表); the type itself when nobody knows it any more."""
    try:
        return str(apps.get_model(object_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return object_type


def owner_of(scope: Scope, object_type: str, object_id: Any) -> Any:
    """The business row that evidence is put to. Raises OutOfScope for unknown kinds and for rows of others."""
    try:
        model = apps.get_model(object_type)
    except (LookupError, ValueError) as error:
        raise OutOfScope(object_type) from error
    if not issubclass(model, ScopedRow):
        raise OutOfScope(object_type)
    found = model.objects.within(scope).filter(pk=object_id).first()
    if found is None:
        raise OutOfScope(f"{object_type} {object_id}")
    return found


def document_of(scope: Scope, document_id: UUID) -> Document:
    """One document. Raises OutOfScope."""
    found = Document.objects.within(scope).filter(pk=document_id).first()
    if found is None:
        raise OutOfScope(f"document {document_id}")
    return found


def documents_of(scope: Scope, object_type: str, object_id: Any) -> QuerySet[Document]:
    """Documents given out about an object, newest first."""
    return Document.objects.within(scope).filter(object_type=object_type, object_id=object_id)


def documents_found(scope: Scope, words: str) -> QuerySet[Document]:
    """Documents by number, title or verification code."""
    return Document.objects.within(scope).filter(Q(number__icontains=words) | Q(title__icontains=words) | Q(code__iexact=words))


def known_document(code: str) -> KnownDocument | None:
    """What the public may learn of a document by its code; None when there is none."""
    found = _by_code(EVERYTHING, code)
    return None if found is None else _known(EVERYTHING, found)


def known_file(sha256: str) -> tuple[KnownDocument, str] | None:
    """The document of which a file with this hash was given out, and in which format; None when there is none."""
    return _by_file(EVERYTHING, sha256)


def _by_code(scope: Scope, code: str) -> Document | None:
    return Document.objects.within(scope).filter(code=normal_code(code)).first()


def _by_file(scope: Scope, sha256: str) -> tuple[KnownDocument, str] | None:
    for column, form in (("signed_sha256", "pdf"), ("pdf_sha256", "pdf"), ("docx_sha256", "docx"), ("xlsx_sha256", "xlsx")):
        found = Document.objects.within(scope).filter(**{column: sha256}).first()
        if found is not None:
            return _known(scope, found), form
    return None


def _known(scope: Scope, document: Document) -> KnownDocument:
    later = documents_of(scope, document.object_type, document.object_id).filter(
        definition_code=document.definition_code, org_id=document.org_id, revision__gt=document.revision
    )
    return KnownDocument(
        document.title, document.number, document.issuer_name, document.made_at, document.revision, document.digest,
        document.seal_kind, document.sealed_at, later.exists(), document.code,
    )


def normal_code(code: str) -> str:
    """A verification code as typed by a person: capitals, full-width letters and odd dashes put right."""
    text = unicodedata.normalize("NFKC", code).upper().translate(_TYPED)
    return "".join(text.split())


_TYPED = {ord(dash): "-" for dash in "‐‑‒–—−"} | {ord("O"): "0", ord("I"): "1", ord("L"): "1"}

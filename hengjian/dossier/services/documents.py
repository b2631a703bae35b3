"""Documents given out: issued once with their code, printed when first asked for, the same bytes ever after."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import SystemActor, audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.ledger import canonical
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.dossier import queries
from hengjian.dossier.intake import safe_name
from hengjian.dossier.intake.vault import FileDamaged, keep_bytes, kept_bytes
from hengjian.dossier.models import Document
from hengjian.dossier.render import Verification, check_layout, render_docx, render_pdf, render_xlsx
from hengjian.dossier.render.stored import frozen, thawed

ISSUE = title("dossier.issue_document", "出具公文")
PRINT = title("dossier.print_document", "生成公文文件")

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: the code is read aloud and typed
RENDERERS: dict[str, Callable[..., bytes]] = {"pdf": render_pdf, "docx": render_docx, "xlsx": render_xlsx}
_PRINTER = SystemActor("公文生成")


def issue_document(
    *, actor: Any, owner_row: Any, definition: Any, layout: Mapping[str, Any], payload: Mapping[str, Any], title: str, object_type: str,
    object_id: Any, number: str = "", issuer: str = "",
) -> Document:
    """Give out an official document: payload and layout are frozen under a digest and a verification code.

    Args:
        definition: a definition of a pack, its row in the database, or a bare code.
        issuer: in whose name; the actor's authority or organisation if not given.

    Raises:
        BadInput: the layout cannot be printed.
    """
    faults = check_layout(layout)
    if faults:
        raise BadInput("layout", "；".join(faults))
    code, version = _named(definition)
    held = {"payload": frozen(payload), "layout": frozen(layout)}
    with audited_action(ISSUE, actor=actor) as act:
        row = Document(
            definition_code=code, definition_version=version, object_type=object_type, object_id=object_id, title=title[:200],
            number=number, code=new_code(), made_at=clock.now(), made_by_name=str(actor.name)[:40], **held,
            issuer_name=(issuer or getattr(actor, "org_name", "") or str(actor.name))[:120],
        )
        row.area, row.org_id, row.org_area = owner_row.area, owner_row.org_id, owner_row.org_area
        earlier = Document.objects.within(EVERYTHING).filter(
            object_type=object_type, object_id=object_id, definition_code=code, org_id=row.org_id
        )
        row.revision = earlier.count() + 1
        row.digest = digest_of(row)
        return act.add(row)


def _named(definition: Any) -> tuple[str, int]:
    if isinstance(definition, str):
        return definition, 1
    return definition.code, getattr(definition, "version_number", None) or definition.version


def new_code() -> str:
    """Make a verification code that nobody can guess: HJ-2024-7K2M-9QXT."""
    letters = "".join(secrets.choice(ALPHABET) for _letter in range(8))
    return f"HJ-{clock.today().year}-{letters[:4]}-{letters[4:]}"


def digest_of(document: Document) -> str:
    """Return the digest of what a document says and how it is laid out."""
    said = {
        "definition": document.definition_code, "version": document.definition_version, "title": document.title,
        "number": document.number, "payload": document.payload, "layout": document.layout,
    }
    return hashlib.sha256(canonical.encode(said)).hexdigest()


def verification_of(document: Document) -> Verification:
    """What stands at the foot of a document."""
    return Verification(
        code=document.code, url=f"{public_address()}/verify/{document.code}/", definition=document.definition_code,
        version=str(document.definition_version), sheet_id=str(document.object_id), revision=document.revision,
        rendered_at=document.made_at,
    )


def public_address() -> str:
    """Return the address under which the public reaches this site, without a slash at its end."""
    known = [settings.PUBLIC_URL, *settings.CSRF_TRUSTED_ORIGINS, "http://127.0.0.1:8000"]
    return str(next(one for one in known if one)).rstrip("/")


def document_file(scope: Scope, document: Document, fmt: str) -> tuple[str, bytes]:
    """Return file name and bytes of a document as pdf, docx or xlsx; a signed pdf instead of the plain one.

    Printed when first asked for; its hash is entered in the ledger, and the same bytes are given out ever after.

    Raises:
        OutOfScope: not in the scope.
        BadInput: no such format.
        FileDamaged: the kept file is not what was given out before.
    """
    if fmt not in RENDERERS:
        raise BadInput("format", _("没有这种格式，可下载PDF、Word、Excel。"))
    row = queries.document_of(scope, document.pk)
    name = safe_name(f"{row.title}{row.number}.{fmt}")
    if fmt == "pdf" and row.signed_sha256:
        return name, kept_bytes(row.signed_sha256)
    return name, _printed(row, fmt)


def plain_pdf(document: Document) -> bytes:
    """Return the pdf without any signature, as a signature is put on it."""
    return _printed(document, "pdf")


def _printed(row: Document, fmt: str) -> bytes:
    known = getattr(row, f"{fmt}_sha256")
    if known:
        try:
            return kept_bytes(known)
        except FileDamaged:
            again = _rendered(row, fmt)
            if hashlib.sha256(again).hexdigest() != known:
                raise
            keep_bytes(again)
            return again
    data = _rendered(row, fmt)
    with audited_action(PRINT, actor=_PRINTER) as act:
        held = act.take(row)
        if getattr(held, f"{fmt}_sha256"):  # somebody asked at the same moment
            return kept_bytes(getattr(held, f"{fmt}_sha256"))
        setattr(held, f"{fmt}_sha256", keep_bytes(data))
    return data


def _rendered(row: Document, fmt: str) -> bytes:
    return RENDERERS[fmt](thawed(row.layout), thawed(row.payload), verification=verification_of(row))

"""Pages of evidence and of documents; the files themselves go out with every protection."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from hengjian.base.acts import ActForm, Offer, PageAct, carry_out
from hengjian.base.errors import BadInput, NotAllowed, OutOfScope
from hengjian.base.routes import policy as route
from hengjian.dossier import forms, policy, queries, services
from hengjian.dossier.intake.vault import FileDamaged
from hengjian.dossier.models import Document, Evidence
from hengjian.dossier.states import SealKind
from hengjian.parties.policy import hides_superiors
from hengjian.parties.states import BUSINESS_ROLES

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SANDBOX = "default-src 'none'; img-src 'self'; style-src 'none'; sandbox"


def file_answer(name: str, data: bytes, media_type: str, *, download: bool = True) -> HttpResponse:
    """A file that can do nothing in the browser: never sniffed, in a sandbox, a download unless it is a picture."""
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(download, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = SANDBOX
    answer["Cache-Control"] = "private, no-store"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def _damaged(request: HttpRequest, why: FileDamaged) -> HttpResponse:
    facts = {"status": 500, "headline": _("留存的文件有问题"), "said": str(why), "advice": _("数据没有变动，其他材料不受影响。"), "back": ""}
    return render(request, "web/error.html", facts, status=500)


def _verify(row: Evidence, *, actor: Any, **given: Any) -> Any:
    return services.verify_evidence(row, actor=actor, **given)


def _replace(row: Evidence, *, actor: Any, file: Any, note: str) -> Any:
    return services.replace_evidence(row, file.name, file.read(), actor=actor, note=note)


def _scan(row: Document, *, actor: Any, file: Any) -> Any:
    return services.seal_with_file(row, file.name, file.read(), actor=actor)


def _sign(row: Document, *, actor: Any, certificate: Any, **given: Any) -> Any:
    return services.sign_with_certificate(row, actor=actor, pkcs12=certificate.read(), **given)


VERIFY = PageAct(lazy("登记核验"), forms.VerifyForm, _verify, lazy("核验已登记。"), True)
REPLACE = PageAct(lazy("替换为新版本"), forms.ReplaceForm, _replace, lazy("新版本已入卷，原版本仍可查看。"))
SCAN = PageAct(lazy("上传盖章页"), forms.ScanForm, _scan, lazy("盖章页已与这一版公文绑定。"))
SIGN = PageAct(lazy("用单位证书签章"), forms.SignForm, _sign, lazy("已签章，证书和密码没有留存。"))


def _box(request: HttpRequest, object_type: str, object_id: Any, item: str) -> queries.EvidenceBox:
    actor = request.actor  # type: ignore[attr-defined]
    return queries.evidence_box(actor.scope, actor, object_type, object_id, item)


def _owner(actor: Any, object_type: str, object_id: Any) -> Any:
    if policy.is_hidden(actor, object_type, object_id):
        raise OutOfScope(object_type)
    return queries.owner_of(actor.scope, object_type, object_id)


def _evidence(actor: Any, evidence_id: UUID) -> Evidence:
    """One piece of evidence; what is used in nothing but internal rows is not there for a unit."""
    row = queries.evidence_of(actor.scope, evidence_id)
    if queries.is_kept_from(actor.scope, actor, row):
        raise OutOfScope(str(evidence_id))
    return row


def _document(actor: Any, document_id: UUID) -> Document:
    row = queries.document_of(actor.scope, document_id)
    if queries.is_kept_from(actor.scope, actor, row):
        raise OutOfScope(str(document_id))
    return row


@require_GET
@route("dossier.read_evidence", *BUSINESS_ROLES)
def evidence_of_object(request: HttpRequest, object_type: str, object_id: UUID) -> HttpResponse:
    """The evidence of one object, as a part of its page."""
    return render(request, "dossier/parts/evidence.html", {"box": _box(request, object_type, object_id, request.GET.get("item", ""))})


@require_POST
@route("dossier.keep_evidence", *BUSINESS_ROLES)
def keep(request: HttpRequest) -> HttpResponse:
    """Take a file in for an object; answers with the list as it is now."""
    form, actor = forms.KeepForm(request.POST, request.FILES), request.actor  # type: ignore[attr-defined]
    asked = form.data
    owner = _owner(actor, asked.get("object_type", ""), _uuid(asked.get("object_id", "")))
    item, kept = asked.get("item", ""), None
    if form.is_valid():
        given = {key: form.cleaned_data[key] for key in ("object_type", "object_id", "item", "note", "valid_until")}
        handed_in = request.FILES.getlist("file")
        try:
            with transaction.atomic():  # all files or none
                for file in handed_in:
                    kept = services.keep_evidence(file.name or "", file.read(), actor=actor, owner_row=owner, **given)
            form = forms.KeepForm()
        except BadInput as refusal:
            form.refuse(refusal)
    if kept is not None and not form.errors and not request.headers.get("HX-Request"):
        messages.success(request, _("证据已入卷。"))
        return redirect("dossier:evidence", kept.pk)
    part = {"box": _box(request, owner._meta.label_lower, owner.pk, item), "form": form}
    return render(request, "dossier/parts/evidence.html", part, status=422 if form.errors else 200)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise OutOfScope(text) from error


@require_POST
@route("dossier.keep_evidence", *BUSINESS_ROLES)
def detach(request: HttpRequest, use_id: UUID) -> HttpResponse:
    """Take evidence away from an object."""
    actor = request.actor  # type: ignore[attr-defined]
    use = queries.use_of(actor.scope, use_id)
    services.detach_evidence(use, actor=actor, reason=request.POST.get("reason", ""))
    messages.success(request, _("已取消引用，文件仍在卷中。"))
    return redirect("dossier:evidence", use.evidence_id)


def _offers(row: Any, acts: list[tuple[str, PageAct, bool]], bound: dict[str, ActForm]) -> list[Offer]:
    return [
        Offer(code, reverse(f"dossier:{code}", args=[row.pk]), act.label, bound.get(code) or act.form(), act.is_main)
        for code, act, may in acts
        if may
    ]


def _evidence_page(request: HttpRequest, row: Evidence, bound: dict[str, ActForm] | None = None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    versions = queries.versions_of(actor.scope, row)
    is_newest = versions[0].pk == row.pk
    may_verify = is_newest and row.verified_at is None and policy.may_verify(actor, row)
    may_replace = policy.may_replace(actor, row, queries.handed_in_from(actor.scope, row))
    offers = [("verify", VERIFY, may_verify), ("replace", REPLACE, is_newest and may_replace)]
    return render(request, "dossier/evidence.html", {
        "evidence": row, "versions": versions, "newest": versions[0],
        "uses": [(use, queries.kind_of(use.object_type)) for use in queries.uses_of(actor.scope, row) if not queries.is_kept_from(actor.scope, actor, use)],
        "is_picture": row.media_type.startswith("image/") and bool(row.display_sha256), "is_text": row.media_type.startswith("text/"),
        "may_open": policy.may_open_original(actor, row), "may_detach": may_replace and not row.verified_at,
        "offers": _offers(row, offers, bound or {}), "object_type": "dossier.evidence",
        "hide_names": hides_superiors(actor, row),
    })


@require_GET
@route("dossier.read_evidence", *BUSINESS_ROLES)
def evidence(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """One piece of evidence: what it is, its versions, where it is used."""
    return _evidence_page(request, _evidence(request.actor, evidence_id))  # type: ignore[attr-defined]


@require_GET
@route("dossier.read_evidence", *BUSINESS_ROLES)
def display(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """The copy for looking at: pictures encoded anew, texts as plain text."""
    row = _evidence(request.actor, evidence_id)  # type: ignore[attr-defined]
    try:
        data = queries.display_bytes(row)
    except FileDamaged as why:
        return _damaged(request, why)
    if data is None:
        raise OutOfScope(str(evidence_id))
    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg" if row.media_type.startswith("image/") else "text/plain; charset=utf-8"
    return file_answer(row.name, data, kind, download=False)


@require_GET
@route("dossier.read_original", *BUSINESS_ROLES)
def original(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """The file as it was handed in, as a download."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _evidence(actor, evidence_id)
    if not policy.may_open_original(actor, row):
        raise NotAllowed(_("原件只对提交单位和负责监管的部门开放。"))
    try:
        return file_answer(row.name, queries.original_bytes(row), row.media_type)
    except FileDamaged as why:
        return _damaged(request, why)


def _act_on_evidence(request: HttpRequest, evidence_id: UUID, code: str, act: PageAct) -> HttpResponse:
    row = _evidence(request.actor, evidence_id)  # type: ignore[attr-defined]
    return carry_out(
        request, act, row, page=lambda form: _evidence_page(request, row, {code: form}),
        home=lambda done: reverse("dossier:evidence", args=[done.pk]),
    )


@require_POST
@route("dossier.verify_evidence", *BUSINESS_ROLES)
def verify(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """Enter a verification."""
    return _act_on_evidence(request, evidence_id, "verify", VERIFY)


@require_POST
@route("dossier.replace_evidence", *BUSINESS_ROLES)
def replace(request: HttpRequest, evidence_id: UUID) -> HttpResponse:
    """Hand in a new version."""
    return _act_on_evidence(request, evidence_id, "replace", REPLACE)


def _document_page(request: HttpRequest, row: Document, bound: dict[str, ActForm] | None = None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    may_seal = row.seal_kind == SealKind.NONE and policy.may_seal(actor, row)
    return render(request, "dossier/document.html", {
        "document": row, "formats": queries.FORMATS, "object_type": "dossier.document",
        "offers": _offers(row, [("seal_scan", SCAN, may_seal), ("sign", SIGN, may_seal)], bound or {}),
        "later": queries.documents_of(actor.scope, row.object_type, row.object_id).filter(
            definition_code=row.definition_code, org_id=row.org_id, revision__gt=row.revision).first(),
    })


@require_GET
@route("dossier.read_document", *BUSINESS_ROLES)
def document(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """One document: its code, its files, its seal."""
    return _document_page(request, _document(request.actor, document_id))  # type: ignore[attr-defined]


@require_GET
@route("dossier.read_document", *BUSINESS_ROLES)
def document_file(request: HttpRequest, document_id: UUID, fmt: str) -> HttpResponse:
    """A document as pdf, docx or xlsx."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _document(actor, document_id)
    if fmt not in MEDIA_TYPES:
        raise OutOfScope(fmt)
    try:
        name, data = services.document_file(actor.scope, row, fmt)
    except FileDamaged as why:
        return _damaged(request, why)
    return file_answer(name, data, MEDIA_TYPES[fmt])


def _act_on_document(request: HttpRequest, document_id: UUID, code: str, act: PageAct) -> HttpResponse:
    row = _document(request.actor, document_id)  # type: ignore[attr-defined]
    return carry_out(
        request, act, row, page=lambda form: _document_page(request, row, {code: form}),
        home=lambda _done: reverse("dossier:document", args=[row.pk]),
    )


@require_POST
@route("dossier.seal_document", *BUSINESS_ROLES)
def seal_scan(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Bind the scan of the sealed page."""
    return _act_on_document(request, document_id, "seal_scan", SCAN)


@require_POST
@route("dossier.seal_document", *BUSINESS_ROLES)
def sign(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Sign with the certificate of the unit."""
    return _act_on_document(request, document_id, "sign", SIGN)

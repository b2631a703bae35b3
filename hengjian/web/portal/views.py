"""Verification of documents by anybody: by code, or by handing in the file to be compared."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hengjian.base.ledger.recovery import epochs
from hengjian.base.routes import public
from hengjian.base.uploads import most_bytes, most_said
from hengjian.dossier import queries
from hengjian.dossier.states import SealKind
from hengjian.web.portal.throttle import at_most

WHY = "公文核验：社会公众凭核验码或文件比对，只显示标题、出具单位、日期、摘要和签章状态"


def _facts(known: queries.KnownDocument | None, **more: Any) -> dict[str, Any]:
    seal = SealKind(known.seal_kind).label if known is not None else ""
    gaps = [] if known is not None else epochs()
    return {"gaps": gaps, "known": known, "seal": seal, "is_sealed": known is not None and known.seal_kind != SealKind.NONE, **more}


def _hash_of(request: HttpRequest) -> tuple[str, str]:
    """The hash of the file that was handed in, or what is wrong with it; the file is not kept."""
    given: Any = request.FILES.get("data")
    if given is None:
        return "", _("请选择要核验的文件。")
    if (given.size or 0) > most_bytes():
        return "", _("文件超过%(most)s，不会是本系统出具的公文。") % {"most": most_said()}
    return hashlib.file_digest(given.file, "sha256").hexdigest(), ""


@public(WHY)
@at_most(30, name="verify")
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a file."""
    if request.method == "GET":
        return render(request, "portal/verify.html", {"code": ""})
    code = queries.normal_code(request.POST.get("code", ""))[:40]
    if not request.FILES.get("data"):
        if not code:
            return render(request, "portal/verify.html", {"code": "", "fault": _("请输入核验码，或选择要核验的文件。")}, status=422)
        return redirect("portal:document", code)
    sha256, fault = _hash_of(request)
    found = queries.known_file(sha256) if sha256 else None
    if fault:
        return render(request, "portal/verify.html", {"code": code, "fault": fault}, status=422)
    facts = _facts(found[0] if found else None, compared=True, same=found is not None, fmt=found[1] if found else "", code=code, sha256=sha256)
    return render(request, "portal/document.html", facts, status=200 if found else 404)


@public(WHY)
@at_most(30, name="verify")
@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, code: str) -> HttpResponse:
    """What is known under a code; a file handed in is compared with what was given out under it."""
    code = queries.normal_code(code)[:40]
    known = queries.known_document(code)
    if request.method == "GET" or known is None:
        return render(request, "portal/document.html", _facts(known, code=code), status=200 if known else 404)
    sha256, fault = _hash_of(request)
    if fault:
        return render(request, "portal/document.html", _facts(known, code=code, fault=fault), status=422)
    found = queries.known_file(sha256)
    same = found is not None and found[0].code == known.code
    fmt = found[1] if found is not None and same else ""
    return render(request, "portal/document.html", _facts(known, code=code, compared=True, same=same, fmt=fmt, sha256=sha256))

"""The ledger as the audit administrator reads it: who did what to what, and whether all of it holds."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengjian.base import clock
from hengjian.base.ledger import checks
from hengjian.base.ledger.checkpoints import latest
from hengjian.base.ledger.sequencer import pending_count
from hengjian.base.models import LedgerCheck
from hengjian.base.routes import policy as route
from hengjian.parties import services
from hengjian.parties.models import Account
from hengjian.parties.states import PLATFORM_ADMINS, Role
from hengjian.web.desk import ledger_search as search

SHOWN_CHECKS = 4


def check_lines(rows: list[LedgerCheck]) -> list[dict[str, Any]]:
    """Checks as pages list them: who asked, how long it took, how far it is."""
    asked_by = dict(Account.objects.filter(pk__in={one.asked_by_id for one in rows}).values_list("pk", "name"))
    return [
        {
            "check": one, "who": asked_by.get(one.asked_by_id) or _("定期核对"), "percent": checks.progress_of(one) if one.is_under_way else None,
            "seconds": max(1, round((one.ended_at - one.began_at).total_seconds())) if one.began_at and one.ended_at else None,
        }
        for one in rows
    ]


def _checks() -> dict[str, Any]:
    rows = list(checks.checks()[:SHOWN_CHECKS])
    return {"checks": check_lines(rows), "is_under_way": any(one.is_under_way for one in rows)}


@require_GET
@route("web.ledger", Role.AUDIT_ADMIN)
def ledger(request: HttpRequest) -> HttpResponse:
    """The ledger, page by page."""
    asked: dict[str, str] = request.GET.dict()
    page, point, waiting = search.key_page(search.found_entries(asked), asked), latest(), pending_count()
    return render(request, "web/desk/ledger.html", {
        "page": page, "lines": search.lines_of(page.rows), "fields": search.fields(), "point": point, "waiting": waiting,
        "total": (point.size if point else 0) + waiting, "most": search.MOST_COUNTED, **_checks(),
    })


@require_GET
@route("web.ledger", Role.AUDIT_ADMIN)
def ledger_checks(request: HttpRequest) -> HttpResponse:
    """How the checks stand, for the page that waits for one."""
    return render(request, "web/desk/ledger_checks.html", _checks())


@require_POST
@route("web.check_ledger", Role.AUDIT_ADMIN)
def check_ledger(request: HttpRequest, what: str) -> HttpResponse:
    """Ask for a check of the whole log, or of every row against it; the worker runs it."""
    checks.ask(what, actor=request.actor)  # type: ignore[attr-defined]
    return redirect("web:ledger")


@require_GET
@route("web.ledger_check", *PLATFORM_ADMINS)
def ledger_check(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """What one check found."""
    row = checks.one(check_id)
    return render(request, "web/desk/ledger_check.html", {"line": check_lines([row])[0], "check": row, "faults": _faults(row)})


def _faults(check: LedgerCheck) -> list[dict[str, Any]]:
    titles = dict(search.kinds())
    found = []
    for one in check.faults:
        kind, _colon, key = str(one["object"]).partition(":")
        found.append({**one, "kind": titles.get(kind, ""), "object_type": kind if kind in titles else "", "object_id": key})
    return found


@require_POST
@route("web.download_ledger", Role.AUDIT_ADMIN, fresh=True)
def download_ledger(request: HttpRequest) -> Any:
    """The entries that the page's filters leave, as a table; that they were taken out is itself entered."""
    asked = QueryDict(request.POST.get("query", "")).dict()
    services.note_download(request.actor.id, actor=request.actor, what=_said(asked))  # type: ignore[attr-defined]
    answer = StreamingHttpResponse(search.csv_lines(search.found_entries(asked)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"审计账本-{clock.today()}.csv") or "attachment"
    answer["Cache-Control"] = "no-store"
    return answer


def _said(asked: dict[str, Any]) -> str:
    """The filters of a download in words, for the ledger."""
    shown = [f"{field['label']} {asked[field['name']]}" for field in search.fields() if asked.get(field["name"])]
    return "，".join(str(one) for one in shown) or "全部"

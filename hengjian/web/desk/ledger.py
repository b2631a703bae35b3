"""The ledger as the audit administrator reads it: who did what to what, and whether all of it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengjian.base import clock
from hengjian.base.actions import TITLES
from hengjian.base.ledger.checkpoints import latest
from hengjian.base.ledger.history import ProofState, proof_states
from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.ledger.verdict import Verdict
from hengjian.base.ledger.verify import verify
from hengjian.base.models import LedgerEntry
from hengjian.base.routes import policy as route
from hengjian.parties.states import Role
from hengjian.web.desk.objects import model_of

PER_PAGE = 50
MOST_INLINE = 30_000
SHOWN_FAULTS = 100


@dataclass(frozen=True)
class Result:
    """What a check of the whole ledger came to; ``ran`` is false when it is too large for a page."""

    title: str
    ran: bool
    verdict: Verdict | None
    command: str
    took_s: int


def _asked_day(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None


def entries(request: HttpRequest) -> QuerySet[LedgerEntry]:
    """Entries by day, action and person, the newest first."""
    found, asked = LedgerEntry.objects.order_by("-id"), request.GET
    day = _asked_day(request)
    if day is not None:
        found = found.filter(at__gte=clock.at(day), at__lt=clock.at(date.fromordinal(day.toordinal() + 1)))
    if asked.get("action"):
        found = found.filter(action=asked["action"])
    if asked.get("who"):
        found = found.filter(actor_name__icontains=asked["who"].strip())
    return found


def _kind(object_type: str) -> str:
    try:
        return str(model_of(object_type)._meta.verbose_name)
    except PermissionError:
        return object_type


def _lines(page: Any) -> list[dict[str, Any]]:
    states = proof_states(list(page))
    return [
        {
            "at": one.at, "who": one.actor_name, "post": one.post_title, "title": str(TITLES.get(one.action, one.action)),
            "kind": _kind(one.object_type), "object_type": one.object_type, "object_id": one.object_id, "sequence": one.sequence,
            "proof": "pending" if states[one.id] is ProofState.WAITING else states[one.id].value,
        }
        for one in page
    ]


def _page(request: HttpRequest, result: Result | None = None) -> HttpResponse:
    page = Paginator(entries(request), PER_PAGE).get_page(request.GET.get("page"))
    actions = sorted(((code, str(title)) for code, title in TITLES.items()), key=lambda pair: pair[1])
    fields = [
        {"name": "who", "label": _("操作人")},
        {"name": "action", "label": _("全部动作"), "kind": "select", "options": actions},
        {"name": "day", "label": _("日期，如2024-07-01")},
    ]
    return render(request, "web/desk/ledger.html", {
        "page": page, "lines": _lines(page), "fields": fields, "point": latest(), "result": result,
        "total": LedgerEntry.objects.count(), "waiting": LedgerEntry.objects.filter(sequence__isnull=True).count(),
    })


@require_GET
@route("web.ledger", Role.AUDIT_ADMIN)
def ledger(request: HttpRequest) -> HttpResponse:
    """The ledger, page by page."""
    return _page(request)


@require_POST
@route("web.check_ledger", Role.AUDIT_ADMIN)
def check_ledger(request: HttpRequest, what: str) -> HttpResponse:
    """Verify the whole log, or compare every row with it; a large ledger is left to the command line."""
    title = _("校验账本") if what == "verify" else _("业务数据与账本对账")
    command, began = f"hengjian ledger {what}", perf_counter()
    if LedgerEntry.objects.count() > MOST_INLINE:
        return _page(request, Result(title, False, None, command, 0))
    verdict = verify() if what == "verify" else reconcile()
    return _page(request, Result(title, True, verdict, command, round(perf_counter() - began)))

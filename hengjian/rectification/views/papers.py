"""The three lists on paper: as a page to print, and as a document with a verification code."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from hengjian.base import clock
from hengjian.base.errors import OutOfScope
from hengjian.base.routes import policy as route
from hengjian.parties.states import BUSINESS_ROLES
from hengjian.rectification import documents, queries
from hengjian.rectification.views.register import LISTS, filter_of
from hengjian.rectification.views.shown import Line, line_of

FORMATS = ("docx", "pdf", "xlsx")


def _rows(request: HttpRequest) -> list[Line]:
    actor = request.actor  # type: ignore[attr-defined]
    return [line_of(one) for one in queries.rows_of_lists(actor.scope, filter_of(request))]


@require_GET
@route("rectification.read", *BUSINESS_ROLES)
def printed_lists(request: HttpRequest) -> HttpResponse:
    """问题清单、举措清单、责任清单, one after the other, ready for the printer."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    facts = {"lines": _rows(request), "unit_name": actor.org_name, "today": clock.today()}
    facts |= {"names": list(zip(documents.VIEWS, dict(LISTS).values(), strict=True)), "kinds": FORMATS}
    return render(request, "rectification/lists.html", {**facts, "query": request.GET.urlencode()})


@require_POST
@route("rectification.issue_list", *BUSINESS_ROLES)
def issue_list(request: HttpRequest, view: str, kind: str) -> HttpResponse:
    """Make one of the lists a document and hand it out."""
    if view not in documents.VIEWS or kind not in FORMATS:
        raise OutOfScope(view)
    actor: Any = request.actor  # type: ignore[attr-defined]
    rows = queries.rows_of_lists(actor.scope, filter_of(request))
    return documents.printed(actor.scope, lambda: documents.issue_list(rows, view, actor=actor), kind)

"""The dashboard of a campaign: on screen, on paper, as a workbook."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengjian.base.errors import OutOfScope
from hengjian.base.http import attachment
from hengjian.base.routes import policy
from hengjian.campaigns import exchange
from hengjian.campaigns.queries import campaign_by_id
from hengjian.campaigns.queries import dashboard as queries
from hengjian.campaigns.views.common import facts, top_of
from hengjian.parties.states import REGULATORS
from hengjian.registry.states import InstitutionKind


def _asked(request: HttpRequest) -> queries.Asked:
    kind = request.GET.get("kind", "")
    return queries.Asked(request.GET.get("area", ""), kind if kind in InstitutionKind.values else "")


def _page(request: HttpRequest, campaign_id: UUID) -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    campaign = campaign_by_id(actor.scope, campaign_id)
    home = top_of(request, campaign)
    board = queries.dashboard(actor.scope, campaign, home, _asked(request))
    fields = [
        {"name": "area", "label": _("全部地区"), "kind": "select", "options": [(one.path, one.area_name) for one in queries.areas_seen(actor.scope, home)]},
        {"name": "kind", "label": _("全部机构类型"), "kind": "select", "options": InstitutionKind.choices},
    ]
    return facts(request, campaign, "dashboard", board=board, fields=fields, query=request.GET.urlencode())


@policy("campaigns.dashboard", *REGULATORS)
@require_GET
def dashboard(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Charts, each with its table; filters in the address; ``?print=1`` for paper."""
    name = "campaigns/dashboard/print.html" if request.GET.get("print") else "campaigns/dashboard/page.html"
    return render(request, name, _page(request, campaign_id))


@policy("campaigns.dashboard_file", *REGULATORS)
@require_GET
def dashboard_file(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """All tables, or the one that is named, as a workbook."""
    board = _page(request, campaign_id)["board"]
    wanted = [one for one in board.charts if request.GET.get("chart", "") in {"", one.key}]
    if not wanted:
        raise OutOfScope("chart")
    name, data = exchange.dashboard_workbook(board, wanted)
    return attachment(name, data, "xlsx")

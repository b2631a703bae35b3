"""The board of a campaign: how far everybody is, urging, supervision letters, export."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengjian.base.errors import BadInput, OutOfScope
from hengjian.base.http import attachment
from hengjian.base.routes import policy
from hengjian.base.texts import whole_number
from hengjian.campaigns import exchange, services
from hengjian.campaigns.forms.deadlines import chosen_ids, note_of
from hengjian.campaigns.queries import relay_page, series_page, submissions_by_id
from hengjian.campaigns.queries.board_page import BoardPage, board_page, branch_rows
from hengjian.campaigns.views.common import asked_campaign, facts, top_of
from hengjian.parties.states import REGULATORS
from hengjian.registry.states import InstitutionKind


def _page(request: HttpRequest, campaign_id: UUID, *, whole: bool = False) -> BoardPage:
    campaign = asked_campaign(request, campaign_id)
    return board_page(request.actor.scope, campaign, top_of(request, campaign), request.GET.dict(), whole=whole)


@policy("campaigns.board", *REGULATORS)
@require_GET
def board(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """How far each area and institution is, who holds it up, by when."""
    page = _page(request, campaign_id)
    kinds = [(key, label) for key, label in InstitutionKind.choices if key in page.campaign.body.get("audience", [])]
    fields = [
        {"name": "q", "label": _("机构"), "placeholder": _("机构名称或卡在谁")},
        {"name": "kind", "label": _("机构类别"), "kind": "select", "placeholder": _("全部机构类别"), "options": kinds},
        {"name": "status", "label": _("状态"), "kind": "select", "placeholder": _("全部状态"), "options": exchange.STATE_WORDS},
    ]
    return render(request, "campaigns/board/board.html", facts(request, page.campaign, "board", page=page, fields=fields))


@policy("campaigns.board_branch", *REGULATORS)
@require_GET
def branch(request: HttpRequest, campaign_id: UUID, authority_id: UUID) -> HttpResponse:
    """The lines below one authority of a large board, fetched when it is opened."""
    campaign = asked_campaign(request, campaign_id)
    top = top_of(request, campaign)
    at = next((one for one in relay_page.authorities_below(request.actor.scope, top) if one.id == authority_id), None)
    if at is None:
        raise OutOfScope(f"authority {authority_id}")
    asked = request.GET.dict()
    depth = min(whole_number(asked.get("depth", "")) or 1, 9)
    query = request.GET.copy()
    query.pop("depth", None)
    page = {"campaign": campaign, "rows": branch_rows(request.actor.scope, campaign, at, depth, asked), "query": query.urlencode()}
    return render(request, "campaigns/board/rows.html", page)


@policy("campaigns.board_file", *REGULATORS)
@require_GET
def board_file(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The board as a workbook, with the filters of the address."""
    name, data = exchange.board_workbook(_page(request, campaign_id, whole=True))
    return attachment(name, data, "xlsx")


@policy("campaigns.series", *REGULATORS)
@require_GET
def series(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Tables and reports of the authorities, recurring ones as a series of dates."""
    campaign = asked_campaign(request, campaign_id)
    top = top_of(request, campaign)
    page = series_page.series_page(request.actor.scope, campaign, top)
    return render(request, "campaigns/board/series.html", facts(request, campaign, "board", page=page, top=top))


@policy("campaigns.urge", *REGULATORS)
@require_POST
def urge(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Urge one institution, those that are ticked, or all that are late."""
    campaign = asked_campaign(request, campaign_id)
    rows = submissions_by_id(request.actor.scope, campaign, chosen_ids(request.POST))
    if not rows:
        raise BadInput(_("机构"), _("请先勾选要催办的机构。"))
    sent = services.urge_submissions(rows, actor=request.actor, note=note_of(request.POST))
    messages.success(request, _("已催办%(n)s家，发出消息%(sent)s条。") % {"n": len(rows), "sent": sent})
    return redirect(_back(request, campaign_id))


@policy("campaigns.urge_return", *REGULATORS)
@require_POST
def urge_return(request: HttpRequest, kind: str, row_id: UUID) -> HttpResponse:
    """Urge an authority about a table or report."""
    row = series_page.return_or_report(request.actor.scope, kind, row_id)
    sent = services.urge_return(row, actor=request.actor, note=note_of(request.POST))
    messages.success(request, _("已催办%(who)s，发出消息%(sent)s条。") % {"who": row.authority.name, "sent": sent})
    return redirect("campaigns:series", row.campaign_id)


def _back(request: HttpRequest, campaign_id: UUID) -> str:
    """The board with the filters that it had."""
    kept = request.POST.get("kept", "")
    return f"/campaigns/{campaign_id}/board/{kept if kept.startswith('?') else ''}"



"""Pages of the statistics table: the official form, each figure opened, corrected, filed, compared, downloaded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengjian.base.errors import BadInput, OutOfScope
from hengjian.base.http import attachment
from hengjian.base.routes import policy
from hengjian.base.texts import whole_number
from hengjian.campaigns import documents, exchange
from hengjian.campaigns import policy as rules
from hengjian.campaigns.models import StatReturn
from hengjian.campaigns.queries import campaign_by_id, table_page
from hengjian.campaigns.queries import statistics as queries
from hengjian.campaigns.services import statistics as services
from hengjian.campaigns.views.common import facts
from hengjian.forms import queries as forms
from hengjian.parties.states import REGULATORS

SHOWN_ROWS = 50
FORMATS = (("pdf", "PDF"), ("docx", "Word"), ("xlsx", "Excel"))


@policy("campaigns.returns", *REGULATORS)
@require_GET
def returns(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The tables of a campaign: one's own on top, those below with their states."""
    scope = request.actor.scope
    campaign = campaign_by_id(scope, campaign_id)
    held = list(queries.returns_of(scope, campaign).order_by("round", "authority__path"))
    own = [r for r in held if r.authority_id == request.actor.org_id]
    return render(request, "campaigns/statistics/returns.html", facts(request, campaign, "returns", own=own, below=[r for r in held if r not in own]))


def _page(request: HttpRequest, ret: StatReturn) -> table_page.TablePage:
    return documents.table_page(request.actor.scope, ret, edition_number=request.GET.get("edition"))


@policy("campaigns.statistics", *REGULATORS)
@require_GET
def table(request: HttpRequest, return_id: UUID) -> HttpResponse:
    """The official form with every figure a door to its rows."""
    ret = queries.return_by_id(request.actor.scope, return_id)
    page = _page(request, ret)
    shown = {**_common(request, ret), "page": page, "panel": request.GET.get("figure", "")}
    if shown["panel"] in page.cells:
        shown |= _opened(request, ret, page, shown["panel"])
    return render(request, "campaigns/statistics/table.html", shown)


def _common(request: HttpRequest, ret: StatReturn) -> dict[str, Any]:
    actor = request.actor
    children = queries.children_of(actor.scope, ret)
    return {
        "ret": ret, "campaign": ret.campaign, "form": forms.definition(actor.scope, ret.form_code, ret.form_version), "actor": actor,
        "rounds": queries.returns_of(actor.scope, ret.campaign).filter(authority=ret.authority, form_code=ret.form_code).order_by("round"),
        "children": children, "filed_below": sum(one.state in {"filed", "accepted"} for one in children), "editions": queries.editions_of(actor.scope, ret),
        "formats": FORMATS, "may_fill": rules.may_fill_return(actor, ret), "may_check": rules.may_check_return(actor, ret),
    }


def _opened(request: HttpRequest, ret: StatReturn, page: table_page.TablePage, key: str) -> dict[str, Any]:
    cell = page.cells[key]
    everything = "all" in request.GET
    tables = {one.authority.path: one.id for one in queries.children_of(request.actor.scope, ret)}
    split = queries.shares(request.actor.scope, ret.authority, cell.rows, page.edition.tree if page.edition else ())
    return {
        "cell": cell, "shares": [(one, tables.get(one.path)) for one in split],
        "rows": cell.rows if everything else cell.rows[:SHOWN_ROWS], "proof": table_page.proof_of(request.actor.scope, cell.rows, check="check" in request.GET),
    }


@policy("campaigns.figure", *REGULATORS)
@require_GET
def figure(request: HttpRequest, return_id: UUID, key: str) -> HttpResponse:
    """One figure opened: definition, areas, rows, proof, corrections."""
    ret = queries.return_by_id(request.actor.scope, return_id)
    page = _page(request, ret)
    if key not in page.cells:
        raise OutOfScope(key)
    shown = {**_common(request, ret), "page": page, "panel": key, **_opened(request, ret, page, key)}
    return render(request, "campaigns/statistics/panel.html" if request.headers.get("HX-Request") else "campaigns/statistics/table.html", shown)


@policy("campaigns.figure_rows", *REGULATORS)
@require_GET
def figure_rows(request: HttpRequest, return_id: UUID, key: str) -> HttpResponse:
    """The rows behind a figure as a workbook."""
    ret = queries.return_by_id(request.actor.scope, return_id)
    page = _page(request, ret)
    if key not in page.cells:
        raise OutOfScope(key)
    name, data = exchange.rows_workbook(ret, page.cells[key])
    return attachment(name, data, "xlsx")


@policy("campaigns.correct_figure", *REGULATORS)
@require_POST
def correct(request: HttpRequest, return_id: UUID, key: str) -> HttpResponse:
    ret = queries.return_by_id(request.actor.scope, return_id)
    cell = _page(request, ret).cells.get(key)
    if cell is None:
        raise OutOfScope(key)
    corrected = whole_number(request.POST.get("corrected", "").strip())
    if corrected is None:
        raise BadInput(_("更正数"), _("请填写不小于0的整数。"))
    services.correct_figure(ret, actor=request.actor, figure=key, computed=cell.computed, corrected=corrected, reason=request.POST.get("reason", ""))
    return redirect(f"/campaigns/statistics/{ret.id}/?figure={key}")


@policy("campaigns.withdraw_correction", *REGULATORS)
@require_POST
def withdraw(request: HttpRequest, correction_id: UUID) -> HttpResponse:
    correction = queries.correction_by_id(request.actor.scope, correction_id)
    services.withdraw_correction(correction, actor=request.actor)
    return redirect(f"/campaigns/statistics/{correction.stat_return_id}/?figure={correction.figure}")


@policy("campaigns.begin_return", *REGULATORS)
@require_POST
def begin(request: HttpRequest, return_id: UUID) -> HttpResponse:
    services.begin_return(queries.return_by_id(request.actor.scope, return_id), actor=request.actor)
    return redirect("campaigns:statistics", return_id=return_id)


@policy("campaigns.file_return", *REGULATORS)
@require_POST
def file(request: HttpRequest, return_id: UUID) -> HttpResponse:
    ret = queries.return_by_id(request.actor.scope, return_id)
    services.file_return(ret, actor=request.actor, drawn=documents.draw_table(request.actor.scope, ret))
    return redirect("campaigns:statistics", return_id=return_id)


@policy("campaigns.revise_return", *REGULATORS)
@require_POST
def revise(request: HttpRequest, return_id: UUID) -> HttpResponse:
    services.revise_return(queries.return_by_id(request.actor.scope, return_id), actor=request.actor, reason=request.POST.get("reason", ""))
    return redirect("campaigns:statistics", return_id=return_id)


@policy("campaigns.accept_return", *REGULATORS)
@require_POST
def accept(request: HttpRequest, return_id: UUID) -> HttpResponse:
    services.accept_return(queries.return_by_id(request.actor.scope, return_id), actor=request.actor)
    return redirect("campaigns:statistics", return_id=return_id)


@policy("campaigns.return_return", *REGULATORS)
@require_POST
def send_back(request: HttpRequest, return_id: UUID) -> HttpResponse:
    services.return_return(queries.return_by_id(request.actor.scope, return_id), actor=request.actor, reason=request.POST.get("reason", ""))
    return redirect("campaigns:statistics", return_id=return_id)


@policy("campaigns.compare_editions", *REGULATORS)
@require_GET
def compare(request: HttpRequest, return_id: UUID) -> HttpResponse:
    """Two editions side by side (``?a=1&b=2``; without them the last two): figures that changed, with the rows that came and went."""
    ret = queries.return_by_id(request.actor.scope, return_id)
    editions = list(queries.editions_of(request.actor.scope, ret))
    if len(editions) < 2:
        raise OutOfScope("editions")
    by_number = {str(one.number): one for one in editions}
    before = by_number.get(request.GET.get("a", ""), editions[-2])
    after = by_number.get(request.GET.get("b", ""), editions[-1])
    changes = documents.edition_changes(before, after)
    return render(request, "campaigns/statistics/compare.html", {**_common(request, ret), "before": before, "after": after, "changes": changes})


@policy("campaigns.statistics_file", *REGULATORS)
@require_GET
def download(request: HttpRequest, return_id: UUID, fmt: str) -> HttpResponse:
    """The table in the official layout as xlsx, docx or pdf: of the frozen edition, or a draft that says so."""
    ret = queries.return_by_id(request.actor.scope, return_id)
    name, data = documents.statistics_file(request.actor, ret, fmt, edition_number=request.GET.get("edition"))
    return attachment(name, data, fmt)

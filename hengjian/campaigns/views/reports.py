"""Work reports: drafted by the system, edited, filed, received; each figure leads to its rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengjian.base.acts import opens_for
from hengjian.base.errors import BadInput, OutOfScope
from hengjian.base.http import attachment
from hengjian.base.routes import policy
from hengjian.campaigns import documents
from hengjian.campaigns import policy as rules
from hengjian.campaigns.models import WorkReport
from hengjian.campaigns.queries import campaign_by_id, report_draft
from hengjian.campaigns.queries import reports as queries
from hengjian.campaigns.services import reports as services
from hengjian.campaigns.views.common import facts
from hengjian.parties.states import REGULATORS

FORMATS = ("docx", "pdf")


def _report(request: HttpRequest, report_id: UUID) -> WorkReport:
    return queries.report_by_id(request.actor.scope, report_id)  # type: ignore[attr-defined]


@policy("campaigns.reports", *REGULATORS)
@require_GET
def reports(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The reports of a campaign: one's own, and those of the authorities below."""
    actor = request.actor  # type: ignore[attr-defined]
    campaign = campaign_by_id(actor.scope, campaign_id)
    held = list(queries.reports_of(actor.scope, campaign))
    own = [one for one in held if one.authority_id == actor.org_id]
    stories = queries.stories(actor.scope, campaign_id=campaign.id)[:5]
    below = [one for one in held if one not in own]
    return render(request, "campaigns/reports/list.html", facts(request, campaign, "reports", own=own, below=below, stories=stories))


def _facts(request: HttpRequest, report: WorkReport) -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    figures = documents.report_figures(actor.scope, report)
    return {
        "report": report, "campaign": report.campaign, "figures": list(figures.values()), "by_name": figures,
        "sections": documents.sections_shown(actor.scope, report, figures), "is_open": report.state in services.OPEN,
        "may_fill": rules.may_fill_return(actor, report), "may_check": rules.may_check_report(actor, report), "formats": FORMATS,
    }


@policy("campaigns.report", *REGULATORS)
@require_GET
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The report as it will be printed; a dashed figure opens."""
    held = _facts(request, _report(request, report_id))
    shown = [
        {**section, "shown": [report_draft.pieces(text, held["by_name"]) for text in section["paragraphs"]]} for section in held["sections"]
    ]
    return render(request, "campaigns/reports/report.html", {**held, "shown": shown})


@policy("campaigns.edit_report", *REGULATORS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The sections as text fields; what was typed stays on the page when it is refused."""
    row = _report(request, report_id)
    if request.method != "POST":
        opens_for(rules.may_fill_return(request.actor, row), services.OWN)  # type: ignore[attr-defined]
        if row.state not in services.OPEN:
            return redirect("campaigns:report", report_id=row.id)
    held = {**_facts(request, row), "title_text": row.title, "version": row.version, "refused": None}
    if request.method == "POST":
        held |= _typed(request, held["sections"])
        try:
            return _saved(request, row, held)
        except BadInput as refusal:
            held["refused"] = refusal
    return render(request, "campaigns/reports/edit.html", held, status=422 if held["refused"] else 200)


def _typed(request: HttpRequest, sections: list[dict[str, Any]]) -> dict[str, Any]:
    typed = [{**one, "paragraphs": report_draft.paragraphs_of(request.POST.get(f"section-{one['key']}", ""))} for one in sections]
    version = request.POST.get("version", "")
    return {"sections": typed, "title_text": request.POST.get("title", ""), "version": int(version) if version.isdigit() else None}


def _saved(request: HttpRequest, row: WorkReport, held: dict[str, Any]) -> HttpResponse:
    services.save_report(
        row, actor=request.actor, report_title=held["title_text"], sections=held["sections"], figures=held["by_name"],  # type: ignore[attr-defined]
        version=held["version"],
    )
    messages.success(request, _("已保存。"))
    return redirect("campaigns:report", report_id=row.id)


@policy("campaigns.redraft_report", *REGULATORS)
@require_POST
def redraft(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Write the text anew from the data of today."""
    row, actor = _report(request, report_id), request.actor  # type: ignore[attr-defined]
    text = documents.report_draft_of(actor.scope, row, documents.report_figures(actor.scope, row))
    services.redraft_report(row, actor=actor, sections=text, reason=request.POST.get("reason", ""))
    return redirect("campaigns:report", report_id=report_id)


@policy("campaigns.file_report", *REGULATORS)
@require_POST
def file(request: HttpRequest, report_id: UUID) -> HttpResponse:
    held = _facts(request, _report(request, report_id))
    services.file_report(held["report"], actor=request.actor, sections=held["sections"], figures=held["figures"])  # type: ignore[attr-defined]
    return redirect("campaigns:report", report_id=report_id)


@policy("campaigns.accept_report", *REGULATORS)
@require_POST
def accept(request: HttpRequest, report_id: UUID) -> HttpResponse:
    services.accept_report(_report(request, report_id), actor=request.actor)  # type: ignore[attr-defined]
    return redirect("campaigns:report", report_id=report_id)


@policy("campaigns.return_report", *REGULATORS)
@require_POST
def send_back(request: HttpRequest, report_id: UUID) -> HttpResponse:
    services.return_report(_report(request, report_id), actor=request.actor, reason=request.POST.get("reason", ""))  # type: ignore[attr-defined]
    return redirect("campaigns:report", report_id=report_id)


@policy("campaigns.revise_report", *REGULATORS)
@require_POST
def revise(request: HttpRequest, report_id: UUID) -> HttpResponse:
    services.revise_report(_report(request, report_id), actor=request.actor, reason=request.POST.get("reason", ""))  # type: ignore[attr-defined]
    return redirect("campaigns:report", report_id=report_id)


@policy("campaigns.report_file", *REGULATORS)
@require_GET
def download(request: HttpRequest, report_id: UUID, fmt: str) -> HttpResponse:
    """The report as .docx or .pdf."""
    if fmt not in FORMATS:
        raise OutOfScope(fmt)
    name, data = documents.report_file(request.actor, _report(request, report_id), fmt)  # type: ignore[attr-defined]
    return attachment(name, data, fmt)

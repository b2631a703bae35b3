"""Pages of an institution's self-checks: what to file by when, begun, assigned, checked and filed, sealed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengjian.base import clock
from hengjian.base.errors import BadInput
from hengjian.base.http import attachment
from hengjian.base.routes import policy
from hengjian.campaigns import services
from hengjian.campaigns.forms.selfcheck import FootForm, uploaded
from hengjian.campaigns.models import Submission
from hengjian.campaigns.queries import corrections, target_by_id
from hengjian.campaigns.queries import selfcheck as queries
from hengjian.campaigns.queries.selfcheck_page import sheet_page
from hengjian.campaigns.queries.targets import targets_to_acknowledge
from hengjian.campaigns.views.selfcheck_shown import OUTCOMES, common, lines_page, panel_of, submission_for, views_shown
from hengjian.dossier import queries as dossier
from hengjian.dossier.services import document_file
from hengjian.forms import queries as forms
from hengjian.parties.queries import people_of
from hengjian.parties.states import BUSINESS_ROLES, INSTITUTION_FILLERS, INSTITUTION_ROLES


@policy("campaigns.own_submissions", *INSTITUTION_ROLES)
@require_GET
def own_submissions(request: HttpRequest) -> HttpResponse:
    """What the institution has to file, by when, how far it is, what came back."""
    actor = request.actor
    filings = queries.own_filings(actor.scope, actor.org_id)
    waiting = [one for one in filings if one.submission.state in queries.OPEN_STATES]
    return render(request, "campaigns/selfcheck/own.html", {
        "filings": filings, "waiting": waiting, "late": [one for one in waiting if one.is_late],
        "targets": targets_to_acknowledge(actor.scope, actor.org_id),
        "people": people_of(actor.scope, actor.org_id, *INSTITUTION_FILLERS),
    })


@policy("campaigns.acknowledge_target", *INSTITUTION_FILLERS)
@require_POST
def acknowledge(request: HttpRequest, target_id: UUID) -> HttpResponse:
    """The notice has reached the institution."""
    services.acknowledge_target(target_by_id(request.actor.scope, target_id), actor=request.actor)
    messages.success(request, _("已签收通知。"))
    return redirect("campaigns:own_submissions")


@policy("campaigns.submission", *BUSINESS_ROLES)
@require_GET
def submission(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """One self-check: to its filler the sheet, to others what was filed."""
    row = submission_for(request, submission_id)
    if row.is_task:
        return redirect("campaigns:task", row.pk)
    facts = common(request, row)
    if facts["may_file"] and row.state in ("draft", "returned") and row.sheet:
        return redirect("campaigns:sheet", row.pk)
    if row.sheet is None or row.state not in ("filed", "accepted"):
        return render(request, "campaigns/selfcheck/start.html", {**facts, **_versions(request, row)})
    facts |= {"mode": "check" if facts["may_check"] else "read", "figure_url": f"{request.path}?figure="}
    if request.htmx.target == "panel":
        return render(request, "campaigns/selfcheck/panel.html", {**facts, **panel_of(request, row)})
    page = sheet_page(request.actor.scope, row, request.actor)
    shown = {**facts, **panel_of(request, row), **_versions(request, row), **views_shown(request, page), "page": page}
    shown["shown"] = lines_page(request, shown["shown"])
    shown |= {"corrections": corrections.shown(request.actor.scope, row), "outcomes": OUTCOMES}
    return render(request, "campaigns/selfcheck/reading.html", shown)


def _versions(request: HttpRequest, row: Submission) -> dict[str, Any]:
    """Editions filed, newest first, each with the official form that was made of it."""
    scope = request.actor.scope
    editions = list(forms.editions(scope, row.sheet)) if row.sheet else []
    documents = {one.revision: one for one in dossier.documents_of(scope, queries.SUBMISSION_TYPE, row.pk)}
    people = people_of(scope, row.org_id, *INSTITUTION_FILLERS) if request.actor.org_id == row.org_id else []
    reports = dossier.evidence_for(scope, queries.SUBMISSION_TYPE, row.pk, "report")
    return {
        "editions": [(one, documents.get(one.number)) for one in reversed(editions)], "people": people, "reports": reports,
        "document": documents.get(len(editions)),
    }


@policy("campaigns.begin_selfcheck", *INSTITUTION_FILLERS)
@require_POST
def begin(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Open the sheet, prefilled from the register."""
    services.begin_selfcheck(submission_for(request, submission_id), actor=request.actor)
    return redirect("campaigns:sheet", submission_id)


@policy("campaigns.assign_filler", *INSTITUTION_FILLERS)
@require_POST
def assign(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Name who fills it in."""
    row, actor = submission_for(request, submission_id), request.actor
    chosen = next((one for one in people_of(actor.scope, row.org_id, *INSTITUTION_FILLERS) if str(one.pk) == request.POST.get("account")), None)
    if chosen is None:
        raise BadInput("account", _("请从本机构的人员中选择填表人。"))
    services.assign_filler(row, actor=actor, account_id=chosen.pk, name=chosen.name)
    messages.success(request, _("已指派%(name)s填报。") % {"name": chosen.name})
    return redirect("campaigns:own_submissions")


@policy("campaigns.file_selfcheck", *INSTITUTION_FILLERS)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """核对并报送: what is missing, what contradicts, the foot of the form; filed from here."""
    row = submission_for(request, submission_id)
    if row.sheet is None or row.state not in ("draft", "returned"):
        return redirect("campaigns:submission", row.pk)
    form, faults = FootForm(request.POST or None, **_foot(request, row)), []
    if request.method == "POST" and form.is_valid():
        try:
            services.file_selfcheck(row, actor=request.actor, **form.cleaned_data)
        except BadInput as refused:
            faults = [fault.message for fault in refused.faults]
        else:
            messages.success(request, _("已报送%(office)s。") % {"office": row.checker.name})
            return redirect("campaigns:submission", row.pk)
    page = sheet_page(request.actor.scope, row, request.actor)
    incomplete, bare = any(gap.blocks for gap in page.gaps), any(one.is_bare for one in page.upcoming)
    facts = {
        **common(request, row), "page": page, "gaps": page.gaps, "foot": form, "faults": faults, "blocked": incomplete or bare,
        "bare": bare and not incomplete,
    }
    return render(request, "campaigns/selfcheck/check.html", facts, status=422 if faults or form.errors else 200)


def _foot(request: HttpRequest, row: Submission) -> dict[str, Any]:
    """What the foot of the form begins with: what was filed before, else the one who files with the own telephone."""
    account, sheet = request.user, row.sheet
    phone: Any = sheet.filler_phone if sheet is not None and sheet.filler_phone else account.phone  # type: ignore[union-attr]
    name = (sheet.filler_name if sheet is not None else "") or request.actor.name
    return {"initial": {"filler_name": name, "filled_on": clock.today()}, "known_phone": phone}


@policy("campaigns.withdraw_submission", *INSTITUTION_FILLERS)
@require_POST
def withdraw(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Take a filing back before it is accepted."""
    services.withdraw_submission(submission_for(request, submission_id), actor=request.actor, reason=request.POST.get("reason", ""))
    messages.success(request, _("已撤回，可以修改后重新报送。"))
    return redirect("campaigns:sheet", submission_id)


@policy("campaigns.seal_filing", *INSTITUTION_FILLERS)
@require_POST
def seal(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Upload the scan of the signed and sealed page."""
    row, (name, data) = submission_for(request, submission_id), uploaded(request.FILES)
    services.seal_filing(row, actor=request.actor, file_name=name, data=data)
    messages.success(request, _("盖章页已与所报送的版本绑定。"))
    return redirect("campaigns:submission", submission_id)


@policy("campaigns.file_written_report", *INSTITUTION_FILLERS)
@require_POST
def report(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """File a written report: the file itself."""
    row, (name, data) = submission_for(request, submission_id), uploaded(request.FILES)
    services.file_written_report(row, actor=request.actor, file_name=name, data=data, filler_name=request.POST.get("filler_name", ""))
    messages.success(request, _("已报送%(office)s。") % {"office": row.checker.name})
    return redirect("campaigns:submission", row.pk)


@policy("campaigns.selfcheck_form", *BUSINESS_ROLES)
@require_GET
def official_form(request: HttpRequest, submission_id: UUID, number: int, fmt: str) -> HttpResponse:
    """The official form of one edition, as pdf, docx or xlsx."""
    row, scope = submission_for(request, submission_id), request.actor.scope
    found = dossier.documents_of(scope, queries.SUBMISSION_TYPE, row.pk).filter(revision=number).first()
    if found is None or fmt not in dossier.FORMATS:
        raise BadInput("number", _("这一版没有报送件。"))
    name, data = document_file(scope, found, fmt)
    return attachment(name, data, fmt)

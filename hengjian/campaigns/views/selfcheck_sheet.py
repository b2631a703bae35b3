"""The sheet while it is filled in: the grid or checklist, cells saved, evidence, contradictions and remarks answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengjian.base.errors import BadInput, OutOfScope
from hengjian.base.lists import uuid_or_none
from hengjian.base.routes import policy, takes_json
from hengjian.base.texts import json_of
from hengjian.campaigns import services
from hengjian.campaigns.forms.selfcheck import block_writes, cell_write, uploaded
from hengjian.campaigns.models import Submission
from hengjian.campaigns.queries import selfcheck as queries
from hengjian.campaigns.queries.selfcheck_page import sheet_page
from hengjian.campaigns.views.selfcheck_shown import answer_of, at_line, common, head_shown, panel_of, submission_for, views_of, views_shown
from hengjian.dossier import queries as dossier
from hengjian.dossier import services as dossier_services
from hengjian.forms import services as forms
from hengjian.parties.states import BUSINESS_ROLES, INSTITUTION_FILLERS


@policy("campaigns.sheet", *INSTITUTION_FILLERS)
@require_GET
def sheet(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """The sheet to fill in; ``?line=`` opens one line beside it, ``?part=side`` gives the figures alone."""
    row = submission_for(request, submission_id)
    if row.sheet is None or row.state not in ("draft", "returned"):
        return redirect("campaigns:submission", row.pk)
    facts = {**common(request, row), "mode": "fill", "figure_url": f"{request.path}?figure="}
    if request.htmx.target == "panel":
        return render(request, "campaigns/selfcheck/panel.html", {**facts, **panel_of(request, row)})
    page = sheet_page(request.actor.scope, row, request.actor)
    if request.GET.get("part") == "side":
        return render(request, "campaigns/selfcheck/side.html", {**facts, "page": page})
    template = "roster.html" if page.is_roster else "checklist.html"
    return render(request, f"campaigns/selfcheck/{template}", {**facts, **panel_of(request, row), **views_shown(request, page), **head_shown(row), "page": page})


@policy("campaigns.fill_selfcheck", *INSTITUTION_FILLERS)
@require_POST
def cell(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Save one cell."""
    row = submission_for(request, submission_id)
    outcome = services.fill_selfcheck(row, actor=request.actor, writes=[cell_write(request.POST)])[0]
    answer = answer_of(request, row, outcome, views_of(request, row, [outcome.write.line_key]))
    return JsonResponse(answer, status=answer["status"])


@policy("campaigns.fill_selfcheck", *INSTITUTION_FILLERS)
@takes_json
@require_POST
def block(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Save many cells; each has its own answer."""
    row = submission_for(request, submission_id)
    writes = block_writes(json_of(request))
    done = services.fill_selfcheck(row, actor=request.actor, writes=writes)
    views = views_of(request, row, {one.write.line_key for one in done})
    return JsonResponse({"results": [answer_of(request, row, one, views) for one in done]})


@policy("campaigns.claim_staffing", *INSTITUTION_FILLERS)
@require_POST
def claim(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Whether the staffing conditions are met, as the institution says."""
    services.claim_staffing(submission_for(request, submission_id), actor=request.actor, value=request.POST.get("value", ""))
    return redirect("campaigns:sheet", submission_id)


@policy("campaigns.apply_proposals", *INSTITUTION_FILLERS)
@require_POST
def propose(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """按系统数据预填: the empty answers that the register bears out."""
    count = services.apply_proposals(submission_for(request, submission_id), actor=request.actor)
    messages.success(request, _("预填了%(n)s格，已填的没有改动，请逐人核对。") % {"n": count})
    return redirect("campaigns:sheet", submission_id)


@policy("campaigns.refresh_roster", *INSTITUTION_FILLERS)
@require_POST
def refresh(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Add certified people who are not on the list, and hold all claims against the register again."""
    row = submission_for(request, submission_id)
    count = services.refresh_roster(row, actor=request.actor)
    messages.success(request, _("按名录补了%(n)s人，矛盾已重新核对。") % {"n": count})
    return redirect("campaigns:sheet", submission_id)


@policy("campaigns.add_person", *INSTITUTION_FILLERS)
@require_POST
def add_person(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Add one person by name."""
    row = submission_for(request, submission_id)
    line = services.add_person(row, actor=request.actor, name=request.POST.get("name", ""))
    return redirect(at_line(row, line_key=line.key))


@policy("campaigns.remove_person", *INSTITUTION_FILLERS)
@require_POST
def remove_person(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Take one person off the list, with the reason."""
    row = submission_for(request, submission_id)
    services.remove_person(row, actor=request.actor, line_key=request.POST.get("line", ""), reason=request.POST.get("reason", ""))
    messages.success(request, _("已从名单中删去，理由留存在履历中。"))
    return redirect("campaigns:sheet", submission_id)


@policy("campaigns.keep_evidence", *BUSINESS_ROLES)
@require_POST
def evidence(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Put a new file, or one that is kept already, to a line."""
    row = submission_for(request, submission_id)
    line = next((view.line for view in views_of(request, row, [request.POST.get("line", "")]).values()), None)
    if line is None:
        raise BadInput("line", _("表中没有这一行，请先核对名单。"))
    where: dict[str, Any] = {"object_type": queries.LINE_TYPE, "object_id": line.pk, "item": request.POST.get("column", "")}
    known = request.POST.get("evidence")
    if known:
        dossier_services.attach_evidence(dossier.evidence_of(request.actor.scope, _id_of(known)), actor=request.actor, **where)
    else:
        name, data = uploaded(request.FILES)
        dossier_services.keep_evidence(name, data, actor=request.actor, owner_row=row, note=request.POST.get("note", ""), **where)
    messages.success(request, _("证据已入卷，附在“%(name)s”。") % {"name": line.label[:40]})
    return redirect(_back(request, row, line.key))


def _id_of(text: str) -> UUID:
    found = uuid_or_none(text)
    if found is None:
        raise OutOfScope(text)
    return found


def _back(request: HttpRequest, row: Submission, line_key: str) -> str:
    if row.state in ("draft", "returned") and request.actor.org_id == row.org_id:
        return at_line(row, line_key=line_key)
    return f"{reverse('campaigns:submission', args=[row.pk])}?line={line_key}#line-{line_key}"


@policy("campaigns.explain_contradiction", *INSTITUTION_FILLERS)
@require_POST
def explain(request: HttpRequest, submission_id: UUID, contradiction_id: UUID) -> HttpResponse:
    """The filler explains a contradiction."""
    row = submission_for(request, submission_id)
    held = queries.contradiction_by_id(request.actor.scope, row, contradiction_id)
    services.explain_contradiction(held, actor=request.actor, text=request.POST.get("reason", ""))
    messages.success(request, _("说明已记录，审核单位会看到。"))
    return redirect(_back(request, row, held.line_key))


@policy("campaigns.concede_contradiction", *INSTITUTION_FILLERS)
@require_POST
def concede(request: HttpRequest, submission_id: UUID, contradiction_id: UUID) -> HttpResponse:
    """The filler gives way: the answer is changed."""
    row = submission_for(request, submission_id)
    held = queries.contradiction_by_id(request.actor.scope, row, contradiction_id)
    services.concede_contradiction(held, actor=request.actor)
    return redirect(_back(request, row, held.line_key))


@policy("campaigns.answer_remark", *INSTITUTION_FILLERS)
@require_POST
def answer(request: HttpRequest, submission_id: UUID, remark_id: UUID) -> HttpResponse:
    """Answer a remark of the checker."""
    row = submission_for(request, submission_id)
    held = queries.remark_by_id(request.actor.scope, row, remark_id)
    forms.answer_remark(held, actor=request.actor, answer=request.POST.get("reason", ""))
    return redirect(_back(request, row, held.line_key))

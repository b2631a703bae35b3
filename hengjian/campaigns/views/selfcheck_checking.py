"""The checker's side: a line opened, remarks on cells, returned or accepted, contradictions judged, editions compared."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengjian.base.errors import BadInput
from hengjian.base.routes import policy
from hengjian.campaigns import policy as rules
from hengjian.campaigns import services
from hengjian.campaigns.queries import corrections, selfcheck_versions
from hengjian.campaigns.queries import selfcheck as queries
from hengjian.campaigns.views.selfcheck_shown import common, submission_for
from hengjian.forms import queries as forms
from hengjian.forms import services as form_services
from hengjian.parties.states import BUSINESS_ROLES, REGULATORS


@policy("campaigns.remark_cell", *REGULATORS)
@require_POST
def remark(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """A remark on one cell, on a line, or on the sheet."""
    row = submission_for(request, submission_id)
    if row.sheet is None or not rules.may_check(request.actor, row):
        raise BadInput("sheet", _("还没有报送，或不由本单位审核。"))
    form_services.remark_cell(
        row.sheet, actor=request.actor, line_key=request.POST.get("line", ""), column=request.POST.get("column", ""),
        text=request.POST.get("reason", ""),
    )
    messages.success(request, _("意见已记录，退回时一并告知机构。"))
    return redirect("campaigns:submission", row.pk)


@policy("campaigns.settle_remark", *REGULATORS)
@require_POST
def settle(request: HttpRequest, submission_id: UUID, remark_id: UUID) -> HttpResponse:
    """The checker is content with an answer."""
    row = submission_for(request, submission_id)
    form_services.settle_remark(queries.remark_by_id(request.actor.scope, row, remark_id), actor=request.actor)
    return redirect("campaigns:submission", row.pk)


@policy("campaigns.return_submission", *REGULATORS)
@require_POST
def send_back(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Return it, with the reason."""
    row = submission_for(request, submission_id)
    services.return_submission(row, actor=request.actor, reason=request.POST.get("reason", ""))
    messages.success(request, _("已退回%(name)s。") % {"name": row.target.institution.name})
    return redirect("campaigns:submission", row.pk)


@policy("campaigns.accept_submission", *REGULATORS)
@require_POST
def accept(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Accept it."""
    row = submission_for(request, submission_id)
    services.accept_submission(row, actor=request.actor)
    messages.success(request, _("已接收。"))
    return redirect("campaigns:submission", row.pk)


@policy("campaigns.judge_contradiction", *REGULATORS)
@require_POST
def judge(request: HttpRequest, submission_id: UUID, contradiction_id: UUID) -> HttpResponse:
    """Take an explanation, or confirm that there is a problem."""
    row = submission_for(request, submission_id)
    held = queries.contradiction_by_id(request.actor.scope, row, contradiction_id)
    confirm = request.POST.get("judgement") == "confirm"
    services.judge_contradiction(held, actor=request.actor, confirm=confirm, note=request.POST.get("reason", "").strip())
    messages.success(request, _("已确认为问题，进入问题台账。") if confirm else _("说明已采纳。"))
    return redirect("campaigns:submission", row.pk)


@policy("campaigns.judge_correction", *REGULATORS)
@require_POST
def judge_correction(request: HttpRequest, submission_id: UUID, correction_id: UUID) -> HttpResponse:
    """Say what a corrected answer means for its problem."""
    row = submission_for(request, submission_id)
    held = corrections.correction_by_id(request.actor.scope, row, correction_id)
    held = services.judge_correction(held, actor=request.actor, outcome=request.POST.get("outcome", ""), note=request.POST.get("reason", "").strip())
    messages.success(request, _("%(state)s：%(label)s。") % {"state": held.get_state_display(), "label": held.label})
    return redirect(f"{reverse('campaigns:submission', args=[row.pk])}#corrections")


@policy("campaigns.compare_selfcheck", *BUSINESS_ROLES)
@require_GET
def compare(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Any two editions, cell by cell (``?a=1&b=2``; without them the last two)."""
    row = submission_for(request, submission_id)
    editions = list(forms.editions(request.actor.scope, row.sheet)) if row.sheet else []
    if len(editions) < 2:
        return redirect("campaigns:submission", row.pk)
    by_number = {str(one.number): one for one in editions}
    first = by_number.get(request.GET.get("a", ""), editions[-2])
    second = by_number.get(request.GET.get("b", ""), editions[-1])
    facts = {"editions": editions, "first": first, "second": second, "comparison": selfcheck_versions.compared(row, first, second)}
    return render(request, "campaigns/selfcheck/compare.html", {**common(request, row), **facts})

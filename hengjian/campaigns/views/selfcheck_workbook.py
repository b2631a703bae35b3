"""The round trip through Excel, and the sheet as it prints."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengjian.base.errors import BadInput
from hengjian.base.http import attachment
from hengjian.base.routes import policy
from hengjian.campaigns import services
from hengjian.campaigns.forms.selfcheck import chosen_cells, uploaded
from hengjian.campaigns.queries import selfcheck_print, selfcheck_versions
from hengjian.campaigns.views.selfcheck_shown import common, submission_for
from hengjian.forms import services as forms
from hengjian.parties.states import BUSINESS_ROLES, INSTITUTION_FILLERS


@policy("campaigns.selfcheck_workbook", *INSTITUTION_FILLERS)
@require_GET
def download(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """The sheet as a workbook in the look of the form, to be filled in and handed back."""
    row = submission_for(request, submission_id)
    name, data = selfcheck_print.filling_workbook(request.actor.scope, row)
    return attachment(name, data, "xlsx")


@policy("campaigns.selfcheck_workbook", *INSTITUTION_FILLERS)
@require_http_methods(["GET", "POST"])
def workbook(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Hand a filled workbook back; what differs is shown, nothing is changed yet."""
    row, faults = submission_for(request, submission_id), []
    if row.sheet is None or row.state not in ("draft", "returned"):
        return redirect("campaigns:submission", row.pk)
    if request.method == "POST":
        try:
            name, data = uploaded(request.FILES)
            forms.read_workbook(row.sheet, actor=request.actor, file_name=name, data=data)
            return redirect("campaigns:workbook", row.pk)
        except BadInput as refused:
            faults = list(refused.faults)
    reading = selfcheck_versions.last_reading(request.actor.scope, row)
    facts = {**common(request, row), "reading": reading, "faults": faults, "differences": selfcheck_versions.reading_differences(request.actor.scope, row, reading)}
    return render(request, "campaigns/selfcheck/workbook.html", facts, status=422 if faults else 200)


@policy("campaigns.selfcheck_workbook", *INSTITUTION_FILLERS)
@require_POST
def apply(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Take over what was chosen, cell by cell."""
    row = submission_for(request, submission_id)
    reading = selfcheck_versions.last_reading(request.actor.scope, row)
    if reading is None or reading.settled_at is not None:
        raise BadInput("file", _("没有待选择的工作簿，请重新导入。"))
    count = services.take_workbook(row, reading, actor=request.actor, chosen=chosen_cells(request.POST))
    messages.success(request, _("采用了工作簿中的%(n)s格，其余保持本页内容。") % {"n": count})
    return redirect("campaigns:sheet", row.pk)


@policy("campaigns.selfcheck_print", *BUSINESS_ROLES)
@require_GET
def printed(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """The official form on screen and on paper, as the sheet stands."""
    row = submission_for(request, submission_id)
    if row.sheet is None or (request.actor.org_id != row.org_id and row.state not in ("filed", "accepted")):
        return redirect("campaigns:submission", row.pk)
    return render(request, "campaigns/selfcheck/print.html", {**common(request, row), "official": selfcheck_print.official(request.actor.scope, row)})

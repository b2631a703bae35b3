"""Tasks that a level added: what was done, reported by the institution, received by the level that asked."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from hengjian.base.acts import ActForm, PageAct, carry_out
from hengjian.base.routes import policy
from hengjian.campaigns import services
from hengjian.campaigns.forms.deadlines import TaskReportForm
from hengjian.campaigns.models import Submission
from hengjian.campaigns.queries import submission_by_id
from hengjian.campaigns.queries.task_page import task_facts
from hengjian.parties.states import BUSINESS_ROLES, INSTITUTION_FILLERS

REPORT = PageAct(lazy("报送完成情况"), TaskReportForm, services.report_task, lazy("已报送，审核单位已收到消息。"), True)


def _page(request: HttpRequest, row: Submission, form: ActForm) -> HttpResponse:
    return render(request, "campaigns/tasks/task.html", {"form": form, **task_facts(request.actor.scope, request.actor, row)})


@policy("campaigns.task", *BUSINESS_ROLES)
@require_GET
def task(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """What is asked, and what was done."""
    row = submission_by_id(request.actor.scope, submission_id)
    if not row.is_task:
        return redirect("campaigns:submission", row.pk)
    return _page(request, row, TaskReportForm(initial={"text": row.report_text}))


@policy("campaigns.report_task", *INSTITUTION_FILLERS)
@require_POST
def report(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Report it done."""
    row = submission_by_id(request.actor.scope, submission_id)
    return carry_out(
        request, REPORT, row, form=TaskReportForm(request.POST, request.FILES), page=lambda form: _page(request, row, form),
        home=lambda _done: reverse("campaigns:task", args=[row.pk]),
    )

"""Supplementary notices (补充通知): drawn up with what they would do beside each day, issued, read, printed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hengjian.base.errors import BadInput, OutOfScope
from hengjian.base.routes import policy
from hengjian.base.scope import EVERYTHING
from hengjian.campaigns import policy as rules
from hengjian.campaigns import services
from hengjian.campaigns.forms.rows import day_of
from hengjian.campaigns.forms.supplement import SupplementForm, supplement_form, typed_tasks
from hengjian.campaigns.models import Plan
from hengjian.campaigns.queries import plan_by_id
from hengjian.campaigns.queries import supplements as queries
from hengjian.campaigns.queries.relay_page import kinds_in
from hengjian.campaigns.queries.relays import name_shown
from hengjian.campaigns.services.supplement import why_not
from hengjian.campaigns.views.common import facts
from hengjian.parties.states import BUSINESS_ROLES, REGULATORS


def _own_plan(request: HttpRequest, plan_id: UUID) -> Plan:
    plan = plan_by_id(request.actor.scope, plan_id)
    if not rules.may_issue_plan(request.actor, plan):
        raise OutOfScope(f"plan {plan_id}")
    return plan


def _page(request: HttpRequest, plan: Plan, form: SupplementForm, status: int = 200) -> HttpResponse:
    page = {
        "plan": plan, "form": form, "dates": queries.dates_now(plan, form.days), "kinds": kinds_in(plan.campaign),
        "before": [one for one in queries.supplements_of(EVERYTHING, plan.campaign) if one.plan_id == plan.pk],
    }
    return render(request, "campaigns/supplement/new.html", facts(request, plan.campaign, "relay", **page), status=status)


@policy("campaigns.new_supplement", *REGULATORS)
@require_http_methods(["GET", "POST"])
def new_supplement(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Draw up and issue; what was typed is never lost."""
    plan = _own_plan(request, plan_id)
    if plan.state != "issued" or plan.campaign.state != "running":
        return redirect("campaigns:plan", plan.pk)
    form = supplement_form(request.POST if request.method == "POST" else None)
    if "issue" not in request.POST or form.only_rows:
        form.faults = []
        return _page(request, plan, form)
    return _page(request, plan, form, status=422) if form.faults else _issued(request, plan, form)


def _issued(request: HttpRequest, plan: Plan, form: SupplementForm) -> HttpResponse:
    given: dict[str, Any] = {"number": form.number, "issued_on": form.issued_on, "reason": form.reason, "dates": form.dates}
    given["papers"] = request.FILES.getlist("document")
    try:
        made = services.issue_supplement(plan, actor=request.actor, tasks=typed_tasks(form.tasks), **given)
    except BadInput as refusal:
        form.refuse(refusal)
        return _page(request, plan, form, status=422)
    messages.success(request, _("补充通知已印发，下级部门和有关机构已收到消息。"))
    return redirect("campaigns:supplement", made.pk)


@policy("campaigns.supplement_hint", *REGULATORS)
@require_GET
def hint(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """What a new day would do, while it is being typed."""
    plan = _own_plan(request, plan_id)
    key, round_ = request.GET.get("key", ""), int(request.GET.get("round", "1"))
    day = day_of(request.GET.get(f"due-{key}:{round_}", ""))
    found = None
    if day is not None:
        found = queries.effect_of(plan, key, round_, day, [fault.message for fault in why_not(plan, {(key, round_): day})])
    return render(request, "campaigns/supplement/hint.html", {"effect": found})


def _shown(request: HttpRequest, supplement_id: UUID, template: str) -> HttpResponse:
    actor = request.actor
    held = queries.supplement_by_id(actor.scope, actor.area, supplement_id)
    campaign = held.plan.campaign
    page = {"one": held, "plan": held.plan, "issued_by": name_shown(actor, campaign, held.plan.authority.path, held.issued_by_name)}
    tab = "relay" if actor.is_regulator else "notice"
    return render(request, f"campaigns/supplement/{template}.html", facts(request, campaign, tab, **page))


@policy("campaigns.supplement", *BUSINESS_ROLES)
@require_GET
def supplement(request: HttpRequest, supplement_id: UUID) -> HttpResponse:
    """One notice: what it changed, why, what it moved."""
    return _shown(request, supplement_id, "shown")


@policy("campaigns.print_supplement", *BUSINESS_ROLES)
@require_GET
def print_supplement(request: HttpRequest, supplement_id: UUID) -> HttpResponse:
    """The notice on paper."""
    return _shown(request, supplement_id, "print")

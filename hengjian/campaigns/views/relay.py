"""Pages of the relay: receipts, the plan of a level, the levels side by side."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengjian.base.errors import BadInput
from hengjian.base.routes import policy
from hengjian.campaigns import policy as rules
from hengjian.campaigns import services
from hengjian.campaigns.forms.relay import PlanForm, days_typed, hint_asked, plan_form
from hengjian.campaigns.forms.supplement import typed_tasks
from hengjian.campaigns.models import Plan
from hengjian.campaigns.queries import plan_by_id, relay_page, relays
from hengjian.campaigns.queries.early_tables import early_tables
from hengjian.campaigns.queries.supplements import supplements_at
from hengjian.campaigns.queries.timetable import deadlines_above
from hengjian.campaigns.services import papers
from hengjian.campaigns.services import relay as relaying
from hengjian.campaigns.views.common import asked_campaign, facts, top_of
from hengjian.parties.states import REGULATORS


@policy("campaigns.relay", *REGULATORS)
@require_GET
def relay(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Who has acknowledged and issued; one's own plan on top."""
    campaign = asked_campaign(request, campaign_id)
    scope, actor = request.actor.scope, request.actor
    page = {
        "own": relay_page.own_plan(scope, campaign, actor), "received": relay_page.received(scope, campaign, actor),
        "changes": relays.changes_told(scope, campaign, actor.area), "receipts": relays.receipts(scope, campaign),
    }
    return render(request, "campaigns/relay/relay.html", facts(request, campaign, "relay", **page))


def _page(request: HttpRequest, plan: Plan, form: PlanForm, status: int = 200, template: str = "plan") -> HttpResponse:
    actor = request.actor
    more = relay_page.plan_facts(actor.scope, plan, actor, form.dates, form.rows("added"))
    page = facts(request, plan.campaign, "relay", plan=plan, form=form, may_issue=rules.may_issue_plan(actor, plan), **more)
    return render(request, f"campaigns/relay/{template}.html", page, status=status)


@policy("campaigns.plan", *REGULATORS)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """The plan of a level: what the one above says, and what this level makes of it."""
    held = plan_by_id(request.actor.scope, plan_id)
    if request.method != "POST":
        return _page(request, held, plan_form(held))
    form = plan_form(held, request.POST, relay_page.rounds_above(held))
    if form.only_rows:
        form.faults = []
        return _page(request, held, form)
    if form.faults:
        return _page(request, held, form, status=422)
    return _issued(request, held, form) if "issue" in request.POST else _saved(request, held, form)


def _saved(request: HttpRequest, held: Plan, form: PlanForm) -> HttpResponse:
    try:
        services.draft_plan(held, actor=request.actor, number=form.number, body=form.kept, papers=request.FILES.getlist("document"))
    except BadInput as refusal:
        form.refuse(refusal)
        return _page(request, held, form, status=422)
    messages.success(request, _("已保存。"))
    return redirect("campaigns:plan", held.id)


def _issued(request: HttpRequest, held: Plan, form: PlanForm) -> HttpResponse:
    """Issue; a refusal stays on record with the plan, and what was typed stays on the page."""
    given: dict[str, Any] = {"number": form.number, "issued_on": form.issued_on, "dates": form.dates, "added": form.rows("added")}
    given["papers"] = request.FILES.getlist("document")
    try:
        services.issue_plan(held, actor=request.actor, tasks=typed_tasks(form.rows("tasks")), contacts=form.rows("contacts"), **given)
    except BadInput as refusal:
        form.refuse(refusal)
        response = _page(request, plan_by_id(request.actor.scope, held.id), form, status=422)
        response.keep_writes = True  # type: ignore[attr-defined]
        return response
    messages.success(request, _("已印发，下级部门已收到通知。"))
    return redirect("campaigns:plan", held.id)


@policy("campaigns.acknowledge_plan", *REGULATORS)
@require_POST
def acknowledge(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    held = services.acknowledge_plan(plan_by_id(request.actor.scope, plan_id), actor=request.actor)
    messages.success(request, _("已签收。"))
    return redirect("campaigns:plan", held.id)


@policy("campaigns.plan_papers", *REGULATORS)
@require_POST
def add_paper(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """Put the official document to a plan that is issued already."""
    held = plan_by_id(request.actor.scope, plan_id)
    count = papers.keep_papers(held, request.FILES.getlist("document"), actor=request.actor)
    if not count:
        raise BadInput(_("文件"), _("请先选择文件。"))
    messages.success(request, _("文件已上传。"))
    return redirect("campaigns:plan", held.id)


@policy("campaigns.plan_hint", *REGULATORS)
@require_GET
def hint(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    """What the system would say of a date, while it is being typed."""
    held, asked = plan_by_id(request.actor.scope, plan_id), hint_asked(request.GET)
    if asked is None:
        found = None
    elif asked.form:
        said = tuple(f.message for f in relaying.why_refused(held, {}, [asked.step]))
        found = relay_page.step_hint(held, asked.form, asked.round, asked.day, said)
    else:
        said = tuple(f.message for f in relaying.why_refused(held, {(asked.key, asked.round): asked.day}))
        found = relay_page.hint(held, asked.key, asked.round, asked.day, said)
    typed = days_typed(request.GET)
    early = early_tables(request.actor.scope, held, deadlines_above(held), typed.dates, typed.rows("added"))
    return render(request, "campaigns/relay/hint.html", {"hint": found, "early": early, "is_answer": True})


@policy("campaigns.print_plan", *REGULATORS)
@require_GET
def print_plan(request: HttpRequest, plan_id: UUID) -> HttpResponse:
    held = plan_by_id(request.actor.scope, plan_id)
    return _page(request, held, plan_form(held), template="print")


@policy("campaigns.compare", *REGULATORS)
@require_GET
def compare(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The plans from the issuer down to one place, side by side."""
    campaign = asked_campaign(request, campaign_id)
    places = relay_page.places_below(request.actor.scope, campaign)
    path = next((p.path for p in places if p.key == request.GET.get("place")), places[0].path if places else top_of(request, campaign).path)
    page = {"places": places, "path": path, "compared": relays.compared(request.actor.scope, campaign, path), "supplements": supplements_at(campaign, path)}
    changes = [c for c in relays.relay_changes(request.actor.scope, campaign) if path.startswith(c.plan.authority.path)]
    return render(request, "campaigns/relay/compare.html", facts(request, campaign, "relay", changes=changes, **page))

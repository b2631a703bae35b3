"""Pages of campaigns: the list, drawing one up, launching it, what it says."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengjian.base.acts import ActForm, PageAct, carry_out
from hengjian.base.errors import BadInput, OutOfScope
from hengjian.base.http import attachment
from hengjian.base.lists import page_of
from hengjian.base.routes import policy
from hengjian.campaigns import services
from hengjian.campaigns.forms import campaigns as forms
from hengjian.campaigns.forms.deadlines import RulesForm
from hengjian.campaigns.models import Campaign
from hengjian.campaigns.queries import campaign_page, campaigns_seen, overview, target_by_id, targets_of
from hengjian.campaigns.queries.rules import rules_of
from hengjian.campaigns.views.common import asked_campaign, facts, top_of
from hengjian.forms import queries as definitions
from hengjian.forms.models import FormDefinition
from hengjian.parties import queries as parties
from hengjian.parties.states import BUSINESS_ROLES, REGULATORS

SET_RULES = PageAct(lazy("调整"), RulesForm, services.set_rules, lazy("已调整，今后按新的天数提醒。"))


@policy("campaigns.list", *BUSINESS_ROLES)
@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    """All campaigns that reach the viewer, with how far each is."""
    actor = request.actor
    seen = list(campaigns_seen(actor.scope))
    wanted = request.GET.get("status", "")
    shown = [c for c in seen if wanted in {"", c.state}]
    return render(request, "campaigns/campaign/list.html", campaign_page.list_facts(actor.scope, seen, shown))


@policy("campaigns.new", *REGULATORS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose a template, or nothing, and give the new draft its name."""
    templates = definitions.definitions(request.actor.scope, kind="campaign")
    code = request.POST.get("template") or request.GET.get("template", "")
    template = definitions.definition(request.actor.scope, code) if code and code != "none" else None
    form = forms.new_form(request.POST if request.method == "POST" else None, template)
    if request.method == "POST" and not form.faults:
        return _drafted(request, template, form)
    page = {"templates": templates, "template": template, "code": code, "form": form}
    return render(request, "campaigns/campaign/new.html", page, status=422 if form.faults else 200)


def _drafted(request: HttpRequest, template: FormDefinition | None, form: forms.NewForm) -> HttpResponse:
    data, actor = form.data, request.actor
    campaign = services.draft_campaign(
        template, actor=actor, issuer=parties.authority_at(actor.scope, actor.area), campaign_title=data["title"],
        short_title=data["short_title"], document_number=data["document_number"], issued_on=data["issued_on"],
    )
    return redirect("campaigns:draft", campaign.id)


def _own_draft(request: HttpRequest, campaign_id: UUID) -> Campaign:
    campaign = asked_campaign(request, campaign_id)
    if campaign.issuer_id != request.actor.org_id:
        raise OutOfScope(f"draft {campaign_id}")
    return campaign


@policy("campaigns.draft", *REGULATORS)
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Draw up: save as often as one likes; rows are added and cut without losing a word."""
    campaign = _own_draft(request, campaign_id)
    if campaign.state != "draft":
        return redirect("campaigns:campaign", campaign.id)
    if request.method != "POST":
        return _draft_page(request, campaign, forms.draft_form(campaign))
    form = forms.draft_form(campaign, request.POST)
    if form.faults and not form.only_rows:
        return _draft_page(request, campaign, form, status=422)
    return _draft_saved(request, campaign, form)


def _draft_saved(request: HttpRequest, campaign: Campaign, form: forms.DraftForm) -> HttpResponse:
    if form.only_rows:
        form.faults = []
        return _draft_page(request, campaign, form)
    try:
        campaign = services.edit_draft(
            campaign, actor=request.actor, changes=form.changes, papers=request.FILES.getlist("document"), **form.columns
        )
    except BadInput as refusal:
        form.refuse(refusal)
        return _draft_page(request, campaign, form, status=422)
    messages.success(request, _("已保存。"))
    return redirect("campaigns:preview" if "preview" in request.POST else "campaigns:draft", campaign.id)


def _draft_page(request: HttpRequest, campaign: Campaign, form: forms.DraftForm, status: int = 200) -> HttpResponse:
    page = {"campaign": campaign, "form": form, **forms.choices(), **campaign_page.draft_facts(request.actor.scope, campaign, form.body)}
    return render(request, "campaigns/campaign/draft.html", page, status=status)


@policy("campaigns.find_institutions", *REGULATORS)
@require_GET
def find_institutions(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Institutions in reach by name, to be left out by name."""
    campaign = _own_draft(request, campaign_id)
    found = campaign_page.found_institutions(request.actor.scope, campaign, request.GET.get("find", "").strip())
    return render(request, "campaigns/campaign/found.html", {"found": found})


@policy("campaigns.preview", *REGULATORS)
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """What a launch would do, and the launch itself."""
    campaign = _own_draft(request, campaign_id)
    refusal = None
    if request.method == "POST":
        try:
            services.launch_campaign(campaign, actor=request.actor)
        except BadInput as error:
            refusal, campaign = error, _own_draft(request, campaign_id)
        else:
            messages.success(request, _("已发起，各级部门和机构已收到通知。"))
            return redirect("campaigns:board", campaign.id)
    page = {"campaign": campaign, "refusal": refusal, **campaign_page.preview_facts(request.actor.scope, campaign)}
    return render(request, "campaigns/campaign/preview.html", page, status=422 if refusal else 200)


@policy("campaigns.discard", *REGULATORS)
@require_POST
def discard(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    services.discard_draft(_own_draft(request, campaign_id), actor=request.actor)
    messages.success(request, _("拟制稿已删除。"))
    return redirect("campaigns:campaigns")


@policy("campaigns.campaign", *BUSINESS_ROLES)
@require_GET
def campaign(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """What the campaign asks, of whom, by when."""
    held = asked_campaign(request, campaign_id)
    if held.state == "draft":
        return redirect("campaigns:draft", held.id)
    if not request.actor.is_regulator:
        return redirect("campaigns:notice", held.id)
    return _campaign_page(request, held, _rules_form(held))


def _rules_form(held: Campaign) -> RulesForm:
    present = rules_of(held)
    said = {"before": "、".join(map(str, present.before)), "after": "、".join(map(str, present.after))}
    return RulesForm(initial={**said, "leaders_after": present.leaders_after, "letter_days": present.letter_days, "joiner_days": present.joiner_days}, auto_id="rules-%s")


def _campaign_page(request: HttpRequest, held: Campaign, form: ActForm) -> HttpResponse:
    page = campaign_page.campaign_facts(request.actor.scope, held, top_of(request, held))
    return render(request, "campaigns/campaign/campaign.html", facts(request, held, "campaign", rules=rules_of(held), rules_form=form, **page))


@policy("campaigns.set_rules", *REGULATORS)
@require_POST
def set_rules(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """When reminders go out; until it is set the system's days hold."""
    held = asked_campaign(request, campaign_id)
    return carry_out(
        request, SET_RULES, held, form=RulesForm(request.POST, auto_id="rules-%s"), page=lambda form: _campaign_page(request, held, form),
        home=lambda done: reverse("campaigns:campaign", args=[done.id]),
    )


@policy("campaigns.targets", *REGULATORS)
@require_GET
def targets(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Which institutions are named and which are left out, each with its reason."""
    held = asked_campaign(request, campaign_id)
    every = targets_of(request.actor.scope, held)
    page = page_of(request, campaign_page.targets_asked(every, request.GET))
    return render(request, "campaigns/campaign/targets.html", facts(request, held, "campaign", page=page, **campaign_page.targets_facts(every, page)))


@policy("campaigns.leave_out", *REGULATORS)
@require_POST
def leave_out(request: HttpRequest, target_id: UUID) -> HttpResponse:
    target = services.leave_out(target_by_id(request.actor.scope, target_id), actor=request.actor, reason=request.POST.get("reason", ""))
    return redirect("campaigns:targets", target.campaign_id)


@policy("campaigns.take_in", *REGULATORS)
@require_POST
def take_in(request: HttpRequest, target_id: UUID) -> HttpResponse:
    target = services.take_in(target_by_id(request.actor.scope, target_id), actor=request.actor, reason=request.POST.get("reason", ""))
    return redirect("campaigns:targets", target.campaign_id)


@policy("campaigns.close", *REGULATORS)
@require_POST
def close(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    held = services.close_campaign(asked_campaign(request, campaign_id), actor=request.actor, reason=request.POST.get("reason", ""))
    messages.success(request, _("行动已结束，未报送的按未报送统计。"))
    return redirect("campaigns:campaign", held.id)


@policy("campaigns.document", *BUSINESS_ROLES)
@require_GET
def document(request: HttpRequest, campaign_id: UUID, evidence_id: UUID) -> HttpResponse:
    """A document of the campaign: open to everybody whom the campaign reaches."""
    held = asked_campaign(request, campaign_id)
    name, data = overview.paper_of(request.actor.scope, held, evidence_id)
    return attachment(name, data, name.rpartition(".")[2].lower())

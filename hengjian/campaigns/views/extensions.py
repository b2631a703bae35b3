"""Extensions: asked, waiting, decided; and how a deadline was computed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengjian.base.acts import ActForm, PageAct, carry_out
from hengjian.base.errors import OutOfScope
from hengjian.base.routes import policy
from hengjian.base.scope import EVERYTHING
from hengjian.campaigns import policy as rules
from hengjian.campaigns import services
from hengjian.campaigns.forms.deadlines import AskForm, DecideForm
from hengjian.campaigns.models import Campaign, Extension, StatReturn, Submission, WorkReport
from hengjian.campaigns.queries import extension_page, filing_by_id, overview, relay_page, timetable_page
from hengjian.campaigns.views.common import asked_campaign, facts, top_of
from hengjian.parties import queries as parties
from hengjian.parties.models import Authority
from hengjian.parties.states import BUSINESS_ROLES, REGULATORS

ASK = PageAct(_("申请延期"), AskForm, services.ask_extension, _("申请已发出。"))


@policy("campaigns.extensions", *BUSINESS_ROLES)
@require_GET
def extensions(request: HttpRequest) -> HttpResponse:
    """Requests that wait for the viewer, that the viewer's unit asked, and those that are decided."""
    return render(request, "campaigns/extension/list.html", extension_page.list_facts(request.actor.scope, request.actor, None))


@policy("campaigns.extensions_of", *REGULATORS)
@require_GET
def extensions_of(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """The requests of one campaign."""
    campaign = asked_campaign(request, campaign_id)
    page = extension_page.list_facts(request.actor.scope, request.actor, campaign)
    page["rates"] = extension_page.rates(request.actor.scope, campaign, top_of(request, campaign))
    return render(request, "campaigns/extension/list.html", facts(request, campaign, "extensions", **page))


@policy("campaigns.ask_extension", *BUSINESS_ROLES)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, kind: str, row_id: UUID) -> HttpResponse:
    """Ask for a later deadline of a self-check, a table or a report."""
    row = filing_by_id(request.actor.scope, kind, row_id)

    def page(form: ActForm) -> HttpResponse:
        shown = {"form": form, "row": row, "kind": kind, **extension_page.ask_facts(request.actor.scope, row)}
        return render(request, "campaigns/extension/ask.html", {**shown, "may_ask": _may_ask(request, row)})

    if request.method == "POST":
        return carry_out(request, ASK, row, page=page, home=lambda done: f"/campaigns/extensions/{done.id}/")
    return page(AskForm(initial={"wanted_on": extension_page.proposed_day(row)}))


def _may_ask(request: HttpRequest, row: Submission | StatReturn | WorkReport) -> bool:
    return rules.may_file(request.actor, row) if isinstance(row, Submission) else rules.may_fill_return(request.actor, row)


def _asked(request: HttpRequest, extension_id: UUID) -> Extension:
    found = overview.extensions_seen(request.actor.scope).filter(pk=extension_id).first()
    if found is None:
        raise OutOfScope(f"extension {extension_id}")
    return found


def _shown(request: HttpRequest, held: Extension, form: ActForm, status: int = 200) -> HttpResponse:
    page = {"extension": held, "form": form, "may_decide": held.state == "asked" and rules.may_decide_extension(request.actor, held)}
    more = extension_page.extension_facts(request.actor.scope, request.actor, held)
    return render(request, "campaigns/extension/extension.html", {**page, **more, "campaign": held.campaign}, status=status)


@policy("campaigns.extension", *BUSINESS_ROLES)
@require_GET
def extension(request: HttpRequest, extension_id: UUID) -> HttpResponse:
    """One request: what is asked, why, what would follow."""
    held = _asked(request, extension_id)
    return _shown(request, held, DecideForm())


@policy("campaigns.decide_extension", *REGULATORS)
@require_POST
def decide(request: HttpRequest, extension_id: UUID) -> HttpResponse:
    """Grant or refuse."""
    held, grant = _asked(request, extension_id), request.POST.get("answer") == "grant"
    act = PageAct(_("答复"), DecideForm, services.decide_extension, _("已同意延期，申请人已收到通知。") if grant else _("已答复不同意，申请人已收到通知。"))
    form = DecideForm(request.POST)
    if form.is_valid():
        form.cleaned_data["grant"] = grant
    return carry_out(request, act, held, page=lambda f: _shown(request, held, f), home=lambda done: f"/campaigns/extensions/{done.id}/", form=form)


@policy("campaigns.timetable", *BUSINESS_ROLES)
@require_GET
def timetable(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """期限怎么算的: the words of the document, level by level, working days one by one."""
    campaign = asked_campaign(request, campaign_id)
    place, places = _place(request, campaign)
    page = timetable_page.timetable_page(request.actor.scope, campaign, place, request.GET.dict())
    return render(request, "campaigns/campaign/timetable.html", facts(request, campaign, "timetable", page=page, places=places))


def _place(request: HttpRequest, campaign: Campaign) -> tuple[Authority, list[Authority]]:
    """The place of the address; an institution sees its own seat only."""
    if not request.actor.is_regulator:
        return parties.authority_at(EVERYTHING, request.actor.area), []
    places = [top_of(request, campaign), *(p for p in relay_page.authorities_below(request.actor.scope, top_of(request, campaign)))]
    return next((p for p in places if p.key == request.GET.get("place")), places[0]), places

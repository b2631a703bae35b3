"""Supervision letters (督办单) and the notice that an institution receives."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hengjian.base.errors import BadInput, OutOfScope
from hengjian.base.http import attachment
from hengjian.base.routes import policy
from hengjian.campaigns import documents, services
from hengjian.campaigns.forms.deadlines import LetterForm, chosen_ids
from hengjian.campaigns.models import Campaign, Notice, Submission
from hengjian.campaigns.queries import late_submissions, notice_page, overview, own_target, submissions_by_id
from hengjian.campaigns.queries.board import OPEN
from hengjian.campaigns.services.letters import default_due_on
from hengjian.campaigns.views.common import asked_campaign, facts
from hengjian.dossier import queries as dossier
from hengjian.dossier.services import document_file
from hengjian.parties import queries as parties
from hengjian.parties.states import BUSINESS_ROLES, INSTITUTION_ROLES, REGULATORS


@policy("campaigns.letters", *REGULATORS)
def letters(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Supervision letters of a campaign."""
    campaign = asked_campaign(request, campaign_id)
    held = overview.letters_of(request.actor.scope, campaign)
    return render(request, "campaigns/notice/letters.html", facts(request, campaign, "letters", letters=held))


@policy("campaigns.new_letters", *REGULATORS)
def new_letters(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Issue letters to those that are late, or to those that were ticked on the board."""
    campaign, scope = asked_campaign(request, campaign_id), request.actor.scope
    if "prepare" in request.POST:
        wanted = "&".join(f"row={one}" for one in chosen_ids(request.POST))
        return redirect(f"/campaigns/{campaign.id}/letters/new/?{wanted}")
    if request.method == "POST":
        return _issue(request, campaign, [r for r in submissions_by_id(scope, campaign, chosen_ids(request.POST)) if r.state in OPEN])
    matter = _("《%(title)s》自查表逾期未报送。") % {"title": campaign.short_title}
    return _form(request, campaign, chosen_ids(request.GET), LetterForm(initial={"due_on": default_due_on(), "matter": matter}))


def _form(request: HttpRequest, campaign: Campaign, chosen: list[UUID], form: LetterForm, status: int = 200) -> HttpResponse:
    rows = late_submissions(request.actor.scope, campaign, chosen)
    ticked = chosen or [row.id for row in rows]
    return render(request, "campaigns/notice/new_letters.html", facts(request, campaign, "letters", rows=rows, ticked=ticked, form=form), status=status)


def _issue(request: HttpRequest, campaign: Campaign, rows: list[Submission]) -> HttpResponse:
    form = LetterForm(request.POST)
    if not form.is_valid():
        return _form(request, campaign, [r.id for r in rows], form, status=422)
    actor = request.actor
    issuer = parties.authority_at(actor.scope, actor.area)
    try:
        made = services.issue_notice(campaign, actor=actor, issuer=issuer, rows=rows, paper=documents.letter_paper, **form.cleaned_data)
    except BadInput as refusal:
        form.refuse(refusal)
        return _form(request, campaign, [r.id for r in rows], form, status=422)
    messages.success(request, _("已签发督办单%(n)s份，承办单位已收到通知。") % {"n": len(made)})
    return redirect("campaigns:letters", campaign.id)


def _letter(request: HttpRequest, letter_id: UUID) -> Notice:
    found = Notice.objects.within(request.actor.scope).select_related("campaign__issuer", "issuer").filter(pk=letter_id).first()
    if found is None:
        raise OutOfScope(f"letter {letter_id}")
    return found


@policy("campaigns.letter", *BUSINESS_ROLES)
def letter(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """One letter, as printed."""
    held = _letter(request, letter_id)
    return render(request, "campaigns/notice/letter.html", facts(request, held.campaign, "letters", letter=held))


@policy("campaigns.letter_file", *BUSINESS_ROLES)
def letter_file(request: HttpRequest, letter_id: UUID, fmt: str) -> HttpResponse:
    """The letter as pdf, docx or xlsx."""
    held = _letter(request, letter_id)
    if held.document_id is None:
        raise OutOfScope(f"document of {letter_id}")
    name, data = document_file(request.actor.scope, dossier.document_of(request.actor.scope, held.document_id), fmt)
    return attachment(name, data, fmt)


@policy("campaigns.notice", *INSTITUTION_ROLES)
def notice(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """What the campaign asks of an institution: documents, what to file, by when, whom to ask."""
    campaign, actor = asked_campaign(request, campaign_id), request.actor
    target = own_target(actor.scope, campaign, actor.org_id)
    more: dict[str, Any] = notice_page.notice_facts(actor.scope, campaign, target)
    return render(request, "campaigns/notice/notice.html", facts(request, campaign, "notice", target=target, **more))


@policy("campaigns.acknowledge_target", *INSTITUTION_ROLES)
@require_POST
def acknowledge(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    campaign = asked_campaign(request, campaign_id)
    services.acknowledge_target(own_target(request.actor.scope, campaign, request.actor.org_id), actor=request.actor)
    messages.success(request, _("已签收。"))
    return redirect("campaigns:notice", campaign.id)

"""Supervision letters (督办单): the list, issued, answered by the addressee, crossed off by the issuer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengjian.base.acts import ActForm, Offer, PageAct, carry_out
from hengjian.base.errors import BadInput, OutOfScope
from hengjian.base.http import attachment
from hengjian.base.routes import policy
from hengjian.campaigns import documents, services
from hengjian.campaigns import policy as rules
from hengjian.campaigns.forms.deadlines import AnswerLetterForm, CloseLetterForm, LetterForm, ReturnLetterForm, chosen_ids
from hengjian.campaigns.models import Campaign, Notice
from hengjian.campaigns.queries import letter_page
from hengjian.campaigns.queries.letters import chosen_filings, letter_by_id, to_supervise
from hengjian.campaigns.queries.rules import rules_of
from hengjian.campaigns.services.letters import default_due_on, default_matter
from hengjian.campaigns.views.common import asked_campaign, facts
from hengjian.dossier import queries as dossier
from hengjian.dossier.services import document_file
from hengjian.parties import queries as parties
from hengjian.parties.states import BUSINESS_ROLES, REGULATORS

ACTS: dict[str, PageAct] = {
    "answer": PageAct(lazy("答复"), AnswerLetterForm, services.answer_notice, lazy("已答复，签发单位已收到消息。"), True),
    "close": PageAct(lazy("核销"), CloseLetterForm, services.close_notice, lazy("已核销，承办单位已收到消息。"), True),
    "return": PageAct(lazy("退回重答"), ReturnLetterForm, services.return_notice, lazy("已退回，承办单位已收到消息。")),
}
_RULES: dict[str, tuple[str, Any]] = {
    "answer": ("answer", rules.may_answer_notice), "close": ("cross_off", rules.may_close_notice), "return": ("send_back", rules.may_close_notice),
}


def _fields(actor: Any) -> list[dict[str, Any]]:
    sides = [("from", _("本单位签发的")), ("to", _("发给本单位的"))]
    fields: list[dict[str, Any]] = [{"name": "q", "label": _("督办单"), "placeholder": _("编号、单位或事项")}]
    if actor.is_regulator:
        fields.append({"name": "side", "label": _("范围"), "kind": "select", "placeholder": _("辖区内全部"), "options": sides})
    return fields


@policy("campaigns.letters", *BUSINESS_ROLES)
@require_GET
def letters(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Supervision letters of a campaign; an institution sees its own."""
    campaign = asked_campaign(request, campaign_id)
    page = letter_page.list_facts(request.actor.scope, request.actor, campaign, request.GET.dict())
    return render(request, "campaigns/notice/letters.html", facts(request, campaign, "letters", fields=_fields(request.actor), **page))


@policy("campaigns.new_letters", *REGULATORS)
@require_http_methods(["GET", "POST"])
def new_letters(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Issue letters to those that are late, or to those that were ticked on the board."""
    campaign, scope = asked_campaign(request, campaign_id), request.actor.scope
    if "prepare" in request.POST:
        wanted = "&".join(f"row={one}" for one in chosen_ids(request.POST))
        return redirect(f"/campaigns/{campaign.id}/letters/new/?{wanted}")
    if request.method == "POST":
        return _issue(request, campaign, chosen_filings(scope, campaign, chosen_ids(request.POST)))
    known = {"due_on": default_due_on(campaign), "matter": default_matter(campaign)}
    return _form(request, campaign, chosen_ids(request.GET), LetterForm(initial=known))


def _form(request: HttpRequest, campaign: Campaign, chosen: list[UUID], form: LetterForm, status: int = 200) -> HttpResponse:
    rows = letter_page.rows_to_supervise(to_supervise(request.actor.scope, campaign, request.actor.org_id, chosen), chosen)
    held = rules_of(campaign)
    page = {"rows": rows, "form": form, "letter_days": held.letter_days, "rules_are_system": not held.is_own}
    return render(request, "campaigns/notice/new_letters.html", facts(request, campaign, "letters", **page), status=status)


def _issue(request: HttpRequest, campaign: Campaign, rows: list[Any]) -> HttpResponse:
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


def _offers(actor: Any, row: Notice, bound: dict[str, ActForm]) -> list[Offer]:
    found = []
    for code, act in ACTS.items():
        move, may = _RULES[code]
        if not row.CHART.allows(move, row.state) or not may(actor, row):
            continue
        form = bound.get(code) or act.form(initial={"due_on": default_due_on(row.campaign)}, auto_id=f"{code}-%s")
        found.append(Offer(code, reverse("campaigns:act_on_letter", args=[row.pk, code]), act.label, form, act.is_main))
    return found


def _shown(request: HttpRequest, row: Notice, bound: dict[str, ActForm] | None = None) -> HttpResponse:
    actor = request.actor
    more = letter_page.letter_facts(actor.scope, actor, row)
    offers = _offers(actor, row, bound or {})
    if more["may_be_closed"] is False:
        offers = [one for one in offers if one.code != "close"]
    answer = next((one for one in offers if one.code == "answer"), None)
    page = {"answer": answer, "offers": [one for one in offers if one is not answer], **more}
    return render(request, "campaigns/notice/letter.html", facts(request, row.campaign, "letters", **page))


@policy("campaigns.letter", *BUSINESS_ROLES)
@require_GET
def letter(request: HttpRequest, letter_id: UUID) -> HttpResponse:
    """One letter as printed, with its answer and its course; answered and crossed off from here."""
    return _shown(request, letter_by_id(request.actor.scope, letter_id))


@policy("campaigns.act_on_letter", *BUSINESS_ROLES)
@require_POST
def act_on_letter(request: HttpRequest, letter_id: UUID, code: str) -> HttpResponse:
    """Answer, cross off or send back; the services decide who may."""
    row = letter_by_id(request.actor.scope, letter_id)
    if code not in ACTS:
        raise OutOfScope(code)
    form = ACTS[code].form(request.POST, request.FILES, auto_id=f"{code}-%s")
    return carry_out(
        request, ACTS[code], row, form=form, page=lambda bound: _shown(request, row, {code: bound}),
        home=lambda _done: reverse("campaigns:letter", args=[row.pk]),
    )


@policy("campaigns.letter_file", *BUSINESS_ROLES)
@require_GET
def letter_file(request: HttpRequest, letter_id: UUID, fmt: str) -> HttpResponse:
    """The letter as pdf, docx or xlsx."""
    held = letter_by_id(request.actor.scope, letter_id)
    if held.document_id is None:
        raise OutOfScope(f"document of {letter_id}")
    name, data = document_file(request.actor.scope, dossier.document_of(request.actor.scope, held.document_id), fmt)
    return attachment(name, data, fmt)

"""Typical cases and good practice: found by words, told from a problem without names, mended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengjian.base.acts import opens_for
from hengjian.base.errors import BadInput, OutOfScope
from hengjian.base.routes import policy
from hengjian.campaigns import policy as rules
from hengjian.campaigns.models import CaseStory
from hengjian.campaigns.queries import campaign_by_id
from hengjian.campaigns.queries import reports as queries
from hengjian.campaigns.services import stories as services
from hengjian.parties import queries as parties
from hengjian.parties.states import REGULATORS
from hengjian.rectification.models import Problem

PER_PAGE = 20
FIELDS = ("kind", "title", "text", "keywords")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


@policy("campaigns.stories", *REGULATORS)
@require_GET
def stories(request: HttpRequest) -> HttpResponse:
    """Stories across the scope, by text, kind and area."""
    actor, asked = request.actor, request.GET  # type: ignore[attr-defined]
    found = queries.stories(actor.scope, text=asked.get("q", ""), kind=asked.get("kind", ""), area=asked.get("area", ""), campaign_id=_uuid(asked.get("campaign", "")))
    fields = [
        {"name": "q", "label": _("标题、内容、关键词")},
        {"name": "kind", "label": _("案例和做法"), "kind": "select", "options": CaseStory._meta.get_field("kind").choices},
        {"name": "area", "label": _("全部地区"), "kind": "select", "options": [(one.path, one.area_name) for one in parties.authorities(actor.scope)]},
    ]
    page = Paginator(found, PER_PAGE).get_page(asked.get("page"))
    return render(request, "campaigns/reports/stories.html", {"page": page, "fields": fields})


@policy("campaigns.story", *REGULATORS)
@require_GET
def story(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """One story; the problem behind it opens for those who may see it."""
    actor = request.actor  # type: ignore[attr-defined]
    row = queries.story_by_id(actor.scope, story_id)
    problem = Problem.objects.within(actor.scope).filter(pk=row.problem_id).first() if row.problem_id else None
    return render(request, "campaigns/reports/story.html", {"story": row, "problem": problem, "may_tell": rules.may_tell(actor, row)})


def _given(request: HttpRequest) -> dict[str, Any]:
    post = request.POST
    return {"kind": post.get("kind", ""), "story_title": post.get("title", ""), "text": post.get("text", ""), "keywords": post.get("keywords", ""),
            "checked": bool(post.get("checked"))}


def _form(request: HttpRequest, facts: dict[str, Any], refusal: BadInput | None) -> HttpResponse:
    return render(request, "campaigns/reports/story_form.html", {**facts, "refused": refusal}, status=422 if refusal else 200)


@policy("campaigns.tell_story", *REGULATORS)
@require_http_methods(["GET", "POST"])
def tell(request: HttpRequest, campaign_id: UUID) -> HttpResponse:
    """Tell a story of a campaign, from a problem or from nothing."""
    actor = request.actor  # type: ignore[attr-defined]
    campaign = campaign_by_id(actor.scope, campaign_id)
    problem = _problem(actor, request.GET.get("problem", "") or request.POST.get("problem", ""))
    offered = [] if problem else queries.problems_to_tell(actor.scope, campaign)
    facts = {"campaign": campaign, "problem": problem, "story": None, "given": _first(actor, problem), "offered": offered}
    if request.method == "GET":
        return _form(request, facts, None)
    authority = parties.authority_at(actor.scope, actor.area)
    try:
        row = services.tell_story(campaign, actor=actor, authority=authority, problem=problem, **_given(request))
    except BadInput as refusal:
        return _form(request, {**facts, "given": request.POST}, refusal)
    messages.success(request, _("已登记；工作情况报告重新起草时会写入。"))
    return redirect("campaigns:story", story_id=row.id)


def _problem(actor: Any, text: str) -> Problem | None:
    found = _uuid(text)
    if text and found is None:
        raise OutOfScope(text)
    return queries.problem_told(actor.scope, found) if found else None


def _first(actor: Any, problem: Problem | None) -> dict[str, str]:
    """What the form begins with: the problem in words without names."""
    if problem is None:
        return {"kind": "practice", "title": "", "text": "", "keywords": ""}
    text = queries.story_text(problem)
    names = queries.names_in(actor.scope, f"{problem.title}\n{text}", problem)
    return {"kind": "case", "title": queries.without_names(problem.title, names), "text": queries.without_names(text, names),
            "keywords": str(problem.get_kind_display())}


@policy("campaigns.amend_story", *REGULATORS)
@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """Mend a story."""
    actor = request.actor  # type: ignore[attr-defined]
    row = queries.story_by_id(actor.scope, story_id)
    facts = {"campaign": row.campaign, "problem": None, "story": row, "given": {name: getattr(row, name) for name in FIELDS}}
    if request.method == "GET":
        opens_for(rules.may_tell(actor, row), services.NOT_THEIRS)
        return _form(request, facts, None)
    try:
        services.amend_story(row, actor=actor, **_given(request))
    except BadInput as refusal:
        return _form(request, {**facts, "given": request.POST}, refusal)
    return redirect("campaigns:story", story_id=row.id)


@policy("campaigns.drop_story", *REGULATORS)
@require_POST
def drop(request: HttpRequest, story_id: UUID) -> HttpResponse:
    """Take a story back."""
    actor = request.actor  # type: ignore[attr-defined]
    services.drop_story(queries.story_by_id(actor.scope, story_id), actor=actor, reason=request.POST.get("reason", ""))
    messages.success(request, _("已撤回。"))
    return redirect("campaigns:stories")

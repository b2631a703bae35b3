"""One search over everything the reader may see; identity numbers only by POST, never in an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods

from hengjian.base.routes import policy as route
from hengjian.campaigns.models import Campaign, CaseStory
from hengjian.dossier import queries as dossier
from hengjian.dossier.policy import is_hidden
from hengjian.enforcement import queries as enforcement
from hengjian.parties import queries as parties
from hengjian.parties.states import BUSINESS_ROLES
from hengjian.rectification.models import Problem
from hengjian.registry import queries as registry
from hengjian.web.desk.tasks import place
from hengjian.web.templatetags.wording import moment

PER_GROUP = 8
SHORTEST = 2
ID_NUMBER = re.compile(r"^(\d{15}|\d{17}[\dXx])$")


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is called, what it is, where it is."""

    title: str
    about: str
    url: str


@dataclass(frozen=True)
class Group:
    """What was found of one kind; ``more_url`` leads to all of it."""

    title: str
    hits: tuple[Hit, ...]
    more_url: str = ""


def looks_like_id(words: str) -> bool:
    """Whether this is an identity number, which must not get into an address or a log."""
    return ID_NUMBER.match("".join(words.split())) is not None


def _institutions(actor: Any, words: str) -> Iterable[Hit]:
    for one in registry.institutions(actor.scope, search=words)[:PER_GROUP]:
        yield Hit(one.name, f"{one.get_kind_display()}　{one.organisation.uscc}", place("registry:institution", one.pk))


def _people(actor: Any, words: str) -> Iterable[Hit]:
    for one in registry.people(actor.scope, search=words, present=False)[:PER_GROUP]:
        jobs = "、".join(dict.fromkeys(job.institution.name for job in one.employments.all()))
        yield Hit(one.name, jobs, place("registry:person", one.pk))


def _problems(actor: Any, words: str) -> Iterable[Hit]:
    found = Problem.objects.within(actor.scope).filter(Q(number__icontains=words) | Q(title__icontains=words))
    for one in found.order_by("-found_at")[:PER_GROUP]:
        yield Hit(f"{one.number}　{one.title}", f"{one.institution_name}　{one.get_state_display()}", place("rectification:problem", one.pk))


def _orders(actor: Any, words: str) -> Iterable[Hit]:
    asked = Q(number__icontains=words) | Q(institution_name__icontains=words)
    for order in enforcement.orders(actor.scope, as_unit=not actor.is_authority).filter(asked)[:PER_GROUP]:
        yield Hit(order.number or str(_("指令书草稿")), f"{order.institution_name}　{order.get_state_display()}", place("enforcement:order", order.pk))
    if not actor.is_authority:
        return
    for case in enforcement.cases(actor.scope).filter(asked | Q(cause__icontains=words))[:PER_GROUP]:
        yield Hit(case.number or case.cause, f"{case.institution_name}　{case.get_state_display()}", place("enforcement:case", case.pk))


def _campaigns(actor: Any, words: str) -> Iterable[Hit]:
    found = Campaign.objects.within(actor.scope).filter(Q(title__icontains=words) | Q(document_number__icontains=words))
    for one in found.order_by("-issued_on")[:PER_GROUP]:
        yield Hit(one.title, one.document_number, place("web:open", "campaigns.campaign", one.pk))


def _documents(actor: Any, words: str) -> Iterable[Hit]:
    found = dossier.documents_found(actor.scope, words)
    drafts = [] if actor.is_authority else _drafted(actor)
    for one in found.exclude(object_id__in=drafts)[: 2 * PER_GROUP]:
        if is_hidden(actor, one.object_type):
            continue
        yield Hit(f"{one.title}　{one.number}".strip(), f"{one.code}　{moment(one.made_at)}", place("dossier:document", one.pk))


def _drafted(actor: Any) -> list[Any]:
    """Orders that the unit has not been served yet: their papers are not there for it either."""
    served = set(enforcement.orders(actor.scope, as_unit=True).values_list("pk", flat=True))
    return [pk for pk in enforcement.orders(actor.scope).values_list("pk", flat=True) if pk not in served]


def _stories(actor: Any, words: str) -> Iterable[Hit]:
    found = CaseStory.objects.within(actor.scope).filter(Q(title__icontains=words) | Q(text__icontains=words) | Q(keywords__icontains=words))
    for one in found[:PER_GROUP]:
        yield Hit(one.title, one.get_kind_display(), place("web:open", "campaigns.casestory", one.pk))


Finder = Callable[[Any, str], Iterable[Hit]]
FINDERS: tuple[tuple[Any, str, Finder], ...] = (
    (lazy("机构"), "registry:institutions", _institutions),
    (lazy("人员"), "registry:people", _people),
    (lazy("问题"), "rectification:problems", _problems),
    (lazy("指令书与案件"), "", _orders),
    (lazy("专项行动"), "", _campaigns),
    (lazy("公文"), "", _documents),
    (lazy("典型案例"), "", _stories),
)


def found_for(actor: Any, words: str) -> list[Group]:
    """Everything of the actor's scope that answers to the words, grouped by kind."""
    if actor.role not in BUSINESS_ROLES:
        return _accounts(actor, words)
    groups = []
    for title, more, find in FINDERS:
        hits = tuple(find(actor, words))
        url = f"{reverse(more)}?{urlencode({'q': words})}" if more and len(hits) >= PER_GROUP else ""
        groups.append(Group(str(title), hits, url))
    return [group for group in groups if group.hits]


def _accounts(actor: Any, words: str) -> list[Group]:
    """Administrators find accounts; business rows are not theirs to see."""
    held = parties.accounts_managed(actor.scope, actor).filter(Q(name__icontains=words) | Q(username__icontains=words))
    hits = tuple(Hit(one.name, one.username, reverse("parties:account", args=[one.pk])) for one in held[:PER_GROUP])
    return [Group(_("账号"), hits)] if hits else []


def _by_id_number(actor: Any, words: str) -> list[Group]:
    person = registry.person_by_id_number(actor.scope, "".join(words.split())) if actor.role in BUSINESS_ROLES else None
    if person is None:
        return []
    return [Group(_("人员"), (Hit(person.name, str(_("按身份证件号码查到")), place("registry:person", person.pk)),))]


@require_http_methods(["GET", "POST"])
@route("web.search")
def search(request: HttpRequest) -> HttpResponse:
    """Find anything; as a page, or as its list for a live search."""
    actor = request.actor  # type: ignore[attr-defined]
    words = (request.POST if request.method == "POST" else request.GET).get("q", "").strip()[:80]
    is_id = looks_like_id(words)
    if request.method == "POST" and not is_id and not request.headers.get("HX-Request"):
        return redirect(f"{reverse('web:search')}?{urlencode({'q': words})}")
    if request.method == "GET" and is_id:
        return redirect(f"{reverse('web:search')}?typed=id")
    groups: list[Group] = []
    if is_id:
        groups = _by_id_number(actor, words)
    elif len(words) >= SHORTEST:
        groups = found_for(actor, words)
    facts = {"words": "" if is_id else words, "find": "" if is_id else words, "groups": groups, "asked": bool(words),
             "typed_id": request.GET.get("typed") == "id", "count": sum(len(group.hits) for group in groups), "shortest": len(words) < SHORTEST}
    template = "web/desk/search_list.html" if request.headers.get("HX-Target") == "found" else "web/desk/search.html"
    answer = render(request, template, facts)
    answer["Cache-Control"] = "no-store"
    return answer

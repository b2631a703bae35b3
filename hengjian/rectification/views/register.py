"""The register: the list, one problem beside it, and the commands on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from hengjian.base.acts import ActForm, carry_out
from hengjian.base.errors import OutOfScope
from hengjian.base.ledger.timeline import timeline_of
from hengjian.base.links import campaign_field, related_to
from hengjian.base.lists import page_of, uuid_or_none
from hengjian.base.routes import policy as route
from hengjian.parties import queries as parties
from hengjian.parties.policy import hides_superiors, names_read_of
from hengjian.parties.states import BUSINESS_ROLES
from hengjian.rectification import policy, queries
from hengjian.rectification.models import Problem
from hengjian.rectification.states import Finder, ProblemKind, ProblemState
from hengjian.rectification.views import shown
from hengjian.rectification.views.commands import ACTS, DECIDE, form_for

LISTS = (("", lazy("问题清单")), ("measures", lazy("举措清单")), ("responsibilities", lazy("责任清单")))


def filter_of(request: HttpRequest) -> queries.Filter:
    """What the address asks for."""
    asked = request.GET
    severity = asked.get("severity", "")
    return queries.Filter(
        stat=asked.get("status", ""), text=asked.get("q", "").strip(), area=asked.get("area", ""),
        finder=asked.get("finder", ""), kind=asked.get("kind", ""),
        severity=int(severity) if severity in {"1", "2", "3"} else None,
        campaign_id=uuid_or_none(asked.get("campaign", "")), org_id=uuid_or_none(asked.get("org", "")),
    )


def _stats(counts: queries.Counts) -> list[dict[str, Any]]:
    return [
        {"key": "proposed", "label": ProblemState.PROPOSED.label, "state": "idle", "count": counts.proposed},
        {"key": "rectifying", "label": ProblemState.RECTIFYING.label, "state": "draft", "count": counts.rectifying},
        {"key": "reported", "label": ProblemState.REPORTED.label, "state": "filed", "count": counts.reported},
        {"key": "overdue", "label": _("逾期"), "state": "overdue", "count": counts.overdue, "bad": True},
        {"key": "closed", "label": ProblemState.CLOSED.label, "state": "accepted", "count": counts.closed},
        {"key": "recurred", "label": _("一年内复发"), "state": "returned", "count": counts.recurred},
    ]


def _fields(request: HttpRequest) -> list[dict[str, Any]]:
    actor = request.actor  # type: ignore[attr-defined]
    found: list[dict[str, Any]] = [{"name": "q", "label": _("编号、机构、问题")}]
    if actor.is_authority:
        known = parties.authorities(actor.scope).values_list("path", "area_name")
        below = [(path, name) for path, name in known if path.startswith(actor.area)]
        found.append({"name": "area", "label": _("全部地区"), "kind": "select", "options": below})
    found += [
        {"name": "finder", "label": _("全部来源"), "kind": "select", "options": Finder.choices},
        {"name": "kind", "label": _("全部类别"), "kind": "select", "options": ProblemKind.choices},
    ]
    return found + campaign_field(actor.scope)


def _register(request: HttpRequest) -> dict[str, Any]:
    actor, wanted = request.actor, filter_of(request)  # type: ignore[attr-defined]
    page = page_of(request, queries.problems(actor.scope, wanted))
    counts = queries.counts(actor.scope, wanted)
    view = request.GET.get("view", "")
    return {
        "page": page, "lines": [shown.line_of(one) for one in page], "counts": counts, "stats": _stats(counts),
        "fields": _fields(request), "view": view if view in dict(LISTS) else "",
        "lists": [{"key": key, "label": label} for key, label in LISTS],
        "hide_names": any(hides_superiors(actor, one) for one in {row.campaign_id: row for row in page}.values()), "query": request.GET.urlencode(),
    }


@require_GET
@route("rectification.read", *BUSINESS_ROLES)
def problems(request: HttpRequest) -> HttpResponse:
    """The register of problems."""
    return render(request, "rectification/problems.html", _register(request))


def problem_or_404(request: HttpRequest, problem_id: UUID) -> Problem:
    """The problem, if the actor's scope holds it."""
    found = queries.problem_of(request.actor.scope, problem_id)  # type: ignore[attr-defined]
    if found is None:
        raise OutOfScope(str(problem_id))
    return found


def _panel(request: HttpRequest, row: Problem, bound: dict[str, ActForm], deciding: ActForm | None) -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    sources = list(queries.sources_of(actor.scope, row))
    extensions = [(one, shown.decision_offer(one, actor, deciding)) for one in queries.extensions_of(actor.scope, row)]
    return {
        "problem": row, "line": shown.line_of(row), "sources": sources, "found": queries.source_sentence(sources),
        "extensions": extensions, "evidence": queries.evidence_of(actor.scope, row),
        "entries": timeline_of(queries.OBJECT_TYPE, row.pk, names_of=names_read_of(actor, row)), "related": related_to(actor, row),
        "came_back_as": list(queries.recurrences_of(actor.scope, row)), "offers": shown.offers(row, actor, bound),
        "hide_names": hides_superiors(actor, row), "is_overseer": policy.is_overseer(actor, row), "is_party": policy.is_party(actor, row),
        "object_type": queries.OBJECT_TYPE,
    }


def problem_page(
    request: HttpRequest, row: Problem, bound: dict[str, ActForm] | None = None, deciding: ActForm | None = None
) -> HttpResponse:
    """The register with one problem beside it."""
    return render(
        request, "rectification/problems.html", {**_register(request), **_panel(request, row, bound or {}, deciding)}
    )


@require_GET
@route("rectification.read", *BUSINESS_ROLES)
def problem(request: HttpRequest, problem_id: UUID) -> HttpResponse:
    """One problem beside the register."""
    return problem_page(request, problem_or_404(request, problem_id))


def _home(row: Problem) -> str:
    return reverse("rectification:problem", args=[row.pk])


@require_POST
@route("rectification.act", *BUSINESS_ROLES)
def act(request: HttpRequest, problem_id: UUID, code: str) -> HttpResponse:
    """Carry out one command on a problem; the services decide who may."""
    row = problem_or_404(request, problem_id)
    if code not in ACTS:
        raise OutOfScope(code)
    actor = request.actor  # type: ignore[attr-defined]
    return carry_out(
        request, ACTS[code], row, form=form_for(code, row, actor, request.POST, request.FILES),
        page=lambda form: problem_page(request, row, {code: form}),
        home=lambda done: _home(done if isinstance(done, Problem) else row),
    )


@require_POST
@route("rectification.decide_extension", *BUSINESS_ROLES)
def decide(request: HttpRequest, problem_id: UUID, extension_id: UUID) -> HttpResponse:
    """Grant or refuse more time."""
    row = problem_or_404(request, problem_id)
    actor = request.actor  # type: ignore[attr-defined]
    asked = queries.extensions_of(actor.scope, row).filter(pk=extension_id).first()
    if asked is None:
        raise OutOfScope(str(extension_id))
    return carry_out(
        request, DECIDE, asked, page=lambda form: problem_page(request, row, deciding=form), home=lambda _done: _home(row)
    )

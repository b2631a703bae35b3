"""Pages of one institution, one person, one enterprise."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from hengjian.base import clock
from hengjian.base.lists import page_of
from hengjian.base.routes import policy as route
from hengjian.parties.states import BUSINESS_ROLES, INSTITUTION_ROLES, REGULATORS
from hengjian.registry import queries
from hengjian.registry.states import Speciality
from hengjian.registry.views import commands
from hengjian.registry.views.lists import SHAPES


@require_GET
@route("registry.read", *BUSINESS_ROLES)
def institution(request: HttpRequest, institution_id: UUID) -> HttpResponse:
    """Basic data, approvals, work areas, staffing and people of an institution."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    shown = queries.institution_page(actor.scope, institution_id, clock.today())
    held = shown.institution
    people = page_of(request, queries.people(actor.scope, institution=held.pk, search=request.GET.get("q", "")[:80]))
    return render(request, "registry/institution.html", {
        "shown": shown, "institution": held, "page": people, "shapes": SHAPES, "today": clock.today(),
        "lines": queries.person_lines(actor.scope, people, clock.today(), held),
        "specialities": dict(Speciality.choices), "links": commands.links("institution", held, actor),
        "approvals": [(one, commands.links("approval", one, actor)) for one in shown.approvals],
        "areas": [(one, name, commands.links("work-area", one, actor)) for one, name in shown.areas],
    })


@require_GET
@route("registry.read", *INSTITUTION_ROLES)
def own(request: HttpRequest) -> HttpResponse:
    """The page of the actor's own institution."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    return redirect("registry:institution", queries.institution_by_id(actor.scope, actor.org_id).pk)


@require_GET
@route("registry.read", *BUSINESS_ROLES)
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The practice file of a person."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    file = queries.practice_file(actor.scope, person_id, clock.today())
    return render(request, "registry/person.html", file_context(file, actor))


def file_context(file: queries.PracticeFile, actor: Any) -> dict[str, Any]:
    """What the practice file shows, each row with the commands that are open to the actor."""
    return {
        "file": file, "person": file.person, "today": clock.today(),
        "links": commands.links("person", file.person, actor, file.employments),
        "jobs": [(one, commands.links("employment", one, actor)) for one in file.employments],
        "papers": [(one, commands.links("credential", one, actor, file.employments)) for one in file.credentials],
        "educations": [(one, commands.links("education", one.row, actor, file.employments)) for one in file.educations],
        "titles": [(one, commands.links("title", one.row, actor, file.employments)) for one in file.titles],
        "may_reveal": commands.policy.may_reveal(actor, file.employments),
    }


@require_GET
@route("registry.read_objects", *REGULATORS)
def enterprise(request: HttpRequest, enterprise_id: UUID) -> HttpResponse:
    """An enterprise and its equipment."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    held = commands.row_of(actor.scope, "enterprise", enterprise_id)
    return render(request, "registry/enterprise.html", {
        "enterprise": held, "page": page_of(request, held.equipment.all().order_by("code")),
        "links": commands.links("enterprise", held, actor), "today": clock.today(),
    })

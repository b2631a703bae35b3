"""First pages of each role, and the way from a reference to its page."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from hengjian.base import clock
from hengjian.base.routes import policy
from hengjian.parties.states import INSTITUTION_ROLES, REGULATORS
from hengjian.web.desk.institution import institution_desk
from hengjian.web.desk.opening import page_of
from hengjian.web.desk.platform import platform_desk
from hengjian.web.desk.regulator import regulator_desk


@policy("web.desk", without_post=True)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What the reader has to do today, by when, and who waits for it; without a post, one's own account."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor is None:
        return redirect("parties:own_account")
    if actor.role in REGULATORS:
        return render(request, "web/desk/regulator.html", {"page": regulator_desk(actor), "today": clock.today()})
    if actor.role in INSTITUTION_ROLES:
        return render(request, "web/desk/institution.html", {"page": institution_desk(actor), "today": clock.today()})
    return render(request, "web/desk/platform.html", {"page": platform_desk(actor), "today": clock.today()})


@policy("web.open")
@require_GET
def open_object(request: HttpRequest, object_type: str, object_id: UUID) -> HttpResponse:
    """Go to the page of an object that somebody refers to."""
    return redirect(page_of(request.actor, object_type, object_id))  # type: ignore[attr-defined]

"""A problem registered by hand."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from hengjian.base.acts import ActForm, PageAct, carry_out
from hengjian.base.errors import OutOfScope
from hengjian.base.routes import policy as route
from hengjian.parties.states import INSTITUTION_FILLERS, REGULATORS
from hengjian.rectification import forms, queries, services

OPEN = PageAct(_("登记问题"), forms.OpenForm, services.report_problem, _("问题已登记。"), True)


def _form(request: HttpRequest, data: Any = None) -> ActForm:
    actor = request.actor  # type: ignore[attr-defined]
    form = forms.OpenForm(data, initial={"institution": request.GET.get("org"), "title": request.GET.get("title", "")})
    if actor.is_authority:
        form.fields["institution"].offer(queries.institutions(actor.scope))  # type: ignore[attr-defined]
    else:
        del form.fields["institution"], form.fields["finder"]
    return form


def _page(request: HttpRequest, form: ActForm) -> HttpResponse:
    return render(request, "rectification/open.html", {"form": form})


def _carry_out(own: Any, *, actor: Any, **given: Any) -> Any:
    named = given.pop("institution", None) or own
    if named is None:
        raise OutOfScope("institution")
    return services.report_problem(named, actor=actor, **given)


@route("rectification.open_problem", *REGULATORS, *INSTITUTION_FILLERS)
@require_http_methods(["GET", "POST"])
def open_by_hand(request: HttpRequest) -> HttpResponse:
    """Register a problem of one's own unit, or of an institution in the area."""
    if request.method != "POST":
        return _page(request, _form(request))
    actor = request.actor  # type: ignore[attr-defined]
    own = queries.institution_of(actor.scope, actor.org_id)
    act = PageAct(OPEN.label, OPEN.form, _carry_out, OPEN.said)
    return carry_out(
        request, act, own, form=_form(request, request.POST), page=lambda form: _page(request, form),
        home=lambda problem: reverse("rectification:problem", args=[problem.pk]),
    )

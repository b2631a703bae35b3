"""Figures of the staffing conditions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from hengjian.base import clock
from hengjian.base.acts import ActForm, PageAct, carry_out, opens_for
from hengjian.base.routes import policy as route
from hengjian.parties.states import BUSINESS_ROLES, REGULATORS
from hengjian.registry import forms, policy, queries, services


def _enter(_row: Any, *, actor: Any, **given: Any) -> Any:
    return services.enter_staffing_rule(actor=actor, **given)


ENTER = PageAct(_("录入数值"), forms.StaffingRuleForm, _enter, _("数值已录入，标为未核对官方文本。"), True)


@require_GET
@route("registry.read", *BUSINESS_ROLES)
def staffing(request: HttpRequest) -> HttpResponse:
    """All classes with their figures, and which have none."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    classes = queries.staffing_classes(actor.scope, clock.today())
    known = [(name, rules) for name, rules in classes if any(rule.minimum is not None for rule in rules)]
    return render(request, "registry/staffing.html", {
        "classes": known, "gaps": [one for one in classes if one not in known], "may_enter": policy.may_enter_staffing_rule(actor),
    })


@route("registry.enter_staffing_rule", *REGULATORS)
@require_http_methods(["GET", "POST"])
def enter_rule(request: HttpRequest) -> HttpResponse:
    """Enter a figure as a new version."""
    back = reverse("registry:staffing")

    def page(form: ActForm) -> HttpResponse:
        return render(request, "registry/act.html", {"form": form, "label": ENTER.label, "row": None, "back": back})

    if request.method != "POST":
        opens_for(policy.may_enter_staffing_rule(request.actor), _(policy.NOT_THE_PROVINCE))  # type: ignore[attr-defined]
        known = {name: request.GET[name] for name in ("approval_class", "metric") if name in request.GET}
        return page(forms.StaffingRuleForm(initial=known))
    return carry_out(request, ENTER, None, page=page, home=lambda _done: back)

"""The calendar of working days: the published arrangement of each year, and its corrections."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_GET, require_POST

from hengjian.base import clock, working_days
from hengjian.base.acts import ActForm, PageAct, carry_out
from hengjian.base.errors import NotAllowed
from hengjian.base.routes import policy as route
from hengjian.base.texts import whole_number
from hengjian.parties import forms, policy, queries
from hengjian.parties.states import AUTHORITY_ROLES, INSTITUTION_ROLES, Role


def _settle(_row: Any, *, actor: Any, day: Any, **given: Any) -> Any:
    return working_days.settle_day(day, actor=actor, **given)


SETTLE = PageAct(lazy("核定这一天"), forms.DayForm, _settle, lazy("已核定；此后计算的期限按新的日历。"), True)


def _page(request: HttpRequest, form: ActForm | None = None) -> HttpResponse:
    actor, this_year = request.actor, clock.today().year  # type: ignore[attr-defined]
    asked = whole_number(request.GET.get("year", ""))
    year = asked if asked is not None and 2000 <= asked <= 2100 else this_year
    days = queries.calendar_days(actor.scope, year)
    return render(request, "parties/calendar.html", {
        "year": year, "years": [{"key": "" if y == this_year else y, "label": y} for y in range(this_year - 2, this_year + 2)],
        "days": days, "published": working_days.is_verified(clock.today().replace(year=year, month=1, day=1)),
        "form": form or forms.DayForm(), "may_change": policy.may_change_tree(actor), "sources": sorted({day.source for day in days}),
    })


@require_GET
@route("parties.calendar", *AUTHORITY_ROLES, *INSTITUTION_ROLES)
def calendar(request: HttpRequest) -> HttpResponse:
    """The exceptional days of a year."""
    return _page(request)


@require_POST
@route("parties.settle_day", Role.AUTHORITY_ADMIN)
def settle_day(request: HttpRequest) -> HttpResponse:
    """Enter or correct one day."""
    if not policy.may_change_tree(request.actor):  # type: ignore[attr-defined]
        raise NotAllowed("须由省级单位管理员办理。")
    return carry_out(
        request, SETTLE, None, page=lambda bad: _page(request, bad), home=lambda row: f"{reverse('parties:calendar')}?year={row.day.year}"
    )

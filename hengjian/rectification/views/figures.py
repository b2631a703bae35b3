"""Figures of the register, each with its definition and, when opened, the rows behind it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengjian.base.links import campaign_field
from hengjian.base.lists import uuid_or_none
from hengjian.base.routes import policy as route
from hengjian.base.scope import Scope
from hengjian.parties.states import BUSINESS_ROLES
from hengjian.rectification import indicators
from hengjian.rectification.indicators import Counted, Share

Group = dict[str, Any]


def _single(scope: Scope, campaign_id: UUID | None) -> list[Share]:
    reported = indicators.problems_closed_on_time
    return [
        Share("overdue", _("逾期"), indicators.problems_overdue(scope, campaign_id)),
        Share("recurred", _("一年内复发"), indicators.problems_recurred(scope, campaign_id)),
        Share("on-time", _("按现行时限申报"), reported(scope, campaign_id)),
        Share("on-time-first", _("按原定时限申报"), reported(scope, campaign_id, by_original=True)),
    ]


def _groups(scope: Scope, campaign_id: UUID | None) -> list[Group]:
    kinds = indicators.problems_by_kind(scope, campaign_id)
    ages = indicators.open_problems_by_age(scope, campaign_id)
    groups: list[Group] = [
        {"code": "kind", "title": _("问题类别"), "shares": kinds, "chart": _chart(_("问题按类别"), kinds)},
        {"code": "age", "title": _("未销号问题已有多久"), "shares": ages, "chart": _chart(_("未销号问题按天数"), ages)},
        {"code": "one", "title": _("逾期、复发和按时"), "shares": _single(scope, campaign_id), "chart": None},
    ]
    return [{**group, "definition": _definition(group["shares"])} for group in groups]


def _definition(shares: list[Share]) -> str:
    """What all figures of a group count, where they count alike."""
    said = {share.figure.definition for share in shares}
    return said.pop() if len(said) == 1 else ""


def _chart(label: str, shares: list[Share]) -> dict[str, Any]:
    values = [share.figure.value for share in shares]
    names = [share.label for share in shares]
    series = [{"name": _("问题"), "values": values}]
    return {"kind": "flat", "unit": _("个"), "label": label, "categories": names, "series": series}


def _opened(groups: list[Group], asked: str) -> tuple[str, Counted] | None:
    for group in groups:
        for share in group["shares"]:
            if f"{group['code']}.{share.key}" == asked:
                return f"{group['title']}{_('：')}{share.label}", share.figure
    return None


@require_GET
@route("rectification.read", *BUSINESS_ROLES)
def figures(request: HttpRequest) -> HttpResponse:
    """Problems by kind and age, overdue, recurred, in time; each figure opens to its rows."""
    scope = request.actor.scope  # type: ignore[attr-defined]
    groups = _groups(scope, uuid_or_none(request.GET.get("campaign", "")))
    asked = request.GET.get("open", "")
    facts = {"groups": groups, "asked": asked, "opened": _opened(groups, asked), "fields": campaign_field(scope)}
    return render(request, "rectification/figures.html", facts)

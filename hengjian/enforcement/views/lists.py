"""Lists of papers: what the address asks for, the numbers above, the rows with the shape of their state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hengjian.base.links import campaign_field
from hengjian.base.lists import page_of, uuid_or_none
from hengjian.enforcement import queries


def filter_of(request: HttpRequest) -> queries.Filter:
    """What the address asks for."""
    asked = request.GET
    return queries.Filter(asked.get("status", ""), asked.get("q", "").strip(), uuid_or_none(asked.get("campaign", "")))


def listing(
    request: HttpRequest, template: str, found: Any, *, tones: Mapping[str, str], words: Any,
    late: Callable[[Any], str] = lambda _row: "", **facts: Any,
) -> HttpResponse:
    """One page of a list of papers. ``tones``: shape by state; ``words``: what one may search for; ``late``: who is."""
    page = page_of(request, found)
    fields = [{"name": "q", "label": words}, *campaign_field(request.actor.scope)]  # type: ignore[attr-defined]
    return render(
        request, template, {"page": page, "lines": [(one, tones[one.state], late(one)) for one in page], "fields": fields, **facts}
    )

"""What list pages have in common: which page of the rows, which id, how many rows stand where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

PER_PAGE = 20


def page_of(request: HttpRequest, rows: Any) -> Page:
    """The page of a list that the address asks for; the last one where it asks for too much."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def uuid_or_none(text: str) -> UUID | None:
    """A UUID of an address, or ``None`` when it is none."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def tally(rows: QuerySet, conditions: Mapping[str, Q]) -> dict[str, int]:
    """How many rows meet each condition, all in one query; an empty condition counts every row."""
    return rows.order_by().aggregate(**{name: Count("pk", filter=wanted or None) for name, wanted in conditions.items()})

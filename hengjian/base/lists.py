"""What a list page reads from its address: which page of the rows, which id."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
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

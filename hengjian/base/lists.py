"""What list pages have in common: which page of the rows, which id, how many rows stand where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

PER_PAGE = 20
MOST_COUNTED = 5000
"""So many rows of a list without end are counted and paged through; whoever looks for more of them uses the filters."""


class EndlessPaginator(Paginator):
    """Pages of a list that may be very long: no page costs more than that of a list of ``MOST_COUNTED`` rows."""

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: MOST_COUNTED + 1].count())

    @cached_property
    def count(self) -> int:
        """How many rows can be paged through."""
        return min(self._found, MOST_COUNTED)

    @property
    def said(self) -> str:
        """How many rows there are, in words."""
        return _("%(n)s多") % {"n": MOST_COUNTED} if self._found > MOST_COUNTED else str(self._found)


def endless_page_of(request: HttpRequest, rows: QuerySet) -> Page:
    """The page of a very long list that the address asks for."""
    return EndlessPaginator(rows, PER_PAGE).get_page(request.GET.get("page"))


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

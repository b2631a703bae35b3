"""Which areas a campaign reaches: all of its issuer's, or those below it that were chosen."""

from __future__ import annotations

from django.db.models import Q

from hengjian.base.scope import EVERYTHING, Scope, inside
from hengjian.campaigns.models import Campaign
from hengjian.parties.models import Authority


def choosable_areas(scope: Scope, campaign: Campaign) -> list[Authority]:
    """The authorities directly below the issuer, of which a campaign may be limited to some."""
    return list(Authority.objects.within(scope).filter(parent_id=campaign.issuer_id, valid_to__isnull=True).order_by("path"))


def areas_reached(scope: Scope, campaign: Campaign) -> list[str]:
    """Paths at and below which institutions are named. Chosen areas are kept by id: they may move in the tree."""
    chosen = campaign.body.get("areas", [])
    if not chosen:
        return [campaign.area]
    held = Authority.objects.within(EVERYTHING).filter(inside("path", campaign.area), pk__in=chosen)
    return list(held.order_by("path").values_list("path", flat=True)) or [campaign.area]


def named_in(column: str, paths: list[str]) -> Q:
    """Rows at or below one of the paths."""
    found = Q(pk__in=[])
    for path in paths:
        found |= inside(column, path)
    return found


def touches(paths: list[str], place: str) -> bool:
    """Whether an authority at ``place`` has something to do: it lies in what is reached, or above it."""
    return any(place.startswith(path) or path.startswith(place) for path in paths)

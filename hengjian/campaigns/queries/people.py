"""Who holds a post in the authorities and institutions of a campaign."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q

from hengjian.base import clock
from hengjian.base.scope import Scope
from hengjian.parties.models import Account, Post


def people_by_holder(scope: Scope, holder_ids: Iterable[Any], *roles: str) -> dict[UUID, list[Account]]:
    """Active accounts with one of ``roles`` today, for each authority or organisation: one query for all of them."""
    wanted, today = list(holder_ids), clock.today()
    held = Post.objects.filter(Q(authority_id__in=wanted) | Q(organisation_id__in=wanted), account__is_active=True, role__in=roles)
    held = held.filter(valid_from__lte=today).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    found: dict[UUID, dict[UUID, Account]] = {}
    for post in held.select_related("account").order_by("valid_from", "id"):
        holder = post.authority_id or post.organisation_id
        if holder is not None:
            found.setdefault(holder, {})[post.account_id] = post.account
    return {holder: list(people.values()) for holder, people in found.items()}

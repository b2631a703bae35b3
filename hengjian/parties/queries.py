"""Reads of authorities, organisations, accounts and messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from hengjian.base import clock
from hengjian.base.errors import OutOfScope
from hengjian.base.scope import EVERYTHING, Scope, inside
from hengjian.parties.models import Account, Authority, AuthorityEdition, Message, Organisation, Post


@dataclass(frozen=True)
class TreeNode:
    """An authority as it stood on a day."""

    authority_id: UUID
    name: str
    path: str
    parent_path: str


def authorities(scope: Scope) -> QuerySet[Authority]:
    """Authorities at and below the scope's areas, from above to below."""
    found = Q(pk__in=[])
    for area in scope.areas:
        found |= inside("path", area)
    held = Authority.objects.within(EVERYTHING).filter(valid_to__isnull=True)
    return held if scope.everything else held.filter(found)


def authority_at(scope: Scope, path: str) -> Authority:
    """The authority at a path. Raises ``OutOfScope``."""
    found = Authority.objects.within(scope).filter(path=path).first()
    if found is None:
        raise OutOfScope(f"authority {path}")
    return found


def tree_as_of(scope: Scope, day: date) -> list[TreeNode]:
    """The tree of authorities as it stood on a day, from above to below."""
    held = AuthorityEdition.objects.within(EVERYTHING).filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    return [TreeNode(e.authority_id, e.name, e.path, e.parent_path) for e in held.order_by("path")]


def organisations(scope: Scope) -> QuerySet[Organisation]:
    """Organisations of the scope."""
    return Organisation.objects.within(scope)


def accounts_managed(scope: Scope, actor: Any) -> QuerySet[Account]:
    """Accounts with a post in what the actor administers."""
    if actor.role == "institution_admin":
        held = Post.objects.filter(organisation_id=actor.org_id)
    elif actor.role == "authority_admin":
        held = Post.objects.filter(inside("area", actor.area))
    elif actor.role == "security_admin":
        held = Post.objects.filter(Q(role__in=["authority_admin", "system_admin", "security_admin", "audit_admin"]))
    else:
        return Account.objects.none()
    return Account.objects.filter(pk__in=held.values("account_id")).prefetch_related("posts__authority", "posts__organisation")


def people_of(scope: Scope, org_id: Any, *roles: str) -> list[Account]:
    """Active accounts that hold a post (of ``roles``) in an authority or organisation today."""
    today = clock.today()
    held = Post.objects.filter(Q(authority_id=org_id) | Q(organisation_id=org_id), account__is_active=True, valid_from__lte=today)
    held = held.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    if roles:
        held = held.filter(role__in=roles)
    return list({post.account_id: post.account for post in held.select_related("account")}.values())


def inbox(scope: Scope, account_id: Any) -> QuerySet[Message]:
    """Messages of one account, newest first."""
    return Message.objects.within(scope).filter(account_id=account_id)


def unread_count(scope: Scope, account_id: Any) -> int:
    """How many messages an account has not read."""
    return inbox(scope, account_id).filter(read_at__isnull=True).count()

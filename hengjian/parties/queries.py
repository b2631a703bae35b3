"""Reads of authorities, organisations, accounts and messages."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from hengjian.base import clock
from hengjian.base.errors import OutOfScope
from hengjian.base.models import CalendarDay, LedgerEntry
from hengjian.base.scope import EVERYTHING, Scope, inside
from hengjian.parties.models import Account, Authority, AuthorityEdition, Message, Organisation, Post, SignIn, TreeChange
from hengjian.parties.states import AUTHORITY_ROLES, INSTITUTION_ROLES, OrganisationKind, TreeChangeState


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


def changes_waiting(scope: Scope, area: str) -> list[TreeChange]:
    """Changes of the tree at or below a place that wait for their day, and those that could not take effect."""
    held = TreeChange.objects.within(scope).filter(state__in=[TreeChangeState.PENDING, TreeChangeState.FAILED])
    place = inside("authority__path", area) | inside("target__path", area)
    return list(held.filter(place).select_related("authority", "target").order_by("on", "asked_at", "id"))


def tree_change(scope: Scope, change_id: UUID) -> TreeChange:
    """One change of the tree within the scope's areas. Raises ``OutOfScope``."""
    found = TreeChange.objects.within(scope).filter(pk=change_id).select_related("authority", "target").first()
    if found is None or not scope.covers(found.authority.path):
        raise OutOfScope(f"change {change_id}")
    return found


def seated_at(scope: Scope, path: str) -> QuerySet[Organisation]:
    """Organisations seated at a place or below it."""
    return Organisation.objects.within(scope).filter(inside("area", path)).order_by("kind", "name")


def area_names(scope: Scope, authority_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of the areas of authorities, those closed since included."""
    return dict(Authority.objects.within(EVERYTHING).order_by().filter(pk__in=list(authority_ids)).values_list("pk", "area_name"))


def organisations(scope: Scope) -> QuerySet[Organisation]:
    """Organisations of the scope."""
    return Organisation.objects.within(scope)


IDLE = timedelta(days=90)


def _held_on(today: date) -> Q:
    """Posts of today or to come."""
    return Q(valid_to__isnull=True) | Q(valid_to__gte=today)


def accounts_managed(scope: Scope, actor: Any) -> QuerySet[Account]:
    """Accounts with a post in what the actor administers; of those that left, only who holds no post anywhere else."""
    if actor.role == "institution_admin":
        held = Post.objects.filter(organisation_id=actor.org_id)
    elif actor.role == "authority_admin":
        held = Post.objects.filter(inside("authority__path", actor.area) | inside("organisation__area", actor.area))
    elif actor.role == "security_admin":
        held = Post.objects.filter(Q(role__in=["authority_admin", "system_admin", "security_admin", "audit_admin"]))
    else:
        return Account.objects.none()
    today = clock.today()
    elsewhere = Post.objects.filter(_held_on(today), account=OuterRef("pk"))
    here = Q(pk__in=held.filter(_held_on(today)).values("account_id")) | Q(pk__in=held.values("account_id")) & Q(~Exists(elsewhere))
    # The page names every post of an account, also those that are held elsewhere.
    return Account.objects.within(EVERYTHING).filter(here).prefetch_related("posts__authority", "posts__organisation")


def account_managed(scope: Scope, actor: Any, account_id: UUID) -> Account:
    """One account that the actor administers. Raises ``OutOfScope``."""
    found = accounts_managed(scope, actor).filter(pk=account_id).first()
    if found is None:
        raise OutOfScope(f"account {account_id}")
    return found  # type: ignore[no-any-return]


def accounts_found(scope: Scope, actor: Any, *, words: str = "", role: str = "", status: str = "") -> QuerySet[Account]:
    """Accounts that the actor administers, as the page asks for them."""
    found = accounts_managed(scope, actor)
    if words:
        held = Post.objects.filter(Q(authority__name__icontains=words) | Q(organisation__name__icontains=words))
        found = found.filter(Q(name__icontains=words) | Q(username__icontains=words) | Q(pk__in=held.values("account_id")))
    if role:
        found = found.filter(pk__in=Post.objects.filter(role=role).values("account_id"))
    return found.filter(_of_status(status)).order_by("username")


def _of_status(status: str) -> Q:
    """Accounts by how they stand: on, first (password), none (no post today), idle (for 90 days), off."""
    today, since = clock.today(), clock.now() - IDLE
    active = Q(is_active=True)
    if status == "none":
        return active & Q(~Exists(Post.objects.filter(_held_on(today), account=OuterRef("pk"), valid_from__lte=today)))
    if status == "idle":
        return active & (Q(last_login__lt=since) | Q(last_login__isnull=True, created_at__lt=since))
    return {"": Q(), "on": active, "first": active & Q(must_change_password=True), "off": Q(is_active=False)}.get(status, Q(pk__in=[]))


def post_managed(scope: Scope, actor: Any, post_id: UUID) -> Post:
    """A post of an account that the actor administers. Raises ``OutOfScope``."""
    found = Post.objects.within(EVERYTHING).filter(pk=post_id, account__in=accounts_managed(scope, actor)).select_related("account", "authority", "organisation").first()
    if found is None:
        raise OutOfScope(f"post {post_id}")
    return found


def tree_scope(actor: Any) -> Scope:
    """Where an administrator may look for units to grant posts in; the policy decides which of them."""
    return EVERYTHING if actor.role == "security_admin" else actor.scope  # type: ignore[no-any-return]


def holder_by_id(scope: Scope, holder_id: Any) -> Authority | Organisation | None:
    """The authority or organisation of an id, within a scope."""
    return Authority.objects.within(scope).filter(pk=holder_id).first() or Organisation.objects.within(scope).filter(pk=holder_id).first()


def holder_by_name(scope: Scope, name: str) -> Authority | Organisation | None:
    """The authority or organisation of a full name or a unified social credit code, within a scope."""
    code = name.upper()
    authority = authorities(scope).filter(Q(name=name) | Q(area_name=name) | (Q(uscc=code) & ~Q(uscc=""))).first()
    return authority or Organisation.objects.within(scope).filter(Q(name=name) | Q(uscc=code)).first()


def holder_names(scope: Scope, roles: Collection[str], limit: int = 300) -> list[str]:
    """Names of units in which one of these roles can be held, for suggestions while one types."""
    found = list(authorities(scope).values_list("name", flat=True)) if set(roles) & set(AUTHORITY_ROLES) else []
    if set(roles) & set(INSTITUTION_ROLES):
        found += Organisation.objects.within(scope).filter(kind=OrganisationKind.INSTITUTION).values_list("name", flat=True)[:limit]
    return found


def calendar_days(scope: Scope, year: int) -> list[CalendarDay]:
    """The exceptional days of a year as the table has them."""
    return list(CalendarDay.objects.within(EVERYTHING).filter(day__year=year).order_by("day"))


def people_of(scope: Scope, org_id: Any, *roles: str) -> list[Account]:
    """Active accounts that hold a post (of ``roles``) in an authority or organisation today."""
    today = clock.today()
    held = Post.objects.filter(Q(authority_id=org_id) | Q(organisation_id=org_id), account__is_active=True, valid_from__lte=today)
    held = held.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    if roles:
        held = held.filter(role__in=roles)
    return list({post.account_id: post.account for post in held.select_related("account")}.values())


LONGEST_SIGN_IN = timedelta(hours=12)


def sign_ins(scope: Scope, account_id: Any) -> QuerySet[SignIn]:
    """Sign-ins to an account and tries that failed, newest first."""
    return SignIn.objects.within(scope).filter(account_id=account_id)


def open_sign_ins(scope: Scope, account_id: Any) -> QuerySet[SignIn]:
    """Sign-ins to an account that nobody has ended and that have not run out."""
    return sign_ins(scope, account_id).filter(succeeded=True, ended_at__isnull=True, at__gt=clock.now() - LONGEST_SIGN_IN)


def is_ended(scope: Scope, sign_in_id: Any) -> bool:
    """Whether the sign-in of a session was ended, here or elsewhere; a session from before they were kept was not."""
    return sign_in_id is not None and not SignIn.objects.within(scope).filter(pk=sign_in_id, ended_at__isnull=True).exists()


def has_second_factor(scope: Scope, account_id: Any) -> bool:
    """Whether an account signs in with a second factor."""
    return Authenticator.objects.filter(user_id=account_id, type=Authenticator.Type.TOTP).exists()


def failed_since_last(scope: Scope, account_id: Any) -> int:
    """How many tries failed since the account was last signed in to."""
    last = sign_ins(scope, account_id).filter(succeeded=True).first()
    failed = sign_ins(scope, account_id).filter(succeeded=False)
    return (failed.filter(at__gt=last.at) if last else failed).count()


def password_changed_at(scope: Scope, account_id: Any) -> datetime | None:
    """When the password was last changed or given, as the ledger tells."""
    given = ("parties.open_account", "parties.reset_password", "parties.change_own_password")
    told = LedgerEntry.objects.filter(object_type=Account._meta.label_lower, object_id=account_id, action__in=given)
    return told.order_by("-id").values_list("at", flat=True).first()


def inbox(scope: Scope, account_id: Any) -> QuerySet[Message]:
    """Messages of one account, newest first."""
    return Message.objects.within(scope).filter(account_id=account_id)


MAILED_WITHIN = timedelta(days=2)


def messages_to_mail(scope: Scope) -> QuerySet[Message]:
    """Messages that are news to somebody with an address and have not gone out yet."""
    fresh = Message.objects.within(scope).filter(mailed_at=None, mail_error="", read_at=None, at__gte=clock.now() - MAILED_WITHIN)
    return fresh.exclude(account__email="").filter(account__is_active=True)


def mails_refused(scope: Scope) -> int:
    """How many letters of the last 30 days the mail server refused for good."""
    return Message.objects.within(scope).exclude(mail_error="").filter(at__gte=clock.now() - timedelta(days=30)).count()


def unread_count(scope: Scope, account_id: Any) -> int:
    """How many messages an account has not read."""
    return inbox(scope, account_id).filter(read_at__isnull=True).count()

"""Who may open accounts and grant posts. Pure. One grants no more than one holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings

from hengjian.base.links import hides_names
from hengjian.parties.states import AUTHORITY_ROLES, INSTITUTION_ROLES, PLATFORM_ADMINS, Role

GRANTABLE: dict[str, tuple[str, ...]] = {
    Role.SECURITY_ADMIN: (Role.AUTHORITY_ADMIN, *PLATFORM_ADMINS),
    Role.AUTHORITY_ADMIN: (*AUTHORITY_ROLES, Role.INSTITUTION_ADMIN),
    Role.INSTITUTION_ADMIN: INSTITUTION_ROLES,
}


def grantable_roles(actor: Any) -> tuple[str, ...]:
    """Roles that the actor's post may grant at all."""
    if actor.holds("system"):
        return tuple(Role.values)
    return GRANTABLE.get(actor.role, ())


def may_grant(actor: Any, *, role: str, holder: Any, account_id: Any = None) -> bool:
    """Grant ``role`` in ``holder`` (an authority, an organisation or, for platform posts, ``None``).

    Nobody grants to himself; an authority's administrator only within its own tree; an institution's only in it.
    """
    if actor.holds("system"):
        return True
    if role not in grantable_roles(actor) or (account_id is not None and account_id == actor.id):
        return False
    if not suits(role, holder):
        return False
    if actor.role == Role.SECURITY_ADMIN:
        return True
    if actor.role == Role.INSTITUTION_ADMIN:
        return bool(holder.id == actor.org_id)
    return bool(holder.area.startswith(actor.area))


def suits(role: str, holder: Any) -> bool:
    """Whether a role belongs where it is to be held: of the platform nowhere, of an authority in one, of a unit in one."""
    if role in PLATFORM_ADMINS:
        return holder is None
    return holder is not None and hasattr(holder, "path") == (role in AUTHORITY_ROLES)


def may_stand_beside(role: str, others: Iterable[str]) -> bool:
    """Whether one account may hold ``role`` with other posts at the same time.

    Source: GB/T 22239-2019 8.1.4 (三权分立). Each administrator of the platform is nothing else; whoever supervises
    does not work for those who are supervised.
    """
    held = set(others)
    if not held:
        return True
    if role in PLATFORM_ADMINS or held & set(PLATFORM_ADMINS):
        return False
    return all((one in AUTHORITY_ROLES) == (role in AUTHORITY_ROLES) for one in held)


def counting(posts: Iterable[Any], today: date) -> list[Any]:
    """The posts that say who manages an account: those of today and to come; when there are none, those that were."""
    every = list(posts)
    return [one for one in every if one.valid_to is None or one.valid_to >= today] or every


def may_withdraw(actor: Any, post: Any) -> bool:
    """A post is withdrawn by whoever could have granted it."""
    holder = post.authority or post.organisation
    return may_grant(actor, role=post.role, holder=holder, account_id=post.account_id)


def may_manage(actor: Any, posts: Iterable[Any]) -> bool:
    """Whether the actor may switch an account off or give it a new password; ``posts`` are those that count."""
    held = list(posts)
    return bool(actor.holds("system") or (held and all(may_withdraw(actor, post) for post in held)))


RECOVERING = frozenset({Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN})
"""Who has to consent, one of each, before work goes on after the database was put back. No account holds both posts."""


def may_consent_to_recovery(actor: Any) -> bool:
    """Consent to go on from a database that was put back to an earlier time."""
    return bool(actor.holds(*RECOVERING))


def are_enough(roles: Iterable[str]) -> bool:
    """Whether everybody who has to consent did."""
    return set(roles) >= RECOVERING


def may_change_tree(actor: Any) -> bool:
    """The tree of authorities is kept by the province's administrator."""
    return bool(actor.holds("system") or (actor.holds(Role.AUTHORITY_ADMIN) and actor.level == "province"))


def _is_hiding(actor: Any, row: Any) -> bool:
    said = settings.HIDE_SUPERIORS or (row is not None and hides_names(row))
    return bool(said and not actor.holds(Role.AUDIT_ADMIN))


def hides_superiors(actor: Any, row: Any = None) -> bool:
    """Whether the names of officers stay hidden from an institution, where the deployment or the row's campaign says so."""
    return not actor.is_authority and _is_hiding(actor, row)


def names_read_of(actor: Any, row: Any = None) -> Any:
    """The reader from whom a history hides the names of superiors; ``None`` where nothing is hidden."""
    return actor if _is_hiding(actor, row) else None

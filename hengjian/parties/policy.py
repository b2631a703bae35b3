"""Who may open accounts and grant posts. Pure. One grants no more than one holds."""

from __future__ import annotations

from typing import Any

from hengjian.parties.states import AUTHORITY_ROLES, INSTITUTION_ROLES, PLATFORM_ADMINS, Role

GRANTABLE: dict[str, tuple[str, ...]] = {
    Role.SECURITY_ADMIN: (Role.AUTHORITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN),
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
    if actor.role == Role.SECURITY_ADMIN:
        return (holder is None) == (role in PLATFORM_ADMINS)
    if holder is None:
        return False
    if actor.role == Role.INSTITUTION_ADMIN:
        return bool(holder.id == actor.org_id)
    return bool(holder.area.startswith(actor.area))


def may_withdraw(actor: Any, post: Any) -> bool:
    """A post is withdrawn by whoever could have granted it."""
    holder = post.authority or post.organisation
    return may_grant(actor, role=post.role, holder=holder, account_id=post.account_id)


def may_change_tree(actor: Any) -> bool:
    """The tree of authorities is kept by the province's administrator."""
    return bool(actor.holds("system") or (actor.holds(Role.AUTHORITY_ADMIN) and actor.level == "province"))

"""What every page of the shell needs: who is acting, where one may go, what is unread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from hengjian.parties.states import AUTHORITY_ROLES, INSTITUTION_ROLES, REGULATORS, Role


@dataclass
class NavItem:
    """One line of the side navigation."""

    title: str
    url: str
    current: bool = False
    count: int = 0
    late: bool = False
    sub: bool = False
    rule_above: bool = False
    roles: frozenset[str] = field(default_factory=frozenset)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html. ``nav`` is empty for those who are not signed in."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "posts": getattr(request, "posts", []),
        "nav": navigation(request) if actor is not None else [],
        "unread": 0,
        "DEMO": settings.DEMO,
        "density": getattr(request.user, "density", "normal") if hasattr(request, "user") else "normal",
    }


def _entries() -> list[tuple[str, str, tuple[str, ...], bool, bool]]:
    """Title, route name, roles, sub-entry, rule above."""
    both = (*REGULATORS, *INSTITUTION_ROLES)
    return [
        (_("工作台"), "web:desk", (), False, False),
        (_("专项行动"), "campaigns:campaigns", tuple(REGULATORS), False, False),
        (_("自查自纠"), "campaigns:own_submissions", tuple(INSTITUTION_ROLES), False, False),
        (_("问题整改"), "rectification:problems", both, False, False),
        (_("监督检查"), "supervision:visits", tuple(REGULATORS), False, False),
        (_("指令与案件"), "enforcement:orders", both, False, False),
        (_("机构与人员"), "registry:institutions", both, False, True),
        (_("账号与岗位"), "parties:accounts", (Role.AUTHORITY_ADMIN, Role.INSTITUTION_ADMIN, Role.SECURITY_ADMIN), False, True),
    ]


def navigation(request: HttpRequest) -> list[NavItem]:
    """The entries that the current post may open."""
    actor = request.actor  # type: ignore[attr-defined]
    found = []
    for text, route, roles, sub, rule in _entries():
        if not roles or actor.role in roles:
            url = reverse(route)
            found.append(NavItem(text, url, request.path == url or (url != "/" and request.path.startswith(url)), sub=sub, rule_above=rule))
    return found


__all__ = ["AUTHORITY_ROLES", "NavItem", "navigation", "shell"]

"""What every page of the shell needs: who is acting, where one may go, what is unread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hengjian.base import standing
from hengjian.base.ledger.continuity import continuity, said_of, way_on
from hengjian.campaigns.models import Submission
from hengjian.enforcement import queries as enforcement
from hengjian.parties.actors import Actor
from hengjian.parties.queries import unread_count
from hengjian.parties.states import AUTHORITY_ROLES, INSTITUTION_ROLES, PLATFORM_ADMINS, REGULATORS, Role
from hengjian.rectification.models import Problem
from hengjian.rectification.queries import is_overdue


@dataclass
class NavItem:
    """One line of the side navigation."""

    title: Any
    url: str
    current: bool = False
    count: int = 0
    late: bool = False
    sub: bool = False
    rule_above: bool = False


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html. ``nav`` is empty for those who are not signed in; both are counted only where drawn."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "posts": getattr(request, "posts", []),
        "nav": cache(lambda: navigation(request)) if actor is not None else [],
        "unread": cache(lambda: unread_count(actor.scope, actor.id)) if actor is not None else 0,
        "DEMO": settings.DEMO,
        "hindrance": standing.refused_lately(),
        "read_only": _read_only(),
        "density": getattr(request.user, "density", "normal") if hasattr(request, "user") else "normal",
    }


def _read_only() -> str:
    """Why nothing can be written now, for the head of every page; empty when everything can."""
    found = continuity()
    return "" if found.is_sound else said_of(found) + way_on(found)


def _late_problems(actor: Actor) -> int:
    return Problem.objects.within(actor.scope).filter(is_overdue()).count()


def _own_filings(actor: Actor) -> int:
    """Filings that the institution still has to hand in."""
    return Submission.objects.within(actor.scope).filter(state__in=["idle", "draft", "returned"]).count()


def _late_orders(actor: Actor) -> int:
    return enforcement.orders(actor.scope, as_unit=not actor.is_authority).filter(enforcement.is_late()).count()


@dataclass(frozen=True)
class Entry:
    """A place that some roles may go to, what is counted beside it, and under which address one is still in it."""

    title: Any
    route: str
    roles: tuple[str, ...] = ()
    sub: bool = False
    rule_above: bool = False
    count: Callable[[Actor], int] | None = None
    late: bool = False
    under: str = ""


BOTH = (*REGULATORS, *INSTITUTION_ROLES)
ENTRIES = (
    Entry(_("工作台"), "web:desk"),
    Entry(_("专项行动"), "campaigns:campaigns", tuple(REGULATORS)),
    Entry(_("自查自纠"), "campaigns:own_submissions", tuple(INSTITUTION_ROLES), count=_own_filings),
    Entry(_("问题整改"), "rectification:problems", BOTH, count=_late_problems, late=True),
    Entry(_("监督检查"), "supervision:visits", tuple(REGULATORS)),
    Entry(_("指令与案件"), "enforcement:orders", BOTH, count=_late_orders, late=True),
    Entry(_("机构与人员"), "registry:institutions", tuple(REGULATORS), rule_above=True),
    Entry(_("机构与人员"), "registry:own", tuple(INSTITUTION_ROLES), rule_above=True, under="/registry/"),
    Entry(_("账号与岗位"), "parties:accounts", (Role.AUTHORITY_ADMIN, Role.INSTITUTION_ADMIN, Role.SECURITY_ADMIN), rule_above=True),
    Entry(_("监管层级"), "parties:tree", (Role.AUTHORITY_ADMIN,)),
    Entry(_("审计账本"), "web:ledger", (Role.AUDIT_ADMIN,), rule_above=True),
    Entry(_("恢复与存证"), "web:recovery", tuple(PLATFORM_ADMINS)),
    Entry(_("工作日历"), "parties:calendar", (*AUTHORITY_ROLES, Role.INSTITUTION_ADMIN), rule_above=True),
    Entry(_("制度包"), "web:packs", (*AUTHORITY_ROLES, Role.INSTITUTION_ADMIN, Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN)),
)


def navigation(request: HttpRequest) -> list[NavItem]:
    """The entries that the current post may open."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found: list[NavItem] = []
    for entry in ENTRIES:
        if entry.roles and actor.role not in entry.roles:
            continue
        url = reverse(entry.route)
        is_here = request.path == url or (url != "/" and request.path.startswith(entry.under or url))
        count = entry.count(actor) if entry.count is not None else 0
        found.append(NavItem(entry.title, url, is_here, count, entry.late, entry.sub, entry.rule_above and bool(found)))
    return found

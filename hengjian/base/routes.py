"""Every route carries a policy: the register of routes and the check that none is without."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, get_resolver

from hengjian.base.errors import NotAllowed, NotFresh

AGAIN_PASSWORD, AGAIN_CODE = AGAIN_FIELDS = ("_again_password", "_again_code")
"""Fields in which a page that asks again sends the proof."""

View = TypeVar("View", bound=Callable[..., HttpResponse])


@dataclass(frozen=True)
class RoutePolicy:
    """Who may come in by a route. ``roles`` empty: anybody who has signed in and holds a post.

    ``fresh``: by whoever has just shown who he is; ``fresh_codes``: only for these commands of the route.
    """

    code: str
    roles: frozenset[str] = frozenset()
    is_public: bool = False
    why: str = ""
    without_post: bool = False
    fresh: bool = False
    fresh_codes: frozenset[str] = frozenset()

    def wants_proof(self, given: Mapping[str, Any]) -> bool:
        """Whether a call with these arguments of the address is a privileged act."""
        return self.fresh or given.get("code") in self.fresh_codes


# Routes of libraries, by namespace or name prefix, with the reason why they may stand without our decorator.
EXEMPT = {
    "account_login": "登录页",
    "account_logout": "退出",
    "account_reauthenticate": "再次验证身份",
    "account_change_password": "修改自己的密码，allauth 要求已登录",
    "mfa_": "二次验证，allauth 要求已登录",
}


def policy(code: str, *roles: str, without_post: bool = False, fresh: bool | Iterable[str] = False) -> Callable[[View], View]:
    """Let in accounts whose current post has one of ``roles`` (any post when none is named).

    Args:
        fresh: a privileged act (docs/adr/0013): all of the route, or its commands of these codes.
    """
    codes = frozenset() if isinstance(fresh, bool) else frozenset(fresh)
    rule = RoutePolicy(code, frozenset(roles), without_post=without_post, fresh=fresh is True, fresh_codes=codes)

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect(f"/account/login/?next={quote(request.get_full_path(), safe='/')}")
            actor = request.actor  # type: ignore[attr-defined]
            if actor is None and not rule.without_post:
                raise NotAllowed("您的账号目前没有任职，请联系本单位管理员。")
            if rule.roles and (actor is None or actor.role not in rule.roles):
                raise NotAllowed("您现在的岗位不能打开这个页面。")
            if rule.wants_proof(kwargs) and not request.is_fresh:  # type: ignore[attr-defined]
                raise NotFresh
            return view(request, *args, **kwargs)

        guarded.route_policy = rule  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return wrap


def takes_json(view: View) -> View:
    """Mark a view whose command comes as JSON; all others take forms alone."""
    view.takes_json = True  # type: ignore[attr-defined]
    return view


def public(why: str) -> Callable[[View], View]:
    """Let everybody in, for a stated reason."""

    def wrap(view: View) -> View:
        view.route_policy = RoutePolicy("public", is_public=True, why=why)  # type: ignore[attr-defined]
        return view

    return wrap


def routes() -> Iterator[tuple[str, str, RoutePolicy | None]]:
    """All routes of the server: pattern, name, policy (``None``: it has none)."""
    yield from _walk(get_resolver(), "", "")


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[tuple[str, str, RoutePolicy | None]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, path, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield path, f"{space}{entry.name or ''}", getattr(entry.callback, "route_policy", None)


def is_exempt(name: str) -> bool:
    """Whether a library route is on the list that was reviewed."""
    return any(name.startswith(prefix) for prefix in EXEMPT)


def unprotected() -> list[str]:
    """Routes that have neither a policy nor a place on the reviewed list."""
    return [f"{path} ({name})" for path, name, rule in routes() if rule is None and not is_exempt(name)]

"""The switch behind every guard: which one is removed now, and which ones refused something while a test ran."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

REMOVED = ""
"""The site whose guard is out of force; empty: all guards stand."""

REFUSED: set[str] = set()
"""Sites whose guard narrowed or refused something since this was last emptied: only such a test can notice its absence."""

SITES: dict[str, str] = {}
"""Every site that was met while the code was loaded, with its kind."""

_ROUTES: dict[str, tuple[Any, Any]] = {}


def holds(site: str, value: Any) -> Any:
    """A condition that has to hold before the act goes on."""
    return value if value else _out_of_force(site)


def refuses(site: str, value: Any) -> Any:
    """A condition that leads to a refusal."""
    return value and not _out_of_force(site)


def scope(site: str, value: Any) -> Any:
    """The scope that a table is read with: without it, everything is seen."""
    from hengjian.base.scope import EVERYTHING  # the code under attack, loaded through the hook

    if getattr(value, "everything", False):
        return value
    return EVERYTHING if _out_of_force(site) else value


def narrows(site: str) -> Callable[[Any], Any]:
    """A method that narrows a queryset: without it, the queryset stays as it is."""

    def wrap(method: Any) -> Any:
        @wraps(method)
        def either(self: Any, *args: Any, **kwargs: Any) -> Any:
            return self if _out_of_force(site) else method(self, *args, **kwargs)

        return either

    return wrap


def predicate(site: str) -> Callable[[Any], Any]:
    """A function that says yes or no: without it, always yes."""

    def wrap(function: Any) -> Any:
        if isinstance(function, classmethod):
            return classmethod(wrap(function.__func__))

        @wraps(function)
        def either(*args: Any, **kwargs: Any) -> Any:
            said = function(*args, **kwargs)
            return said if said or not _out_of_force(site) else True

        return either

    return wrap


def policy(original: Callable[..., Any]) -> Callable[..., Any]:
    """The policy of a route: without its roles anybody with a post comes in, without its login anybody at all."""

    def with_code(code: str, *roles: str, **more: Any) -> Any:
        guard = original(code, *roles, **more)

        def wrap(view: Any) -> Any:
            guarded = guard(view)
            place = f"{view.__module__}.{view.__qualname__}"
            login, role = f"{place} login", f"{place} roles"
            SITES[login] = "login of a route"

            @wraps(view)
            def either(request: Any, *args: Any, **kwargs: Any) -> Any:
                if _turns_away(request, roles, login, role):
                    return view(request, *args, **kwargs)
                return guarded(request, *args, **kwargs)

            either.route_policy = guarded.route_policy
            if roles:
                SITES[role] = "roles of a route"
                _ROUTES[role] = (either, replace(guarded.route_policy, roles=frozenset()))
            return either

        return wrap

    return with_code


def _turns_away(request: Any, roles: tuple[str, ...], login: str, role: str) -> bool:
    """Whether this request would be turned away at the door whose guard is removed."""
    if not request.user.is_authenticated:
        return _out_of_force(login)
    refused = bool(roles) and (request.actor is None or request.actor.role not in roles)
    return refused and _out_of_force(role)


def _out_of_force(site: str) -> bool:
    REFUSED.add(site)
    return site == REMOVED


def remove(site: str) -> Callable[[], None]:
    """Put one guard out of force; give back how it is put in force again."""
    global REMOVED
    REMOVED = site
    held = _ROUTES.get(site)
    known = held and held[0].route_policy
    if held:
        held[0].route_policy = held[1]

    def again() -> None:
        global REMOVED
        REMOVED = ""
        if held:
            held[0].route_policy = known

    return again

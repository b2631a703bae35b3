"""The catalogue of commands, and what the routes say there should be in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from hengjian.base.routes import is_exempt
from hengjian.campaigns.views.letters import ACTS as LETTERS
from hengjian.enforcement.views.cases import ACTS as CASES
from hengjian.enforcement.views.orders import ACTS as ORDERS
from hengjian.parties.views.tree import ACTS as TREE
from hengjian.rectification.views.commands import ACTS as PROBLEMS
from hengjian.registry.views.commands import ACTS as REGISTER
from hengjian.supervision.views import ACTS as VISITS
from tests.trust.commands import action, checks, register, small, trade
from tests.trust.commands.stage import COMMANDS, Command

PARTS = (action, checks, register, small, trade)
"""The modules of the catalogue; importing them enters their commands."""

CODES: dict[str, set[str]] = {
    "registry:act": {f"{kind}/{code}" for kind, acts in REGISTER.items() for code in acts},
    "rectification:act": set(PROBLEMS),
    "enforcement:act_on_order": set(ORDERS),
    "enforcement:act_on_case": set(CASES),
    "supervision:act": set(VISITS),
    "campaigns:act_on_letter": set(LETTERS),
    "parties:act_on_authority": set(TREE),
    "parties:act_on_account": {"grant", "correct", "factor", "switch"},
    "web:check_ledger": {"verify", "reconcile"},
}
"""Routes that carry many commands, each named by a code in the address."""


def _walk(resolver: URLResolver, space: str) -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _walk(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", entry.callback


def methods(view: Any) -> tuple[str, ...]:
    """The methods that a view says it takes (``require_GET`` and its like); nothing when it says none."""
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            held = cell.cell_contents
            if isinstance(held, list | tuple) and held and all(isinstance(one, str) and one.isupper() for one in held):
                return tuple(held)
        view = getattr(view, "__wrapped__", None)
    return ()


def own_routes() -> dict[str, tuple[str, ...]]:
    """Our routes by name, with the methods that each takes."""
    return {name: methods(view) for name, view in _walk(get_resolver(), "") if not is_exempt(name)}


APART = {"web:consent_to_recovery": "open only while the database stands behind what is remembered: tests/web/test_recovery.py"}
"""Commands that need a world of their own, each with the place where it is attacked."""


def wanted() -> set[str]:
    """What the catalogue has to hold: each route that takes a POST, and each code of a route that carries many."""
    found = set()
    for name, taken in own_routes().items():
        if "POST" in taken and name not in APART:
            found |= {f"{name} {code}" for code in CODES.get(name, ())} or {name}
    return found


def covered(one: Command) -> str:
    """The entry of ``wanted`` that a command stands for; further codes of a plain route are variants of it."""
    return one.name if one.route in CODES else one.route


def commands() -> list[Command]:
    """All commands, by name."""
    return [COMMANDS[name] for name in sorted(COMMANDS)]

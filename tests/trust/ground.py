"""Two provinces of two cities of two counties of two institutions: keys, marks and what is kept of them.

Keys: ``a000`` a province, ``a100`` a city, ``a110`` a county, ``a11x`` an institution. A mark names the key and the field:
``CANARYa11x_remark_``. Whoever reads it learns what a11x wrote there; whether he may is the question of ``test_canaries.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hengjian.base import clock
from hengjian.parties.actors import Actor, actor_for
from hengjian.parties.models import Account, Authority, Post
from hengjian.registry.models import Institution

PROVINCES, CITIES, COUNTIES, UNITS = "ab", "12", "12", "xy"
ELSEWHERE = {"a21x": "a110", "a12y": "a110", "b11y": "a210"}
"""Institutions that also work in an area that is not their seat: of another city, of a sister county, of another province."""

TWO_EMPLOYERS = (("a12x", "a11x"), ("b22x", "a22x"))
"""Of the first institution one person is employed by the second as well."""

LIVELY = ("a", "b11")
"""Where business goes on: in all of the first province, and in one county of the other with what stands above it."""

MARK = re.compile(r"CANARY([ab][012][012][0xy])_([a-z]+)_(?:([ab][012][012][0xy])_)?", re.IGNORECASE)
PASSWORD = "rest-assured-9"


def mark(key: str, where: str, about: str = "") -> str:
    """The mark of an organisation in a field, and about whom it writes there; one word, so that no renderer breaks it."""
    return f"CANARY{key}_{where}_" + (f"{about}_" if about else "")


def branch(key: str) -> str:
    """What all keys at and below one begin with: ``a1`` for ``a100``."""
    return key.rstrip("0")


def is_lively(key: str) -> bool:
    """Whether business goes on there, or below it."""
    return any(branch(key).startswith(one) or one.startswith(branch(key)) for one in LIVELY)


def relation(viewer: str, owner: str) -> str:
    """How the owner of a row stands to the viewer's organisation."""
    mine, its = branch(viewer), branch(owner)
    if mine == its:
        return "own"
    if mine[0] != its[0]:
        return "foreign"
    if mine.startswith(its):
        return "ancestor"
    return "descendant" if its.startswith(mine) else "sibling"


@dataclass(frozen=True)
class Held:
    """One object: what kind, whose, and how its address is filled in. ``at`` is the authority in whose area it was done."""

    kind: str
    owner: str
    at: str
    kwargs: dict[str, str]
    state: str = ""


@dataclass
class World:
    """All that was made."""

    authorities: dict[str, Authority] = field(default_factory=dict)
    institutions: dict[str, Institution] = field(default_factory=dict)
    accounts: dict[tuple[str, str], Account] = field(default_factory=dict)
    posts: dict[tuple[str, str], Post] = field(default_factory=dict)
    held: dict[str, list[Held]] = field(default_factory=dict)
    campaigns: dict[str, Any] = field(default_factory=dict)
    removed: dict[str, str] = field(default_factory=dict)

    def note(self, what: str, owner: str, at: str = "", state: str = "", /, **kwargs: Any) -> None:
        """Note an object that an address can name."""
        self.held.setdefault(what, []).append(Held(what, owner, at or owner, {name: str(value) for name, value in kwargs.items()}, state))

    def actor(self, key: str, role: str) -> Actor:
        """Who acts in a post."""
        return actor_for(self.accounts[key, role], self.posts[key, role])

    def officer(self, key: str) -> Actor:
        """The supervisor of an authority."""
        return self.actor(key, "supervisor")

    def leader(self, key: str) -> Actor:
        """The leader of an authority."""
        return self.actor(key, "leader")

    def clerk(self, key: str) -> Actor:
        """The quality manager of an institution."""
        return self.actor(key, "quality_manager")

    def holder(self, key: str) -> Authority | Institution:
        """The authority or institution of a key."""
        return self.authorities.get(key) or self.institutions[key]

    def key_of(self, area: str) -> str:
        """The key of the authority at a path."""
        return next(key for key, one in self.authorities.items() if one.path == area)

    def level(self, level: str) -> list[str]:
        """The authorities of a level where business goes on."""
        return [key for key, one in self.authorities.items() if one.level == level and is_lively(key)]

    def lively(self) -> list[str]:
        """The institutions where business goes on."""
        return [key for key in self.institutions if is_lively(key)]

    def above(self, key: str) -> str:
        """The authority above: of an institution that of its seat."""
        return f"{branch(key)[:-1]:0<4}"


def at(*when: int) -> None:
    """Let it be that time."""
    clock.set_for_process(datetime(*when, tzinfo=clock.SHANGHAI))  # type: ignore[misc, arg-type]


def officers(key: str) -> list[dict[str, str]]:
    """Two officers with cards, as orders and records ask."""
    return [{"name": mark(key, f"officer{n}").replace(str(n), "ab"[n]), "card": f"C{key}{n}"} for n in (0, 1)]


def month(number: int) -> date:
    """The first day of a month of 2023 (1–12) or 2024 (13–24)."""
    return date(2023 + (number - 1) // 12, (number - 1) % 12 + 1, 1)

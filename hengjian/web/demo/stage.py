"""Who is on stage: actors of the demonstration looked up by key, and the clock that the acts move."""

from __future__ import annotations

from datetime import date
from typing import Any

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING
from hengjian.parties.actors import Actor, actor_for, posts_today
from hengjian.parties.models import Account, Authority, Post

_held: dict[Any, Actor] = {}


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> None:
    """Move the clock of the process to a moment of 2024 in Asia/Shanghai; it goes on ticking from there."""
    clock.set_for_process(clock.running_from(clock.at(date(2024, month, day), hour, minute)))


def officer(authority: Authority, role: str = "supervisor") -> Actor:
    """The supervisor (or leader) of an authority."""
    key = (authority.id, role)
    if key not in _held:
        post = Post.objects.filter(authority=authority, role=role).select_related("account", "authority", "organisation")[0]
        _held[key] = actor_for(post.account, post)
    return _held[key]


def clerk(org_id: Any, role: str = "quality_manager") -> Actor:
    """The quality manager (or another post) of an institution."""
    key = (org_id, role)
    if key not in _held:
        post = Post.objects.filter(organisation_id=org_id, role=role).select_related("account", "authority", "organisation")[0]
        _held[key] = actor_for(post.account, post)
    return _held[key]


def authority(key: str) -> Authority:
    """An authority by its key."""
    return Authority.objects.within(EVERYTHING).select_related("parent").get(key=key)


def seat_of(path: str) -> Authority:
    """The authority at a path."""
    return Authority.objects.within(EVERYTHING).select_related("parent").get(path=path)


def actor_named(username: str) -> Actor:
    """The actor that an account is in its first post."""
    account = Account.objects.get(username=username)
    return actor_for(account, posts_today(account)[0])


def officers_of(of: Authority) -> list[dict[str, str]]:
    """Two officers with card numbers, as orders and records ask."""
    pair = [officer(of).name, officer(of, "leader").name]
    return [{"name": name, "card": f"LC-{of.key[-4:]}-{n:03d}"} for n, name in enumerate(pair, start=1)]


def forget() -> None:
    """Drop what was looked up, when a new province is made."""
    _held.clear()

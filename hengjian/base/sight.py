"""For whom the database is asked at this moment; PostgreSQL's row security answers accordingly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from hengjian.base.scope import EVERYTHING, Scope

T = TypeVar("T")

SIGHT: ContextVar[Scope | None] = ContextVar("hengjian_sight", default=None)
"""The scope in force. ``None``: nobody asks, and no row of a scoped table is seen or written."""


@contextmanager
def seeing(scope: Scope | None) -> Iterator[None]:
    """Let every statement inside see and write what this scope holds, whatever the statement itself says."""
    token = SIGHT.set(scope)
    try:
        yield
    finally:
        SIGHT.reset(token)


@contextmanager
def seeing_everything(reason: str) -> Iterator[None]:
    """Open the wall for a block of code that must look beyond its actor; say why."""
    if not reason:
        raise ValueError("seeing everything needs a reason")
    with seeing(EVERYTHING):
        yield


def see_everything_from_now_on(reason: str) -> None:
    """Open the wall for the rest of this process: for commands, whose user holds the machine."""
    if not reason:
        raise ValueError("seeing everything needs a reason")
    SIGHT.set(EVERYTHING)


def each_seen(rows: Iterable[T], scope: Scope | None) -> Iterator[T]:
    """The rows one by one, each fetched under this scope, whatever is in force between them."""
    source = iter(rows)
    while True:
        with seeing(scope):
            try:
                row = next(source)
            except StopIteration:
                return
        yield row

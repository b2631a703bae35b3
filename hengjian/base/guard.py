"""Is an audited action open, and who is asking? The switches that let rows be saved or read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

OPEN: ContextVar[Any] = ContextVar("hengjian_action", default=None)
WRITING: ContextVar[bool] = ContextVar("hengjian_writing", default=False)


class WriteOutsideAction(RuntimeError):
    """A row is written behind the back of the audited action."""


class LastingRow(RuntimeError):
    """What was filed, issued or handed in is changed or removed; a correction is a new row."""


class UnscopedRead(RuntimeError):
    """A scoped table is read without saying for whom."""


def must_be_writing(what: str) -> None:
    """Raise unless the door itself (an audited action that closes) is writing."""
    if not WRITING.get():
        raise WriteOutsideAction(f"{what}: written outside an audited action")


@contextmanager
def the_door_writes() -> Iterator[None]:
    """Only ``hengjian.base.actions`` opens this: rows are saved and audited together."""
    token = WRITING.set(True)
    try:
        yield
    finally:
        WRITING.reset(token)

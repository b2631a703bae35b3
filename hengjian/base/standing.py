"""Whether the database takes writes at present, as the last writes of this process have shown, and why it does not."""

from __future__ import annotations

import time
from enum import Enum

from django.db import DatabaseError, Error, InterfaceError, OperationalError

RECENT_SECONDS = 60.0
"""A refused write is news for so long; then somebody may try again before it is said once more."""


class Hindrance(Enum):
    """Why the database does not do what it is asked."""

    READ_ONLY = "read_only"
    FULL = "full"
    BROKEN = "broken"
    BUSY = "busy"
    GONE = "gone"


LASTING = frozenset({Hindrance.READ_ONLY, Hindrance.FULL, Hindrance.BROKEN})
"""What waiting does not mend: somebody has to see to the disk."""

# Source: postgresql.org, Appendix A, PostgreSQL Error Codes.
_BY_STATE = {
    "25006": Hindrance.READ_ONLY, "53100": Hindrance.FULL, "58030": Hindrance.BROKEN, "55P03": Hindrance.BUSY, "40001": Hindrance.BUSY,
    "40P01": Hindrance.BUSY, "53300": Hindrance.BUSY, "XX001": Hindrance.BROKEN, "XX002": Hindrance.BROKEN,
}
# Source: sqlite.org/rescode.html; the words that SQLite has for its codes.
_BY_WORDS = {
    "readonly database": Hindrance.READ_ONLY, "disk is full": Hindrance.FULL, "disk I/O error": Hindrance.BROKEN, "locked": Hindrance.BUSY,
    "malformed": Hindrance.BROKEN, "not a database": Hindrance.BROKEN,
}
COLLIDED = frozenset({"40001", "40P01"})
"""PostgreSQL took this transaction back because of another one: begun anew it has every chance."""

_refused: tuple[float, Hindrance] | None = None


def state_of(error: BaseException) -> str:
    """The code that PostgreSQL gave an error; empty for others."""
    return str(getattr(error.__cause__ or error, "sqlstate", "") or "")


def hindrance(error: BaseException) -> Hindrance | None:
    """Why the database refused; None for an error that is the fault of our own statement."""
    if found := _BY_STATE.get(state_of(error)):
        return found
    if not isinstance(error, DatabaseError | InterfaceError):
        return None
    words = str(error)
    known = next((why for part, why in _BY_WORDS.items() if part in words), None)
    return known or (Hindrance.GONE if isinstance(error, OperationalError | InterfaceError) else None)


def hindrance_behind(error: BaseException) -> tuple[Hindrance, Error] | None:
    """The first refusal of the database in the chain of what led to an error."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, Error) and (why := hindrance(seen)):
            return why, seen
        seen = seen.__cause__ or seen.__context__
    return None


def write_refused(why: Hindrance) -> None:
    """Note that a write was refused for this reason."""
    global _refused
    if why in LASTING:
        _refused = time.monotonic(), why


def write_done() -> None:
    """Note that a write was committed: what was noted before is over."""
    global _refused
    _refused = None


def refused_lately() -> Hindrance | None:
    """Why nothing can be written at present; None when nothing is known to be in the way."""
    if _refused is None or time.monotonic() - _refused[0] > RECENT_SECONDS:
        return None
    return _refused[1]

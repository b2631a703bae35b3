"""Row identities: UUID version 7 (RFC 9562), ascending within a process."""

import os
import secrets
import threading
import time
from uuid import UUID

_RANDOM_BITS = 74
_STEP_BITS = 32

_lock = threading.Lock()
_last_ms = 0
_last_random = 0


def _forget() -> None:
    """Start afresh, so that a forked worker does not count on from its parent's value."""
    global _last_ms, _last_random, _lock
    _lock, _last_ms, _last_random = threading.Lock(), 0, 0


os.register_at_fork(after_in_child=_forget)


def _tick() -> tuple[int, int]:
    global _last_ms, _last_random
    with _lock:
        ms = time.time_ns() // 1_000_000
        if ms > _last_ms:
            _last_ms, _last_random = ms, secrets.randbits(_RANDOM_BITS - 1)
        else:  # same millisecond, or the system clock went back: count on (RFC 9562, 6.2 method 2)
            _last_random += 1 + secrets.randbits(_STEP_BITS)
            if _last_random >> _RANDOM_BITS:
                _last_ms, _last_random = _last_ms + 1, secrets.randbits(_RANDOM_BITS - 1)
        return _last_ms, _last_random


def uuid7() -> UUID:
    """Make a time-ordered id; each is greater than the one before it in this process.

    The time in it is the machine's, not ``clock.now()``: an id says nothing of the trade.
    """
    ms, random = _tick()
    high, low = random >> 62, random & ((1 << 62) - 1)
    return UUID(int=(ms & ((1 << 48) - 1)) << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)


def is_id(text: str) -> bool:
    """Whether a text that somebody sent can be the id of a row at all."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True

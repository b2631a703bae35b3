"""The right to run the background of an installation: one process at a time has it, and it goes with that process."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

ADVISORY_LOCK = 0x776F726B6572
"""Key of the PostgreSQL lock of whoever runs the background."""

PATIENCE_SECONDS = 20.0
"""So long a process waits for one that is ending."""


class FileTurn:
    """Beside a SQLite file: a lock of the operating system, which no crash leaves behind."""

    def __init__(self) -> None:
        self._file: int | None = None

    def take(self) -> bool:
        """Take the turn if nobody has it."""
        if self._file is not None:
            return True
        file = os.open(Path(settings.VAR_DIR) / "worker.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        self._file = file
        return True

    def leave(self) -> None:
        """Let the next have it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class ServerTurn:
    """On PostgreSQL: a lock of a connection of its own; it is gone with the connection, which is asked each time."""

    def __init__(self) -> None:
        self._held: Any = None

    def take(self) -> bool:
        """Take the turn if nobody has it, or find that it is still ours."""
        try:
            if self._held is not None:
                self._held.execute("SELECT 1")
                return True
            return self._try()
        except Exception:  # whatever psycopg says: the lock is no longer certain
            self.leave()
            return False

    def _try(self) -> bool:
        import psycopg  # only on PostgreSQL

        given = {name: value for name, value in connection.get_connection_params().items() if name not in {"cursor_factory", "context"}}
        held = psycopg.connect(**given, autocommit=True)
        row = held.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK]).fetchone()
        if row is None or not row[0]:
            held.close()
            return False
        self._held = held
        return True

    def leave(self) -> None:
        """Let the next have it."""
        if self._held is not None:
            self._held.close()
            self._held = None


Turn = FileTurn | ServerTurn


def turn() -> Turn:
    """The turn of this installation, not yet taken."""
    return FileTurn() if connection.vendor == "sqlite" else ServerTurn()


def wait_for(one: Turn, seconds: float = PATIENCE_SECONDS) -> bool:
    """Wait for a process that is ending; return whether the turn is ours now."""
    ends = time.monotonic() + seconds
    while not one.take():
        if time.monotonic() > ends:
            return False
        time.sleep(0.5)
    return True

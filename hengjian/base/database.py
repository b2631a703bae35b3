"""SQLite as a system of record: the pragmas behind our promises, set on every connection."""

from __future__ import annotations

from typing import Any

from django.db.backends.signals import connection_created

# synchronous=FULL: NORMAL loses acknowledged commits on power loss. No mmap: it was seen to corrupt files.
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA mmap_size=0",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-65536",
)


def _set_pragmas(sender: Any, connection: Any, **_kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for pragma in PRAGMAS:
                cursor.execute(pragma)


def prepare_connections() -> None:
    """Set the pragmas on each new SQLite connection."""
    connection_created.connect(_set_pragmas, dispatch_uid="hengjian_pragmas")

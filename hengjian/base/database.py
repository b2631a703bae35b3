"""The settings of the database behind our promises: set on every SQLite connection, asked of every server."""

from __future__ import annotations

from dataclasses import dataclass
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


SQLITE_MUST: dict[str, tuple[Any, ...]] = {"journal_mode": ("wal",), "synchronous": (2, 3), "foreign_keys": (1,), "mmap_size": (0, None)}
POSTGRES_MUST: dict[str, tuple[Any, ...]] = {"fsync": ("on",), "synchronous_commit": ("on", "remote_write", "remote_apply"), "full_page_writes": ("on",)}


@dataclass(frozen=True)
class Durability:
    """One setting that decides whether an acknowledged commit survives a power cut."""

    name: str
    value: Any
    is_enough: bool


def durability(connection: Any) -> list[Durability]:
    """Read the settings as they hold on this connection. Source: sqlite.org/pragma.html; postgresql.org, Reliability and WAL."""
    is_file = connection.vendor == "sqlite"
    must = SQLITE_MUST if is_file else POSTGRES_MUST
    with connection.cursor() as cursor:
        if is_file:
            held = {name: (cursor.execute(f"PRAGMA {name}").fetchone() or (None,))[0] for name in must}
        else:
            cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(must)])
            held = dict(cursor.fetchall())
    return [Durability(name, held.get(name), held.get(name) in allowed) for name, allowed in must.items()]


def _set_pragmas(sender: Any, connection: Any, **_kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for pragma in PRAGMAS:
                cursor.execute(pragma)


def prepare_connections() -> None:
    """Set the pragmas on each new SQLite connection."""
    connection_created.connect(_set_pragmas, dispatch_uid="hengjian_pragmas")

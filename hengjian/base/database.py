"""The settings of the database behind our promises: set on every SQLite connection, asked of every server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import DatabaseError
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


def integrity_faults(connection: Any) -> list[str]:
    """What is wrong with the structure of the database itself, in its own words; empty when nothing is."""
    try:
        with connection.cursor() as cursor:
            if connection.vendor != "sqlite":
                return _postgres_faults(cursor)
            cursor.execute("PRAGMA integrity_check(20)")
            found = [str(words) for (words,) in cursor.fetchall() if words != "ok"]
            cursor.execute("PRAGMA foreign_key_check")
            return found + [f"foreign key: {table} row {row} -> {parent}" for table, row, parent, _key in cursor.fetchmany(20)]
    except DatabaseError as error:
        return [str(error).strip()]


def _postgres_faults(cursor: Any) -> list[str]:
    """Read every page of every table of ours, which compares it with its checksum."""
    cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY relname")
    for (table,) in cursor.fetchall():
        cursor.execute(f'SELECT count(t.*::text) FROM "{table}" AS t')  # noqa: S608  a name that the database itself gave
    return []


# Locks between machines, or a cache of their own, on which SQLite cannot rely. Source: sqlite.org/faq.html, question 5.
REMOTE = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "smb2", "ncpfs", "afs", "ceph", "lustre", "gpfs", "beegfs", "glusterfs", "fuse.glusterfs", "fuse.sshfs",
    "fuse.s3fs", "fuse.rclone", "fuse.juicefs", "gfs2", "ocfs2",
})


def remote_file_system(path: Path, mounts: str | None = None) -> str:
    """The kind of the network file system on which a path lies; empty on a disk of this machine. ``mounts`` as in /proc/self/mountinfo."""
    if mounts is None:
        try:
            mounts = Path("/proc/self/mountinfo").read_text()
        except OSError:
            return ""  # not Linux
    kinds = {}
    for line in mounts.splitlines():
        words, _dash, rest = line.partition(" - ")
        kinds[words.split()[4].replace("\\040", " ")] = rest.split()[0]
    place = path.resolve()
    kind = next((kinds[str(one)] for one in (place, *place.parents) if str(one) in kinds), "")
    return kind if kind in REMOTE else ""


def has_checksums(connection: Any) -> bool:
    """Whether a flipped bit on the disk is noticed when its page is read (PostgreSQL: ``initdb -k``). SQLite has no such thing."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_checksums")
        return bool(cursor.fetchone()[0] == "on")


def _set_pragmas(sender: Any, connection: Any, **_kwargs: Any) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for pragma in PRAGMAS:
                cursor.execute(pragma)


def prepare_connections() -> None:
    """Set the pragmas on each new SQLite connection."""
    connection_created.connect(_set_pragmas, dispatch_uid="hengjian_pragmas")

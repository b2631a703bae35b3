"""A consistent copy of the database, and what its ledger shows: SQLite's backup call, or pg_dump."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from hengjian.cli.archive import BadArchive, Sealed

WHOLE = "-c hengjian.known=on -c hengjian.everything=on"
"""A copy is of every row; row security holds for the role that copies as for all."""

_LAST = "SELECT size, root FROM ledger_checkpoint ORDER BY size DESC LIMIT 1"


class NoTool(Exception):
    """A program of PostgreSQL is missing; the text says what to install."""


def sqlite_file() -> Path:
    """Return the file of the SQLite database."""
    return Path(settings.DATABASES["default"]["NAME"])


def _sealed(row: tuple[int, str] | None) -> Sealed:
    return Sealed(int(row[0]), str(row[1])) if row else Sealed()


def take(folder: Path) -> tuple[Path, Sealed]:
    """Write a copy of the running database into a folder; return the file and the ledger in that copy."""
    if connection.vendor == "sqlite":
        copy = folder / "database.sqlite3"
        _copy_sqlite(sqlite_file(), copy)
        return copy, examine_sqlite(copy)
    return _dump_postgres(folder / "database.dump")


def _copy_sqlite(source: Path, target: Path) -> None:
    # A connection of its own, read only, and all pages in one step: in WAL mode nobody waits for it. In several steps
    # each write in between would begin the copy anew, and under steady writing it would never end.
    origin = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    copy = sqlite3.connect(target)
    try:
        origin.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        raise BadArchive(f"数据库读不出，没有备份：{error}") from error
    finally:
        copy.close()
        origin.close()


def examine_sqlite(file: Path) -> Sealed:
    """Check the inner order of a SQLite file and return what its ledger shows; raises ``BadArchive``."""
    opened = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        said = [row[0] for row in opened.execute("PRAGMA integrity_check")]
        if said != ["ok"]:
            raise BadArchive(f"数据库文件已损坏：{said[0]}")
        return _sealed(opened.execute(_LAST).fetchone())
    except sqlite3.DatabaseError as error:
        raise BadArchive(f"数据库文件读不出：{error}") from error
    finally:
        opened.close()


def _postgres(program: str, *words: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise NoTool(f"没有找到 {program}，请安装 postgresql-client。")
    given = settings.DATABASES["default"]
    env = {
        **os.environ,
        "PGOPTIONS": WHOLE,
        "PGHOST": str(given["HOST"]),
        "PGPORT": str(given["PORT"] or 5432),
        "PGUSER": str(given["USER"]),
        "PGPASSWORD": str(given["PASSWORD"]),
        "PGDATABASE": str(given["NAME"]),
    }
    # The program comes from PATH and its words from us; nothing here was typed by a visitor.
    ended = subprocess.run([path, *words], env=env, capture_output=True, text=True)  # noqa: S603
    if ended.returncode:
        raise BadArchive(f"{program}：{ended.stderr.strip().splitlines()[-1:]}")


def _dump_postgres(target: Path) -> tuple[Path, Sealed]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(_LAST)
        sealed = _sealed(cursor.fetchone())
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        # The same snapshot for both: the manifest names exactly the ledger that the dump holds.
        _postgres("pg_dump", "--format=custom", "--no-owner", "--no-acl", "--enable-row-security", f"--snapshot={snapshot}", f"--file={target}")
    return target, sealed


def examine_dump(dump: Path) -> None:
    """Let ``pg_restore`` read a whole dump and write it nowhere; raises ``BadArchive`` or ``NoTool``."""
    _postgres("pg_restore", "--file=/dev/null", str(dump))


def load_postgres(dump: Path) -> Sealed:
    """Load a dump into the empty database of the settings; return what its ledger shows."""
    name = str(settings.DATABASES["default"]["NAME"])
    _postgres("pg_restore", "--no-owner", "--no-acl", "--exit-on-error", "--single-transaction", f"--dbname={name}", str(dump))
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        return _sealed(cursor.fetchone())


def empty_postgres() -> None:
    """Take out again what was just loaded into a database that was empty before."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")


def is_empty() -> bool:
    """Tell whether the database of the settings holds nothing yet."""
    if connection.vendor == "sqlite" and not sqlite_file().exists():
        return True
    found = not connection.introspection.table_names()
    connection.close()  # a file that is about to be replaced must not stay open
    return found

"""Migrations killed with kill -9 in the middle of a statement's turn and run again. Runs in a process of its own; prints what it found.

Each piece of work runs in a forked child: the parent never has a connection, and a child that is killed tidies nothing up.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sys
import traceback
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django

ROWS = 3
SAID_BY_TIME = {"django_migrations": "app, name", "mfa_authenticator": "id, user_id, type"}
"""Tables into which a migration writes the time at which it ran: the columns that do not differ from run to run."""


def in_child(work: Callable[[], Any]) -> Any:
    """Do a piece of work in a forked child; return what it returned, or the signal that killed it as a negative number."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.write(writing, json.dumps(work()).encode())
            code = 0
        except BaseException:
            traceback.print_exc()
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code > 0:
        raise RuntimeError("the work failed; see above")
    return code if code < 0 else json.loads(said)


def use(name: str) -> None:
    """Let the connection of this process be to another database of the same kind."""
    from django.db import connection  # needs settings

    connection.close()
    connection.settings_dict["NAME"] = name


def first_states() -> dict[str, int]:
    """Migrate to the first state of each app and fill every table; return how many tables have rows, of how many."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from hengjian.base import guard

    executor = MigrationExecutor(connection)
    executor.migrate([node for node in executor.loader.graph.root_nodes() if node[0] in executor.loader.migrated_apps])
    executor.loader.build_graph()
    models = list(executor.loader.project_state(list(executor.loader.applied_migrations)).apps.get_models())
    made: dict[str, list[Any]] = {}
    with guard.the_door_writes():
        for _round in models:
            for model in [one for one in models if one._meta.label not in made]:
                if rows := _filled(model, made):
                    made[model._meta.label] = rows
    return {"filled": len(made), "tables": len(models)}


def _filled(model: Any, made: dict[str, list[Any]]) -> list[Any]:
    from django.db import DatabaseError, transaction

    rows = []
    for n in range(ROWS):
        try:
            with transaction.atomic():
                rows.append(model._base_manager.create(**{field.attname: _value(field, n, made) for field in model._meta.concrete_fields if _wanted(field)}))
        except (DatabaseError, LookupError, ValueError, TypeError):
            continue
    return rows


def _wanted(field: Any) -> bool:
    return field.get_internal_type() not in {"AutoField", "BigAutoField"} and not getattr(field, "generated", False)


def _value(field: Any, n: int, made: dict[str, list[Any]]) -> Any:
    """A value that a column takes."""
    if field.remote_field:
        others = made.get(field.remote_field.model._meta.label, [])
        if not others and not field.null:
            raise LookupError(field.name)
        return others[n % len(others)].pk if others else None
    if field.has_default() and not field.unique:
        return field.get_default()
    if field.choices:
        return next(iter(field.flatchoices))[0]
    kind = field.get_internal_type()
    plain = {
        "UUIDField": uuid.uuid4(), "DateField": date(2024, 6, 3 + n), "DateTimeField": datetime(2024, 6, 3 + n, 9, tzinfo=UTC), "BooleanField": False,
        "JSONField": {}, "BinaryField": os.urandom(32), "DecimalField": n,
    }
    if kind in plain:
        return plain[kind]
    if "Integer" in kind:
        return n
    return f"第{n}行{uuid.uuid4().hex}"[: field.max_length or 40]


def migrated(kill_at: int = 0) -> int:
    """Bring the database up to date; die at a statement if told. Return how many statements that took."""
    from django.db import connection

    from hengjian.cli.database import apply_migrations

    count = 0

    def counting(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        if count == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counting):
        apply_migrations()
    return count


def digest(with_rows: bool = True) -> dict[str, str]:
    """Schema and content of every table, each as a hash."""
    from django.db import connection

    told = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            rows = []
            if with_rows:
                cursor.execute(f'SELECT {SAID_BY_TIME.get(table, "*")} FROM "{table}"')
                rows = sorted(repr([bytes(one) if isinstance(one, memoryview) else one for one in row]) for row in cursor.fetchall())
            told[table] = _hash([*_schema(cursor, table), *rows])
    return told


def _schema(cursor: Any, table: str) -> list[str]:
    from django.db import connection

    if connection.vendor == "sqlite":
        cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = %s AND name NOT LIKE 'sqlite_%%' ORDER BY type, name", [table])
        return [repr(row) for row in cursor.fetchall()]
    described = [repr(tuple(one)) for one in connection.introspection.get_table_description(cursor, table)]
    constraints = connection.introspection.get_constraints(cursor, table)
    cursor.execute("SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal ORDER BY tgname", [f'"{table}"'])
    return [*described, *sorted(repr(sorted(one.items(), key=str)) for one in constraints.values()), *(repr(row) for row in cursor.fetchall())]


def _hash(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class Files:
    """Databases of SQLite: copies of a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def copy(self, source: str, name: str) -> str:
        """A copy of a database, or an empty one; return what the settings call it."""
        target = self.folder / f"{name}.sqlite3"
        for end in ("", "-wal", "-shm", ".made"):
            Path(f"{target}{end}").unlink(missing_ok=True)
            if source and Path(f"{source}{end}").exists():
                shutil.copyfile(f"{source}{end}", f"{target}{end}")
        return str(target)


class Databases:
    """Databases of a PostgreSQL server."""

    def __init__(self, address: str) -> None:
        self.address = address

    def copy(self, source: str, name: str) -> str:
        """As for files."""
        from tests.cli.places import new_database

        return new_database(self.address, f"migrating_{name}", template=source or "template0")


def main(folder: Path, points: int) -> None:
    """Kill at so many points spread over all statements; print what was found."""
    django.setup()
    address = os.environ.get("HENGJIAN_DATABASE_URL", "")
    place: Files | Databases = Databases(address) if urlsplit(address).scheme else Files(folder)

    def on(name: str, work: Callable[[], Any]) -> Any:
        return in_child(lambda: (use(name), work())[1])

    old = place.copy("", "old")
    told: dict[str, Any] = on(old, first_states)
    whole = place.copy(old, "whole")
    statements = on(whole, migrated)
    due, chance, faults = on(whole, digest), random.Random(2024), []
    clean = place.copy("", "clean")
    on(clean, migrated)
    as_new = on(clean, lambda: digest(False)) == on(whole, lambda: digest(False))
    at = sorted(chance.sample(range(1, statements + 1), min(points, statements)))
    for point in at:
        name = place.copy(old, "killed")
        if on(name, lambda point=point: migrated(point)) != -signal.SIGKILL:  # type: ignore[misc]
            faults.append([point, "was not killed"])
        try:
            on(name, migrated)
        except RuntimeError:
            faults.append([point, "cannot be run again"])
            continue
        found = on(name, digest)
        if found != due:
            faults.append([point, sorted(table for table in {*found, *due} if found.get(table) != due.get(table))])
    sys.stdout.write(json.dumps({**told, "statements": statements, "killed": len(at), "faults": faults, "is_schema_of_new": as_new}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

"""The second wall on PostgreSQL: row security of every scoped table, the rights of the role that serves, and whether both hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from hengjian.base.wall import EVERYBODY, Wall, shown

POLICY, SIGHT_POLICY = "hengjian_wall", "hengjian_sight"
INSERTED, UPDATED, DELETED = f"{POLICY}_insert", f"{POLICY}_update", f"{POLICY}_delete"
# What the role that serves may do to the ledger; every other table it may read and write. None may it empty or alter.
LEDGER_RIGHTS = {
    "ledger_entry": "SELECT, INSERT, UPDATE (sequence)",  # the sequencer numbers; triggers let nothing else be changed
    "ledger_tile": "SELECT, INSERT, UPDATE (hashes)",
    "ledger_checkpoint": "SELECT, INSERT",
    "ledger_salt": "SELECT, INSERT, DELETE",  # forgetting a person takes the salt away
    "django_migrations": "SELECT",
}


def walled_tables() -> dict[str, Wall]:
    """Every table whose rows need a scope, with what its row security is to say; derived from the models."""
    found: dict[str, Wall] = {}
    for model in apps.get_models():
        kind = _queryset_of(model)
        if getattr(kind, "needs_scope", False) and model._meta.managed and not model._meta.proxy:
            found[model._meta.db_table] = kind.wall(model._meta.db_table)
    return dict(sorted(found.items()))


def _queryset_of(model: type[Model]) -> Any:
    return getattr(model._default_manager, "_queryset_class", None)


def _policies(table: str, wall: Wall) -> Iterator[tuple[str, str]]:
    """Name and definition of each policy of a table: for each kind of statement one, as PostgreSQL asks every one that applies, for each row."""
    seen = "(" + " OR ".join([EVERYBODY, wall.seen, *shown(table)]) + ")"
    changed = f"({EVERYBODY} OR {wall.changed or wall.seen})"
    written = f"({EVERYBODY} OR {wall.written})" if wall.written else changed
    if seen == changed == written:
        yield POLICY, f"CREATE POLICY {POLICY} ON {table} USING {seen} WITH CHECK {seen}"
        return
    yield SIGHT_POLICY, f"CREATE POLICY {SIGHT_POLICY} ON {table} FOR SELECT USING {seen}"
    yield INSERTED, f"CREATE POLICY {INSERTED} ON {table} FOR INSERT WITH CHECK {written}"
    yield UPDATED, f"CREATE POLICY {UPDATED} ON {table} FOR UPDATE USING {changed} WITH CHECK {written}"
    yield DELETED, f"CREATE POLICY {DELETED} ON {table} FOR DELETE USING {changed}"


def _print_of(definition: str) -> str:
    return hashlib.sha256(definition.encode()).hexdigest()


def build(connection: Any, role: str = "") -> None:
    """Put row security on every scoped table, as the owner; give ``role`` what it needs to serve. What is right stays as it is."""
    there = _tables(connection)
    with transaction.atomic(), connection.cursor() as cursor:
        held = _held_policies(cursor)
        for table, wall in walled_tables().items():
            if table in there:
                _build_one(cursor, table, wall, held.get(table, {}))
        if role:
            _grant(cursor, role, there)


def grant(connection: Any, role: str) -> None:
    """Give a role what it needs to serve, and no more."""
    with transaction.atomic(), connection.cursor() as cursor:
        _grant(cursor, role, _tables(connection))


def _build_one(cursor: Any, table: str, wall: Wall, held: dict[str, str]) -> None:
    wanted = dict(_policies(table, wall))
    if held != {name: _print_of(definition) for name, definition in wanted.items()}:
        for name in held:
            cursor.execute(f'DROP POLICY "{name}" ON {table}')
        for name, definition in wanted.items():
            cursor.execute(definition)
            cursor.execute(f"COMMENT ON POLICY {name} ON {table} IS '{_print_of(definition)}'")
    cursor.execute("SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", [table])
    if not cursor.fetchone()[0]:
        cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")


def _grant(cursor: Any, role: str, there: set[str]) -> None:
    quoted = '"{}"'.format(role.replace('"', '""'))
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
    cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
    for table in sorted(there):
        rights = LEDGER_RIGHTS.get(table, "SELECT, INSERT, UPDATE, DELETE")
        cursor.execute(f'REVOKE ALL ON "{table}" FROM {quoted}')
        cursor.execute(f'GRANT {rights} ON "{table}" TO {quoted}')


def _tables(connection: Any) -> set[str]:
    return set(connection.introspection.table_names())


def _held_policies(cursor: Any) -> dict[str, dict[str, str]]:
    """The policies that are there: by table and name, what was noted of their definition."""
    cursor.execute(
        "SELECT c.relname, p.polname, coalesce(obj_description(p.oid, 'pg_policy'), '') FROM pg_policy p"
        " JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = 'public'::regnamespace"
    )
    found: dict[str, dict[str, str]] = {}
    for table, name, kept in cursor.fetchall():
        found.setdefault(table, {})[name] = kept
    return found


def faults(connection: Any) -> list[str]:
    """Everything that makes the wall worthless here, in words for the operator; of SQLite nothing, it has no such wall."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        return [*_role_faults(cursor), *_table_faults(cursor)]


def table_faults(connection: Any) -> list[str]:
    """Scoped tables whose row security is missing or not the present one."""
    with connection.cursor() as cursor:
        return _table_faults(cursor)


def _role_faults(cursor: Any) -> list[str]:
    """Who goes through every policy, or could take it away. The role of the login counts as well: SET ROLE comes back to it."""
    cursor.execute("SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname IN (session_user, current_user) ORDER BY 1")
    found = []
    for name, is_super, bypasses in cursor.fetchall():
        found += [_("数据库角色 %(name)s 是超级用户（SUPERUSER）") % {"name": name}] if is_super else []
        found += [_("数据库角色 %(name)s 可以绕过行级安全（BYPASSRLS）") % {"name": name}] if bypasses and not is_super else []
    if found:
        return found
    cursor.execute(
        "SELECT DISTINCT session_user::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND (pg_has_role(session_user, relowner, 'MEMBER') OR pg_has_role(current_user, relowner, 'MEMBER'))"
    )
    return [_("数据库角色 %(name)s 是数据表的所有者") % {"name": name} for (name,) in cursor.fetchall()]


def _table_faults(cursor: Any) -> list[str]:
    held = _held_policies(cursor)
    cursor.execute("SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')")
    forced = dict(cursor.fetchall())
    found = []
    for table, wall in walled_tables().items():
        if table not in forced:
            continue  # migrations that are pending are told elsewhere
        wanted = {name: _print_of(definition) for name, definition in _policies(table, wall)}
        if not forced[table]:
            found.append(_("数据表 %(table)s 没有启用强制行级安全（FORCE ROW LEVEL SECURITY）") % {"table": table})
        if held.get(table, {}) != wanted:
            found.append(_("数据表 %(table)s 的行级安全策略缺失或与本版本不符") % {"table": table})
    return found

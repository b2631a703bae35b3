"""Triggers that make the ledger append-only, on SQLite and on PostgreSQL."""

from django.db import migrations

TABLES = ("ledger_entry", "ledger_tile", "ledger_checkpoint", "ledger_salt")

# What an update may never touch: everything in an entry but its number, which is given once.
ENTRY_COLUMNS = (
    "id",
    "at",
    "action",
    "actor_id",
    "actor_name",
    "post_title",
    "object_type",
    "object_id",
    "object_label",
    "area",
    "org_id",
    "org_area",
    "receipt",
    "reason",
    "body",
    "leaf",
    "seal",
)


def _unchanged(same):
    return " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in ENTRY_COLUMNS)


def _sqlite_trigger(name, event, table, when=None):
    condition = f" WHEN {when}" if when else ""
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW{condition} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


# INSERT OR REPLACE deletes the old row without its delete trigger, so inserts over an existing key are refused too.
SQLITE = [
    _sqlite_trigger(
        "ledger_entry_update",
        "UPDATE",
        "ledger_entry",
        f"NOT (OLD.sequence IS NULL AND NEW.sequence IS NOT NULL AND {_unchanged('IS')})",
    ),
    _sqlite_trigger("ledger_entry_delete", "DELETE", "ledger_entry"),
    _sqlite_trigger(
        "ledger_entry_insert",
        "INSERT",
        "ledger_entry",
        "NEW.sequence IS NOT NULL OR EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.id)",
    ),
    _sqlite_trigger(
        "ledger_tile_update",
        "UPDATE",
        "ledger_tile",
        'NOT (NEW.id IS OLD.id AND NEW.level IS OLD.level AND NEW."index" IS OLD."index"'
        " AND length(NEW.hashes) > length(OLD.hashes) AND length(NEW.hashes) <= 8192"
        " AND substr(NEW.hashes, 1, length(OLD.hashes)) IS OLD.hashes)",
    ),
    _sqlite_trigger("ledger_tile_delete", "DELETE", "ledger_tile"),
    _sqlite_trigger(
        "ledger_tile_insert",
        "INSERT",
        "ledger_tile",
        'EXISTS (SELECT 1 FROM ledger_tile WHERE id = NEW.id OR (level = NEW.level AND "index" = NEW."index"))',
    ),
    _sqlite_trigger("ledger_checkpoint_update", "UPDATE", "ledger_checkpoint"),
    _sqlite_trigger("ledger_checkpoint_delete", "DELETE", "ledger_checkpoint"),
    _sqlite_trigger(
        "ledger_checkpoint_insert",
        "INSERT",
        "ledger_checkpoint",
        "EXISTS (SELECT 1 FROM ledger_checkpoint WHERE size >= NEW.size)",
    ),
    _sqlite_trigger("ledger_salt_update", "UPDATE", "ledger_salt"),
    _sqlite_trigger(
        "ledger_salt_insert",
        "INSERT",
        "ledger_salt",
        "EXISTS (SELECT 1 FROM ledger_salt WHERE id = NEW.id"
        " OR (object_type = NEW.object_type AND object_id = NEW.object_id))",
    ),
]
SQLITE_REMOVE = [
    f"DROP TRIGGER IF EXISTS {table}_{event}" for table in TABLES for event in ("update", "delete", "insert")
]

_REFUSE = """
CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def _pg_trigger(name, event, table, when=None):
    condition = f" WHEN ({when})" if when else ""
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW{condition} EXECUTE FUNCTION ledger_refuse()"


POSTGRESQL = [
    _REFUSE,
    _pg_trigger(
        "ledger_entry_update",
        "UPDATE",
        "ledger_entry",
        f"NOT (OLD.sequence IS NULL AND NEW.sequence IS NOT NULL AND {_unchanged('IS NOT DISTINCT FROM')})",
    ),
    _pg_trigger("ledger_entry_delete", "DELETE", "ledger_entry"),
    _pg_trigger("ledger_entry_insert", "INSERT", "ledger_entry", "NEW.sequence IS NOT NULL"),
    _pg_trigger(
        "ledger_tile_update",
        "UPDATE",
        "ledger_tile",
        'NOT (NEW.id = OLD.id AND NEW.level = OLD.level AND NEW."index" = OLD."index"'
        " AND length(NEW.hashes) > length(OLD.hashes) AND length(NEW.hashes) <= 8192"
        " AND substring(NEW.hashes FROM 1 FOR length(OLD.hashes)) = OLD.hashes)",
    ),
    _pg_trigger("ledger_tile_delete", "DELETE", "ledger_tile"),
    _pg_trigger("ledger_checkpoint_update", "UPDATE", "ledger_checkpoint"),
    _pg_trigger("ledger_checkpoint_delete", "DELETE", "ledger_checkpoint"),
    _pg_trigger("ledger_salt_update", "UPDATE", "ledger_salt"),
    *(
        f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        for table in TABLES
    ),
]
POSTGRESQL_REMOVE = [
    *(
        f"DROP TRIGGER IF EXISTS {table}_{event} ON {table}"
        for table in TABLES
        for event in ("update", "delete", "insert", "truncate")
    ),
    "DROP FUNCTION IF EXISTS ledger_refuse()",
]
STATEMENTS = {"sqlite": (SQLITE, SQLITE_REMOVE), "postgresql": (POSTGRESQL, POSTGRESQL_REMOVE)}


def install(apps, schema_editor):
    remove(apps, schema_editor)
    for statement in STATEMENTS[schema_editor.connection.vendor][0]:
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    for statement in STATEMENTS[schema_editor.connection.vendor][1]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]

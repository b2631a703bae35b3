"""The words of an entry: names and texts, encrypted beside the body that states their digest."""

from importlib import import_module

from django.db import migrations, models

WALL = import_module("hengjian.base.migrations.0002_ledger_triggers")


def _with_told(statements, same):
    """The words are as unchangeable as the rest of an entry."""
    last = f"NEW.seal {same} OLD.seal"
    return [statement.replace(last, f"{last} AND NEW.told {same} OLD.told") for statement in statements]


STATEMENTS = {
    "sqlite": (_with_told(WALL.SQLITE, "IS"), WALL.SQLITE_REMOVE),
    "postgresql": (_with_told(WALL.POSTGRESQL, "IS NOT DISTINCT FROM"), WALL.POSTGRESQL_REMOVE),
}


def install(apps, schema_editor):
    remove(apps, schema_editor)
    for statement in STATEMENTS[schema_editor.connection.vendor][0]:
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor):
    for statement in STATEMENTS[schema_editor.connection.vendor][1]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("base", "0002_ledger_triggers")]
    operations = [
        migrations.AddField("ledgerentry", "told", models.BinaryField(null=True, verbose_name="可读内容（密文）")),
        migrations.RunPython(install, WALL.install),
    ]

"""Migrations that are whole or not at all: what one changes and the note that it ran are one transaction."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.executor import MigrationExecutor


class WholeExecutor(MigrationExecutor):  # type: ignore[misc]
    """As Django's, which notes a migration with deferred statements (indexes, foreign keys) only after its commit.

    A process that is killed in between leaves a change that nobody knows of: the next run fails with "already exists".
    """

    def apply_migration(self, state: Any, migration: Any, fake: bool = False, fake_initial: bool = False) -> Any:
        apply = migration.apply

        def apply_whole(state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
            state = apply(state, schema_editor, collect_sql)
            while schema_editor.deferred_sql:
                schema_editor.execute(schema_editor.deferred_sql.pop(0), None)
            return state

        migration.apply = apply_whole
        try:
            return super().apply_migration(state, migration, fake=fake, fake_initial=fake_initial)
        finally:
            del migration.apply


def use_whole_executor() -> None:
    """Let every way of migrating, tests included, go through it."""
    migrate.MigrationExecutor = WholeExecutor  # type: ignore[attr-defined]

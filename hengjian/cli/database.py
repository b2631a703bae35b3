"""Create the database or bring it up to date."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection

from hengjian.cli.console import console, done, prepare, stop


def pending_migrations() -> list[str]:
    """Return the names of migrations that have not been applied."""
    from django.db.migrations.executor import MigrationExecutor  # needs loaded apps

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def apply_migrations() -> int:
    """Apply what is pending; return how many migrations that were."""
    from django.core.management import call_command  # needs loaded apps

    count = len(pending_migrations())
    options: dict[str, Any] = {"interactive": False, "verbosity": 0}
    if count:
        call_command("migrate", **options)
    if settings.MODE == "production":
        call_command("createcachetable", verbosity=0)
    return count


def migrate(*, check: bool) -> None:
    """Run the command."""
    prepare()
    if check:
        names = pending_migrations()
        for name in names:
            console.print(name)
        if names:
            stop(f"{len(names)} 项数据库变更尚未执行：hengjian migrate")
        done("数据库结构是最新的。")
        return
    with console.status("正在更新数据库结构…"):
        count = apply_migrations()
    done(f"数据库已就绪，执行了 {count} 项变更。" if count else "数据库结构是最新的。")

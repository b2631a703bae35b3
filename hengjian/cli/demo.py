"""Play the main job on the demonstration province, then serve it."""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from hengjian.cli.console import console, done, prepare, stop


def _is_lived_in() -> bool:
    """Whether somebody has an account here already."""
    # All need loaded apps.
    from django.db import connection

    from hengjian.base.scope import EVERYTHING
    from hengjian.cli.snapshot import is_empty
    from hengjian.parties.models import Account

    if connection.vendor == "sqlite" and is_empty():
        return False
    there = Account._meta.db_table in connection.introspection.table_names()
    return there and Account.objects.within(EVERYTHING).exists()


def _start_afresh() -> None:
    """Clear away a demonstration that was interrupted: its marker stands, but does not say what time it is there."""
    # Needs settings.
    from django.conf import settings
    from django.db import connection

    if connection.vendor != "sqlite":
        stop("上次演示没有演完，数据库里只有一半。请清空这个演示数据库后再试。")
    console.print("上次演示没有演完，从头再来。")
    connection.close()
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    for file in (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm", ".made"))):
        file.unlink(missing_ok=True)
    shutil.rmtree(settings.EVIDENCE_DIR, ignore_errors=True)
    for folder in settings.WITNESS_DIRS:  # what is remembered of half a demonstration is none of the next one
        if Path(folder).is_relative_to(settings.VAR_DIR):
            shutil.rmtree(folder, ignore_errors=True)


def demo(*, serve: bool, out: Path, host: str, port: int) -> None:
    """Run the command."""
    os.environ["HENGJIAN_DEMO"] = "1"
    prepare()
    # All need settings.
    from django.conf import settings

    from hengjian.cli.database import apply_migrations
    from hengjian.dossier.render import FontsMissing, find_fonts

    marker = Path(settings.VAR_DIR) / "demo"
    try:
        find_fonts()
    except FontsMissing as missing:
        stop(str(missing))
    if not marker.exists() and _is_lived_in():
        stop(f"{settings.VAR_DIR} 里已有真实数据，演示不写入其中。请另设 HENGJIAN_VAR。")
    if marker.exists() and not marker.read_text().strip():
        _start_afresh()
    marker.touch()
    out.mkdir(parents=True, exist_ok=True)
    with console.status("正在建立数据库…"):
        apply_migrations()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        tasks: dict[str, object] = {}

        def told(at: int, total: int, what: str) -> None:
            """One bar for each act, in the order in which they happen."""
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=at, total=total)  # type: ignore[arg-type]

        # The play is a large module that no other command needs.
        summary: list[str] = import_module("hengjian.web.demo").play(out, told)
    for line in summary:
        console.print(line, soft_wrap=True)
    if serve:
        # Needs settings.
        from hengjian.cli.serve import serve as serve_pages

        serve_pages(host=host, port=port, workers=1, threads=4)
    else:
        done("演示已完成；用 make serve（或 hengjian serve）启动网页。")

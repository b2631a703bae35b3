"""Serve the pages with Granian, and run the background worker."""

from __future__ import annotations

import os
import signal
import socket
import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from hengjian.cli.console import close_connections, console, done, prepare, stop
from hengjian.cli.database import apply_migrations, require_database, require_durability, require_room, require_wall, warn_of_the_clock
from hengjian.cli.keys import require_keys

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Run the command."""
    prepare()
    embedded = settings.MODE == "embedded"
    if workers > 1 and connection.vendor == "sqlite":
        stop("SQLite 只允许一个网页进程。多进程请用 PostgreSQL（HENGJIAN_DATABASE_URL）。")
    if workers > 1 and embedded:
        stop("多个网页进程请设 HENGJIAN_MODE=production，并另行启动 hengjian worker。")
    if embedded:
        apply_migrations()
    else:
        require_database()
    require_durability()
    require_wall()
    require_room()
    warn_of_the_clock()
    require_keys()
    _tell_continuity()
    if _is_taken(host, port):
        stop(f"{host}:{port} 已被占用，请用 --port 换一个端口。")
    if host not in LOOPBACK:
        console.print("[yellow]直接对外服务：传输没有加密。对外请放在 nginx 之后（deploy/nginx）。[/]")
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    # Children inherit no open connection: a SQLite handle or a PostgreSQL socket must not cross a fork.
    close_connections()
    done(f"网页地址 http://{host}:{port}/  （按 Ctrl+C 结束）")
    _granian(host, port, workers, threads, embedded=embedded).serve()


def _tell_continuity() -> None:
    """Say at the start when everything will be read-only; stop where there is nobody who could consent to go on."""
    # Both need loaded apps.
    from hengjian.base.ledger.continuity import look, said_of
    from hengjian.parties.models import Account

    found = look()
    if found.is_sound:
        return
    if not Account.objects.exists():
        stop(f"{said_of(found)}数据库是空的：请恢复备份（hengjian restore）。确要从头开始的，先移走存证目录 {settings.WITNESS_DIRS[0]}。")
    console.print(f"[bold red]{said_of(found)}[/]")
    console.print("  网页只能查看，不能办理。详情和下一步：hengjian ledger recover")


def _granian(host: str, port: int, workers: int, threads: int, *, embedded: bool) -> Any:
    # Loaded late: the command `worker` and the tests of this module need no web server.
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from hengjian.cli.gate import THREADS

    os.environ[THREADS] = str(threads)  # the processes of the pages read it
    return Granian(
        target="hengjian.cli.application:application" if embedded else "hengjian.cli.pages:application",
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=workers,
        respawn_failed_workers=True,
        # One that is told to stop while it still starts would otherwise never end.
        workers_kill_timeout=15,
        websockets=False,
        log_level=LogLevels(settings.SERVER_LOG),
    )


def _is_taken(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def worker() -> None:
    """Run the command."""
    prepare()
    require_database()
    require_durability()
    require_wall()
    require_room()
    warn_of_the_clock()
    require_keys()
    _tell_continuity()
    # Needs loaded apps: it looks for their jobs.
    from hengjian.cli.background import Background
    from hengjian.cli.turn import turn, wait_for

    own = turn()
    if not wait_for(own):
        stop("已有一个后台进程在运行（hengjian worker，或嵌入后台任务的 hengjian serve）。一个系统只运行一个；请先结束那一个。")
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_args: ended.set())
    background = Background(own)
    background.start()
    done(f"后台进程已启动：账本封存，{len(background.ticker.jobs)} 项定时任务。")
    ended.wait()
    background.stop()
    console.print("后台进程已结束。")

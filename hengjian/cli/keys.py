"""Data keys: which there are, what lies under which, and the passage to a new one."""

from __future__ import annotations

from contextlib import suppress

from django.conf import settings
from rich.progress import Progress

from hengjian.cli.console import console, done, prepare, stop
from hengjian.cli.database import require_database

SHOWN = 20


def require_keys() -> None:
    """Stop with the reason when the keys are missing, damaged or not those of this database; note down the one in use."""
    # Both need loaded apps.
    from hengjian.base.data_keys import key_problems, note_active_key
    from hengjian.base.errors import ReadOnly

    if problems := key_problems():
        stop("密钥有误，服务不启动，数据没有动过。\n  " + "\n  ".join(problems))
    with suppress(ReadOnly):  # nothing is entered before two people have consented to go on
        note_active_key()


def show() -> None:
    """Run the command."""
    prepare()
    require_database()
    # Both need loaded apps.
    from hengjian.base import clock
    from hengjian.base.data_keys import key_problems, under_other_keys
    from hengjian.base.models import DataKey

    if problems := key_problems():
        stop("密钥有误。\n  " + "\n  ".join(problems))
    for one in DataKey.objects.all():
        console.print(f"{one.key_id}　{clock.local(one.since):%Y-%m-%d %H:%M} 起")
    left = under_other_keys()
    done("全部密文都在最近一把密钥之下。" if not left else f"{left} 项密文还在旧密钥之下：hengjian keys rotate 接着换完。")


def rotate(*, reason: str) -> None:
    """Run the command."""
    prepare()
    require_database()
    require_keys()
    # Both need loaded apps.
    from hengjian.base import data_keys
    from hengjian.parties.actors import everything_actor

    with Progress(console=console, transient=True) as shown:
        task = shown.add_task("用新密钥重新加密", total=None)
        made = data_keys.rotate(actor=everything_actor("系统管理员"), reason=reason, progress=lambda place, n: shown.update(task, description=place, advance=n))
    for place in made.broken[:SHOWN]:
        console.print(f"  [red]打不开[/] {place}")
    if made.broken:
        stop(f"{len(made.broken)} 项密文打不开，其余 {made.done} 项已换到密钥 {made.key_id}。请运行 hengjian ledger reconcile 查明。")
    if made.left:
        stop(f"还有 {made.left} 项在旧密钥之下：可能有进程没有读到新密钥。请再运行一次。")
    done(f"{'已启用新的数据密钥' if made.is_new else '接着上次没有换完的'} {made.key_id}，{made.done} 项密文已换到它之下。")
    console.print(f"  旧密钥仍在，旧备份照样能读。请随即另存密钥：hengjian backup 备份文件 --keys 密钥文件（密钥目录 {settings.KEY_DIR}）。")

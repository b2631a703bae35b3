"""Bring registry tables in and out, in the post of an account."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.progress import Progress
from rich.table import Table

from hengjian.base.errors import BadInput, NotAllowed, OutOfScope
from hengjian.cli.console import console, done, prepare, stop
from hengjian.cli.database import require_database

FORMATS = ("csv", "parquet")
SHOWN = 100


def _actor(username: str) -> Any:
    """Return the account in its first post of today: every import has a person who answers for it."""
    # All need loaded apps.
    from hengjian.base.scope import EVERYTHING
    from hengjian.parties.actors import actor_for, posts_today
    from hengjian.parties.models import Account

    if not username:
        stop("请用 --as 写明以哪个账号的岗位办理；每次导入导出都有经办人。")
    account = Account.objects.within(EVERYTHING).filter(username=username, is_active=True).first()
    posts = posts_today(account) if account else []
    if account is None or not posts:
        stop(f"没有登录名为“{username}”、今天在岗的账号。")
    return actor_for(account, posts[0])


def import_registry(path: Path, *, confirm: bool, account: str, marked: Path | None) -> None:
    """Run the command."""
    prepare()
    require_database()
    if not path.exists():
        stop(f"{path}：没有这个文件或目录。")
    from hengjian.registry.exchange import import_path, marked_workbook  # needs loaded apps

    actor = _actor(account)
    try:
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task("检查", total=None)
            report = import_path(
                path,
                actor=actor,
                confirm=confirm,
                progress=lambda at, total, what: progress.update(task, completed=at, total=total, description=what),
            )
    except (BadInput, NotAllowed, OutOfScope) as refusal:
        stop(str(refusal))
    _tell_counts(report.counts)
    for fault in report.faults[:SHOWN]:
        sign = "[yellow]![/]" if fault.is_warning else "[red]✗[/]"
        place = f"“{fault.sheet}”表 第{fault.row}行" + (f" {fault.head or f'第{fault.column}列'}" if fault.column else "")
        console.print(f"{sign} {place}：{fault.message}", soft_wrap=True)
    if marked is not None and report.faults:
        marked.write_bytes(marked_workbook(report.run)[1])
        console.print(f"  已标出问题：{marked}")
    _tell_outcome(report, confirm=confirm)


def _tell_counts(counts: dict[str, dict[str, int]]) -> None:
    if not counts:
        return
    heads = list(dict.fromkeys(head for by_kind in counts.values() for head in by_kind))
    table = Table("", *heads, box=None)
    for name, by_kind in counts.items():
        table.add_row(name, *(str(by_kind.get(head, 0)) for head in heads))
    console.print(table)


def _tell_outcome(report: Any, *, confirm: bool) -> None:
    wrong = sum(1 for fault in report.faults if not fault.is_warning)
    if wrong:
        stop(f"{wrong} 处须改正，什么也没有写入。")
    if report.already:
        done("这个文件以前已经导入，没有重复写入。")
    elif confirm:
        done("已全部写入。")
    else:
        done("试算通过，尚未写入；加 --confirm 写入。")


def export_registry(out: Path, *, account: str, form: str, purpose: str, reason: str) -> None:
    """Run the command."""
    prepare()
    require_database()
    # All need loaded apps.
    from hengjian.parties.states import INSTITUTION_FILLERS, REGULATORS
    from hengjian.registry.exchange import write_package
    from hengjian.registry.services import record_export

    if form not in FORMATS:
        stop(f"--format 只能是 {' 或 '.join(FORMATS)}。")
    actor = _actor(account)
    if not actor.holds(*REGULATORS, *INSTITUTION_FILLERS):
        stop(f"{actor.name}的岗位不能导出名录档案。")
    if not (purpose and reason):
        stop("名录里有个人信息：请用 --purpose 写明用途、--reason 写明理由，二者记入账本。")
    try:
        record_export(actor=actor, purpose=purpose, reason=reason)
    except BadInput as refusal:
        stop(str(refusal))
    with console.status("正在导出…"):
        written = write_package(actor.scope, out, form=form)
    done(f"{out}：{len(written)} 个表，范围限于 {actor.org_name or actor.name} 所能看到的。")

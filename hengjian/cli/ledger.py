"""Verify, reconcile and tell the audit ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from rich.markup import escape
from rich.progress import Progress

from hengjian.base import clock
from hengjian.cli.console import console, done, prepare, stop
from hengjian.cli.database import require_database

if TYPE_CHECKING:
    from hengjian.base.ledger.history import Sentence
    from hengjian.base.ledger.verdict import Verdict

SHOWN = 200
"""Faults that are printed; a ledger that was replaced as a whole has as many as entries."""


def _checked(title: str, check: Callable[[Callable[[int, int], None]], Verdict]) -> Verdict:
    """Run a check under a progress bar; print its faults and stop when there are any."""
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(title, total=None)
        verdict = check(lambda seen, total: progress.update(task, completed=seen, total=total))
    for fault in verdict.faults[:SHOWN]:
        console.print(f"[red]✗[/] {fault.message}", soft_wrap=True)
    if len(verdict.faults) > SHOWN:
        console.print(f"……另有 {len(verdict.faults) - SHOWN} 处。")
    if verdict.faults:
        stop(f"发现 {len(verdict.faults)} 处不符。")
    return verdict


def verify() -> None:
    """Run the command."""
    prepare()
    require_database()
    from hengjian.base.ledger import verify as verifying  # needs loaded apps

    verdict = _checked("校验账本", lambda progress: verifying.verify(progress))
    done(f"账本完整：{verdict.entries} 条，封存点 {verdict.checkpoints} 个，待封存 {verdict.pending} 条。")
    console.print(f"  已封存 {verdict.size} 条，树根 {verdict.root or '（尚无封存点）'}", soft_wrap=True)


def reconcile() -> None:
    """Run the command."""
    prepare()
    require_database()
    from hengjian.base.ledger import reconcile as reconciling  # needs loaded apps

    verdict = _checked("对账", lambda progress: reconciling.reconcile(progress=progress))
    done(f"业务数据与账本一致：{verdict.rows} 行。")
    if verdict.unprovable:
        console.print(f"  其中 {verdict.unprovable} 行的个人信息已依法删除，不能再逐字核对。")


def storage() -> None:
    """Run the command."""
    prepare()
    require_database()
    from hengjian.base.ledger.storage import storage as look_at_storage  # needs loaded apps

    verdict = _checked("核对存储", look_at_storage)
    done(f"数据库文件完好；留存的文件 {verdict.rows} 个，全部与入卷时一致。")


def show(thing: str) -> None:
    """Run the command."""
    prepare()
    require_database()
    # Both need loaded apps.
    from hengjian.base.ledger.history import history
    from hengjian.base.models.ledger import LedgerEntry

    kind, _colon, written = thing.rpartition(":")
    try:
        number = UUID(written)
    except ValueError:
        stop(f"“{written}”不是对象编号；写成 UUID，或“registry.person:UUID”。")
    known = LedgerEntry.objects.filter(object_id=number).order_by().values_list("object_type", flat=True).distinct()
    kinds = [kind] if kind else sorted(known)
    sentences = [sentence for one in kinds for sentence in history(one, number)]
    if not sentences:
        stop("账本里没有这个对象。")
    for sentence in sentences:
        console.print(escape(_line(sentence)) + f"  [dim]〔{sentence.state.label}〕[/]", soft_wrap=True)


def _line(sentence: Sentence) -> str:
    """When, what, by whom and why, on one line."""
    when = clock.local(sentence.at).strftime("%Y-%m-%d %H:%M")
    why = f"（理由：{sentence.reason}）" if sentence.reason else ""
    return f"{when}　{sentence.title}　{sentence.text}{why}"

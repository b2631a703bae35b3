"""Verify, reconcile and tell the audit ledger; say how it stands against what is remembered of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
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
    _tell_epochs()


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


def _tell_epochs() -> None:
    from hengjian.base.ledger.recovery import epochs  # needs loaded apps

    for row in epochs():
        console.print(f"  第 {row.number} 纪元自第 {row.start} 条起，{row.get_cause_display()}，缺失第 {row.agreed} 至 {row.lost_to} 条，查明 {row.named} 条。")


def recover() -> None:
    """Run the command: how the ledger stands, what is missing, who has consented, what to do."""
    prepare()
    require_database()
    # All need loaded apps.
    from hengjian.base.actions import TITLES
    from hengjian.base.ledger.continuity import look, said_of, way_on
    from hengjian.base.ledger.recovery import consents_to

    found = look()
    _tell_epochs()
    if found.is_sound:
        done(f"账本与留存的封存点相符：{found.ours.size} 条，第 {found.ours.epoch} 纪元。")
        return
    if found.known is not None:
        console.print(f"  数据库：第 {found.ours.epoch} 纪元，{found.ours.size} 条，树根 {found.ours.root or '（无）'}", soft_wrap=True)
        console.print(f"  留存的：第 {found.known.said.epoch} 纪元，{found.known.said.size} 条，树根 {found.known.said.root.hex()}", soft_wrap=True)
        console.print(f"  缺失第 {found.agreed} 至 {found.lost_to} 条" + ("，清单经树根验算，没有遗漏：" if found.is_lost_complete else f"，查明 {len(found.lost)} 条："))
    for one in found.lost[:SHOWN]:
        console.print(f"    第 {one.sequence} 条　{one.at}　{TITLES.get(one.action, one.action)}　{one.object_type}:{one.object_id}", soft_wrap=True)
    if len(found.lost) > SHOWN:
        console.print(f"    ……另有 {len(found.lost) - SHOWN} 条，见网页“恢复与存证”里的全部清单。")
    if found.still_here:
        console.print(f"  其中 {found.still_here} 条备份时已写入、尚未封存，没有缺失，将重新编号。")
    for consent in consents_to(found):
        console.print(f"  {consent.role} 已于 {clock.local(consent.at):%Y-%m-%d %H:%M} 确认。")
    stop(f"{said_of(found)}现在只能查看。{way_on(found)}页面：“恢复与存证”（/recovery/），各自登录。")


def add_witness(file: Path) -> None:
    """Run the command: remember checkpoints that were kept elsewhere."""
    prepare()
    require_database()
    # All need loaded apps.
    from hengjian.base.ledger import witness
    from hengjian.base.ledger.checkpoints import BadNote, NoteReader, trusted_verifiers

    reader, held = NoteReader(trusted_verifiers()), 0
    for note in witness.notes_in(file.read_text(encoding="utf-8")):
        try:
            said, _key = reader.statement(note)
        except BadNote:
            continue
        witness.remember(note)
        held += 1
        console.print(f"  记下：第 {said.epoch} 纪元，{said.size} 条，{said.at}")
    if not held:
        stop("没有找到本系统签名的封存点。可以是 .hjproof 证明、另一处的 checkpoints.jsonl，或封存点的签名文本。")
    done(f"记下 {held} 个封存点。接着运行 hengjian ledger recover。")


def prove(file: Path) -> None:
    """Run the command: check a proof, and say whether its entry is still here."""
    prepare()
    require_database()
    # All need loaded apps.
    from hengjian.base.ledger.checkpoints import BadNote
    from hengjian.base.ledger.merkle import BadProof
    from hengjian.base.ledger.proofs import ProofPlace, judge
    from hengjian.base.ledger.verify_proof import Refused

    try:
        found = judge(json.loads(file.read_text(encoding="utf-8")))
    except (BadNote, BadProof, Refused, ValueError, KeyError, TypeError) as error:
        stop(f"证明不成立：{error}")
    done(f"证明成立：第 {found.said.epoch} 纪元第 {found.index} 条，{found.entry['at']}，{found.entry['action']}。")
    if found.place is ProofPlace.HERE and found.number != found.index:
        console.print(f"  它仍在账本里，恢复以后重新编号为第 {found.number} 条。" if found.number is not None else "  它仍在账本里，等待重新编号。")
    if found.place is ProofPlace.LOST and found.lost_before is not None:
        console.print(f"  它在缺失的一段里：数据库后来恢复到了较早的时刻，第 {found.lost_before.number} 纪元从第 {found.lost_before.start} 条继续。这份证明仍是它曾经办成的凭据。")
    elif found.place is ProofPlace.UNKNOWN:
        stop("数据库里没有这一条，也没有登记过缺失：账本退回了从前，或者被改动过。请先 hengjian ledger witness 这份证明，再看 hengjian ledger recover。")


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

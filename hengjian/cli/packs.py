"""Check and show packs, and make one from a workbook."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from rich.markup import escape
from rich.table import Table

from hengjian.cli.console import console, done, stop
from hengjian.forms.packs import Definition, PackFaults, describe, find, import_pack, load_all
from hengjian.forms.packs import check as check_packs

KINDS = {
    "campaign": "专项行动模板", "roster": "人员清单", "checklist": "自查表", "scored_checklist": "评分表", "statistics": "统计表",
    "lists": "清单和文书",
}
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengjian.settings")


def check(folders: list[Path]) -> None:
    """Run the command."""
    extra = [*settings.PACK_DIRS, *folders]
    if missing := [str(folder) for folder in extra if not folder.is_dir()]:
        stop(f"没有这个目录：{'、'.join(missing)}")
    with console.status("正在检查制度包…"):
        faults = check_packs(extra)
    for fault in faults:
        console.print(f"[red]✗[/] {escape(str(fault))}")
    if faults:
        stop(f"{len(faults)} 处需要改正。")
    done(f"{len(load_all(extra))} 份表单和模板全部正确：结构、分值合计、引用、指标。")


def show(code: str | None) -> None:
    """Run the command."""
    if code is None:
        _list(load_all(settings.PACK_DIRS))
        return
    try:
        console.print(describe(find(code, extra=settings.PACK_DIRS)), markup=False)
    except KeyError:
        within = [one for one in load_all(settings.PACK_DIRS) if one.pack and one.pack.pack == code]
        if not within:
            stop(f"没有代码为“{code}”的制度包或表单；hengjian packs show 列出全部。")
        _list(within)


def _list(definitions: list[Definition]) -> None:
    table = Table(box=None, show_header=False)
    # Codes are typed again into the next command: wrapped if need be, never cut.
    table.add_column(no_wrap=True, overflow="fold")
    table.add_column(overflow="fold")
    last = ""
    for one in sorted(definitions, key=lambda each: (each.code, each.version)):
        document = f"《{one.source.doc}》{one.source.number or '文号未见'}"
        if document != last:
            table.add_row("", f"[bold]{escape(document)}[/]")
            last = document
        checked = "" if one.verified else "（措辞未核对）"
        table.add_row(escape(one.code), f"{escape(one.title)}，{KINDS.get(one.kind, one.kind)}，第{one.version}版{checked}")
    console.print(table)


def import_workbook(workbook: Path, out: Path, code: str | None) -> None:
    """Run the command."""
    if not workbook.is_file():
        stop(f"{workbook}：没有这个文件。")
    try:
        files = import_pack(workbook, code=code or "")
    except PackFaults as problem:
        for fault in problem.faults:
            console.print(f"[red]✗[/] {escape(str(fault))}")
        stop(f"{len(problem.faults)} 处需要改正，什么也没有写。")
    out.mkdir(parents=True, exist_ok=True)
    target, about = out / f"{workbook.stem}.yaml", out / "pack.yaml"
    if target.exists():
        stop(f"{target} 已存在，不覆盖。")
    target.write_text(files["checklist.yaml"], encoding="utf-8")
    written = [target]
    if not about.exists():
        about.write_text(files["pack.yaml"], encoding="utf-8")
        written.append(about)
    faults = check_packs([*settings.PACK_DIRS, out])
    for fault in faults:
        console.print(f"[yellow]![/] {escape(str(fault))}")
    done(f"{'、'.join(map(str, written))}。请核对措辞，需要时改 pack.yaml，再运行 hengjian packs check {out}")

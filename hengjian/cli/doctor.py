"""Examine an installation: what it runs on, what it promises, what is missing."""

from __future__ import annotations

import json
import platform
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import django
import typer
from django.conf import settings
from django.db import DatabaseError, connection
from rich.table import Table

from hengjian.base import row_security
from hengjian.base.database import durability, has_checksums
from hengjian.cli.backup import FAILED
from hengjian.cli.configuration import all_settings, unknown_variables
from hengjian.cli.console import console, prepare
from hengjian.cli.database import CLOCK_SECONDS, unwritable
from hengjian.dossier.render import FontsMissing, find_fonts

GOOD, WARN, BAD = "good", "warn", "bad"
SIGNS = {GOOD: "[green]✓[/]", WARN: "[yellow]![/]", BAD: "[red]✗[/]"}
LOW_DISK_GB = 5
LOW_DISK_SHARE = 0.1
SLOW_SEALING_SECONDS = 60


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, how it stands, and what to do about it."""

    about: str
    state: str
    text: str


def _versions() -> Iterator[Finding]:
    text = f"Python {platform.python_version()}，Django {django.__version__}，SQLite {sqlite3.sqlite_version}"
    yield Finding("版本", GOOD, text)
    node = shutil.which("node")
    if node:
        # Our own fixed words; the program is found on PATH.
        said = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()  # noqa: S603
        yield Finding("Node", GOOD, said)
    else:
        yield Finding("Node", GOOD, "系统没有 Node；只有重新构建前端时需要，make setup 会自带一份")


def _database() -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT version()")
                yield Finding("数据库", GOOD, str(cursor.fetchone()[0]).split(" on ")[0])
        for one in durability(connection):
            yield Finding("数据库", GOOD if one.is_enough else BAD, f"{one.name}={one.value}")
        if connection.vendor == "postgresql" and not has_checksums(connection):
            yield Finding("数据库", WARN, "没有数据校验和（data_checksums=off）：磁盘上翻转的位读出来也不会发现。建库时用 initdb -k，或停机后 pg_checksums --enable")
        if connection.vendor == "sqlite" and settings.MODE == "production":
            yield Finding("数据库", WARN, "生产模式应使用 PostgreSQL（HENGJIAN_DATABASE_URL）")
        yield from _wall()
    except DatabaseError as error:
        yield Finding("数据库", BAD, f"连接不上：{error}")


def _wall() -> Iterator[Finding]:
    """Row security, the second wall; SQLite has none."""
    if connection.vendor != "postgresql":
        return
    found = row_security.faults(connection)
    for fault in found:
        yield Finding("行级安全", BAD, f"{fault}：见 deploy/README.md")
    if not found:
        yield Finding("行级安全", GOOD, f"{len(row_security.walled_tables())} 张数据表，服务所用角色受其约束")


def _migrations() -> Iterator[Finding]:
    from hengjian.cli.database import pending_migrations  # needs loaded apps

    names = pending_migrations()
    yield Finding("数据库变更", BAD if names else GOOD, f"{len(names)} 项未执行：hengjian migrate" if names else "全部已执行")


def _ledger() -> Iterator[Finding]:
    # Both need loaded apps.
    from hengjian.base.ledger import sequencer, triggers
    from hengjian.cli.database import pending_migrations

    if pending_migrations():
        return  # there may be no ledger to look at yet; that finding stands already
    if missing := triggers.missing():
        yield Finding("账本", BAD, f"缺少防改触发器：{'、'.join(missing)}")
    waiting, seconds = sequencer.pending_count(), sequencer.lag().total_seconds()
    slow = seconds > SLOW_SEALING_SECONDS
    text = f"{waiting} 条待封存，最久 {_span(seconds)}"
    yield Finding("账本", WARN if slow else GOOD, text + ("：服务或 hengjian worker 没有在运行？" if slow else ""))
    behind = sequencer.clock_behind().total_seconds()
    if behind > CLOCK_SECONDS:
        yield Finding("时钟", BAD, f"服务器时钟比账本最后一条早 {_span(behind)}，可能被拨回：期限会判错。请校准时间（timedatectl），再核对期间的报送")
    else:
        yield Finding("时钟", GOOD, "不早于账本最后一条")
    yield from _checks()


def _jobs() -> Iterator[Finding]:
    # Both need loaded apps.
    from hengjian.base import clock, parking
    from hengjian.cli.database import pending_migrations

    if pending_migrations():
        return
    for one in parking.failing().values():
        at = f"{clock.local(one.failed_at):%Y-%m-%d %H:%M}"
        if one.failures >= parking.TRIES:
            yield Finding("后台任务", BAD, f"{one.name} 连续失败 {one.failures} 次，已搁置，每 6 小时再试一次；最近 {at}：{one.fault}")
        else:
            yield Finding("后台任务", WARN, f"{one.name} 失败 {one.failures} 次；最近 {at}：{one.fault}")


def _span(seconds: float) -> str:
    """A time span as one says it: 40 秒, 5 分钟, 3 小时, 12 天."""
    for size, unit in ((86400, "天"), (3600, "小时"), (60, "分钟")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} 秒"


def _checks() -> Iterator[Finding]:
    """What the last checks of the whole ledger found."""
    # All need loaded apps.
    from hengjian.base import clock
    from hengjian.base.ledger import checks
    from hengjian.base.models import CheckKind, CheckState

    for kind in CheckKind:
        last = checks.last_finished(kind)
        if last is None:
            yield Finding(str(kind.label), WARN, "从未核对：由审计管理员在“审计账本”中核对；后台进程每周夜间也会核对")
        elif last.state == CheckState.FAULTY:
            yield Finding(str(kind.label), BAD, f"{clock.local(last.asked_at):%Y-%m-%d} 发现 {last.found} 处不符")
        else:
            yield Finding(str(kind.label), GOOD, f"{clock.local(last.asked_at):%Y-%m-%d} 核对，无一不符")


def _witness() -> Iterator[Finding]:
    """Whether it is remembered outside of the database how far the ledger has come, and whether the database fits that."""
    # All need loaded apps.
    from hengjian.base.ledger import witness
    from hengjian.base.ledger.checkpoints import latest
    from hengjian.base.ledger.continuity import look, said_of

    found, point = look(), latest()
    if not found.is_sound:
        yield Finding("存证", BAD, f"{said_of(found)}见 hengjian ledger recover")
        return
    if not settings.WITNESS_DIRS:
        yield Finding("存证", WARN, "没有存证目录（HENGJIAN_WITNESS_DIR）：数据库被退回从前时看不出来")
    for head in witness.heads():
        size = head.known.said.size if head.known else 0
        if head.is_unreadable or (point is not None and size < point.size):
            yield Finding("存证", BAD if head.is_unreadable else WARN, f"{head.folder} 只记到 {size} 条，账本已有 {point.size if point else 0} 条：请检查目录权限和磁盘")
        elif settings.ENV == "prod" and head.folder.resolve().is_relative_to(settings.VAR_DIR):
            yield Finding("存证", WARN, f"{head.folder} 与数据在一起：请把 HENGJIAN_WITNESS_DIR 指到另一块磁盘或另一台机器")
        else:
            yield Finding("存证", GOOD, f"{head.folder} 记到 {size} 条，与账本相符")


def _keys() -> Iterator[Finding]:
    folder = Path(settings.KEY_DIR)
    files = [path for path in sorted(folder.glob("[!.]*")) if path.is_file() and path.suffix != ".pub"]
    open_to_others = [path.name for path in files if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    if open_to_others:
        yield Finding("密钥", BAD, f"他人可读：{'、'.join(open_to_others)}（chmod 600）")
    if not files:
        yield Finding("密钥", WARN, "还没有密钥；第一次启动时生成，请随即另存一份")
    else:
        yield Finding("密钥", GOOD, "、".join(path.name for path in files))


def _routes() -> Iterator[Finding]:
    from hengjian.base.routes import routes, unprotected  # loads all pages

    bare = unprotected()
    for path in bare:
        yield Finding("网址", BAD, f"没有权限策略：{path}")
    if not bare:
        yield Finding("网址", GOOD, f"{sum(1 for _ in routes())} 个网址都有权限策略")


def _files() -> Iterator[Finding]:
    try:
        fonts = [path for path in find_fonts().rglob("*") if path.suffix.lower() in {".ttf", ".otf", ".ttc"}]
        yield Finding("字体", GOOD, f"{settings.FONT_DIR} 里有 {len(fonts)} 个")
    except FontsMissing as missing:
        yield Finding("字体", BAD, str(missing))
    built = Path(settings.BASE_DIR) / "hengjian" / "web" / "static" / "desk"
    there = built.is_dir() and any(built.iterdir())
    yield Finding("前端", GOOD if there else BAD, "已构建" if there else "尚未构建：make setup")
    yield from (Finding("磁盘", BAD, said) for said in unwritable())
    usage = shutil.disk_usage(settings.VAR_DIR)
    free = usage.free / 1e9
    yield Finding("磁盘", GOOD if free >= LOW_DISK_GB and usage.free >= usage.total * LOW_DISK_SHARE else WARN, f"{settings.VAR_DIR} 剩余 {free:.1f} GB")


def _configuration() -> Iterator[Finding]:
    for one in unknown_variables():
        yield Finding("设置", WARN, f"不认识的环境变量 {one}，没有起作用；写法见 deploy/README.md")
    if settings.ENV == "prod" and not settings.PUBLIC_URL:
        yield Finding("设置", WARN, "没有设 HENGJIAN_PUBLIC_URL：公文上的核验地址和邮件里的链接可能打不开")
    if not settings.BACKUP_DIR.is_dir():
        yield Finding("备份", WARN, f"备份目录 {settings.BACKUP_DIR} 不存在（HENGJIAN_BACKUP_DIR）")
    elif (failed := settings.BACKUP_DIR / FAILED).is_file():
        yield Finding("备份", BAD, f"最近一次备份失败：{failed.read_text(encoding='utf-8').strip()}")


SECTIONS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _versions,
    _database,
    _migrations,
    _ledger,
    _jobs,
    _witness,
    _keys,
    _routes,
    _files,
    _configuration,
)


def examine() -> list[Finding]:
    """Look at everything; a part that breaks is a finding and does not hide the others."""
    found: list[Finding] = []
    for section in SECTIONS:
        try:
            found.extend(section())
        except Exception as error:
            found.append(Finding(section.__name__.lstrip("_"), BAD, f"检查时出错：{type(error).__name__}: {error}"))
    return found


def _print(found: list[Finding]) -> None:
    table = Table(box=None, show_header=False)
    for one in found:
        table.add_row(SIGNS[one.state], one.about, one.text)
    console.print(table)
    console.print("设置（*为已设，其余为缺省；说明见 deploy/README.md）：")
    table = Table(box=None, show_header=False)
    for setting in all_settings():
        table.add_row(" *" if setting.is_set else "", setting.variable, setting.value)
    console.print(table)


def doctor(*, as_json: bool) -> None:
    """Run the command."""
    prepare()
    found = examine()
    if as_json:
        told = {"findings": [asdict(one) for one in found], "settings": [asdict(one) for one in all_settings()]}
        console.print_json(json.dumps(told, ensure_ascii=False))
    else:
        _print(found)
    if any(one.state == BAD for one in found):
        raise typer.Exit(1)

"""Create the database or bring it up to date."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from hengjian.base import row_security
from hengjian.base.backends.sqlite3.base import a_new_file_may_be_made
from hengjian.base.database import durability, remote_file_system
from hengjian.cli.console import close_connections, console, done, prepare, stop

PLACE = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
"""What of a database's settings says where it is and who asks."""

CLOCK_SECONDS = 60


def pending_migrations() -> list[str]:
    """Return the names of migrations that have not been applied."""
    from django.db.migrations.executor import MigrationExecutor  # needs loaded apps

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    found = [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
    shared = settings.CACHES["default"].get("LOCATION") if settings.MODE == "production" else None
    if shared and shared not in connection.introspection.table_names():
        found.append(str(shared))  # an installation that was embedded has none
    return found


def require_database() -> None:
    """Stop unless there is a database of this version; a SQLite file that is not there is not made by looking."""
    require_own_file()
    if connection.vendor == "sqlite" and not Path(settings.DATABASES["default"]["NAME"]).exists():
        stop(f"{settings.VAR_DIR} 里还没有数据库：请先运行 hengjian migrate，或用 HENGJIAN_VAR 指明数据目录。")
    if names := pending_migrations():
        stop(f"有 {len(names)} 项数据库变更尚未执行，请先运行 hengjian migrate。")


def require_durability() -> None:
    """Stop when the database would lose on a power cut what it acknowledged, or would not keep its own rules."""
    weak = [one for one in durability(connection) if not one.is_enough]
    if weak and not settings.WEAK_DATABASE:
        told = "、".join(f"{one.name}={one.value}" for one in weak)
        stop(f"数据库的设置（{told}）保不住已经确认的报送，停电会丢数据，服务不启动。请改正数据库配置；只做试验时可设 HENGJIAN_WEAK_DATABASE=1。")


def marker() -> Path:
    """The file that tells that this folder has had a SQLite database: if that is gone, none is made in its place."""
    return Path(f"{settings.DATABASES['default']['NAME']}.made")


def require_own_file() -> None:
    """Stop where a SQLite file must not be used: in a place whose locks are not to be trusted, or when the one that was there is gone."""
    if connection.vendor != "sqlite":
        return
    path = Path(settings.DATABASES["default"]["NAME"])
    if kind := remote_file_system(path):
        stop(f"{path.parent} 在网络文件系统（{kind}）上，SQLite 的锁在那里不可靠，数据会损坏，服务不启动。请把数据目录放在本机磁盘上，或改用 PostgreSQL（HENGJIAN_DATABASE_URL）。")
    if not path.exists() and marker().exists():
        stop(f"{path} 不见了，而这个目录里曾经有过数据库。不会另建一个空的：请找回原来的文件，或从备份恢复到一个空目录（hengjian restore）。确要从头开始的，先删去 {marker()}。")


def unwritable() -> list[str]:
    """The folders in which nothing can be written, in words: database, kept files, keys, temporary files."""
    folders = (settings.VAR_DIR, settings.EVIDENCE_DIR, settings.KEY_DIR, Path(tempfile.gettempdir()))
    return [f"{folder} 不能写入" for folder in dict.fromkeys(Path(one) for one in folders) if not os.access(folder, os.W_OK | os.X_OK)]


def require_room() -> None:
    """Stop when there is no place to write: better said at the start than with the first report that is handed in."""
    if said := unwritable():
        stop(f"{'；'.join(said)}（权限不对，或所在磁盘只能读），服务不启动。")


def warn_of_the_clock() -> None:
    """Say at the start that the clock was moved back; nothing is refused, for the way out is to put it right."""
    from hengjian.base.ledger import sequencer  # needs loaded apps

    behind = sequencer.clock_behind()
    if behind.total_seconds() > CLOCK_SECONDS:
        minutes = int(behind.total_seconds() // 60)
        console.print(f"[yellow]服务器时钟比账本最后一条早 {minutes} 分钟，可能被拨回：期限会判错。请校准时间（timedatectl）。[/]")


def require_wall() -> None:
    """Stop when PostgreSQL's row security would let the role that serves through, or does not stand on every scoped table."""
    found = row_security.faults(connection)
    if found and not settings.WEAK_DATABASE:
        told = "；".join(found[:5]) + (f"等 {len(found)} 项" if len(found) > 5 else "")
        stop(f"数据库的行级安全靠不住，服务不启动：{told}。两个角色怎样建立、策略怎样补上，见 deploy/README.md；只做试验时可设 HENGJIAN_WEAK_DATABASE=1。")


@contextmanager
def as_owner() -> Iterator[None]:
    """Be the role that owns the tables for a block, where ``HENGJIAN_DATABASE_OWNER_URL`` names one."""
    owner = settings.DATABASE_OWNER
    if owner is None or connection.vendor != "postgresql":
        yield
        return
    serving = {name: connection.settings_dict[name] for name in PLACE}
    close_connections()
    connection.settings_dict.update({name: owner[name] for name in PLACE})
    try:
        yield
    finally:
        close_connections()
        connection.settings_dict.update(serving)


def serving_role() -> str:
    """The role that is to serve; none when it is the owner itself, who needs no rights."""
    role, owner = settings.DATABASES["default"].get("USER", ""), settings.DATABASE_OWNER
    return str(role) if owner is not None and owner["USER"] != role else ""


def apply_migrations() -> int:
    """Apply what is pending and raise the wall of the database; return how many migrations that were."""
    from django.core.management import call_command  # needs loaded apps

    require_own_file()
    role = serving_role()
    options: dict[str, Any] = {"interactive": False, "verbosity": 0}
    unfinished = Path(settings.VAR_DIR) / "migrating"  # what follows the migrations is no part of their transactions
    with a_new_file_may_be_made(), as_owner():
        count = len(pending_migrations())
        if count or unfinished.exists():
            unfinished.touch()
            call_command("migrate", **options)
            unfinished.unlink()
        if settings.MODE == "production":
            call_command("createcachetable", verbosity=0)
        if connection.vendor == "postgresql" and (role or row_security.table_faults(connection)):
            row_security.build(connection, role)
    if connection.vendor == "sqlite" and not marker().exists():
        marker().touch()
    return count


def load_regime() -> dict[str, int]:
    """Load what the house ships as data and the database has not: packs, staffing rules, the calendar. Idempotent."""
    # All need loaded apps.
    from hengjian.base.working_days import seed_calendar
    from hengjian.forms.services import load_definitions
    from hengjian.parties.actors import everything_actor
    from hengjian.registry.services import load_staffing_rules

    actor = everything_actor("安装")
    return {
        "forms": load_definitions(actor=actor), "staffing": load_staffing_rules(actor=actor), "calendar": seed_calendar(actor=actor),
    }


def _load_unless_read_only() -> bool:
    # Needs loaded apps and tables.
    from hengjian.base.ledger.continuity import look

    if not look().is_sound:
        return False
    load_regime()
    return True


def init(*, province: str, key: str, region_code: str, administrator: str, name: str) -> None:
    """Run the command: the province's authority, its administrator and a security administrator, each with a first password."""
    prepare()
    # All need loaded apps.
    from hengjian.base import clock
    from hengjian.parties.actors import everything_actor
    from hengjian.parties.models import Account
    from hengjian.parties.services import NewPost, add_authority, open_account

    apply_migrations()
    load_regime()
    if Account.objects.exists():
        stop("已经有账号了：其余账号由管理员在“账号与岗位”中开立。")
    actor = everything_actor("安装")
    authority = add_authority(
        actor=actor, parent=None, key=key, name=f"{province}市场监督管理局", area_name=province, short_name="省局", level="province",
        valid_from=clock.today(), region_code=region_code,
    )
    posts = [
        (administrator, name, NewPost("authority_admin", authority)), ("security-admin", "安全管理员", NewPost("security_admin", None)),
        ("system-admin", "系统管理员", NewPost("system_admin", None)), ("audit-admin", "审计管理员", NewPost("audit_admin", None)),
    ]
    for username, called, post in posts:
        _account, first = open_account(actor=actor, username=username, name=called, post=post)
        console.print(f"{called}　登录名 {username}　初始密码 {first}（首次登录须修改）")
    done(f"{authority.name}已建立。请由省级管理员登录，设立市县部门，再开立账号。")


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
        loaded = _load_unless_read_only()
    if not loaded:
        console.print("  [yellow]账本与留存的封存点不符，现在只能查看：[/]制度包没有重新装入。见 hengjian ledger recover。")
    done(f"数据库已就绪，执行了 {count} 项变更。" if count else "数据库结构是最新的。")

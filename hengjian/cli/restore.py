"""Restore a backup into an empty data folder, after everything in it has been proved."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection

from hengjian.base import row_security
from hengjian.cli.archive import BadArchive, Manifest, read, sync_folder
from hengjian.cli.backup import key_fits, key_prints
from hengjian.cli.console import console, done, prepare, stop
from hengjian.cli.database import as_owner, serving_role
from hengjian.cli.snapshot import NoTool, empty_postgres, examine_dump, examine_sqlite, is_empty, load_postgres, sqlite_file

# The session key of a fresh installation is made at the first start and binds no data.
REPLACEABLE = {"django.key"}
DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


def _refuse_unless_empty() -> None:
    held = [path for path in Path(settings.EVIDENCE_DIR).rglob("*") if path.is_file()]
    if not is_empty():
        raise BadArchive("这里已经有数据库。恢复只写入空的数据目录：请换一个 HENGJIAN_VAR，或先移走旧数据。")
    if held:
        raise BadArchive(f"证据目录里已有 {len(held)} 个文件。恢复只写入空的数据目录。")


def _refuse_foreign_keys(wanted: dict[str, str]) -> None:
    for name in key_prints():
        if name not in REPLACEABLE and name in wanted and not key_fits(Path(settings.KEY_DIR) / name, wanted[name]):
            raise BadArchive(f"密钥目录里的 {name} 不是备份当时的那一把，请先移走。")


def _unpacked_keys(archive: Path, wanted: dict[str, str], scratch: Path) -> list[Path]:
    """Unpack the keys and prove that they belong to this backup."""
    read(archive, scratch)
    found = sorted((scratch / "keys").glob("*"))
    if not found:
        raise BadArchive(f"{archive.name} 里没有密钥：是不是拿错了文件？")
    for path in found:
        if path.name not in wanted or not key_fits(path, wanted[path.name]):
            raise BadArchive(f"密钥文件 {path.name} 与这份备份不是一套。")
    return found


def _check_ledger(manifest: Manifest, shown: object) -> None:
    if shown != manifest.ledger:
        raise BadArchive(f"账本与清单不符：清单 {manifest.ledger}，数据库 {shown}。")


class _Placed:
    """Files put in their places one by one; all of them are taken away again unless everything succeeds."""

    def __init__(self) -> None:
        self.files: list[Path] = []

    def __enter__(self) -> _Placed:
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        for path in self.files if kind is not None else []:
            path.unlink(missing_ok=True)

    def move(self, source: Path, target: Path) -> None:
        """Move all files of a folder into another one."""
        for path in sorted(source.rglob("*")) if source.exists() else []:
            if path.is_file():
                self.put(path, target / path.relative_to(source))

    def put(self, path: Path, target: Path) -> None:
        """Move one file to its place; on the disk before anything that names it."""
        with path.open("rb") as file:
            os.fsync(file.fileno())
        target.parent.mkdir(parents=True, exist_ok=True)
        is_new = not target.exists()
        os.replace(path, target)
        sync_folder(target.parent)
        if is_new:
            self.files.append(target)


def _proved(archive: Path, scratch: Path) -> Manifest:
    """Unpack an archive and prove all that can be proved of it without a database to put it into."""
    manifest = read(archive, scratch)
    if manifest.database != connection.vendor:
        raise BadArchive(f"备份来自 {manifest.database}，这里设置的是 {connection.vendor}。")
    if not (scratch / DATABASE[connection.vendor]).is_file():
        raise BadArchive("备份里没有数据库：是不是拿错了文件？")
    if connection.vendor == "sqlite":
        _check_ledger(manifest, examine_sqlite(scratch / DATABASE["sqlite"]))
    else:
        examine_dump(scratch / DATABASE["postgresql"])
    return manifest


def prove(archive: Path) -> Manifest:
    """Prove an archive and leave everything as it is; raises ``BadArchive`` or ``NoTool``."""
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=Path(settings.VAR_DIR)) as folder:
        return _proved(archive, Path(folder))


def put_back(archive: Path, keys: Path | None) -> Manifest:
    """Prove the archive, then put every part in its place; raises ``BadArchive`` or ``NoTool`` and changes nothing."""
    _refuse_unless_empty()
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=Path(settings.VAR_DIR)) as folder:
        scratch = Path(folder)
        manifest = _proved(archive, scratch)
        _refuse_foreign_keys(manifest.keys)
        new_keys = _unpacked_keys(keys, manifest.keys, scratch / "apart") if keys else []
        with _Placed() as placed:
            for path in new_keys:
                path.chmod(0o600)
                placed.put(path, Path(settings.KEY_DIR) / path.name)
            placed.move(scratch / "evidence", Path(settings.EVIDENCE_DIR))
            placed.move(scratch / "packs", Path(settings.VAR_DIR) / "packs")
            # Last: a database that is there means that everything it names is there.
            _put_database(manifest, scratch, placed)
    return manifest


def _put_database(manifest: Manifest, scratch: Path, placed: _Placed) -> None:
    if connection.vendor == "sqlite":
        for end in ("-wal", "-shm"):
            sqlite_file().with_name(sqlite_file().name + end).unlink(missing_ok=True)
        placed.put(scratch / DATABASE["sqlite"], sqlite_file())
        return
    role = serving_role()
    with as_owner():
        shown = load_postgres(scratch / DATABASE["postgresql"])
        try:
            _check_ledger(manifest, shown)
        except BadArchive:
            empty_postgres()
            raise
        if role:
            row_security.grant(connection, role)


def restore(archive: Path, keys: Path | None, *, check_only: bool) -> None:
    """Run the command."""
    prepare()
    for path in (archive, keys):
        if path is not None and not path.is_file():
            stop(f"{path}：没有这个文件。")
    try:
        with console.status("正在逐个核对备份里的文件…"):
            manifest = prove(archive) if check_only else put_back(archive, keys)
    except (BadArchive, NoTool) as problem:
        stop(f"{problem} 什么也没有恢复。" if not check_only else str(problem))
    done(f"{archive.name}：{manifest.made_at}，{len(manifest.files)} 个文件，全部与清单一致。")
    if check_only:
        return
    console.print(f"  账本 {manifest.ledger.size} 条，树根与备份时一致。已恢复到 {settings.VAR_DIR}")
    missing = sorted(manifest.keys.keys() - key_prints().keys() - REPLACEABLE)
    if missing:
        console.print(f"  [yellow]还缺密钥[/] {'、'.join(missing)}：放回 {settings.KEY_DIR} 之前不要启动。")
    if any(name.startswith("packs/") for name in manifest.files):
        console.print(f"  本地制度包在 {Path(settings.VAR_DIR) / 'packs'}，请把 HENGJIAN_PACKS 指向其中的目录。")
    console.print("  接着运行 hengjian migrate、hengjian ledger verify 和 hengjian doctor。")
    _tell_continuity(manifest)


def _tell_continuity(manifest: Manifest) -> None:
    """Say whether more was sealed after this backup, as far as anything is remembered of it."""
    # Both need loaded apps.
    from hengjian.base.ledger import witness
    from hengjian.base.ledger.continuity import look, said_of

    if connection.vendor == "sqlite" and not sqlite_file().exists():
        return
    found = look()
    if not found.is_sound:
        console.print(f"  [bold red]{said_of(found)}[/]启动后只能查看，两人确认后继续：hengjian ledger recover。")
    elif not any(head.known for head in witness.heads()):
        console.print(
            f"  [yellow]存证目录里没有记录，看不出 {manifest.made_at} 以后是否还办过事。[/]"
            "请用 hengjian ledger witness 带入旧目录的 checkpoints.jsonl 或任何一份更晚的证明。"
        )

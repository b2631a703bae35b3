"""Write a backup: database, evidence, local packs; the keys go into a file of their own."""

from __future__ import annotations

import contextlib
import hashlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import typer
from django.conf import settings
from django.db import connection
from rich.progress import Progress

from hengjian.base import clock, crypto
from hengjian.cli import VERSION
from hengjian.cli.archive import BadArchive, Manifest, Writer
from hengjian.cli.console import console, done, prepare, stop
from hengjian.cli.database import require_database
from hengjian.cli.entry import in_words
from hengjian.cli.snapshot import NoTool, take

FAILED = "last-failure.txt"
"""What is left in the folder of backups by one that failed."""


RING_PRINT = "keys:"


def _key_print(path: Path) -> str:
    """SHA-256 of a key file; of the keyring, to which later keys are only ever added, that of each key in it."""
    data = path.read_bytes()
    if path.name == crypto.RING:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            kept = json.loads(data)
            parts = [hashlib.sha256(f"{one['id']}|{one['wrapped']}".encode()).hexdigest()[:16] for one in [*kept["data_keys"], kept["index_key"]]]
            return RING_PRINT + ",".join(sorted(parts))
    return hashlib.sha256(data).hexdigest()


def key_fits(path: Path, wanted: str) -> bool:
    """Whether a key file is the one of a backup; a keyring that got further keys since then still is."""
    if not wanted.startswith(RING_PRINT):
        return hashlib.sha256(path.read_bytes()).hexdigest() == wanted
    held = _key_print(path)
    return held.startswith(RING_PRINT) and set(wanted[len(RING_PRINT):].split(",")) <= set(held[len(RING_PRINT):].split(","))


def key_prints() -> dict[str, str]:
    """Return name and print of each key file, so that a restore knows the right keys without holding them."""
    return {
        path.name: _key_print(path)
        for path in sorted(Path(settings.KEY_DIR).glob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def _files() -> Iterator[tuple[str, Path]]:
    """Yield name in the archive and path of every file beside the database."""
    places = [("evidence", Path(settings.EVIDENCE_DIR))]
    places += [(f"packs/{number}", Path(folder)) for number, folder in enumerate(settings.PACK_DIRS, start=1)]
    for name, folder in places:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):  # one that is just being written
                yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _manifest() -> Manifest:
    return Manifest(
        made_at=clock.now().isoformat(timespec="seconds"),
        version=VERSION,
        database=connection.vendor,
        keys=key_prints(),
    )


def write(target: Path, progress: Progress | None = None) -> Manifest:
    """Write an archive and read it back; raises ``BadArchive`` or ``NoTool``."""
    manifest = _manifest()
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        # The database first: evidence is only ever added, so every file that its rows name is there afterwards.
        copy, manifest.ledger = take(Path(folder))
        files = [(copy.name, copy), *_files()]
        task = progress.add_task("写入备份", total=len(files)) if progress else None
        with Writer(target, manifest) as archive:
            for name, path in files:
                archive.add(name, path)
                if progress and task is not None:
                    progress.advance(task)
    return manifest


def write_keys(target: Path) -> None:
    """Write the keys into an archive of their own, readable by its owner only."""
    with Writer(target, _manifest()) as archive:
        for name in key_prints():
            archive.add(f"keys/{name}", Path(settings.KEY_DIR) / name)


@contextlib.contextmanager
def _failure_kept() -> Iterator[None]:
    """Leave word of a backup that failed where the administrator's first page and doctor look; gone with the next that succeeds."""
    told = Path(settings.BACKUP_DIR) / FAILED
    try:
        yield
    except Exception as problem:
        with contextlib.suppress(OSError):  # a full disk: the exit code and the age of the last backup tell then
            told.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            told.write_text(f"{clock.local(clock.now()):%Y-%m-%d %H:%M} {_reason(problem)}\n", encoding="utf-8")
        raise
    told.unlink(missing_ok=True)


def _reason(problem: Exception) -> str:
    if isinstance(problem, typer.Exit):  # said where it was raised
        return "数据库还没有建立，或者版本不对"
    return str(problem) if isinstance(problem, BadArchive | NoTool) else in_words(problem).splitlines()[0]


def _place(target: Path | None) -> Path:
    if target is None:
        target = Path(settings.BACKUP_DIR)
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
    return target / f"hengjian-{clock.local(clock.now()):%Y%m%d-%H%M%S}.tar.gz" if target.is_dir() else target


def _written(target: Path | None, keys: Path | None) -> tuple[Path, Manifest]:
    target = _place(target)
    for path in (target, keys):
        if path is not None and path.exists():
            raise BadArchive(f"{path} 已存在；备份不覆盖已有文件。")
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
    with Progress(console=console, transient=True) as progress:
        manifest = write(target, progress)
    if keys is not None:
        write_keys(keys)
    return target, manifest


def backup(target: Path | None, keys: Path | None) -> None:
    """Run the command."""
    prepare()
    try:
        with _failure_kept():
            require_database()
            target, manifest = _written(target, keys)
    except (BadArchive, NoTool) as problem:
        stop(str(problem))
    done(f"{target}：{len(manifest.files)} 个文件，{target.stat().st_size / 1e6:.1f} MB，写完后已逐个核对。")
    console.print(f"  账本 {manifest.ledger.size} 条，树根 {manifest.ledger.root[:16] or '（尚无封存点）'}")
    if keys is None:
        console.print(f"  [yellow]密钥不在其中。[/]没有密钥读不出个人信息：请另存 {settings.KEY_DIR}（或加 --keys 文件）。")
    else:
        console.print(f"  密钥在 {keys}，请与备份分开保管。")

"""A backup that cannot be made says so: by its exit code, in the folder of backups, on the administrator's first page."""

from __future__ import annotations

import errno
import sqlite3

import pytest
import typer

from hengjian.cli import backup, doctor
from hengjian.cli.archive import BadArchive, Manifest, Writer
from hengjian.cli.restore import _Placed, _unpacked_keys
from hengjian.cli.snapshot import NoTool, _copy_sqlite, examine_sqlite
from hengjian.web.desk.platform import system_facts
from tests.cli.places import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path, monkeypatch):
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_DIR.mkdir()
    monkeypatch.setattr(backup, "prepare", lambda: None)
    monkeypatch.setattr(backup, "require_database", lambda: None)
    return settings.BACKUP_DIR


def _said() -> tuple[list[str], list[str]]:
    """What doctor and the first page of the system administrator say of backups that went wrong."""
    by_doctor = [one.text for one in doctor._configuration() if (one.about, one.state) == ("备份", "bad")]
    return by_doctor, [one.value for one in system_facts() if (one.about, one.state) == ("备份", "bad")]


@pytest.mark.parametrize(("problem", "words"), [
    (OSError(errno.ENOSPC, "No space left on device"), "磁盘已满"), (BadArchive("数据库文件已损坏：row 3 missing"), "数据库文件已损坏"),
    (NoTool("没有找到 pg_dump"), "没有找到 pg_dump"),
])
def test_a_failed_backup_is_told_until_one_succeeds(folder, monkeypatch, problem, words):
    def fail(*_args):
        raise problem

    monkeypatch.setattr(backup, "write", fail)
    with pytest.raises((typer.Exit, OSError)):
        backup.backup(None, None)
    assert [words in text for told in _said() for text in told] == [True, True]
    monkeypatch.setattr(backup, "write", lambda target, _progress: target.write_bytes(b"whole") and Manifest("", "", ""))
    backup.backup(None, None)
    assert _said() == ([], [])


def test_a_backup_of_a_database_that_gives_no_answer_fails(tmp_path):
    done = Place(tmp_path / "gone", "postgres://nobody@127.0.0.1:1/none").run("backup", tmp_path / "a.tar.gz", HENGJIAN_BACKUP_DIR=str(tmp_path))
    assert (done.returncode, "数据库不能用" in done.stderr) == (1, True), done.stderr
    assert [path.name for path in tmp_path.glob("a.tar.gz*")] == []
    assert "数据库不能用" in (tmp_path / backup.FAILED).read_text()


def test_what_was_put_in_its_place_goes_again_when_the_restore_breaks_off(tmp_path):
    for name in ("a", "b/c"):
        (tmp_path / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "source" / name).write_text(name)
    (tmp_path / "kept").write_text("was there before")
    with pytest.raises(BadArchive):
        _placed_and_broken_off(tmp_path)
    assert [path for path in (tmp_path / "target").rglob("*") if path.is_file()] == []
    assert (tmp_path / "kept").exists()


def _placed_and_broken_off(folder):
    with _Placed() as placed:
        placed.move(folder / "source", folder / "target")
        assert (folder / "target" / "b" / "c").read_text() == "b/c"
        raise BadArchive("the last part")


def test_a_backup_is_not_taken_for_its_keys(tmp_path):
    (tmp_path / "database.sqlite3").write_bytes(b"held")
    with Writer(tmp_path / "all.tar.gz", Manifest("", "", "sqlite")) as writer:
        writer.add("database.sqlite3", tmp_path / "database.sqlite3")
    with pytest.raises(BadArchive, match="没有密钥"):
        _unpacked_keys(tmp_path / "all.tar.gz", {}, tmp_path / "scratch")


def test_a_spoilt_sqlite_file_is_never_taken_for_a_backup(tmp_path):
    file = tmp_path / "held.sqlite3"
    with sqlite3.connect(file) as held:
        held.execute("CREATE TABLE ledger_checkpoint (size INTEGER PRIMARY KEY, root TEXT)")
        held.executemany("INSERT INTO ledger_checkpoint VALUES (?, ?)", [(n, "ab" * 200) for n in range(2000)])
    held.close()
    whole = file.read_bytes()
    for place in range(len(whole) // 2, len(whole), len(whole) // 9):
        file.write_bytes(whole[:place] + bytes(2048) + whole[place + 2048 :])
        with pytest.raises(BadArchive):
            _taken(file, tmp_path / "copy.sqlite3")
        (tmp_path / "copy.sqlite3").unlink(missing_ok=True)
    file.write_bytes(b"no database at all" * 500)
    with pytest.raises(BadArchive, match="没有备份"):
        _copy_sqlite(file, tmp_path / "copy.sqlite3")


def _taken(file, copy):
    _copy_sqlite(file, copy)
    return examine_sqlite(copy)

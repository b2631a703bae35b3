"""An archive says what it holds, and refuses to be read when anything in it is not so."""

from __future__ import annotations

import io
import tarfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hengjian.cli.archive import BadArchive, Manifest, Sealed, Writer, read


def _manifest():
    return Manifest(made_at="2024-07-01T00:00:00+00:00", version="0.1.0", database="sqlite", ledger=Sealed(7, "ab" * 32))


@pytest.fixture
def archive(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(bytes(range(256)) * 400)
    target = tmp_path / "backup.tar.gz"
    with Writer(target, _manifest()) as writer:
        writer.add("database.sqlite3", source)
        writer.add("evidence/ab/cd", source)
    return target


def _rewritten(archive, change):
    """The archive with its members passed through ``change(name, content) -> list of members``."""
    target = archive.with_name("changed.tar.gz")
    with tarfile.open(archive, "r:gz") as old, tarfile.open(target, "w:gz") as new:
        for info in old:
            for name, content in change(info.name, old.extractfile(info).read()):
                made = tarfile.TarInfo(name)
                made.size = len(content)
                new.addfile(made, io.BytesIO(content))
    return target


def test_what_is_written_is_read_back(archive, tmp_path):
    manifest = read(archive, tmp_path / "out")
    assert manifest.ledger == Sealed(7, "ab" * 32)
    assert sorted(manifest.files) == ["database.sqlite3", "evidence/ab/cd"]
    assert (tmp_path / "out" / "evidence" / "ab" / "cd").read_bytes() == bytes(range(256)) * 400
    assert oct(archive.stat().st_mode & 0o777) == "0o600"


def test_a_changed_file_is_named(archive):
    def change(name, content):
        return [(name, content[:-1] + b"?" if name == "evidence/ab/cd" else content)]

    with pytest.raises(BadArchive, match="与清单不符：evidence/ab/cd"):
        read(_rewritten(archive, change))


def test_a_missing_file_is_named(archive):
    with pytest.raises(BadArchive, match="缺少文件：evidence/ab/cd"):
        read(_rewritten(archive, lambda name, content: [] if name == "evidence/ab/cd" else [(name, content)]))


def test_an_added_file_is_named(archive):
    def change(name, content):
        return [(name, content), *([("evidence/ab/ce", b"new")] if name == "evidence/ab/cd" else [])]

    with pytest.raises(BadArchive, match="清单上没有的文件：evidence/ab/ce"):
        read(_rewritten(archive, change))


@pytest.mark.parametrize("name", ["/etc/passwd", "evidence/../../etc/passwd", "settings.py", "evidence/"])
def test_files_that_have_no_place_here_are_refused(archive, name, tmp_path):
    def change(old, content):
        return [(name, b"x"), (old, content)] if old == "database.sqlite3" else [(old, content)]

    with pytest.raises(BadArchive, match="不该有的内容"):
        read(_rewritten(archive, change), tmp_path / "out")
    assert not (tmp_path / "etc").exists()


def test_an_archive_without_its_manifest_is_refused(archive):
    with pytest.raises(BadArchive, match="没有清单"):
        read(_rewritten(archive, lambda name, content: [] if name == "manifest.json" else [(name, content)]))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(min_value=0.0, max_value=0.97))
def test_an_archive_cut_anywhere_is_refused(archive, share):
    whole = archive.read_bytes()
    cut = archive.with_name("cut.tar.gz")
    cut.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(BadArchive):
        read(cut)


def test_a_failed_backup_leaves_nothing_behind(tmp_path):
    target = tmp_path / "backup.tar.gz"
    with pytest.raises(FileNotFoundError), Writer(target, _manifest()) as writer:
        writer.add("database.sqlite3", tmp_path / "absent")
    assert list(tmp_path.iterdir()) == []

"""An archive says what it holds, and refuses to be read when anything in it is not so."""

from __future__ import annotations

import errno
import io
import os
import random
import shutil
import tarfile

import pytest

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


def _spoilt(archive, content):
    """A file with this content beside the archive."""
    found = archive.with_name("spoilt.tar.gz")
    found.write_bytes(content)
    return found


def _is_refused(archive, content, into):
    """Whether it is refused, and nothing of it is left for more than the scratch folder."""
    try:
        read(_spoilt(archive, content), into)
    except BadArchive:
        return True
    finally:
        shutil.rmtree(into, ignore_errors=True)
    return False


def test_an_archive_cut_anywhere_is_refused(archive, tmp_path):
    """At each twentieth of its length, and at each of the last thousand bytes: there an end hides most easily."""
    whole = archive.read_bytes()
    cuts = {len(whole) * part // 20 for part in range(20)} | set(range(len(whole) - 1000, len(whole), 7)) | {len(whole) - 1}
    assert [cut for cut in sorted(cuts) if not _is_refused(archive, whole[:cut], tmp_path / "out")] == []


def test_an_archive_with_any_bit_flipped_is_refused(archive, tmp_path):
    """In the head of the gzip, in what is packed, in the manifest at the end, in the seal: one bit that no check covered would be found here."""
    whole = archive.read_bytes()
    places = [*range(24), *range(24, len(whole), max(1, len(whole) // 60)), *range(len(whole) - 500, len(whole), 3)]
    missed = []
    for place in places:
        spoilt = bytearray(whole)
        spoilt[place] ^= 1 << place % 8
        if not _is_refused(archive, bytes(spoilt), tmp_path / "out"):
            missed.append(place)
    assert missed == []


@pytest.mark.parametrize("more", [b"x", bytes(512), b"second"])
def test_an_archive_with_something_after_its_end_is_refused(archive, tmp_path, more):
    assert _is_refused(archive, archive.read_bytes() + more, tmp_path / "out")


def test_two_halves_make_no_whole(archive, tmp_path):
    """The first half of one backup and the second of another of the same length."""
    whole = archive.read_bytes()
    source = tmp_path / "other"
    source.write_bytes(bytes(reversed(range(256))) * 400)
    with Writer(tmp_path / "other.tar.gz", _manifest()) as writer:
        writer.add("database.sqlite3", source)
    other = (tmp_path / "other.tar.gz").read_bytes()
    for part in (1, 2, 3):
        assert _is_refused(archive, whole[: len(whole) * part // 4] + other[len(other) * part // 4 :], tmp_path / "out")
    assert _is_refused(archive, whole + other, tmp_path / "out")


def test_each_part_is_missed_and_none_may_be_called_otherwise(archive):
    for gone in ("database.sqlite3", "evidence/ab/cd"):
        with pytest.raises(BadArchive, match=f"缺少文件：{gone}"):
            read(_rewritten(archive, lambda name, content, gone=gone: [] if name == gone else [(name, content)]))
    with pytest.raises(BadArchive, match="缺少文件"):
        read(_rewritten(archive, lambda name, content: [("evidence/ab/ce" if name == "evidence/ab/cd" else name, content)]))
    with pytest.raises(BadArchive, match="与写完时的校验值不符"):
        read(_rewritten(archive, lambda name, content: [(name, content)]))


def test_a_standard_tar_lists_an_archive(archive):
    with tarfile.open(archive, "r:gz") as tar:
        assert tar.getnames() == ["database.sqlite3", "evidence/ab/cd", "manifest.json"]


@pytest.mark.parametrize("most", [0, 1, 5_000, 60_000, 102_500, 102_800])
def test_a_disk_that_fills_leaves_no_file(tmp_path, monkeypatch, most):
    source = tmp_path / "source"
    source.write_bytes(random.Random(1).randbytes(102_400))
    real = os.fdopen
    monkeypatch.setattr("hengjian.cli.archive.os.fdopen", lambda *args, **more: _Filling(real(*args, **more), most))
    with pytest.raises(OSError, match="No space"), Writer(tmp_path / "backup.tar.gz", _manifest()) as writer:
        writer.add("database.sqlite3", source)
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


class _Filling:
    """A file on a disk that takes so many bytes and no more."""

    def __init__(self, file, most):
        self.file, self.left = file, most

    def write(self, data):
        if len(data) > self.left:
            raise OSError(errno.ENOSPC, "No space left on device")
        self.left -= len(data)
        return self.file.write(data)

    def __getattr__(self, name):
        return getattr(self.file, name)


def test_a_failed_backup_leaves_nothing_behind(tmp_path):
    target = tmp_path / "backup.tar.gz"
    with pytest.raises(FileNotFoundError), Writer(target, _manifest()) as writer:
        writer.add("database.sqlite3", tmp_path / "absent")
    assert list(tmp_path.iterdir()) == []

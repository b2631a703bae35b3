"""The disk under SQLite fails in every way: what is acknowledged is there, what is refused is not, and people are told why."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import time
from dataclasses import replace

import pytest

from tests.trust.standing_place import Disk, copied, injected, pages_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.sqlite_only]

WRITES = "pwrite64,pwritev,ftruncate,fallocate"


def _is_sound(standing):
    """After a start from what lies on the disk: the database and its ledger are whole."""
    held = sqlite3.connect(standing.place.var / "hengjian.sqlite3")
    assert held.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    held.close()
    assert "账本完整" in standing.place.run("ledger", "verify").stdout


@pytest.mark.parametrize(("fault", "words"), [
    ("fsync,fdatasync:error=EIO", "读写磁盘出错"), (f"{WRITES}:error=EIO", "读写磁盘出错"), (f"{WRITES}:error=ENOSPC", "磁盘已满"),
    (f"{WRITES}:error=EROFS", "读写磁盘出错"),
])
def test_a_disk_that_refuses_acknowledges_nothing_and_shows_what_is_there(standing, fault, words):
    with standing.place.server(port=standing.port) as (_address, server):
        assert standing.file("before")[0] == 302
        with injected(pages_of(server), fault):
            status, said = standing.withdraw("during")
            assert (status, words in said) == (503, True), said[:300]
            status, page = standing.page()
            assert (status, "目前只能查看" in page) == (200, True)
        assert standing.withdraw("during")[0] == 302
        assert "目前只能查看" not in standing.page()[1]
        with injected(pages_of(server), fault):
            assert standing.file("again")[0] == 503
        standing.place.kill_all(server)
    with standing.place.serving(port=standing.port):
        assert standing.holds()[:2] in {(1, "draft"), (2, "filed")}, "a commit whose fsync failed may be there after all, whole"
        assert standing.file("again")[0] == 302
    editions, state, receipts = standing.holds()
    assert (editions, state, {key: receipts.get(key) for key in ("before", "during", "again")}) == (2, "filed", dict.fromkeys(("before", "during", "again"), 302))
    _is_sound(standing)


def test_a_full_disk_refuses_with_the_reason_and_needs_no_repair(standing, tmp_path):
    disk = Disk(tmp_path / "small", 64)
    try:
        standing.place = copied(standing.place, disk.folder / "place", disk.prefix)
        with standing.place.server(port=standing.port, HENGJIAN_FONTS=str(standing.place.var / "fonts")):
            assert standing.file("before")[0] == 302
            ballast = disk.fill()
            refused = [standing.file(f"during-{n}", n) for n in (1, 2, 3)]
            assert {status for status, _said in refused} == {503}
            assert all("磁盘已满" in said or "读写磁盘出错" in said for _status, said in refused)
            assert standing.page()[0] == 200
            assert _upload(standing, 1)[0] in {503, 507}
            ballast.unlink()
            assert [standing.file(f"during-{n}", n)[0] for n in (1, 2, 3)] == [302, 302, 302]
            assert _upload(standing, 1)[0] == 302
        assert [standing.holds(n)[:2] for n in range(4)] == [(1, "filed")] * 4
        assert "账本完整" in standing.place.run("ledger", "verify").stdout
        assert "完好；留存的文件 1 个" in standing.place.run("ledger", "storage").stdout
    finally:
        disk.close()


def test_a_full_disk_for_kept_files_refuses_the_upload_and_leaves_no_row(standing):
    disk = Disk(standing.place.var / "evidence", 2)
    try:
        standing.place = replace(standing.place, prefix=disk.prefix)
        with standing.place.server(port=standing.port):
            ballast = disk.fill()
            status, said = _upload(standing, 1)
            assert (status, "没有地方存放文件" in said, "磁盘已满" in said) == (507, True, True)
            assert standing.file("meanwhile", 2)[0] == 302
            assert _kept(standing) == (0, ["ballast"])
            ballast.unlink()
            assert _upload(standing, 1)[0] == 302
        rows, files = _kept(standing)
        assert (rows, len(files)) == (1, 1)
        assert "完好；留存的文件 1 个" in standing.place.run("ledger", "storage").stdout
    finally:
        disk.close()


def _kept(standing):
    """How many rows of evidence there are, and which files lie in their folder."""
    said = standing.place.python(
        "from pathlib import Path\nfrom django.conf import settings\nfrom hengjian.base.scope import EVERYTHING\nfrom hengjian.dossier.models import Evidence\n"
        "print(Evidence.objects.within(EVERYTHING).count(), *(path.name for path in Path(settings.EVIDENCE_DIR).rglob('*') if path.is_file()))"
    ).split()
    return int(said[0]), said[1:]


def _upload(standing, n):
    """Hand in a file of 300 KB as evidence of one institution."""
    one, edge = standing.filer(n), "----edge"
    fields = {"object_type": "campaigns.submission", "object_id": one.submission, "note": "", "_receipt": "upload"}
    body = "".join(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    body += f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n{"说明" * 50_000}\r\n--{edge}--\r\n'
    return one.sent("/dossier/evidence/", body.encode(), f"multipart/form-data; boundary={edge}")


def test_a_start_on_a_disk_that_can_only_be_read_is_refused_with_the_reason(standing, tmp_path):
    disk = Disk(tmp_path / "small", 64)
    try:
        standing.place = copied(standing.place, disk.folder / "place", disk.prefix)
        disk.remount("ro")
        done = standing.place.run("serve", "--port", str(standing.port))
        assert done.returncode == 1
        assert any(words in done.stderr for words in ("只能读", "数据库不能用", "数据库不能写")), done.stderr
        disk.remount("rw")
        with standing.place.server(port=standing.port):
            assert standing.file("after")[0] == 302
    finally:
        disk.close()


def test_a_database_that_is_deleted_under_the_server_fails_closed(standing):
    file = standing.place.var / "hengjian.sqlite3"
    aside = file.with_name("aside.sqlite3")
    with standing.place.server(port=standing.port):
        assert standing.file("before")[0] == 302
        assert standing.withdraw("back")[0] == 302
        for end in ("", "-wal", "-shm"):
            shutil.move(f"{file}{end}", f"{aside}{end}")
        assert {standing.file(f"lost-{n}", n)[0] for n in (0, 1, 2, 3) for _try in range(3)} == {503}
        assert not file.exists(), "an empty database was made in its place"
    done = standing.place.run("serve", "--port", str(standing.port))
    assert (done.returncode, "不会另建一个空的" in done.stderr) == (1, True)
    for end in ("", "-wal", "-shm"):
        if os.path.exists(f"{aside}{end}"):
            shutil.move(f"{aside}{end}", f"{file}{end}")
    with standing.place.server(port=standing.port):
        assert standing.file("lost-0")[0] == 302
    editions, state, receipts = standing.holds()
    assert (editions, state, [key for key in receipts if key.startswith("lost")]) == (2, "filed", ["lost-0"])
    _is_sound(standing)


def test_a_database_that_may_not_be_read_refuses_the_start(standing):
    if os.geteuid() == 0:
        pytest.skip("the administrator reads what nobody may read: run this as somebody else")
    (standing.place.var / "hengjian.sqlite3").chmod(0)
    done = standing.place.run("serve", "--port", str(standing.port))
    assert (done.returncode, "数据库不能用" in done.stderr) == (1, True)


def test_a_lock_that_is_held_for_a_minute_refuses_in_time_and_takes_the_command_later(standing):
    with standing.place.server(port=standing.port):
        other = sqlite3.connect(standing.place.var / "hengjian.sqlite3", timeout=60)
        other.execute("BEGIN EXCLUSIVE")
        began, read = time.monotonic(), []
        reader = threading.Thread(target=lambda: read.append((standing.page()[0], time.monotonic() - began)))
        reader.start()
        status, said = standing.file("held")
        took = time.monotonic() - began
        reader.join()
        assert (status, "系统暂时忙不过来" in said) == (503, True)
        assert 15 < took < 40
        assert read[0][0] == 200
        time.sleep(max(0.0, 60 - (time.monotonic() - began)))
        other.rollback()
        other.close()
        assert standing.file("held")[0] == 302
    assert standing.holds()[:2] == (1, "filed")


def test_a_slow_disk_makes_slow_and_refuses_nobody(standing, tell):
    with standing.place.server(port=standing.port) as (_address, server):
        took = {}

        def one(n):
            began = time.monotonic()
            assert standing.file(f"slow-{n}", n)[0] == 302
            took[n] = time.monotonic() - began

        with injected(pages_of(server), "fsync,fdatasync:delay_enter=500000"):
            clients = [threading.Thread(target=one, args=(n,)) for n in range(4)]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
        assert sorted(took) == [0, 1, 2, 3]
        tell(f"each fsync 0.5 s slower: four at once were acknowledged after {', '.join(f'{one:.1f}' for one in sorted(took.values()))} s")
    assert [standing.holds(n)[:2] for n in range(4)] == [(1, "filed")] * 4



"""An installation from its first migration to its restored backup, by the command line alone."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from hengjian.cli.archive import Sealed, Writer, read
from tests.cli.places import fresh_places

WRITE = """
from pathlib import Path
from django.conf import settings
from tests import factories
from hengjian.base.ledger.sequencer import sequence_all
province = factories.authority("湘南省", "43", "province")
factories.authority("澜州市", "4399", "city", province)
held = Path(settings.EVIDENCE_DIR) / "ab"
held.mkdir(parents=True)
(held / "cdef").write_bytes(bytes(range(256)) * 64)
print(province.pk, sequence_all())
"""


@pytest.fixture(scope="module")
def places(tmp_path_factory, django_db_setup):
    """One installation that is lived in, one that is empty."""
    first, second = fresh_places(tmp_path_factory.mktemp("places"), ("first", "second"))
    assert first.run("migrate").returncode == 0
    province = first.python(WRITE).split()[0]
    return first, second, province


@pytest.fixture(scope="module")
def kept(places, tmp_path_factory):
    """The backup of the first installation, with its keys apart."""
    folder = tmp_path_factory.mktemp("kept")
    done = places[0].run("backup", folder / "all.tar.gz", "--keys", folder / "keys.tar.gz")
    assert done.returncode == 0, done.stderr
    return folder / "all.tar.gz", folder / "keys.tar.gz"


def _keys(place):
    return {path.name: path.read_bytes() for path in (place.var / "keys").glob("[!.]*")}


pytestmark = pytest.mark.django_db


def test_migrate_check_says_when_something_is_pending(places):
    assert places[0].run("migrate", "--check").returncode == 0


def test_ledger_of_the_installation_is_sound(places):
    first, _second, province = places
    assert "账本完整" in first.run("ledger", "verify").stdout
    assert "一致" in first.run("ledger", "reconcile").stdout
    told = first.run("ledger", "show", province)
    assert "湘南省" in told.stdout
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d　", told.stdout), "each line begins with its time"
    assert "已封存" in told.stdout


def test_ledger_show_knows_no_stranger(places):
    done = places[0].run("ledger", "show", "0190a5d2-0000-7000-8000-000000000000")
    assert (done.returncode, "没有这个对象" in done.stderr) == (1, True)


def test_doctor_finds_the_database_in_order(places):
    found = json.loads(places[0].run("doctor", "--json").stdout)["findings"]
    state = {(one["about"], one["state"]) for one in found}
    assert ("数据库变更", "good") in state
    assert ("账本", "good") in state
    assert ("网址", "good") in state
    assert ("账本", "bad") not in state


def test_backup_does_not_write_over_a_file(places, kept):
    done = places[0].run("backup", kept[0])
    assert (done.returncode, "不覆盖" in done.stderr) == (1, True)


def test_restore_refuses_a_place_that_is_lived_in(places, kept):
    done = places[0].run("restore", kept[0])
    assert (done.returncode, "已经有数据库" in done.stderr) == (1, True)


def test_a_backup_that_names_another_ledger_leaves_the_place_empty(places, kept, tmp_path):
    """All hashes agree, for whoever made it made them anew; the ledger in the database does not."""
    second, scratch = places[1], tmp_path / "scratch"
    manifest = read(kept[0], scratch)
    with Writer(tmp_path / "forged.tar.gz", replace(manifest, ledger=Sealed(manifest.ledger.size - 1, "ab" * 32), files={})) as forged:
        for name in manifest.files:
            forged.add(name, scratch / name)
    done = second.run("restore", tmp_path / "forged.tar.gz", "--keys", kept[1])
    assert (done.returncode, "账本与清单不符" in done.stderr) == (1, True)
    assert [path for path in (second.var / "evidence").rglob("*") if path.is_file()] == []
    assert set(_keys(second)) <= {"django.key"}


def test_restored_installation_holds_the_same(places, kept):
    first, second, province = places
    assert second.run("restore", kept[0], "--check-only").returncode == 0
    second.run("doctor")  # looks, and leaves at most an empty file
    done = second.run("restore", kept[0], "--keys", kept[1])
    assert done.returncode == 0, done.stderr
    assert (second.var / "evidence" / "ab" / "cdef").read_bytes() == bytes(range(256)) * 64
    assert _keys(second) == _keys(first)
    assert second.run("ledger", "verify").stdout == first.run("ledger", "verify").stdout
    assert second.run("ledger", "reconcile").returncode == 0
    assert second.run("ledger", "show", province).stdout == first.run("ledger", "show", province).stdout


def test_restore_refuses_foreign_keys(places, kept, tmp_path):
    third = fresh_places(tmp_path, ("third",))[0]
    (third.var / "keys").mkdir(parents=True)
    name = next(name for name in _keys(places[0]) if name != "django.key")
    (third.var / "keys" / name).write_text("another")
    done = third.run("restore", kept[0])
    assert (done.returncode, "不是备份当时的那一把" in done.stderr) == (1, True)
    assert list((third.var / "evidence").iterdir()) == []


@pytest.mark.sqlite_only
def test_reconcile_names_a_row_that_was_changed_behind_our_back(places, tmp_path):
    first, _second, province = places
    copy = fresh_places(tmp_path, ("copy",))[0]
    folder = tmp_path / "archive"
    folder.mkdir()
    assert first.run("backup", folder / "a.tar.gz", "--keys", folder / "k.tar.gz").returncode == 0
    assert copy.run("restore", folder / "a.tar.gz", "--keys", folder / "k.tar.gz").returncode == 0
    with sqlite3.connect(copy.var / "hengjian.sqlite3") as held:
        changed = held.execute("UPDATE parties_authority SET short_name = '别名' WHERE level = 'province'").rowcount
    assert changed == 1
    done = copy.run("ledger", "reconcile")
    assert done.returncode == 1
    assert province in done.stdout or "湘南省" in done.stdout


ADD = """
from tests import factories
from hengjian.base.ledger.sequencer import pending_count
factories.authority("澜江市", "4398", "city")
print(pending_count())
"""
COUNT = "from hengjian.base.ledger.sequencer import pending_count\nprint(pending_count())"


def test_embedded_server_answers_and_seals_what_others_commit(places):
    first = places[0]
    assert first.python(ADD).strip() == "1"
    with first.serving() as address:
        with urlopen(f"{address}/account/login/") as page:
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
            scripts = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.read().decode())
        # Some are long: what goes out piece by piece arrives whole.
        got = [urlopen(f"{address}{one}") for one in scripts]
        assert [len(one.read()) for one in got] == [int(one.headers["Content-Length"]) for one in got]
        # Sealed within a second of the commit; a page may be answered sooner than that.
        left = first.python(COUNT).strip()
        for _again in range(20):
            if left == "0":
                break
            time.sleep(0.5)
            left = first.python(COUNT).strip()
        assert left == "0"


@pytest.mark.sqlite_only
def test_ctrl_c_ends_the_server_without_force(places):
    with places[0].server() as (_address, server):
        os.killpg(server.pid, signal.SIGINT)
        assert server.wait(60) == 0
    assert "refused" not in places[0].log.read_text()


@pytest.mark.sqlite_only
def test_pages_end_with_the_process_that_started_them(places):
    with places[0].server() as (address, server):
        server.kill()
        server.wait()
        ends = time.monotonic() + 60
        while _answers(address) and time.monotonic() < ends:
            time.sleep(0.2)
        assert not _answers(address)


def _answers(address):
    try:
        urlopen(f"{address}/account/login/", timeout=5).close()
    except OSError:
        return False
    return True


@pytest.mark.sqlite_only
def test_sqlite_serves_from_one_process_only(places):
    done = places[0].run("serve", "--workers", "2")
    assert (done.returncode, "SQLite 只允许一个网页进程" in done.stderr) == (1, True)


@pytest.mark.postgres_only
def test_several_web_processes_answer_side_by_side(places):
    """A pool of connections that crossed the fork would give each the answers to the other's questions."""
    first, production = places[0], {"HENGJIAN_MODE": "production"}
    assert "hengjian migrate" in first.run("serve", "--workers", "3", **production).stderr
    assert first.run("migrate", **production).returncode == 0
    with first.serving("--workers", "3", **production) as address, ThreadPoolExecutor(12) as askers:
        def ask(_n: int) -> int:
            with urlopen(f"{address}/account/login/", timeout=30) as page:
                assert len(page.read()) > 1000
            try:
                urlopen(f"{address}/verify/HJ-2024-AAAA-AAAA/", timeout=30).close()
            except HTTPError as refused:
                return refused.code
            return 200

        assert set(askers.map(ask, range(60))) <= {404, 429}

"""A thousand power cuts while real acts are written to SQLite: nothing acknowledged is lost, nothing is half there, nothing is corrupt."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import random
import sqlite3
from pathlib import Path
from typing import Any

import apsw
import pytest
from django.db import connection

from hengjian.base.database import PRAGMAS
from hengjian.rectification import services
from tests import factories
from tests.rectification import cases
from tests.trust.power import Disk, PowerVFS, write_out

CUTS = int(os.environ.get("HENGJIAN_TRUST_CUTS", "1000"))
NAME = "/power.sqlite3"
Statements = list[tuple[str, Any, bool]]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sqlite_only]


class Recorder:
    """Keeps what writes, transaction by transaction."""

    def __init__(self) -> None:
        self.groups: list[Statements] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        if sql.startswith("BEGIN"):
            self.groups.append([])
        elif sql.startswith(("INSERT", "UPDATE", "DELETE")):
            given = [tuple(one) for one in params] if many else tuple(params or ())
            self.groups[-1].append((sql.replace("%s", "?").replace("%%", "%"), given, many))
        return done


@pytest.fixture
def recorded(clock, tmp_path):
    """A database to begin with, and the transactions of a dozen acts upon it."""
    clock.set(2024, 6, 3, 9)
    world = factories.world()
    problems = [cases.opened(world, subject_label=f"第{n}项") for n in range(2)]
    base = tmp_path / "base.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(base)])
    recorder = Recorder()
    with connection.execute_wrapper(recorder):
        for n in range(4):
            cases.opened(world, subject_label=f"又一项{n}")
        for problem in problems:
            services.confirm_problem(problem, actor=cases.county(world), severity=1, due_on=clock.now().date().replace(day=28))
        cases.planned(world, subject_label="有举措的一项")
    groups = [group for group in recorder.groups if group]
    assert len(groups) > 8
    return base.read_bytes(), groups


def digest(path: Path) -> str:
    """What a database holds, after SQLite has put it in order and found it whole."""
    held = sqlite3.connect(path)
    try:
        assert held.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert held.execute("PRAGMA foreign_key_check").fetchall() == []
        tables = [name for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        rows = [repr(sorted(map(repr, held.execute(f'SELECT * FROM "{name}"')))) for name in tables]
    finally:
        held.close()
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def played(groups: list[Statements], disk: Disk, synchronous: str = "") -> int:
    """Write the transactions until the power goes; return how many were acknowledged."""
    vfs, acknowledged = PowerVFS(disk), 0
    held = None
    try:
        held = apsw.Connection(NAME, vfs=vfs.vfs_name)
        held.execute("PRAGMA locking_mode=EXCLUSIVE")  # one process: no shared memory beside the file
        for pragma in PRAGMAS:
            held.execute(pragma)
        if synchronous:
            held.execute(f"PRAGMA synchronous={synchronous}")
        held.execute("PRAGMA wal_autocheckpoint=25")  # often, so that cuts fall into checkpoints too
        for group in groups:
            held.execute("BEGIN IMMEDIATE")
            for sql, params, many in group:
                held.executemany(sql, params) if many else held.execute(sql, params)
            held.execute("COMMIT")
            acknowledged += 1
    except apsw.Error:
        if not disk.cut_at or disk.operations < disk.cut_at:
            raise
    finally:
        if held is not None:
            disk.cut_at = disk.cut_at or 1  # closing writes nothing more
            with contextlib.suppress(apsw.Error):
                held.close(True)
        vfs.unregister()
        gc.collect()
    return acknowledged


def _states(base: bytes, groups: list[Statements], folder: Path) -> list[str]:
    """The digest after each transaction, written by the SQLite of Python on a real disk."""
    path = folder / "reference.sqlite3"
    path.write_bytes(base)
    found = [digest(path)]
    for group in groups:
        held = sqlite3.connect(path)
        for sql, params, many in group:
            held.executemany(sql, params) if many else held.execute(sql, params)
        held.commit()
        held.close()
        found.append(digest(path))
    return found


def _operations(base: bytes, groups: list[Statements]) -> int:
    disk = Disk({NAME: base})
    assert played(groups, disk) == len(groups)
    return disk.operations


def _lost(base: bytes, groups: list[Statements], folder: Path, cuts: int, synchronous: str = "") -> list[str]:
    """Cut the power so often, at moments and with losses of chance; tell what was lost, doubled or half-written."""
    states, most, chance, wrong = _states(base, groups, folder), _operations(base, groups), random.Random(2024), []
    for n in range(cuts):
        disk = Disk({NAME: base}, cut_at=chance.randint(1, most))
        acknowledged = played(groups, disk, synchronous)
        there = folder / f"{n}"
        there.mkdir()
        found = digest(write_out(disk.after_the_cut(chance), there))
        if found not in states[acknowledged : acknowledged + 2]:
            at = states.index(found) if found in states else "a state that never was"
            wrong.append(f"cut {n} at {disk.cut_at}: {acknowledged} acknowledged, found {at}")
        for file in there.iterdir():
            file.unlink()
        there.rmdir()
    return wrong


def test_power_cuts_lose_nothing_acknowledged(recorded, tmp_path):
    base, groups = recorded
    assert _lost(base, groups, tmp_path, 40) == []


def test_the_simulation_would_see_a_loss(recorded, tmp_path):
    base, groups = recorded
    assert _lost(base, groups, tmp_path, 60, synchronous="NORMAL"), "with synchronous=NORMAL commits are lost, and here they were not"


@pytest.mark.slow
def test_a_thousand_power_cuts_lose_nothing_acknowledged(recorded, tmp_path):
    base, groups = recorded
    assert _lost(base, groups, tmp_path, CUTS) == []

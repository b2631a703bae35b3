"""A backup taken while institutions file: what it restores is one moment of all tables, files and receipts, whole and provable."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cli.places import fresh_places
from tests.trust.rush import MAKE, Filer, counted

CLIENTS = int(os.environ.get("HENGJIAN_TRUST_CLIENTS", "50"))
BACKUPS = int(os.environ.get("HENGJIAN_TRUST_BACKUPS", "3"))
FILES, LOOKED_AT = 120, 100

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PAPERS = """
from tests.dossier.forms import ANNEX_1, ANNEX_1_PAYLOAD
from hengjian.dossier import services
from tests.dossier import files
codes = []
for n in range(3):
    paper = services.issue_document(actor=clerks[n], owner_row=made[n], definition="test.annex-1", layout=ANNEX_1, payload=ANNEX_1_PAYLOAD, title=f"自查表{{n}}", object_type="registry.institution", object_id=made[n].pk)
    services.document_file(clerks[n].scope, paper, "pdf")
    codes.append(paper.code)
for n in range({files}):
    services.keep_evidence(f"社保{{n}}.xlsx", files.xlsx([["第", str(n)]]), actor=clerks[0], owner_row=made[0])
print(json.dumps(codes))
"""

KEEP = """
import time
from pathlib import Path
from hengjian.dossier import services
from hengjian.registry.models import Institution
from tests import factories
from tests.dossier import files
one = factories.all_of(Institution).get(name="连续报送检验有限公司00")
clerk = factories.actor(factories.Account.objects.get(username="filer00"))
count = 0
while not Path({stop!r}).exists():
    services.keep_evidence(f"参保{{count}}.xlsx", files.xlsx([["第", str(count), str(time.time_ns())]]), actor=clerk, owner_row=one)
    count += 1
print(count)
"""

LOOK = """
import json
from pathlib import Path
from django.conf import settings
from django.db import connection
from hengjian.base.ledger.checkpoints import latest
from hengjian.dossier import queries
from hengjian.dossier.intake.vault import place_of
from hengjian.dossier.models import Evidence
from tests import factories
with connection.cursor() as cursor:
    counts = {{}}
    for table in connection.introspection.table_names(cursor):
        cursor.execute(f'SELECT COUNT(*) FROM "{{table}}"')
        counts[table] = cursor.fetchone()[0]
point = latest()
rows = list(factories.all_of(Evidence).values_list("sha256", "size"))
print(json.dumps({{
    "counts": counts, "ledger": [point.size, point.root], "evidence": rows,
    "missing": [sha256 for sha256, _size in rows if not place_of(sha256).exists()],
    "known": [queries.known_document(code) is not None for code in {codes}],
}}))
"""


@pytest.fixture
def lived_in(tmp_path, django_db_setup):
    """An installation with institutions that may file, papers given out under a code, evidence on the disk; places to restore to."""
    first, *targets = fresh_places(tmp_path, ("lived_in", *(f"target{n}" for n in range(BACKUPS))))
    assert first.run("migrate", seconds=600).returncode == 0
    told, codes = (json.loads(line) for line in first.python(MAKE.format(count=CLIENTS) + PAPERS.format(files=FILES), 600).strip().splitlines()[-2:])
    return first, targets, told, codes


def test_backups_under_load_restore_one_whole_moment(lived_in, tmp_path, record_property):
    first, targets, told, codes = lived_in
    port, stop = first.free_port(), tmp_path / "stop"
    filers = [Filer(submission, session, port) for submission, session in told]
    taken, said = [], []
    with first.server(port=port), ThreadPoolExecutor(1) as pool:
        kept = pool.submit(first.python, KEEP.format(stop=str(stop)), 1200)
        for one in filers:
            one.start()
        for number in range(BACKUPS):
            _until_more_is_filed(filers)
            taken.append(_backup(first, tmp_path / f"b{number}.tar.gz", filers, keys=tmp_path / f"k{number}.tar.gz"))
        for one in filers:
            one.end.set()
        stop.touch()
        for one in filers:
            one.join(300)
        assert int(kept.result()) > 0
    assert [wrong for one in filers for wrong in one.wrong] == []
    for target, backup in zip(targets, taken, strict=True):
        said.append(_restored(target, backup, filers, codes, tmp_path))
    record_property("told", "; ".join(said))


def _until_more_is_filed(filers, wait=120.0):
    """Let each backup fall into the midst of filing."""
    begun, ends = sum(len(one.filed) for one in filers), time.monotonic() + wait
    while sum(len(one.filed) for one in filers) < begun + len(filers) and time.monotonic() < ends:
        time.sleep(0.2)


def _acknowledged(filers):
    return {one.submission: [*one.filed] for one in filers}, {one.submission: [*one.withdrawn] for one in filers}


def _backup(place, archive, filers, *, keys):
    before, began = _acknowledged(filers), time.monotonic()
    done = place.run("backup", archive, "--keys", keys, seconds=600)
    assert done.returncode == 0, done.stderr
    return {"archive": archive, "keys": keys, "before": before, "seconds": time.monotonic() - began, "during": _grown(before, _acknowledged(filers))}


def _grown(before, after):
    return sum(len(after[half][pk]) - len(before[half][pk]) for half in (0, 1) for pk in after[half])


def _restored(place, backup, filers, codes, folder):
    began = time.monotonic()
    done = place.run("restore", backup["archive"], "--keys", backup["keys"], seconds=600)
    assert done.returncode == 0, done.stderr
    seconds = time.monotonic() - began
    found = json.loads(place.python(LOOK.format(codes=codes)).strip().splitlines()[-1])
    manifest = _unpacked(backup["archive"], folder / "unpacked")
    assert found["counts"] == _counts_in(folder / "unpacked", place)
    assert found["ledger"] == [manifest["ledger"]["size"], manifest["ledger"]["root"]]
    assert (found["missing"], found["known"]) == ([], [True] * len(codes))
    _same_files(place, found["evidence"], folder / "unpacked")
    _receipts(place, backup["before"], filers)
    assert "账本完整" in place.run("ledger", "verify", seconds=600).stdout
    assert "一致" in place.run("ledger", "reconcile", seconds=600).stdout
    rows = sum(found["counts"].values())
    return (f"backup {backup['seconds']:.1f} s with {backup['during']} commands acknowledged meanwhile, restore {seconds:.1f} s, "
            f"{len(found['counts'])} tables, {rows} rows, ledger {found['ledger'][0]}, {len(found['evidence'])} files of evidence")


def _unpacked(archive, folder):
    shutil.rmtree(folder, ignore_errors=True)
    with tarfile.open(archive, "r:gz") as tar:
        tar.extractall(folder, filter="data")
    return json.loads((folder / "manifest.json").read_text())


def _counts_in(folder, place):
    """Rows of each table as the archive itself holds them, counted without our code."""
    if not place.database:
        with sqlite3.connect(folder / "database.sqlite3") as held:
            tables = [name for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
            return {name: held.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in tables}
    text = subprocess.run(["pg_restore", "--data-only", "--file=-", folder / "database.dump"], capture_output=True, text=True, check=True).stdout
    counts, table = {}, None
    for line in text.splitlines():
        if line.startswith("COPY "):
            table = line.split()[1].removeprefix("public.").strip('"')
            counts[table] = 0
        elif line == "\\.":
            table = None
        elif table is not None:
            counts[table] += 1
    return counts


def _same_files(place, evidence, folder):
    """A hundred files of evidence at random: as the archive has them, and as their names say."""
    assert len(evidence) >= LOOKED_AT
    for sha256, _size in random.Random(len(evidence)).sample(evidence, LOOKED_AT):
        data = (place.var / "evidence" / sha256[:2] / sha256).read_bytes()
        assert hashlib.sha256(data).hexdigest() == sha256
        assert data == (folder / "evidence" / sha256[:2] / sha256).read_bytes()


def _receipts(place, before, filers):
    """All that was acknowledged before the backup began is there; of the rest of each client a beginning, and its filings agree."""
    held = counted(place)
    for one in filers:
        filed, withdrawn = ([key for key in keys if key in held["receipts"]] for keys in (one.filed, one.withdrawn))
        assert set(before[0][one.submission]) <= set(filed)
        assert set(before[1][one.submission]) <= set(withdrawn)
        assert filed == one.filed[: len(filed)]
        assert withdrawn == one.withdrawn[: len(withdrawn)]
        assert held["editions"].get(one.submission, 0) == len(filed)
        assert held["states"][one.submission] == ("filed" if len(filed) > len(withdrawn) else "draft")
    assert set(held["receipts"]) <= {key for one in filers for key in (*one.filed, *one.withdrawn)}

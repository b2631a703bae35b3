"""One flipped bit anywhere: in the file of the database, in a page of PostgreSQL, in a kept file. The checks find it and say where."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter

import pytest

from tests.cli.places import ROOT, fresh_places
from tests.trust.postgres import durable_cluster, place_on
from tests.trust.rush import MAKE

PLACES = int(os.environ.get("HENGJIAN_TRUST_FLIPS", "100"))

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.mark.sqlite_only
def test_a_flipped_bit_in_the_database_is_found_or_says_nothing_else(tmp_path, django_db_setup, tell):
    (place,) = fresh_places(tmp_path, ("flipped",))
    assert place.run("migrate").returncode == 0
    place.python(MAKE.format(count=3))
    place.python("from hengjian.base.ledger import sequencer; sequencer.sequence_all()")
    base, folder = tmp_path / "base.sqlite3", tmp_path / "flips"
    (place.var / "hengjian.sqlite3").rename(base)
    folder.mkdir()
    command = [sys.executable, "-m", "tests.trust.flips", str(base), str(folder), str(PLACES)]
    done = subprocess.run(command, cwd=ROOT, env=place._env(), capture_output=True, text=True, timeout=3600)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    tell(_said(told))
    assert len(told) == PLACES
    assert [one for one in told if one["differs"] and not one["found"]] == []


def _said(told):
    first = Counter(one["found"][0] if one["found"] else "in no row: bytes that are not in use" for one in told)
    return f"{len(told)} bits: found first by {dict(first)}"


@pytest.mark.postgres_only
def test_a_flipped_bit_in_a_page_of_postgresql_is_found(tmp_path, django_db_setup):
    with durable_cluster() as cluster:
        place = place_on(cluster, tmp_path, "flipped")
        assert place.run("migrate").returncode == 0
        place.python(MAKE.format(count=2))
        assert place.run("ledger", "storage").returncode == 0
        where = place.python(
            "from django.db import connection\nwith connection.cursor() as c:\n c.execute(\"SELECT pg_relation_filepath('ledger_entry')\")\n print(c.fetchone()[0])"
        ).strip()
        cluster.stop("fast")
        file, chance, found = cluster.data / where, random.Random(2024), 0
        whole = file.read_bytes()
        for _place in range(min(PLACES, 10)):
            data = bytearray(whole)
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            file.write_bytes(data)
            cluster.start()
            done = place.run("ledger", "storage")
            found += done.returncode == 1 and "数据库文件损坏" in done.stdout
            cluster.stop("fast")
        file.write_bytes(whole)
        cluster.start()
        assert found == min(PLACES, 10)
        assert place.run("ledger", "storage").returncode == 0

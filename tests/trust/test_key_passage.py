"""The passage to a new key is killed over and over while others write: nothing is ever unreadable; wrong keys stop every start."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from hengjian.base import crypto
from tests.cli.places import ROOT, fresh_places

KILLS = int(os.environ.get("HENGJIAN_KEY_KILLS", "20"))
PEOPLE = int(os.environ.get("HENGJIAN_KEY_PEOPLE", "3000"))
MOST_SECONDS = 900.0

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MAKE = """
import random
from datetime import date
from hengjian.base.actions import audited_action
from hengjian.registry.identifiers import fake_resident_id
from hengjian.registry.models import Person
from tests import factories
chance, seen = random.Random(11), set()
while len(seen) < {people}:
    seen.add(fake_resident_id(chance, born=date(1970, 1, 1).replace(year=1960 + len(seen) % 40), male=True))
with audited_action("test.people", actor=factories.SYSTEM) as act:
    act.add_many([Person(name="人员%d" % n, id_number=one, phone="139%08d" % n) for n, one in enumerate(sorted(seen))])
"""

WRITE = """
import itertools, os, random, time
import django
django.setup()
from django.db import OperationalError
from hengjian.base.actions import audited_action
from hengjian.registry.models import Person
from tests import factories
chance, keys = random.Random(5), list(factories.all_of(Person).values_list("pk", flat=True))
for n in itertools.count():
    with audited_action("test.phone", actor=factories.SYSTEM) as act:
        row = act.take(Person(pk=chance.choice(keys)))
        row.phone = "138%08d" % n
    print(row.pk, "138%08d" % n, flush=True)
    time.sleep(0.01)
"""

LOOK = """
import json
from collections import Counter
from hengjian.base import crypto, data_keys, sealed
from hengjian.registry.models import Person
from tests import factories
opened, wrong, under = 0, [], Counter()
for place in sealed.places():
    for value in place.values(most=10**6):
        under[crypto.key_id_of(value.sealed)] += 1
        try:
            crypto.unseal(value.sealed, value.context)
            opened += 1
        except crypto.Tampered:
            wrong.append(str(value.key))
field = Person._meta.get_field("id_index")
lost = [str(one.pk) for one in factories.all_of(Person) if field.of(one.id_number) != one.id_index]
phones = {{str(one.pk): one.phone.reveal() for one in factories.all_of(Person)}} if {phones} else {{}}
print(json.dumps({{"opened": opened, "wrong": wrong, "under": under, "lost": lost, "phones": phones, "problems": data_keys.key_problems()}}))
"""


def started(place, *command):
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=place._env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def look(place, *, phones=False):
    return json.loads(place.python(LOOK.format(phones=phones)).strip().splitlines()[-1])


def filled(tmp_path, name, people):
    (place,) = fresh_places(tmp_path, (name,))
    assert place.run("migrate").returncode == 0
    place.python(MAKE.format(people=people))
    assert place.run("keys", "show").returncode == 0
    return place


def killed(place, chance):
    """Begin a passage, or go on with it, and kill it at some moment; whether it was still at work."""
    at_work = started(place, "-m", "hengjian", "keys", "rotate")
    time.sleep(chance.uniform(1.0, 6.0))
    was_at_work = at_work.poll() is None
    at_work.send_signal(signal.SIGKILL)
    at_work.communicate()
    return was_at_work


def test_a_passage_that_is_killed_again_and_again_loses_nothing_of_what_others_write(tmp_path, django_db_setup, record_property):
    place, chance, ends = filled(tmp_path, "passage", PEOPLE), random.Random(2024), time.monotonic() + MOST_SECONDS
    writer, kills, told = started(place, "-c", WRITE), 0, []
    try:
        while kills < KILLS and time.monotonic() < ends:
            kills += killed(place, chance)
            held = look(place)
            assert (held["wrong"], held["lost"], held["problems"]) == ([], [], [])
        done = place.run("keys", "rotate", seconds=300)
        assert done.returncode == 0, done.stderr
    finally:
        writer.kill()
        told, complaint = writer.communicate()
    held = look(place, phones=True)
    last = dict(line.split() for line in told.splitlines() if line.count(" ") == 1 and len(line) == 48)
    assert len(last) > 10, complaint
    wrong = [pk for pk, phone in last.items() if held["phones"][pk] != phone]
    assert len(wrong) <= 1, "the one write under way when the writer was killed may be newer"
    assert (held["wrong"], held["lost"], list(held["under"]), held["opened"] >= 2 * PEOPLE) == ([], [], [crypto.Keyring(place.var / "keys").key_ids[-1]], True)
    assert place.run("ledger", "reconcile", seconds=600).returncode == 0
    record_property("told", f"{kills} kills, {held['opened']} values, {len(told.splitlines())} writes meanwhile")


def test_no_start_with_keys_that_are_missing_cut_or_of_another_installation(tmp_path, django_db_setup):
    place = filled(tmp_path, "refused", 5)
    keys, kept = place.var / "keys", tmp_path / "kept"
    shutil.copytree(keys, kept)
    other = tmp_path / "other"
    crypto.create_keys(other)
    spoils = {
        "不见了": lambda: (keys / "master.key").unlink(),
        "keyring.json 不完整": lambda: (keys / "keyring.json").write_bytes(b"{"),
        "master.key 不完整": lambda: (keys / "master.key").write_bytes(b"abc"),
        "不是这套数据的": lambda: [shutil.copy(other / name, keys / name) for name in ("master.key", "keyring.json")],
        "两个文件不是一套": lambda: shutil.copy(other / "master.key", keys / "master.key"),
    }
    for reason, spoil in spoils.items():
        spoil()
        for command in (("serve", "--port", str(place.free_port())), ("worker",)):
            refused = place.run(*command)
            assert (refused.returncode, reason in refused.stderr) == (1, True), (command, refused.stderr)
        shutil.rmtree(keys)
        shutil.copytree(kept, keys)
    with place.serving():
        pass

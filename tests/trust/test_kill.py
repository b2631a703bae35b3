"""The server is killed again and again while institutions file: nothing acknowledged is lost, doubled or half-written, no key stays stuck."""

from __future__ import annotations

import json
import os
import random
import time

import pytest

from tests.cli.places import fresh_places
from tests.trust.rush import MAKE, Filer, agree

CLIENTS = int(os.environ.get("HENGJIAN_TRUST_CLIENTS", "50"))
KILLS = int(os.environ.get("HENGJIAN_TRUST_KILLS", "100"))
MOST_SECONDS = 1_800.0

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_a_server_that_is_killed_loses_doubles_and_halves_nothing(tmp_path, django_db_setup, tell):
    (place,) = fresh_places(tmp_path, ("killed",))
    assert place.run("migrate").returncode == 0
    told = json.loads(place.python(MAKE.format(count=CLIENTS)).strip().splitlines()[-1])
    port = place.free_port()
    filers = [Filer(submission, session, port) for submission, session in told]
    for one in filers:
        one.start()
    kills = _killed(place, port, filers)
    for one in filers:
        one.end.set()
    with place.server(port=port):
        for one in filers:
            one.join(120)
    assert [wrong for one in filers for wrong in one.wrong] == []
    assert not any(one.is_alive() for one in filers), "a command never had an answer: its key is stuck"
    assert kills == KILLS
    tell(f"{agree(place, filers)}, {KILLS} kills")


def _killed(place, port, filers):
    """Start the server and kill it with all that belongs to it, over and over; return how often."""
    chance, ends, kills = random.Random(2024), time.monotonic() + MOST_SECONDS, 0
    while kills < KILLS and time.monotonic() < ends and not any(one.wrong for one in filers):
        with place.server(port=port) as (_address, server):
            time.sleep(chance.uniform(0.1, 1.5))
            place.kill_all(server)
            kills += 1
    return kills

"""Pages, worker and PostgreSQL itself are killed again and again while institutions file: nothing acknowledged is lost, doubled or half-written."""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from contextlib import ExitStack

import pytest

from tests.cli.places import wait_for
from tests.trust.postgres import durable_cluster, kill_a_backend, kill_postmaster, place_on
from tests.trust.rush import MAKE, Filer, agree

CLIENTS = int(os.environ.get("HENGJIAN_TRUST_CLIENTS", "50"))
KILLS = int(os.environ.get("HENGJIAN_TRUST_KILLS", "100"))
MOST_SECONDS = 3_600.0
TARGETS = ("pages", "worker", "pages", "both", "postmaster", "pages", "worker", "pages", "both", "backend")
"""Who dies, in turns of ten."""

pytestmark = [pytest.mark.django_db, pytest.mark.postgres_only, pytest.mark.slow]


class Standing:
    """The web processes, the worker and the database server of one installation; each can be killed and stands up again."""

    def __init__(self, place, cluster, port):
        self.place, self.cluster, self.port = place, cluster, port
        self.pages, self.worker = ExitStack(), ExitStack()
        self.recovered = []

    def start_pages(self):
        _address, self.server = self.pages.enter_context(self.place.server("--workers", "2", port=self.port))

    def start_worker(self):
        self.work = self.worker.enter_context(self.place.worker())

    def kill(self, target, chance):
        """Kill one or more of them at once, and start them again."""
        if target == "postmaster":
            self.recovered.append(kill_postmaster(self.cluster))
        elif target == "backend":
            kill_a_backend(self.cluster, chance.randrange(1000))
        if target in {"pages", "both"}:
            self.place.kill_all(self.server)
        if target in {"worker", "both"}:
            self.place.kill_all(self.work)
            self.worker.close()
            self.start_worker()
        if target in {"pages", "both"}:
            self.pages.close()
            self.start_pages()
        wait_for(f"http://127.0.0.1:{self.port}")

    def close(self):
        self.worker.close()
        self.pages.close()


def test_killed_pages_worker_and_database_lose_double_and_halve_nothing(tmp_path, django_db_setup, tell):
    with durable_cluster() as cluster:
        place = place_on(cluster, tmp_path, "killed", HENGJIAN_MODE="production")
        assert place.run("migrate").returncode == 0
        told = json.loads(place.python(MAKE.format(count=CLIENTS)).strip().splitlines()[-1])
        standing = Standing(place, cluster, place.free_port())
        filers = [Filer(submission, session, standing.port) for submission, session in told]
        try:
            standing.start_pages()
            standing.start_worker()
            for one in filers:
                one.start()
            kills = _killed(standing, filers)
            for one in filers:
                one.end.set()
            for one in filers:
                one.join(120)
        finally:
            standing.close()
        assert [wrong for one in filers for wrong in one.wrong] == []
        assert not any(one.is_alive() for one in filers), "a command never had an answer: its key is stuck"
        said = f"{agree(place, filers)}; kills {dict(kills)}, PostgreSQL back within {max(standing.recovered, default=0):.1f} s"
    tell(said)
    assert kills.total() == KILLS


def _killed(standing, filers):
    """Kill one after the other; return how often which."""
    chance, ends, kills = random.Random(2024), time.monotonic() + MOST_SECONDS, Counter()
    while kills.total() < KILLS and time.monotonic() < ends and not any(one.wrong for one in filers):
        time.sleep(chance.uniform(0.1, 1.5))
        target = TARGETS[kills.total() % len(TARGETS)]
        standing.kill(target, chance)
        kills[target] += 1
    return kills

"""A world that is really served, and people who look at its pages."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.pages import Page
from bench.timing import HEADER

ROOT = Path(__file__).resolve().parent.parent
WAIT_SECONDS = 120


@dataclass(frozen=True)
class Seen:
    """One answer: where, its status, time for the reader, time in the server, of its processor, queries."""

    page: Page
    status: int
    waited: float
    wall: float
    cpu: float
    queries: int


@contextmanager
def serving(folder: Path, database: str = "", threads: int = 4) -> Iterator[int]:
    """Run `hengjian serve` over a world, in the time in which it lives; give its port."""
    moved = int(1721782800 - time.time())  # 2024-07-24 09:00 in Shanghai
    (folder / "demo").write_text(str(moved))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    env = {**os.environ, "HENGJIAN_VAR": str(folder), "HENGJIAN_DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "bench.settings",
           "HENGJIAN_ENV": "dev", "HENGJIAN_WEAK_DATABASE": "1" if database else ""}
    command = [sys.executable, "-m", "hengjian", "serve", "--port", str(port), "--threads", str(threads)]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)  # noqa: S603  our own program
    try:
        _until_it_answers(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(60)


def _until_it_answers(port: int, server: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < ends and server.poll() is None:
        try:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            link.request("GET", "/account/login/")
            link.getresponse().read()
            return
        except OSError:
            time.sleep(0.3)
    raise SystemExit("the server does not answer; see server.log beside the world")


def look(port: int, session: str, page: Page) -> Seen:
    """Open a page as somebody who has signed in."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    began = time.perf_counter()
    link.request("GET", page.address, headers={"Cookie": f"sessionid={session}"})
    answer = link.getresponse()
    answer.read()
    waited = time.perf_counter() - began
    link.close()
    wall, cpu, queries = (answer.getheader(HEADER) or "0 0 0").split()
    return Seen(page, answer.status, waited, float(wall), float(cpu), int(queries))


class User(threading.Thread):
    """Somebody who opens one page after the other, and thinks in between."""

    def __init__(self, port: int, session: str, pages: list[Page], seconds: float, think: float, seed: int) -> None:
        super().__init__(daemon=True)
        self.port, self.session, self.pages, self.seconds, self.think = port, session, pages, seconds, think
        self.rng, self.seen = Random(seed), list[Seen]()  # noqa: S311  a made-up reader

    def run(self) -> None:
        """Read until the time is over."""
        ends = time.monotonic() + self.seconds
        time.sleep(self.rng.uniform(0, self.think))
        while time.monotonic() < ends:
            self.seen.append(look(self.port, self.session, self.rng.choice(self.pages)))
            if self.think:
                time.sleep(self.rng.expovariate(1 / self.think))


def at_once(port: int, readers: list[tuple[str, list[Page]]], *, users: int, seconds: float, think: float) -> list[Seen]:
    """So many users at once; everything that they saw."""
    crowd = [User(port, *readers[n % len(readers)], seconds, think, n) for n in range(users)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(seconds + 180)
    return [seen for one in crowd for seen in one.seen]

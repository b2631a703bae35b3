"""Twenty hostile files at once: each is refused with its reason, the server hardly grows, and nobody else has to wait for it."""

from __future__ import annotations

import http.client
import json
import os
import statistics
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.cli.places import fresh_places
from tests.trust.hostile import HOSTILE

SECONDS = float(os.environ.get("HENGJIAN_TRUST_CALM_SECONDS", "20"))
READERS, PACE = 4, 0.15
GROWTH_MB, TIMES = 50, 2.0
CSRF = "a" * 32

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MAKE = """
import json
from hengjian.base import clock
from tests.campaigns import scenes, selfchecks
from datetime import datetime
class Clock:
    def set(self, *parts):
        clock.set_for_process(datetime(*parts, tzinfo=clock.SHANGHAI))
scene = selfchecks.scene(Clock())
clock.set_for_process(None)
print(json.dumps([scenes.signed_in(one).cookies["sessionid"].value for one in (scene.clerk, scene.county)]))
"""


@dataclass
class Door:
    """The served instance."""

    port: int

    def ask(self, session: str, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            head = {"Cookie": f"sessionid={session}; csrftoken={CSRF}", "X-CSRFToken": CSRF} | ({"Content-Type": kind} if kind else {})
            link.request(method, path, body, head)
            answer = link.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            link.close()


@dataclass
class Reader(threading.Thread):
    """Somebody who opens a page at a steady pace and notes how long each took."""

    door: Door
    session: str
    took: list[float] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.end = threading.Event()

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        while not self.end.wait(PACE):
            begun = time.perf_counter()
            status, _text = self.door.ask(self.session, "GET", "/rectification/problems/")
            self.took.append(time.perf_counter() - begun)
            if status != 200:
                self.wrong.append(status)


def _p95(readers: list[Reader]) -> float:
    return statistics.quantiles([one for reader in readers for one in reader.took], n=20)[-1]


def _memory_mb(server: Any) -> float:
    """What the web process and its children hold; the jails are not theirs: they are processes of ``-I -c``."""
    total = 0
    waiting = [server.pid]
    while waiting:
        pid = waiting.pop()
        try:
            if b"hengjian.dossier.intake.jail" in Path(f"/proc/{pid}/cmdline").read_bytes():
                continue
            total += next(int(line.split()[1]) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
            for task in Path(f"/proc/{pid}/task").iterdir():
                waiting += [int(one) for one in (task / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError, StopIteration):
            continue
    return total / 1024


def _upload(door: Door, session: str, name: str, data: bytes, said: dict[str, tuple[int, str]], key: str) -> None:
    """Hand a file in as often as the server says that it is busy."""
    mark = uuid.uuid4().hex
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    body = head.encode() + data + f"\r\n--{mark}--\r\n".encode()
    while True:
        status, text = door.ask(session, "POST", "/registry/imports/", body, f"multipart/form-data; boundary={mark}")
        if "正在查验的文件较多" not in text:
            said[key] = status, text
            return
        time.sleep(1)


def _reading(door: Door, session: str) -> list[Reader]:
    readers = [Reader(door, session) for _n in range(READERS)]
    for one in readers:
        one.start()
    return readers


def _ended(readers: list[Reader]) -> float:
    for one in readers:
        one.end.set()
    for one in readers:
        one.join(60)
    assert [one.wrong for one in readers] == [[]] * READERS
    return _p95(readers)


def test_twenty_hostile_files_at_once_are_refused_and_not_felt(tmp_path: Path, django_db_setup: None, record_property: Any) -> None:
    (place,) = fresh_places(tmp_path, ("hostile",))
    assert place.run("migrate", seconds=900).returncode == 0
    clerk, officer = json.loads(place.python(MAKE).strip().splitlines()[-1])
    made = {key: (name, make()) for key, (name, make, _words) in HOSTILE.items()}
    said: dict[str, tuple[int, str]] = {}
    with place.server() as (address, server):
        door = Door(int(address.rpartition(":")[2]))
        for _warm in range(20):
            door.ask(officer, "GET", "/rectification/problems/")
        readers = _reading(door, officer)
        time.sleep(SECONDS)
        calm = _ended(readers)
        before, most = _memory_mb(server), 0.0
        readers = _reading(door, officer)
        uploads = [threading.Thread(target=_upload, args=(door, clerk, name, data, said, key)) for key, (name, data) in made.items()]
        for one in uploads:
            one.start()
        while any(one.is_alive() for one in uploads):
            most = max(most, _memory_mb(server))
            time.sleep(0.05)
        stormy = _ended(readers)
        after = _memory_mb(server)
    told = f"p95 {calm * 1000:.0f} ms calm, {stormy * 1000:.0f} ms beside {len(made)} hostile files ({stormy / calm:.2f} times); " \
           f"memory {before:.0f} MB before, at most {most:.0f}, {after:.0f} after"
    record_property("told", told)
    (tmp_path / "told").write_text(told)
    wrong = {key: (status, text[-300:]) for key, (status, text) in said.items() if HOSTILE[key][2] not in text or status not in {302, 422}}
    assert not wrong, wrong
    assert after - before <= GROWTH_MB, told
    assert stormy <= TIMES * calm, told

"""Inside pytest: measure which test meets which guard, then remove one guard after the other."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.trust.mutation import switch

LONGEST_TEST_S = 60
MOST_TESTS, MOST_SECONDS = 80, 20.0
"""So many tests that meet a guard are tried, or so long, before it counts as unnoticed; those that meet few others and are quick come first."""


class Stuck(BaseException):
    """A test that no longer ends without its guard."""


class Measuring:
    """Runs every test once with all guards, and notes the guards that narrowed or refused something in it."""

    def __init__(self, into: Path, part: tuple[int, int]) -> None:
        self.into, self.part = into, part

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        files = sorted({str(item.path) for item in session.items})
        mine = set(files[self.part[0] :: self.part[1]])
        items = [item for item in session.items if str(item.path) in mine]
        met = {}
        for number, item in enumerate(items):
            switch.REFUSED.clear()
            began = time.perf_counter()
            passed = _passes(item, items[number + 1] if number + 1 < len(items) else None)
            if passed and switch.REFUSED:
                met[item.nodeid] = {"seconds": time.perf_counter() - began, "sites": sorted(switch.REFUSED)}
        self.into.write_text(json.dumps({"sites": switch.SITES, "met": met}))
        return True


class Attacking:
    """Removes each guard of its share in turn and runs the tests that meet it until one fails."""

    def __init__(self, met: dict[str, Any], sites: list[str], into: Path) -> None:
        self.met, self.sites, self.into = met, sites, into

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        by_id = {item.nodeid: item for item in session.items}
        with self.into.open("a") as out:
            for site in self.sites:
                noticed = self._noticed_by(session, by_id, site)
                out.write(json.dumps({"site": site, "by": noticed}) + "\n")
                out.flush()
        _leave(session, None)
        return True

    def _noticed_by(self, session: pytest.Session, by_id: dict[str, pytest.Item], site: str) -> str:
        meeting = [(one["seconds"] * len(one["sites"]), name) for name, one in self.met.items() if site in one["sites"] and name in by_id]
        began = time.process_time()
        for _weight, name in sorted(meeting)[:MOST_TESTS]:
            if time.process_time() - began > MOST_SECONDS:
                break
            item = by_id[name]
            _leave(session, item)
            again = switch.remove(site)
            try:
                if not _passes(item, _Beside(item)):
                    return name
            finally:
                again()
        return ""


class _Beside:
    """What might come after a test in the same module: what is the test's own is taken down, what it shares is not."""

    def __init__(self, item: pytest.Item) -> None:
        self._item = item

    def listchain(self) -> list[Any]:
        return list(self._item.listchain()[:-1])


def _leave(session: pytest.Session, following: pytest.Item | None) -> None:
    """Take down what the following test does not share with the one before."""
    session._setupstate.teardown_exact(following)


def _passes(item: pytest.Item, following: Any) -> bool:
    try:
        with _in_time():
            reports = runtestprotocol(item, log=False, nextitem=following)
    except Stuck:
        item.session._setupstate.teardown_exact(None)
        return False
    return all(report.passed or report.skipped for report in reports)


@contextmanager
def _in_time() -> Iterator[None]:
    def late(*_: Any) -> None:
        raise Stuck

    held = signal.signal(signal.SIGALRM, late)
    signal.alarm(LONGEST_TEST_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, held)

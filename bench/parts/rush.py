"""The evening before the deadline: fifty institutions at once file their self-checks on SQLite, at the pace of 2,000 in ten minutes."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from bench.figures import Figure, share, tell
from tests.cli.places import fresh_places
from tests.trust.rush import MAKE, Filer

CLIENTS, FILINGS, MINUTES = 50, 2000, 10
SECONDS = float(os.environ.get("HENGJIAN_BENCH_SECONDS", "60"))


class Punctual(Filer):
    """A filer that notes how long each answer took, and keeps to a pace."""

    pace = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.waits: list[float] = []

    def sent(self, path: str, body: str) -> tuple[int, str]:
        """Wait for one's turn, send, note the time."""
        self.end.wait(self.pace)
        began = time.perf_counter()
        answer = super().sent(path, body)
        self.waits.append(time.perf_counter() - began)
        return answer


def main() -> None:
    """File at the pace of the rush, compressed in time; then as fast as fifty can."""
    with tempfile.TemporaryDirectory(dir=Path(sys.argv[1]).parent) as folder:
        (place,) = fresh_places(Path(folder), ("rush",))
        if place.run("migrate", seconds=600).returncode:
            raise SystemExit("the installation for the rush cannot be made")
        told = json.loads(place.python(MAKE.format(count=CLIENTS)).strip().splitlines()[-1])
        with place.serving() as address:
            port = int(address.rpartition(":")[2])
            paced = _run(told, port, CLIENTS / (FILINGS / (60 * MINUTES)))
            flat_out = _run(told, port, 0.0)
    _tell("at the pace of 2,000 in 10 minutes", paced, 3.0)
    _tell("as fast as fifty can", flat_out, None)


def _run(told: list[list[str]], port: int, pace: float) -> list[Punctual]:
    filers = [Punctual(submission, session, port) for submission, session in told]
    for one in filers:
        one.pace = pace
        one.start()
    time.sleep(SECONDS)
    for one in filers:
        one.end.set()
    for one in filers:
        one.join(120)
    return filers


def _tell(how: str, filers: list[Punctual], limit: float | None) -> None:
    waits = [wait for one in filers for wait in one.waits]
    wrong = [said for one in filers for said in one.wrong]
    tell(Figure("rush", f"fifty at once, {how}: acknowledged at p99", share(waits, 99), "s", limit, note=f"{len(waits)} commands, {len(waits) / SECONDS:.1f}/s, median {share(waits, 50):.2f} s"),
         Figure("rush", f"fifty at once, {how}: errors", len(wrong), "", 0, note=wrong[0][:120] if wrong else ""))


if __name__ == "__main__":
    main()

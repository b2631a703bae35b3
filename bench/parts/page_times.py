"""Every list, board and object page, in a server of its own: alone, with twenty users who read, with twenty who only click."""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections import defaultdict
from pathlib import Path

from bench import pages
from bench.figures import Figure, share, tell
from bench.parts import ready
from bench.served import Seen, at_once, look, serving

USERS, THINK, LIMIT_MS, TIMES = 20, 5.0, 150.0, 5
SECONDS = float(os.environ.get("HENGJIAN_BENCH_SECONDS", "60"))


def sessions() -> list[tuple[str, list[pages.Page]]]:
    """Who reads, signed in, and what each may look at."""
    from django.test import Client  # needs Django set up

    found = []
    for post, role, level in pages.viewers():
        client = Client()
        client.force_login(post.account)
        found.append((client.cookies["sessionid"].value, list(pages.pages(post, role, level))))
    return found


def main() -> None:
    """Alone first, which also finds what does not answer with a page; then the crowd."""
    folder, database = ready(), sys.argv[2] if len(sys.argv) > 2 else ""
    readers = sessions()
    with serving(folder, database) as port:
        alone = {page.key: _alone(port, session, page) for session, held in readers for page in held}
        answered = {key: seen for key, seen in alone.items() if seen is not None}
        known = [(session, [page for page in held if page.key in answered]) for session, held in readers]
        known = [(session, held) for session, held in known if held]
        reading = at_once(port, known, users=USERS, seconds=SECONDS, think=THINK)
        clicking = at_once(port, known, users=USERS, seconds=SECONDS / 2, think=0)
    _tell(answered, reading, clicking)
    _keep(folder, answered)


def _alone(port: int, session: str, page: pages.Page) -> list[Seen] | None:
    first = look(port, session, page)
    return None if first.status != 200 else [look(port, session, page) for _ in range(TIMES)]


def _ms(values: list[float], part: float) -> float:
    return 1000 * share(values, part)


def _tell(alone: dict[str, list[Seen]], reading: list[Seen], clicking: list[Seen]) -> None:
    faults = [seen for seen in (*reading, *clicking) if seen.status != 200]
    medians = {key: 1000 * statistics.median(one.cpu for one in held) for key, held in alone.items()}
    slow = sorted(medians.items(), key=lambda pair: -pair[1])
    tell(Figure("pages", f"{len(alone)} pages, {USERS} users who read {THINK:.0f} s: time in the server, p95", _ms([one.wall for one in reading], 95), "ms", LIMIT_MS,
                note=f"{len(reading)} answers, median {_ms([one.wall for one in reading], 50):.0f} ms, processor p95 {_ms([one.cpu for one in reading], 95):.0f} ms"),
         Figure("pages", f"{USERS} users who click without a pause: time in the server, p95", _ms([one.wall for one in clicking], 95), "ms",
                note=f"{len(clicking) / (SECONDS / 2):.1f} pages/s; readers waited {_ms([one.waited for one in clicking], 95):.0f} ms at p95"),
         Figure("pages", "answers that were no page", len(faults), "", 0),
         Figure("pages", "pages that take more than 150 ms of the processor alone", sum(value > LIMIT_MS for value in medians.values()), f"of {len(medians)}", 0,
                note="; ".join(f"{key} {value:.0f} ms" for key, value in slow[:6])))


def _keep(folder: Path, alone: dict[str, list[Seen]]) -> None:
    held: dict[str, dict[str, float]] = defaultdict(dict)
    for key, seen in alone.items():
        held[key] = {"ms": 1000 * statistics.median(one.cpu for one in seen), "queries": max(one.queries for one in seen)}
    (folder / "pages.json").write_text(json.dumps(held, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()

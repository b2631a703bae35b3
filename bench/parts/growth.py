"""How pages grow with the province: the same pages, by turns, in a world of a size and in one of a hundredth.

The two servers run at the same time and are asked by turns, so that what others on the machine do meets both alike. The
figure of a page is the median of its looks, of the processor's time in the server.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from bench.figures import Figure, share, tell
from bench.pages import Page
from bench.served import look, serving

LIMIT, SMALL_MS, TIMES = 1.5, 5.0, 5
Readers = dict[str, tuple[str, Page]]


def readers(folder: Path) -> Readers:
    """The pages of a world, each with the session of who reads it; found in a process of its own, as Django knows one database."""
    told = subprocess.run([sys.executable, "-m", "bench.parts.growth", str(folder)], capture_output=True, text=True, check=True).stdout  # noqa: S603
    return {page.key: (session, page) for session, page in ((one[0], Page(*one[1:])) for one in json.loads(told.splitlines()[-1]))}


def _tell_readers() -> None:
    from bench.parts import ready  # both need Django set up in the world
    from bench.parts.page_times import sessions

    ready()
    found = [[session, page.name, page.role, page.level, page.address] for session, held in sessions() for page in held]
    sys.stdout.write(json.dumps(found) + "\n")


def main(small_folder: Path, large_folder: Path) -> None:
    """Look at every page that both worlds have."""
    held = [readers(folder) for folder in (small_folder, large_folder)]
    cpu: dict[str, tuple[list[float], list[float]]] = {}
    asked: dict[str, tuple[int, int]] = {}
    with ExitStack() as open_servers:
        ports = [open_servers.enter_context(serving(folder)) for folder in (small_folder, large_folder)]
        for key in sorted(held[0].keys() & held[1].keys()):
            seen = [[look(port, *known[key]) for port, known in zip(ports, held, strict=True)] for _turn in range(TIMES + 1)]
            if all(one.status == 200 for pair in seen for one in pair):
                cpu[key] = ([1000 * small.cpu for small, _large in seen[1:]], [1000 * large.cpu for _small, large in seen[1:]])
                asked[key] = (min(small.queries for small, _large in seen[1:]), min(large.queries for _small, large in seen[1:]))  # without the notes of the minute
    _tell({key: (statistics.median(small), statistics.median(large)) for key, (small, large) in cpu.items()}, asked)


def _tell(medians: dict[str, tuple[float, float]], asked: dict[str, tuple[int, int]]) -> None:
    ratios = {key: large / max(small, SMALL_MS) for key, (small, large) in medians.items()}
    more = {key: large - small for key, (small, large) in asked.items()}
    worst = sorted(ratios.items(), key=lambda pair: -pair[1])
    said = "; ".join(f"{key} {one:.1f} × ({medians[key][0]:.0f} → {medians[key][1]:.0f} ms)" for key, one in worst[:8])
    most = [key for key in sorted(more, key=lambda one: -more[one])[:6] if more[key] > 0]
    tell(Figure("growth", "time of a page at this size against a hundredth: median of the pages", share(list(ratios.values()), 50), "×", LIMIT),
         Figure("growth", "pages that grow by more than 1.5 ×", sum(one > LIMIT for one in ratios.values()), f"of {len(ratios)}", 0, note=said),
         Figure("growth", "pages that ask more queries", sum(one > 0 for one in more.values()), f"of {len(more)}", note="; ".join(f"{key} +{more[key]}" for key in most)))


if __name__ == "__main__":
    if len(sys.argv) > 2:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        _tell_readers()

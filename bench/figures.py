"""What a benchmark found: a figure, what it should be, and how it is taken."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

TIMES = 5


@dataclass(frozen=True)
class Figure:
    """One line of the results. ``limit`` is the most that is allowed, or the least where ``at_least``."""

    part: str
    what: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        """Kept, missed, or only told."""
        if self.limit is None:
            return ""
        kept = self.value >= self.limit if self.at_least else self.value <= self.limit
        return "kept" if kept else "**missed**"


@dataclass(frozen=True)
class Spent:
    """Time of one run: on the clock, and of the processor alone, which others on the machine do not lengthen as much."""

    wall: float
    cpu: float


def spent(work: Callable[[], object], times: int = TIMES, before: Callable[[], object] = lambda: None) -> Spent:
    """Median time of several runs."""
    found = []
    for _ in range(times):
        before()
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        found.append((time.perf_counter() - wall, time.process_time() - cpu))
    return Spent(statistics.median(one for one, _cpu in found), statistics.median(cpu for _wall, cpu in found))


def share(values: list[float], part: float) -> float:
    """The value that so many of a hundred do not exceed."""
    held = sorted(values)
    return held[min(len(held) - 1, int(len(held) * part / 100))] if held else float("nan")


def tell(*figures: Figure) -> None:
    """Hand figures over to the runner, a line each."""
    for one in figures:
        sys.stdout.write("FIGURE " + json.dumps(asdict(one), ensure_ascii=False) + "\n")
    sys.stdout.flush()


def told(output: str) -> list[Figure]:
    """The figures in what a part printed."""
    lines = [json.loads(line.removeprefix("FIGURE ")) for line in output.splitlines() if line.startswith("FIGURE ")]
    return [Figure(**_known(line)) for line in lines]


def _known(line: dict[str, Any]) -> dict[str, Any]:
    return {name: line[name] for name in Figure.__dataclass_fields__}

"""Complaints: an even trickle everywhere, and a cluster here and there."""

from __future__ import annotations

import numpy as np

from bench.packages import names
from bench.packages.days import DAY, END, START
from bench.packages.places import Places
from bench.packages.sink import Sink
from bench.packages.truth import Truth
from bench.packages.world import World

YEARS = (END - START + 1) / 365.25
PER_REPORT = 0.0003
TOPICS = ("收费", "服务态度", "检验质量", "拖延", "其他")
Rows = list[tuple[int, int, str]]


def write_complaints(world: World, places: Places, truth: Truth, sink: Sink) -> None:
    """Write complaints; few enough of them are substantiated that only the clusters stand out."""
    rng = world.rng(6)
    reports = np.zeros(world.institutions)
    np.add.at(reports, world.team_institution[world.team], world.sizes)
    rows: Rows = [(0, END, "pending")]
    order = rng.permutation(world.institutions)
    share = max(1, world.institutions // 60)
    clusters, spread, other = order[:share], order[share : 2 * share], order[2 * share : 3 * share]
    for at in range(world.institutions):
        rows += _trickle(at, reports[at], rng)
    for at in clusters:
        rows = [one for one in rows if one[0] != at or one[2] == "pending"]
        yearly = reports[at] * PER_REPORT
        number = int(10 + 1.5 * yearly + 6 * np.sqrt(yearly))
        first = int(rng.integers(START + 100, END - 420))
        rows += [(int(at), first + int(day), "substantiated") for day in rng.integers(0, 300, number)]
    for at in other:
        day = int(rng.integers(START + 100, END - 400))
        rows += [(int(at), day + int(rng.integers(0, 200)), "unsubstantiated" if i % 2 else "pending") for i in range(14)]
    truth.found_all("complaint_cluster", "institution", places.ids.take(names.pa.array(clusters)))
    for label, who in (("complaint_cluster:many", clusters), ("honest complaint_cluster:years apart", spread), ("honest complaint_cluster:not substantiated", other)):
        truth.played("complaint_cluster", "institution", label, *places.ids.take(names.pa.array(who)).to_pylist())
    rows.sort(key=lambda one: (one[1], one[0]))
    sink.write("complaints", {
        "complaint_id": names.numbered("K", np.arange(len(rows)), 7), "institution_id": names.taken(places.ids, np.array([one[0] for one in rows])),
        "received_at": np.array([one[1] for one in rows]) * DAY + 10 * 3600, "topic": [TOPICS[at % 5] for at in range(len(rows))],
        "outcome": [one[2] for one in rows],
    })  # fmt: skip


def _trickle(at: int, reports: float, rng: np.random.Generator) -> Rows:
    """At even distances, so that no year of an honest institution stands out: two in a year at most, or its fair share."""
    yearly = reports / YEARS * PER_REPORT * float(np.exp(rng.normal(0, 0.2)))
    apart = max(190.0, 365 / yearly) if yearly < 1.9 else 365 / yearly
    days = np.arange(START + rng.integers(0, int(min(apart, 1200))), END, apart).astype(int)
    found = [(at, int(day), "substantiated") for day in days]
    return found + [(at, int(day), str(rng.choice(["unsubstantiated", "pending"]))) for day in rng.integers(START, END, rng.poisson(1 + reports * 2e-4))]

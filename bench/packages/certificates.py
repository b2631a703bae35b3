"""Certificates of the inspectors, renewed on the day after they expire, and the cases in which they were not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bench.packages.days import END, START
from bench.packages.person import Credential
from bench.packages.world import CATEGORIES

if TYPE_CHECKING:
    from bench.packages.people import People

FOUR_YEARS = 1461
DAYS = END - START + 1
PREFIXES = ("inspector_uncertified:", "honest inspector_uncertified:")


def certify(people: People) -> None:
    """Give certificates to everybody who works on site, and say on which days each inspector is certified."""
    world, rng = people.world, people.rng
    categories = [CATEGORIES[at] for at in world.team_category]
    for at in range(2 * world.teams):
        own = categories[at // 2]
        more = ["2000", "2300"] if own == "2300" else [own] + ([str(rng.choice(CATEGORIES))] if rng.random() < 0.3 else [])
        scope = own if own == "2300" else ";".join(dict.fromkeys(more))
        people.everybody[at].credentials = _chain(scope, int(rng.integers(START - 1400, START)), rng)
    _play(people, categories)
    people.certified = np.zeros((2 * world.teams, DAYS), dtype=bool)
    for at in range(2 * world.teams):
        for one in people.everybody[at].credentials:
            if not one.grade.startswith("ndt") and categories[at // 2] in (one.categories or "").split(";"):
                people.certified[at, max(one.issued - START, 0) : max(one.until - START + 1, 0)] = True


def _chain(scope: str, issued: int, rng: np.random.Generator) -> list[Credential]:
    found = [Credential("ndt_2", None, issued + 100, issued + 3000)] if rng.random() < 0.3 else []
    while issued <= END:
        found.append(Credential("inspector", scope, issued, issued + FOUR_YEARS - 1))
        issued += FOUR_YEARS
    return found


def _play(people: People, categories: list[str]) -> None:
    world, used = people.world, set()
    for label in [one for one in _labels() if one.startswith(PREFIXES)]:
        for plan in world.plans_of(label):
            at, day = int(world.person(world.team[plan], 0)), int(world.day[plan])
            if at in used:
                world.case[plan] = 0
                continue
            used.add(at)
            people.everybody[at].credentials = _broken(label.split(":")[1], categories[at // 2], day)


def _broken(label: str, category: str, day: int) -> list[Credential]:
    ends = day if label == "last day" else day - 1
    begins = day if label == "renewed next day" else day + 1
    found = [Credential("inspector", category, day - 900, ends), Credential("inspector", category, begins, begins + FOUR_YEARS - 1)]
    found.insert(0, Credential("inspector", category, day - 900 - FOUR_YEARS, day - 901))
    if label == "ndt only":
        found.append(Credential("ndt_3", category if day % 2 else None, day - 200, day + 500))
    if label == "other category":
        other = {"2300": "2000", "2000": "2300"}.get(category, "6000" if category != "6000" else "9000")
        found.append(Credential("inspector", other, day - 400, day + 700))
    if label == "as engineer":
        found.append(Credential("engineer", f"9000;{category}", day - 400, day + 700))
    return found


def _labels() -> list[str]:
    from bench.packages.cases import CASES  # the list of all cases is long; only this function needs it

    return [case.label for case in CASES]

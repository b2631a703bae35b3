"""The plan of the province: how many teams, when each goes where, with whom; everything else is drawn from it."""

from __future__ import annotations

import math

import numpy as np

from bench.packages import cases
from bench.packages.days import FIRST, START, calendar

CATEGORIES = ("3000", "2000", "4000", "1000", "8000", "5000", "2300", "6000", "9000")
WEIGHTS = (0.40, 0.22, 0.14, 0.08, 0.06, 0.05, 0.03, 0.01, 0.01)
FAIL_RATES = np.array([0.10, 0.09, 0.12, 0.10, 0.08, 0.12, 0.07, 0.06, 0.05])
KINDS = ("supervisory", "periodic", "testing")
VISIT_MINUTES = np.array([30, 34, 28, 32, 36, 26, 24, 38, 36])
LOYAL = 14
HEADS = 5
"""Of each institution: two who review, two who approve (its technical manager and a deputy), its quality manager."""


def team_numbers(reports: int) -> int:
    """How many teams of two inspectors make so many reports."""
    return max(16, int(min(reports / 400, math.sqrt(reports))))


class World:
    """Sizes, calendar and the schedule of all plans, as arrays over plans in the order of teams."""

    def __init__(self, reports: int, seed: int) -> None:
        self.reports, self.seed = reports, seed
        self.work = calendar()
        rng = self.rng(0)
        self.teams = team_numbers(reports)
        self.institutions = max(12, self.teams // 5)
        self.team_institution = np.arange(self.teams) * self.institutions // self.teams
        self.team_category = rng.permutation(_shares(self.teams))
        self.team_place = rng.integers(0, 48, self.teams)
        self._schedule(rng)
        self._who(rng)
        self._statistical(rng)
        self.case = cases.allot(self, rng)
        self._fit_total(rng)
        self.first_report = np.concatenate([[0], np.cumsum(self.sizes)])

    def rng(self, *stream: int) -> np.random.Generator:
        """Return the random numbers of one stream, the same for the same seed."""
        return np.random.default_rng([self.seed, *stream])

    def _schedule(self, rng: np.random.Generator) -> None:
        self.plans = plans = max(self.teams * 30, round(self.reports / 3))
        per = np.full(self.teams, plans // self.teams)
        per[: plans % self.teams] += 1
        self.team_plans, self.team_first = per, np.concatenate([[0], np.cumsum(per)])
        self.team = np.repeat(np.arange(self.teams), per)
        self.k = np.arange(plans) - self.team_first[self.team]
        working = self.work.working[(self.work.working >= START) & (self.work.working <= START + 1279)]
        slots = 2 * len(working)
        of_team = per[self.team]
        slot = self.k * slots // of_team
        slot = slot + rng.integers(0, np.maximum(1, slots // of_team))
        self.day, self.half = working[slot // 2], (slot % 2).astype(np.int8)
        self._some_on_saturday(rng)
        self.sizes = rng.integers(1, 6, plans).astype(np.int64)
        self.kind = rng.choice(3, plans, p=[0.15, 0.75, 0.10]).astype(np.int8)
        self.enterprises = np.maximum(2, per // 5)
        self.enterprise = self.k % self.enterprises[self.team]

    def _some_on_saturday(self, rng: np.random.Generator) -> None:
        """A few afternoons of Friday are Saturdays: no working days, and no slot of anybody else's."""
        moved = (rng.random(self.plans) < 0.1) & (self.half == 1) & ((self.day + 3) % 7 == 4) & (self.day < START + 1270)
        moved &= ~self.work.is_working[self.day + 1 - self.work.origin]
        self.day = self.day + moved

    def _who(self, rng: np.random.Generator) -> None:
        turn = (self.k // self.enterprises[self.team] + self.k) % 2
        self.who = np.where(rng.random(self.plans) < 0.35, cases.BOTH, turn).astype(np.int8)
        self.is_kept = np.zeros(self.plans, dtype=bool)

    def _statistical(self, rng: np.random.Generator) -> None:
        """Teams for what shows only in numbers; no other case is played on them."""
        order = rng.permutation(self.teams)
        big = np.isin(self.team_category, np.flatnonzero(np.bincount(self.team_category, minlength=9) >= 6))
        expected = 0.72 * self.reports / self.teams * FAIL_RATES[self.team_category]
        share = max(1, self.teams // 50)
        candidates = [one for one in order if big[one]]
        self.never_fail = np.array([one for one in candidates if expected[one] >= 18][:share], dtype=int)
        rest = [one for one in candidates if one not in set(self.never_fail)]
        self.fabricate = np.array(rest[:share], dtype=int)
        self.loyal = np.array(rest[share : 3 * share], dtype=int)
        self.near_loyal = np.array(rest[3 * share : 6 * share], dtype=int)
        self._cheats(rng)
        self._loyalty()
        self._habits(rng)
        ending = self.k >= self.team_plans[self.team] - 2
        self.who[ending] = cases.BOTH

    def _cheats(self, rng: np.random.Generator) -> None:
        cheats = np.isin(self.team, np.concatenate([self.never_fail, self.fabricate]))
        self.who[cheats] = np.where(rng.random(cheats.sum()) < 0.25, cases.B_ONLY, cases.A_ONLY)
        self.is_kept |= cheats

    def _habits(self, rng: np.random.Generator) -> None:
        """How often each inspector fails, rounds to fives, and what each institution charges: honest people differ."""
        self.strictness = np.exp(rng.normal(0, 0.15, 2 * self.teams))
        self.strictness[2 * self.never_fail] = 0
        self.rounding = np.minimum(rng.beta(1.5, 30, 2 * self.teams), 0.18)
        self.fee_level = np.minimum(rng.normal(0.92, 0.03, (self.institutions, len(CATEGORIES))), 1.0)
        amount = np.zeros((self.institutions, len(CATEGORIES)))
        periodic = self.kind == 1
        where = self.team_institution[self.team], self.team_category[self.team]
        np.add.at(amount, (where[0][periodic], where[1][periodic]), self.sizes[periodic])
        apt = np.argwhere((amount >= 60) & ((amount >= 40).sum(0) >= 8))
        chosen = rng.permutation(apt)[: 2 * max(1, self.institutions // 60)]
        self.cheap = chosen[: max(1, self.institutions // 60)]
        self.nearly_cheap = np.array([one for one in chosen[len(self.cheap) :] if one[0] not in self.cheap[:, 0]], dtype=int).reshape(-1, 2)
        self.fee_level[self.cheap[:, 0], self.cheap[:, 1]] = rng.uniform(0.30, 0.42, len(self.cheap))
        self.fee_level[self.nearly_cheap[:, 0], self.nearly_cheap[:, 1]] = rng.uniform(0.55, 0.62, len(self.nearly_cheap))

    def _loyalty(self) -> None:
        """One more enterprise of the team, seen always (or nearly always, or not long enough) by the same inspector."""
        for at, team in enumerate([*self.loyal, *self.near_loyal]):
            near = at - len(self.loyal)
            last = self.team_plans[team] - 4
            times = LOYAL - 3 if near >= 0 and near % 3 == 0 else LOYAL
            until = int(last * 0.80) if near >= 0 and near % 3 == 1 else last
            k = np.unique(np.linspace(1, until, times).astype(int))
            plans = self.team_first[team] + k
            self.enterprise[plans], self.who[plans], self.is_kept[plans] = self.enterprises[team], cases.A_ONLY, True
            if near >= 0 and near % 3 == 2:
                self.who[plans[[3, 8]]] = cases.B_ONLY
            self.enterprises[team] += 1

    def _fit_total(self, rng: np.random.Generator) -> None:
        """As many reports as asked for: ordinary plans grow or shrink by one."""
        ordinary = rng.permutation(np.flatnonzero(self.case == 0))
        while missing := self.reports - int(self.sizes.sum()):
            step = 1 if missing > 0 else -1
            able = ordinary[(self.sizes[ordinary] < 5) if step > 0 else (self.sizes[ordinary] > 1)][: abs(missing)]
            if not len(able):
                raise ValueError(f"{self.reports} reports are too few for the cases; ask for 2000 at least")
            self.sizes[able] += step

    def person(self, team: np.ndarray, which: np.ndarray | int) -> np.ndarray:
        """The inspector A (0) or B (1) of a team."""
        return team * 2 + which

    def head(self, institution: np.ndarray, which: np.ndarray | int) -> np.ndarray:
        """One of the heads of an institution."""
        return 2 * self.teams + institution * HEADS + which

    @property
    def first_extra(self) -> int:
        """The first person who is neither inspector of a team nor head."""
        return 2 * self.teams + self.institutions * HEADS

    def plans_of(self, label: str) -> np.ndarray:
        """The plans that a case is played on."""
        return np.flatnonzero(self.case == cases.CODES[label])

    def chunks(self) -> list[tuple[int, int]]:
        """Ranges of teams with about 100,000 reports each."""
        per = max(1, round(100_000 * self.teams / self.reports))
        return [(one, min(one + per, self.teams)) for one in range(0, self.teams, per)]


def _shares(teams: int) -> np.ndarray:
    counts = np.floor(np.array(WEIGHTS) * teams).astype(int)
    counts[0] += teams - counts.sum()
    return np.repeat(np.arange(len(WEIGHTS)), counts)


assert FIRST.year == 2022  # the windows of the cases are counted from here

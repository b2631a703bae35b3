"""A few teams with all their work: the arrays that the modules of one chunk share."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from bench.packages import names
from bench.packages.cases import CASES, CODES
from bench.packages.days import DAY, END
from bench.packages.people import People
from bench.packages.places import Places, county_centres, county_codes
from bench.packages.truth import Truth
from bench.packages.world import CATEGORIES, World

KM = 111.195
"""Kilometres of one degree on the sphere of 6371 km."""


def moved(latitude: np.ndarray, longitude: np.ndarray, km: np.ndarray, bearing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the places so many kilometres away."""
    north = latitude + km * np.cos(bearing) / KM
    return north, longitude + km * np.sin(bearing) / (KM * np.cos(np.radians((latitude + north) / 2)))


def distance_km(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Great-circle distance between (a, b) and (c, d) in degrees."""
    a, b, c, d = np.radians(a), np.radians(b), np.radians(c), np.radians(d)
    half = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    return 2 * 6371.0088 * np.arcsin(np.sqrt(half))


class Chunk:
    """Teams from `first` to before `last`, their plans, enterprises and equipment."""

    def __init__(self, world: World, people: People, places: Places, truth: Truth, first: int, last: int) -> None:
        self.world, self.people, self.places, self.truth = world, people, places, truth
        self.rng = world.rng(3, first)
        span = self.span = slice(int(world.team_first[first]), int(world.team_first[last]))
        self.plan = np.arange(span.start, span.stop)
        self.team, self.day, self.half = world.team[span], world.day[span], world.half[span]
        self.size, self.kind, self.who, self.case = world.sizes[span], world.kind[span], world.who[span], world.case[span]
        self.institution, self.category = world.team_institution[self.team], world.team_category[self.team]
        self.calm = (self.case == 0) & (np.append(self.case[1:], 0) == 0)
        self.count = len(self.plan)
        self.first_report = int(world.first_report[span.start])
        self.report_at = world.first_report[span] - self.first_report
        self.reports = int(self.size.sum())
        self.of_plan = np.repeat(np.arange(self.count), self.size)
        self.place_in_plan = np.arange(self.reports) - self.report_at[self.of_plan]
        self.report_ids = names.numbered("R", self.first_report + np.arange(self.reports), 9)
        self.plan_ids = names.numbered("P", self.plan, 8)
        self.lead = np.where(self.who == 1, 1, 0)
        self.first_person = world.person(self.team, self.lead)
        self.second_person = np.where(self.who == 2, world.person(self.team, 1), -1)
        self._enterprises(first, last)
        self._equipment()
        self._same_equipment()
        self.equipment = self.equipment_at[self.enterprise[self.of_plan]] + (
            self.offset[self.of_plan] + self.place_in_plan
        ) % self.machines[self.enterprise[self.of_plan]]

    def at(self, *labels: str) -> np.ndarray:
        """The plans of this chunk on which one of the cases is played."""
        return np.flatnonzero(np.isin(self.case, [CODES[label] for label in labels]))

    def rule(self, rule: str) -> list[str]:
        """The cases of a rule."""
        return [case.label for case in CASES if case.rule == rule]

    def played(self, label: str, subject_type: str, subjects: pa.Array) -> None:
        """Remember what was played on which rows; the rule stands before the colon."""
        rule = label.removeprefix("honest ").split(":")[0]
        self.truth.played(rule, subject_type, label, *subjects.to_pylist())

    def played_on_reports(self, label: str, reports: np.ndarray) -> None:
        """The same for reports by place."""
        self.played(label, "report", names.taken(self.report_ids, reports))

    def found(self, rule: str, subject_type: str, ids: pa.Array, hits: np.ndarray) -> None:
        """Say that a rule must find these rows."""
        self.truth.found_all(rule, subject_type, names.taken(ids, np.flatnonzero(hits) if hits.dtype == bool else hits))

    def _enterprises(self, first: int, last: int) -> None:
        world, rng = self.world, self.rng
        counts = world.enterprises[first:last]
        before = int(world.enterprises[:first].sum())
        start = np.concatenate([[0], np.cumsum(counts)])
        self.enterprise = world.enterprise[self.span] + start[self.team - first]
        team = np.repeat(np.arange(first, last), counts)
        self.enterprise_team = team
        self.enterprise_county = world.team_place[team]
        latitude, longitude = county_centres(self.enterprise_county)
        far, bearing = 10 * np.sqrt(rng.random(len(team))), rng.random(len(team)) * 2 * np.pi
        self.site = moved(latitude, longitude, far, bearing)
        self.enterprise_numbers = before + np.arange(len(team))
        self.enterprise_ids = names.credit_codes(county_codes(self.enterprise_county), 30_000_001 + self.enterprise_numbers * 7)

    def _equipment(self) -> None:
        rng = self.rng
        self.machines = np.zeros(len(self.enterprise_team), dtype=np.int64)
        np.maximum.at(self.machines, self.enterprise, self.size)
        self.machines += 1
        self.equipment_at = np.concatenate([[0], np.cumsum(self.machines)[:-1]])
        self.machine_owner = np.repeat(np.arange(len(self.machines)), self.machines)
        count = len(self.machine_owner)
        owner_site = self.site[0][self.machine_owner], self.site[1][self.machine_owner]
        self.machine_place = moved(*owner_site, rng.random(count) * 0.25, rng.random(count) * 2 * np.pi)
        self.machine_category = self.world.team_category[self.enterprise_team[self.machine_owner]]
        codes = names.numbered("", self.first_report + self.enterprise_numbers[0] + np.arange(count), 10)
        self.machine_ids = names.pc.binary_join_element_wise(names.taken(pa.array(CATEGORIES), self.machine_category), codes, "")
        self.registered = rng.integers(END - 7000, END - 1300, count)
        self.offset = rng.integers(0, 1 << 20, self.count) % self.machines[self.enterprise]

    def _same_equipment(self) -> None:
        """Some cases look at the same equipment as an earlier, ordinary plan of the same enterprise."""
        copied = [CODES[label] for label in self.rule("copied_readings") + self.rule("photo_reuse")]
        self.source = np.arange(self.count) - 1
        for plan in self.at("honest copied_readings:same equipment", "honest photo_reuse:same equipment"):
            earlier = np.flatnonzero((self.enterprise[:plan] == self.enterprise[plan]) & (self.case[:plan] == 0))
            earlier = [one for one in earlier if self.case[one + 1] not in copied]
            if not earlier:
                self.case[plan] = 0
                continue
            self.source[plan] = earlier[-1]
            self.offset[plan] = self.offset[earlier[-1]]
            self.calm[earlier[-1]] = False

    def morning(self) -> np.ndarray:
        """When each plan begins: at eight or at one o'clock."""
        return self.day * DAY + np.where(self.half == 0, 8, 13) * 3600

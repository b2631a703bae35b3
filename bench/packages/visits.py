"""Check-ins on site, with the cases of presence, travel, place and device."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from bench.packages import names
from bench.packages.chunk import Chunk, distance_km, moved
from bench.packages.days import DAY, NULL
from bench.packages.sink import Sink
from bench.packages.world import VISIT_MINUTES

LONGEST = 220 * 60
MINUTE = 60
FIELDS = ("plan", "person", "arrived", "left", "latitude", "longitude", "device")


class Visits:
    """Rows of visits of one chunk; `plan` is a place in the chunk, -1 - place for a plan that has no reports yet."""

    def __init__(self, chunk: Chunk) -> None:
        self.chunk, self.rng = chunk, chunk.rng
        self._ordinary()
        self.more: list[dict[str, float]] = []
        self._lengths()
        self._days()
        self._far()
        self._devices()
        self._blanks()
        self._elsewhere()
        self._cameos()
        self._append()
        self._drop()
        self.ids = names.pc.binary_join_element_wise(names.numbered("V", np.full(len(self.plan), chunk.plan[0]), 8), names.numbered("-", np.arange(len(self.plan)), 6), "")
        self._tell()

    def _ordinary(self) -> None:
        chunk, rng = self.chunk, self.rng
        second = np.flatnonzero(chunk.second_person >= 0)
        plans = np.concatenate([np.arange(chunk.count), second])
        self.plan, self.is_second = plans, np.arange(len(plans)) >= chunk.count
        self.person = np.concatenate([chunk.first_person, chunk.second_person[second]])
        self.minutes = VISIT_MINUTES[chunk.category] * rng.uniform(0.75, 1.2, chunk.count)
        self.seconds = np.minimum(chunk.size * self.minutes * 60, LONGEST).astype(np.int64)
        self.begins = chunk.morning() + rng.integers(0, 15 * MINUTE, chunk.count)
        self.arrived = self.begins[plans] + np.where(self.is_second, rng.integers(-300, 480, len(plans)), 0)
        self.left = (self.begins + self.seconds)[plans] + np.where(self.is_second, rng.integers(-200, 240, len(plans)), 0)
        site = chunk.site[0][chunk.enterprise[plans]], chunk.site[1][chunk.enterprise[plans]]
        self.latitude, self.longitude = moved(*site, rng.random(len(plans)) * 0.15, rng.random(len(plans)) * 2 * np.pi)
        self.device = self.person.copy()

    def _row(self, of: int, /, **changes: float) -> dict[str, float]:
        """The first visit of a plan, with something changed."""
        row = {name: getattr(self, name)[of] for name in FIELDS} | {"plan": -1 - of}
        return row | changes

    def _away(self, plan: int, km: float) -> dict[str, float]:
        north, east = moved(self.latitude[plan], self.longitude[plan], np.float64(km), np.float64(self.rng.random() * 6.283))
        return {"latitude": float(north), "longitude": float(east)}

    def _lengths(self) -> None:
        """Presence that is too short for so many reports, or only looks so."""
        chunk, quarter = self.chunk, 0.25 * 0.975 * VISIT_MINUTES[self.chunk.category] * 60
        for label, share in (("short", 0.0), ("quarter", 0.85), ("honest not quite", 1.2), ("honest open", 0.5), ("honest again", 0.6), ("union", 0.65)):
            name = f"honest hurried_visit:{label[7:]}" if label.startswith("honest") else f"hurried_visit:{label}"
            for plan in chunk.at(name):
                seconds = int(chunk.size[plan] * (share * quarter[plan] if share else 210))
                self.seconds[plan] = seconds
                rows = np.flatnonzero(self.plan == plan)
                self.arrived[rows], self.left[rows] = self.begins[plan], self.begins[plan] + seconds
                if label == "honest open":
                    self.left[plan] = NULL
                if label == "honest again":
                    later = self.begins[plan] + seconds + 30 * MINUTE
                    self.more.append(self._row(plan, plan=plan, arrived=later, left=later + seconds))
                chunk.played_on_reports(name, chunk.report_at[plan] + np.arange(chunk.size[plan]))

    def _days(self) -> None:
        chunk = self.chunk
        night = chunk.at("honest not_on_site:overnight")
        rows = np.isin(self.plan, night)
        self.arrived[rows] = (chunk.day[self.plan[rows]] - 1) * DAY + 20 * 3600
        self.left[rows] = chunk.day[self.plan[rows]] * DAY + 7 * 3600 + 1800
        self._about_plans("honest too_many_a_day:busy")
        self._about_plans("too_many_a_day:burst")
        self._evening_before()
        somebody = np.isin(self.plan, chunk.at("honest no_visit:somebody else"))
        self.person[somebody] = self.device[somebody] = self.person[somebody] + 1
        self.left[np.isin(self.plan, chunk.at("honest not_on_site:arrival only", "too_many_a_day:burst"))] = NULL
        self.arrived[np.isin(self.plan, chunk.at("honest not_on_site:departure only"))] = NULL

    def _evening_before(self) -> None:
        """A first visit on the evening before, which is the day of the inspection."""
        chunk = self.chunk
        for plan in chunk.at("honest not_on_site:evening before"):
            begins = int(chunk.day[plan] - 1) * DAY + 19 * 3600 + 1800
            for row in np.flatnonzero(self.plan == plan):
                self.more.append(self._row(int(row), plan=plan, arrived=begins, left=begins + 2400))

    def _far(self) -> None:
        chunk, rng = self.chunk, self.rng
        for label, least, most in (("far_from_equipment:away", 3.6, 9.0), ("honest far_from_equipment:just inside", 2.4, 2.6)):
            plans = chunk.at(label)
            site = chunk.site[0][chunk.enterprise[plans]], chunk.site[1][chunk.enterprise[plans]]
            self.latitude[plans], self.longitude[plans] = moved(*site, rng.uniform(least, most, len(plans)), rng.random(len(plans)) * 6.283)
        self.far_plans = {label: chunk.at(label) for label in chunk.rule("far_from_equipment")}
        plans = self.far_plans["honest far_from_equipment:nearest"]
        self.latitude[plans], self.longitude[plans] = moved(self.latitude[plans], self.longitude[plans], np.full(len(plans), 8.0), np.zeros(len(plans)))
        machines = chunk.equipment[chunk.report_at[plans] + 1]
        chunk.machine_place[0][machines], chunk.machine_place[1][machines] = self.latitude[plans], self.longitude[plans]
        blank = rng.random(len(chunk.machine_owner)) < 0.004
        blank[chunk.equipment[~chunk.calm[chunk.of_plan]]] = False
        chunk.machine_place[0][blank] = chunk.machine_place[1][blank] = np.nan
        placeless = self.far_plans["honest far_from_equipment:no place"]
        self.latitude[placeless] = self.longitude[placeless] = np.nan

    def _devices(self) -> None:
        one_tablet = np.isin(self.plan, self.chunk.at("honest shared_device:one tablet")) & self.is_second
        self._about_plans("honest shared_device:one tablet")
        self.device[one_tablet] = self.chunk.first_person[self.plan[one_tablet]]

    def _about_plans(self, label: str) -> None:
        for plan in self.chunk.at(label):
            self._about(label, self.person[plan])

    def _blanks(self) -> None:
        """Empty cells on visits that no case is played on."""
        rng, calm = self.rng, self.chunk.calm[self.plan]
        chance = rng.random((4, len(self.plan)))
        self.latitude[calm & (chance[0] < 0.01)] = np.nan
        self.longitude = np.where(np.isnan(self.latitude), np.nan, self.longitude)
        self.left = np.where(calm & (chance[1] < 0.004), NULL, self.left)
        self.arrived = np.where(calm & (chance[2] < 0.001) & (self.left != NULL), NULL, self.arrived)
        self.device = np.where(calm & (chance[3] < 0.01), -1, self.device)

    def _elsewhere(self) -> None:
        """A second check-in of the same person, elsewhere, under a plan without reports."""
        for label, start, stay, km in (
            ("overlapping_visits:far apart", -1500, 600, 3.5), ("honest overlapping_visits:short", -480, 600, 4.0),
            ("honest overlapping_visits:near", -3000, 600, 1.7), ("honest overlapping_visits:no place", -1500, 600, 0.0),
            ("honest overlapping_visits:open", -1500, 0, 5.0), ("honest impossible_travel:near", 120, 600, 18.5),
        ):  # fmt: skip
            self._second_place(label, start, stay, km)
        for label, speed in (
            ("impossible_travel:fast", 230.0), ("impossible_travel:over a placeless visit", 260.0),
            ("honest impossible_travel:fast enough", 140.0), ("honest impossible_travel:no place", 0.0),
        ):  # fmt: skip
            for plan in self.chunk.at(label):
                self._travel(label, plan, speed)

    def _second_place(self, label: str, start: int, stay: int, km: float) -> None:
        for plan in self.chunk.at(label):
            arrived = self.left[plan] + start
            where = self._away(plan, km * self.rng.uniform(1.0, 1.05)) if km else {"latitude": np.nan, "longitude": np.nan}
            left = self.left[plan] + stay if stay else NULL
            self.more.append(self._row(plan, arrived=arrived, left=left, **where))
            self._about(label, self.person[plan])

    def _about(self, label: str, *people: int) -> None:
        self.chunk.truth.played(label.removeprefix("honest ").split(":")[0], "person", label, *(int(one) for one in people))
        if not label.startswith("honest"):
            self.chunk.truth.found(label.split(":")[0], "person", *(int(one) for one in people))

    def _travel(self, label: str, plan: int, speed: float) -> None:
        km = self.rng.uniform(60, 90)
        arrived = self.left[plan] + int(km / (speed or 260.0) * 3600)
        where = self._away(plan, km) if speed else {"latitude": np.nan, "longitude": np.nan}
        self.more.append(self._row(plan, arrived=arrived, left=arrived + 600, **where))
        if "placeless" in label:
            self.more.append(self._row(plan, arrived=self.left[plan] + 60, left=self.left[plan] + 180, latitude=np.nan, longitude=np.nan))
        self._about(label, self.person[plan])

    def _cameos(self) -> None:
        """Somebody else checks in with the device of the plan's inspector, or visits the plan too."""
        chunk = self.chunk
        for label, minutes, km in (("shared_device:two people", 20, 5.0), ("honest shared_device:later", 36, 4.0), ("honest shared_device:near", 10, 1.7),
                                   ("honest shared_device:no place", 10, 0.0), ("honest shared_device:same person", -27, 3.0)):  # fmt: skip
            for plan in chunk.at(label):
                where = self._away(plan, km * self.rng.uniform(1, 1.1)) if km else {"latitude": np.nan, "longitude": np.nan}
                person = self.person[plan] if minutes < 0 else chunk.people.cameo[int(chunk.plan[plan])]
                arrived = self.arrived[plan] + minutes * MINUTE
                self.more.append(self._row(plan, person=person, arrived=arrived, left=arrived + 420, **where))
                self._about(label, person, self.person[plan])
        for plan in chunk.at("honest no_work_trace:visited one"):
            person = chunk.people.cameo[int(chunk.plan[plan])]
            self.more.append(self._row(plan, plan=plan, person=person, device=person))

    def _append(self) -> None:
        self.ordinary = len(self.plan)
        for name in FIELDS:
            own = getattr(self, name)
            setattr(self, name, np.concatenate([own, np.array([row[name] for row in self.more], dtype=own.dtype)]))

    def _drop(self) -> None:
        kept = ~np.isin(self.plan, self.chunk.at("no_visit:none"))
        for name in FIELDS:
            setattr(self, name, getattr(self, name)[kept])
        order = np.lexsort((self.person, np.where(self.plan < 0, -1 - self.plan, self.plan)))
        for name in FIELDS:
            setattr(self, name, getattr(self, name)[order])
        self.first_of_plan = np.full(self.chunk.count, -1)
        own = np.flatnonzero(self.plan >= 0)[::-1]
        self.first_of_plan[self.plan[own]] = own

    def _tell(self) -> None:
        self._tell_far()
        self._tell_presence()
        for label, plans in self.far_plans.items():
            self.chunk.played(label, "visit", names.taken(self.ids, self.first_of_plan[plans]))

    def _tell_far(self) -> None:
        """The visits whose nearest equipment is too far, by measuring all of them."""
        chunk = self.chunk
        nearest = np.full(len(self.plan), np.inf)
        own = np.flatnonzero(self.plan >= 0)
        for place in range(int(chunk.size.max())):
            rows = own[chunk.size[self.plan[own]] > place]
            machine = chunk.equipment[chunk.report_at[self.plan[rows]] + place]
            where = chunk.machine_place[0][machine], chunk.machine_place[1][machine]
            nearest[rows] = np.fmin(nearest[rows], distance_km(self.latitude[rows], self.longitude[rows], *where))
        chunk.found("far_from_equipment", "visit", self.ids, np.isfinite(nearest) & (nearest > 3))

    def _tell_presence(self) -> None:
        """Minutes of presence for each report of a plan: the union of its intervals; nothing where one is not closed."""
        chunk, count = self.chunk, self.chunk.count
        own = np.flatnonzero(self.plan >= 0)
        order = own[np.lexsort((self.arrived[own], self.plan[own]))]
        plan, begins, ends = self.plan[order], self.arrived[order], self.left[order]
        is_open = np.zeros(count, dtype=bool)
        is_open[plan[(begins == NULL) | (ends == NULL)]] = True
        total, until = np.zeros(count), np.full(count, NULL)
        place = np.arange(len(plan)) - np.searchsorted(plan, plan)
        for turn in range(int(place.max()) + 1):
            at = np.flatnonzero((place == turn) & ~is_open[plan])
            p = plan[at]
            total[p] += np.maximum(0, ends[at] - np.maximum(begins[at], until[p]))
            until[p] = np.maximum(until[p], ends[at])
        has = np.bincount(plan, minlength=count) > 0
        self.presence = np.where(has & ~is_open, total / 60 / chunk.size, np.nan)

    def write(self, sink: Sink) -> None:
        """Write the visits, and the plans without reports that some of them belong to."""
        chunk = self.chunk
        waiting = names.numbered("W", chunk.plan, 8)
        plan_ids = pa.concat_arrays([chunk.plan_ids, waiting]).take(pa.array(np.where(self.plan < 0, chunk.count - 1 - self.plan, self.plan)))
        sink.write("visits", {
            "visit_id": self.ids, "plan_id": plan_ids, "person_id": names.taken(chunk.people.ids, self.person), "arrived_at": self.arrived,
            "left_at": self.left, "latitude": np.round(self.latitude, 6), "longitude": np.round(self.longitude, 6),
            "device_id": names.numbered("DEV", self.device, 7),
        })  # fmt: skip

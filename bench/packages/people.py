"""People with their employments, certificates, diplomas, insurance months and training."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from bench.packages import names
from bench.packages.days import END, MONTHS, NULL, number
from bench.packages.people_truth import found_in, shared_diplomas
from bench.packages.person import NOBODY, Education, Employment, Person
from bench.packages.person_cases import PLAYS
from bench.packages.sink import Sink
from bench.packages.truth import Truth
from bench.packages.world import HEADS, World

UNITS = 200
POSTS = ("responsible_engineer", "technical_manager", "technical_manager", "technical_manager", "quality_manager")
CAMEO = ("no_work_trace:old", "honest no_work_trace:approved one", "honest no_work_trace:recorded one", "honest no_work_trace:visited one")
LEAP_DAYS = {number(year, 2, 29) for year in range(1968, 1993, 4)}
FAMILY_NAMES, GIVEN_NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "一二三四五六七八九十甲乙丙丁戊己"


class People:
    """Everybody, and the days on which the inspectors of the teams are certified for their category."""

    def __init__(self, world: World, truth: Truth) -> None:
        self.world, self.truth, self.rng = world, truth, world.rng(1)
        self.played = int(np.clip(world.reports // 20000, 1, 60))
        self.everybody = [self._inspector(at) for at in range(2 * world.teams)]
        self.everybody += [self._head(at) for at in range(world.institutions * HEADS)]
        self.cameo: dict[int, int] = {}
        self._cameos()
        self._floating()
        self._play()
        self._share_diplomas()
        for _ in range(max(60, world.teams // 4)):
            self._extra()
        self._certificates()
        self.ids = names.pseudonyms(np.arange(len(self.everybody)), world.seed)
        self._tell()

    def _base(self, at: int, institution: int, post: str) -> Person:
        rng = self.rng
        born = int(rng.integers(number(1966, 1, 2), number(1992, 1, 1)))
        born += born in LEAP_DAYS
        started = int(rng.integers(number(2016, 1, 1), number(2021, 12, 1)))
        person = Person(at, born, [Employment(institution, post, True, started, None, started + int(rng.integers(5, 60)))])
        person.educations.append(Education("bachelor", f"示例第{rng.integers(1, 60)}大学", born + int(rng.integers(7700, 8800)), f"1{at:015d}"))
        if rng.random() < 0.4:
            result = "pending" if rng.random() < 0.03 else "genuine"
            person.titles.append(("工程师", born + 11000, f"ZC{at:07d}", "hrss_platform", result))
        person.trainings = {
            year: (float(rng.integers(24, 60)), float(rng.integers(16, 30))) for year in range(2022, 2026) if rng.random() > 0.02
        }
        person.insure()
        return person

    def _inspector(self, at: int) -> Person:
        return self._base(at, int(self.world.team_institution[at // 2]), "inspector")

    def _head(self, at: int) -> Person:
        return self._base(2 * self.world.teams + at, at // HEADS, POSTS[at % HEADS])

    def _extra(self, institution: int | None = None, post: str = "") -> Person:
        rng = self.rng
        institution = int(rng.integers(self.world.institutions)) if institution is None else institution
        person = self._base(len(self.everybody), institution, post or str(rng.choice(["other", "responsible_engineer"])))
        self.everybody.append(person)
        return person

    def _cameos(self) -> None:
        """People who appear on one plan only, for better or for worse."""
        for label in CAMEO:
            for plan in self.world.plans_of(label):
                person = self._extra(int(self.world.team_institution[self.world.team[plan]]), "inspector")
                person.is_special = True
                self.cameo[int(plan)] = person.at
                self.truth.played("no_work_trace", "person", label, person.at)

    def _floating(self) -> None:
        """People who only check in once, with a device that is not theirs."""
        for label in ("shared_device:two people", "honest shared_device:later", "honest shared_device:near", "honest shared_device:no place"):
            for plan in self.world.plans_of(label):
                self.cameo[int(plan)] = self._extra().at

    def _play(self) -> None:
        world, rng = self.world, self.rng
        calm = np.flatnonzero(~np.isin(np.arange(world.teams), np.concatenate([world.never_fail, world.fabricate])))
        inspectors = iter(rng.permutation(np.concatenate([2 * calm, 2 * calm + 1])).tolist())
        for (rule, label), (pool, play) in PLAYS.items():
            for time in range(self.played):
                at = next(inspectors, None) if pool == "inspector" or (pool == "any" and time % 3 == 0) else None
                person = self.everybody[at] if at is not None and pool != "extra" else self._extra()
                if pool == "inspector" and at is None:
                    person.employments[0].post, person.employments[0].ended = "inspector", END - 10
                home = person.employments[0].institution
                other = (home + 1 + int(rng.integers(world.institutions - 1))) % world.institutions
                play(person, rng, other, -2 - int(rng.integers(UNITS)))
                person.is_special = True
                label_in_full = f"honest {rule}:{label[7:]}" if label.startswith("honest") else f"{rule}:{label}"
                self.truth.played(rule, "person", label_in_full, person.at)

    def _share_diplomas(self) -> None:
        for _ in range(self.played):
            for label, number_of, school, diploma in (
                ("diploma_shared:two people", 2, "示例工业大学", "S"), ("diploma_shared:three people", 3, "示例工业大学", "T"),
                ("honest diploma_shared:other school", 2, "", "O"), ("honest diploma_shared:empty number", 2, "示例工业大学", ""),
                ("honest diploma_shared:own twice", 1, "示例工业大学", "W"), ("honest diploma_shared:no school", 2, None, "N"),
            ):  # fmt: skip
                self._shared(label, [self._extra() for _ in range(number_of)], school, diploma)

    def _shared(self, label: str, people: list[Person], school: str | None, diploma: str) -> None:
        shared = f"{diploma}{people[0].at:08d}" if diploma else ""
        for at, person in enumerate(people):
            one = person.educations[-1]
            one.school, one.number = (f"示例{at}学院" if school == "" else school), shared
            if "twice" in label:
                person.educations.append(Education("bachelor", school, one.graduated, shared, "none", None))
            person.is_special = True
            self.truth.played("diploma_shared", "person", label, person.at)

    def _certificates(self) -> None:
        from bench.packages.certificates import certify  # it needs the class for its types

        certify(self)

    def _tell(self) -> None:
        for person in self.everybody:
            if person.is_special:
                for rule in set(found_in(person)):
                    self.truth.found(rule, "person", person.at)
        for (rule, _, label), subjects in list(self.truth.cases.items()):
            if rule == "no_work_trace" and not label.startswith("honest"):
                self.truth.found(rule, "person", *subjects)
        for at in shared_diplomas(self.everybody):
            self.truth.found("diploma_shared", "person", at)

    def write(self, sink: Sink, institutions: pa.Array, units: pa.Array) -> None:
        """Write all seven tables."""
        people, rng = self.everybody, self.rng
        given = rng.integers(0, 16, (len(people), 3))
        called = [FAMILY_NAMES[a] + GIVEN_NAMES[b] + (GIVEN_NAMES[c] if a % 2 else "") for a, b, c in given]
        nameless = rng.random(len(people)) < 0.01
        named = [None if empty else one for one, empty in zip(called, nameless, strict=True)]
        sink.write("people", {"person_id": self.ids, "name": pa.array(named), "born_on": _days(one.born for one in people)})
        self._write_employments(sink, institutions)
        self._write_papers(sink)
        self._write_insurance(sink, institutions, units)
        rows = [(one.at, year, *hours) for one in people for year, hours in sorted(one.trainings.items())]
        sink.write("trainings", {
            "person_id": names.taken(self.ids, np.array([row[0] for row in rows])), "year": [row[1] for row in rows],
            "technical_hours": [row[2] for row in rows], "quality_hours": [row[3] for row in rows],
        })  # fmt: skip

    def _write_employments(self, sink: Sink, institutions: pa.Array) -> None:
        rows = [(person.at, one) for person in self.everybody for one in person.employments]
        sink.write("employments", {
            "employment_id": names.numbered("E", np.arange(len(rows)), 7), "person_id": names.taken(self.ids, np.array([at for at, _ in rows])),
            "institution_id": names.taken(institutions, np.array([one.institution for _, one in rows])),
            "post": [one.post for _, one in rows], "full_time": [one.full_time for _, one in rows],
            "started_on": _days(one.started for _, one in rows), "ended_on": _days(one.ended for _, one in rows),
            "practice_registered_on": _days(one.registered for _, one in rows), "practice_cancelled_on": _days(one.cancelled for _, one in rows),
        })  # fmt: skip

    def _write_papers(self, sink: Sink) -> None:
        held = [(person.at, one) for person in self.everybody for one in person.credentials]
        sink.write("credentials", {
            "credential_id": names.numbered("C", np.arange(len(held)), 7), "person_id": names.taken(self.ids, np.array([at for at, _ in held])),
            "certificate_no": names.numbered("TS", np.arange(len(held)) + 370000, 8), "grade": [one.grade for _, one in held],
            "categories": [one.categories for _, one in held],
            "issued_on": _days(one.issued for _, one in held), "valid_until": _days(one.until for _, one in held),
        })  # fmt: skip
        learnt = [(person.at, one) for person in self.everybody for one in person.educations]
        sink.write("educations", {
            "education_id": names.numbered("D", np.arange(len(learnt)), 7), "person_id": names.taken(self.ids, np.array([at for at, _ in learnt])),
            "degree": [one.degree for _, one in learnt], "school": [one.school for _, one in learnt],
            "graduated_on": _days(one.graduated for _, one in learnt), "diploma_no": [one.number for _, one in learnt],
            "verification": [one.verification for _, one in learnt], "result": [one.result for _, one in learnt],
        })  # fmt: skip
        titles = [(person.at, *one) for person in self.everybody for one in person.titles]
        sink.write("titles", {
            "title_id": names.numbered("T", np.arange(len(titles)), 7), "person_id": names.taken(self.ids, np.array([one[0] for one in titles])),
            "title": [one[1] for one in titles], "awarded_on": _days(one[2] for one in titles), "certificate_no": [one[3] for one in titles],
            "verification": [one[4] for one in titles], "result": [one[5] for one in titles],
        })  # fmt: skip

    def _write_insurance(self, sink: Sink, institutions: pa.Array, units: pa.Array) -> None:
        paid = np.stack([one.paid for one in self.everybody])
        who, month = np.nonzero(paid != NOBODY)
        more = [(one.at, when, payer) for one in self.everybody for when, payer in one.paid_too]
        who = np.concatenate([who, [one[0] for one in more]]).astype(int)
        month = np.concatenate([month, [one[1] for one in more]]).astype(int)
        payer = np.concatenate([paid[paid != NOBODY], [one[2] for one in more]]).astype(int)
        everybody = pa.concat_arrays([institutions, units])
        at = np.where(payer < 0, len(institutions) - 2 - payer, payer)
        sink.write("social_insurance", {
            "person_id": names.taken(self.ids, who), "month": np.array(MONTHS)[month], "payer_id": names.taken(everybody, at),
        })  # fmt: skip


def _days(found: Iterator[int | None]) -> np.ndarray:
    return np.array([NULL if one is None else one for one in found], dtype=np.int64)

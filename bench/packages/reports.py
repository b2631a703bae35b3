"""Reports with their signatures, times, fees and subcontractors, and the records they rest on."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from bench.packages import names
from bench.packages.cases import PERIODIC, SUPERVISORY
from bench.packages.chunk import Chunk
from bench.packages.days import DAY, END, LAST_MOMENT, NULL, START
from bench.packages.places import EVER_SUSPENDED, NARROW, NO_AGREEMENT, SUSPENDED, SUSPENDED_SINCE
from bench.packages.sink import Sink
from bench.packages.visits import Visits
from bench.packages.world import CATEGORIES, KINDS

CONCLUSIONS = pa.array(["qualified", "unqualified", "qualified_after_rectification"])
STAMPS = ("drafted", "reviewed", "approved", "issued")


class Reports:
    """Rows of reports and records of one chunk; persons and institutions as places."""

    def __init__(self, chunk: Chunk, visits: Visits) -> None:
        self.chunk, self.rng = chunk, chunk.rng
        of = self.of = chunk.of_plan
        self.kind, self.institution, self.category = chunk.kind[of], chunk.institution[of], chunk.category[of]
        self.inspected, self.lag = chunk.day[of], np.where(chunk.kind == SUPERVISORY, chunk.rng.integers(1, 29, chunk.count), chunk.rng.integers(1, 14, chunk.count))
        self.first, self.second = chunk.first_person[of], chunk.second_person[of]
        self.plan = of.copy()
        self.recorder = self.first.copy()
        self._recorded(visits)
        self._times()
        self._people()
        self._presence_cases()
        self._order_cases()
        self._deadline_cases()
        self._blanks()
        self._trace_cases()
        self._fees()
        self._subcontractors()
        self._numbers()
        self._tell()

    def one_of(self, label: str) -> np.ndarray:
        """The first report of each plan that a case is played on; remembered as played."""
        reports = self.chunk.report_at[self.chunk.at(label)]
        self.chunk.played_on_reports(label, reports)
        return reports

    def all_of(self, label: str) -> np.ndarray:
        """All reports of these plans."""
        reports = np.flatnonzero(np.isin(self.of, self.chunk.at(label)))
        self.chunk.played_on_reports(label, reports)
        return reports

    def _recorded(self, visits: Visits) -> None:
        of, place, size = self.of, self.chunk.place_in_plan, self.chunk.size[self.of]
        step = visits.seconds[of] // size
        self.started = visits.begins[of] + step * place
        self.finished = self.started + np.maximum(step - 20, 60)
        self.begins = self.started.copy()
        self.record_ids = names.numbered("J", self.chunk.first_report + np.arange(len(of)), 9)
        self.has_record = np.ones(len(of), dtype=bool)
        self.has_record[self.one_of("no_record:none")] = False
        bare = self.one_of("honest no_record:no times")
        self.started[bare] = self.finished[bare] = NULL

    def _times(self) -> None:
        rng, count, work = self.rng, len(self.of), self.chunk.world.work
        day = work.after(self.chunk.day, self.lag)[self.of]
        self.issued = day * DAY + rng.integers(9 * 3600, 17 * 3600, count)
        begins = self.chunk.day[self.of] * DAY + 18 * 3600
        shares = np.sort(rng.random((3, count)), axis=0)
        self.drafted, self.reviewed, self.approved = ((begins + share * (self.issued - begins)).astype(np.int64) for share in shares)
        self._upload(rng.integers(0, 9, count))
        for name in (*STAMPS, "uploaded"):
            stamps = getattr(self, name)
            stamps[stamps > LAST_MOMENT] = NULL
        self.uploaded[self.issued == NULL] = NULL

    def _upload(self, days: np.ndarray) -> None:
        day = self.chunk.world.work.after(self.issued // DAY, days)
        self.uploaded = np.maximum(day * DAY + self.rng.integers(9 * 3600, 17 * 3600, len(day)), self.issued + 900)

    def _people(self) -> None:
        world, count = self.chunk.world, len(self.of)
        turn = self.rng.integers(0, 2, (2, count))
        self.drafted_by = self.first.copy()
        self.reviewed_by = world.head(self.institution, turn[0])
        self.approved_by = world.head(self.institution, 2 + turn[1])
        for label, of in (("one_hand:reviewed", "reviewed_by"), ("one_hand:approved", "approved_by")):
            at = self.one_of(label)
            getattr(self, of)[at] = self.drafted_by[at]
        at = self.one_of("honest one_hand:reviewer approves")
        self.approved_by[at] = self.reviewed_by[at]
        at = self.one_of("honest one_hand:no drafter")
        self.drafted_by[at] = -1

    def _presence_cases(self) -> None:
        world = self.chunk.world
        for label in self.chunk.rule("not_on_site"):
            at = self.all_of(label)
            if label.endswith("extra name"):
                self.second[at] = world.person(self.chunk.team[self.of[at]], 1)
            if label.endswith(("other day", "evening before")):
                self.inspected[at] -= 1
            if not label.startswith("honest"):
                self.chunk.found("not_on_site", "report", self.chunk.report_ids, at)
        self.plan[self.one_of("no_visit:no plan")] = -1
        self.chunk.found("not_on_site", "report", self.chunk.report_ids, self.all_of("honest no_visit:somebody else"))
        unseen = self.all_of("no_visit:none")
        is_unseen = self.plan < 0
        is_unseen[unseen] = True
        self.chunk.found("no_visit", "report", self.chunk.report_ids, is_unseen)

    def _order_cases(self) -> None:
        hour = 3600
        at = self.one_of("order_broken:record")
        self.finished[at] = self.drafted[at] + 300
        at = self.one_of("order_broken:review")
        self.reviewed[at] = self.drafted[at] - 60
        at = self.one_of("order_broken:approval")
        self.approved[at] = self.reviewed[at] - hour
        at = self.one_of("order_broken:issue")
        self.issued[at] = self.approved[at] - 60
        at = self.one_of("order_broken:over nulls")
        self.drafted[at] = self.reviewed[at] = NULL
        self.finished[at] = self.approved[at] + 120
        at = self.one_of("order_broken:inspected after issue")
        self.drafted[at] = self.reviewed[at] = self.approved[at] = self.finished[at] = NULL
        self.issued[at] = (self.inspected[at] - 1) * DAY + 16 * hour
        self.uploaded[at] = self.issued[at] + 2 * hour
        at = self.one_of("honest order_broken:equal")
        self.drafted[at] = self.reviewed[at] = self.approved[at] = self.issued[at] = self.finished[at]
        self.uploaded[at] = self.issued[at] + hour
        at = self.one_of("honest order_broken:nulls")
        self.drafted[at] = self.approved[at] = self.finished[at] = NULL

    def _deadline_cases(self) -> None:
        for label, days in (("reported_late:sixteenth day", 16), ("reported_late:much", 40), ("honest reported_late:fifteenth day", 15),
                            ("reported_late:supervisory", 31), ("honest reported_late:supervisory thirtieth", 30),
                            ("honest reported_late:supervisory sixteenth", 16)):  # fmt: skip
            at = self.one_of(label)
            self._issue_after(at, days)
        at = self.one_of("honest reported_late:not issued")
        self.issued[at] = self.uploaded[at] = NULL
        work = self.chunk.world.work
        for label, days in (("uploaded_late:eleventh day", 11), ("honest uploaded_late:tenth day", 10)):
            at = self.one_of(label)
            self.uploaded[at] = work.after(self.issued[at] // DAY, np.full(len(at), days)) * DAY + 15 * 3600
        self.uploaded[self.one_of("uploaded_late:never")] = NULL
        at = self.one_of("honest uploaded_late:waiting")
        self.drafted[at] = self.reviewed[at] = self.approved[at] = self.uploaded[at] = NULL
        self.issued[at] = np.minimum((self.inspected[at] + 1) * DAY + 10 * 3600, LAST_MOMENT)

    def _issue_after(self, at: np.ndarray, days: int) -> None:
        self.issued[at] = self.chunk.world.work.after(self.inspected[at], np.full(len(at), days)) * DAY + 17 * 3600
        self.uploaded[at] = self.issued[at] + 1800

    def _blanks(self) -> None:
        """Empty cells on reports that no case is played on."""
        rng, calm = self.rng, self.chunk.calm[self.of]
        for name, share in (("drafted", 0.004), ("reviewed", 0.004), ("approved", 0.004), ("started", 0.002), ("finished", 0.003)):
            getattr(self, name)[calm & (rng.random(len(calm)) < share)] = NULL
        for name in ("drafted_by", "reviewed_by", "approved_by", "recorder"):
            getattr(self, name)[calm & (rng.random(len(calm)) < 0.002)] = -1
        self.is_blank = {name: calm & (rng.random(len(calm)) < 0.0005) for name in ("inspected", "equipment", "kind", "conclusion", "inspectors")}
        self.is_blank["kind"] &= self.kind == PERIODIC
        self.inspected = np.where(self.is_blank["inspected"], NULL, self.inspected)
        self.equipment = np.where(self.is_blank["equipment"], -1, self.chunk.equipment)
        self.kind = np.where(self.is_blank["kind"], -1, self.kind)
        self.first = np.where(self.is_blank["inspectors"], -1, self.first)
        self.second = np.where(self.is_blank["inspectors"], -1, self.second)

    def _trace_cases(self) -> None:
        """People whose only trace in the last half year, or before it, is one report."""
        cameo = self.chunk.people.cameo
        for label, name in (("no_work_trace:old", "approved_by"), ("honest no_work_trace:approved one", "approved_by"),
                            ("honest no_work_trace:recorded one", "recorder")):  # fmt: skip
            for plan in self.chunk.at(label):
                getattr(self, name)[self.chunk.report_at[plan]] = cameo[int(self.chunk.plan[plan])]

    def _fees(self) -> None:
        chunk, rng, count = self.chunk, self.rng, len(self.of)
        self.standard = np.round(np.array([600, 900, 750, 1500, 1200, 400, 80, 2500, 5000])[self.category] * rng.choice([1, 1.2, 1.5], count), 2)
        ratio = np.where(self.kind == 2, rng.normal(0.45, 0.05, count), chunk.world.fee_level[self.institution, self.category] + rng.normal(0, 0.03, count))
        ratio = np.minimum(ratio, 1.0)
        for label, share in (("fee_above_standard:just", 1.025), ("fee_above_standard:much", 1.8), ("honest fee_above_standard:just below", 1.015)):
            ratio[self.one_of(label)] = share
        self.fee = np.round(self.standard * ratio, 2)
        chance = rng.random((3, count))
        calm = chunk.calm[self.of]
        self.fee[calm & (chance[0] < 0.01)] = np.nan
        self.fee[calm & (chance[1] < 0.01)] = 0.0
        self.standard[calm & (chance[2] < 0.01)] = np.nan
        at = self.one_of("honest fee_above_standard:no standard")
        self.fee[at], self.standard[at] = 9999.0, np.nan
        with np.errstate(invalid="ignore"):
            chunk.found("fee_above_standard", "report", chunk.report_ids, self.fee > 1.02 * self.standard)

    def _subcontractors(self) -> None:
        chunk = self.chunk
        self.sub = np.where(chunk.calm[self.of] & (self.rng.random(len(self.of)) < 0.015), self.rng.integers(0, 3, len(self.of)), -1)
        for label in chunk.rule("subcontract_invalid"):
            at = self.one_of(label)
            self.sub[at] = [self._sub(label, report) for report in at]
            if not label.startswith("honest"):
                chunk.found("subcontract_invalid", "report", chunk.report_ids, at)

    def _sub(self, label: str, report: int) -> int:
        plan, day = self.of[report], self.inspected[report]
        if label.endswith("suspended later"):
            return SUSPENDED if day < SUSPENDED_SINCE else 2
        if label.endswith("suspended"):
            return SUSPENDED if day >= SUSPENDED_SINCE else EVER_SUSPENDED
        if label.endswith("not approved"):
            return NARROW if CATEGORIES[self.category[report]] != "9000" else NO_AGREEMENT
        return NO_AGREEMENT if label.endswith("none") else self.chunk.places.edges[int(self.chunk.plan[plan])]

    def _numbers(self) -> None:
        chunk, count = self.chunk, len(self.of)
        own = np.arange(count)
        own[chunk.calm[self.of] & (self.rng.random(count) < 0.001)] = -1
        own[self.one_of("honest duplicate_report_no:no number")] = -1
        at = self.one_of("duplicate_report_no:same")
        before = chunk.report_at[self.of[at] - 1]
        own[before] = before
        own[at] = before
        chunk.found("duplicate_report_no", "report", chunk.report_ids, np.concatenate([at, before]))
        self.numbers = names.numbered("BG-", np.where(own < 0, -1, own + chunk.first_report), 9)

    def _tell(self) -> None:
        chunk, work = self.chunk, self.chunk.world.work
        ids, found = chunk.report_ids, chunk.found
        found("no_record", "report", ids, ~self.has_record)
        same = (self.drafted_by == self.reviewed_by) | (self.drafted_by == self.approved_by)
        found("one_hand", "report", ids, same & (self.drafted_by >= 0))
        found("order_broken", "report", ids, self._broken_order())
        issued, uploaded = self.issued // DAY, self.uploaded // DAY
        timed = (self.issued != NULL) & (self.inspected != NULL)
        limit = np.where(self.kind == SUPERVISORY, 30, 15)
        late = timed.copy()
        late[timed] = work.between(self.inspected[timed], issued[timed]) > limit[timed]
        found("reported_late", "report", ids, late)
        given = self.issued != NULL
        until = np.where(self.uploaded == NULL, END, uploaded)
        given[given] = work.between(issued[given], until[given]) > 10
        found("uploaded_late", "report", ids, given)
        self._tell_rights()

    def _broken_order(self) -> np.ndarray:
        latest = np.where(self.has_record, self.finished, NULL)
        broken = (self.issued != NULL) & (self.inspected != NULL) & (self.inspected > self.issued // DAY)
        for name in STAMPS:
            stamps = getattr(self, name)
            broken |= (stamps != NULL) & (stamps < latest)
            latest = np.maximum(latest, stamps)
        return broken

    def _tell_rights(self) -> None:
        """Whether institution and inspectors were entitled on the day, from their papers."""
        chunk, ids = self.chunk, self.chunk.report_ids
        known = (self.inspected != NULL) & (self.equipment >= 0)
        day = np.where(known, self.inspected - START, 0)
        allowed = chunk.places.allowed[self.institution, self.category, day]
        chunk.found("institution_out_of_scope", "report", ids, known & ~allowed)
        lacking = np.zeros(len(day), dtype=bool)
        for person in (self.first, self.second):
            lacking |= (person >= 0) & ~chunk.people.certified[np.maximum(person, 0), day]
        chunk.found("inspector_uncertified", "report", ids, known & lacking)
        for label in chunk.rule("inspector_uncertified"):
            self.all_of(label)

    def inspectors(self) -> pa.Array:
        """The persons on the report, one or two of them."""
        people = self.chunk.people.ids
        joined = names.pc.binary_join_element_wise(names.taken(people, np.maximum(self.first, 0)), names.taken(people, self.second), ";", null_handling="skip")
        return names.pc.if_else(pa.array(self.is_blank["inspectors"]), None, joined)

    def write(self, sink: Sink) -> None:
        """Write reports and records."""
        chunk, people = self.chunk, self.chunk.people.ids
        roles = {name: names.taken(people, getattr(self, name)) for name in ("drafted_by", "reviewed_by", "approved_by")}
        times = {f"{name}_at": getattr(self, name) for name in (*STAMPS, "uploaded")}
        sink.write("reports", {
            "report_id": chunk.report_ids, "report_no": self.numbers, "institution_id": names.taken(chunk.places.ids, self.institution),
            "plan_id": names.taken(chunk.plan_ids, self.plan), "equipment_id": names.taken(chunk.machine_ids, self.equipment),
            "inspection_kind": names.taken(pa.array(KINDS), self.kind), "inspected_on": self.inspected,
            "conclusion": names.taken(CONCLUSIONS, self.conclusion), "inspector_ids": self.inspectors(), **roles, **times,
            "fee": self.fee, "fee_standard": self.standard,
            "subcontractor_id": names.taken(chunk.places.ids, np.where(self.sub < 0, -1, chunk.world.institutions + self.sub)),
        })  # fmt: skip
        kept = np.flatnonzero(self.has_record)
        sink.write("records", {
            "record_id": names.taken(self.record_ids, kept), "report_id": names.taken(chunk.report_ids, kept),
            "recorded_by": names.taken(people, self.recorder[kept]), "started_at": self.started[kept], "finished_at": self.finished[kept],
        })  # fmt: skip

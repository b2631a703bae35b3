"""What was measured and what the report says of it: one table for each category, rows are reports, columns items."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from bench.packages import names
from bench.packages.chunk import Chunk
from bench.packages.days import NULL
from bench.packages.items import ITEMS
from bench.packages.reports import Reports
from bench.packages.sink import Sink
from bench.packages.world import FAIL_RATES

PASS, FAIL, NOT_APPLICABLE, UNSAID = 0, 1, 2, -1
RESULTS = pa.array(["pass", "fail", "not_applicable"])
KIND_FACTOR = np.array([1.0, 1.0, 0.06])
"""Testing passes nearly everything: strata in which honest people never fail."""
INVENTED = np.array([3, 7])


def draw_failures(chunk: Chunk, reports: Reports) -> None:
    """Which reports have a failing item; ordinary plans only, so that the cases stay what they are."""
    rng, world = chunk.rng, chunk.world
    strict = world.strictness[chunk.first_person]
    second = chunk.second_person >= 0
    other = world.strictness[chunk.second_person[second]]
    strict[second] = np.where(other * strict[second] == 0, 0, (strict[second] + other) / 2)
    chance = (FAIL_RATES[chunk.category] * KIND_FACTOR[chunk.kind] * strict)[reports.of]
    reports.fails = chunk.calm[reports.of] & (rng.random(len(chance)) < chance)
    for label in ("hazard_unreported:late", "hazard_unreported:never", "honest hazard_unreported:just in time", "honest hazard_unreported:general",
                  "hazard_unnotified:late", "hazard_unnotified:never", "honest hazard_unnotified:just in time", "honest hazard_unnotified:found when", "hazard_hidden:passed",
                  "honest hazard_hidden:filed", "honest hazard_hidden:after rectification", "honest incident_after_pass:failed"):  # fmt: skip
        reports.fails[chunk.report_at[chunk.at(label)]] = True


class Readings:
    """The readings of all reports of one category in a chunk."""

    def __init__(self, chunk: Chunk, reports: Reports, category: int) -> None:
        self.chunk, self.reports, self.category, self.rng = chunk, reports, category, chunk.rng
        self.items = ITEMS[category]
        self.at = np.flatnonzero(reports.category == category)
        self.row_of = np.full(len(reports.of), -1)
        self.row_of[self.at] = np.arange(len(self.at))
        self.fine = [at for at, item in enumerate(self.items) if item.shape == "fine" and item.share == 1]
        self.varied = [at for at, item in enumerate(self.items) if item.shape in ("fine", "coarse")]
        self._measure()
        self._habits()
        self._copy()
        self._fail()
        self._blanks()
        self._report()
        self._differ()
        self._drop()

    def rows(self, label: str, everything: bool = False) -> np.ndarray:
        """The rows of the first reports of the plans that a case is played on; of this category."""
        rows = self.row_of[self.chunk.report_at[self.chunk.at(label)]]
        return rows[rows >= 0]

    def played(self, label: str, rows: np.ndarray, is_hit: bool = False) -> None:
        """Remember what was played, and that its rule must find it."""
        self.chunk.played_on_reports(label, self.at[rows])
        if is_hit:
            self.chunk.found(label.split(":")[0], "report", self.chunk.report_ids, self.at[rows])

    def _measure(self) -> None:
        shape = len(self.at), len(self.items)
        rng = self.rng
        self.steps = np.zeros(shape, dtype=np.int64)
        self.has_value, self.is_there = np.ones(shape, dtype=bool), np.ones(shape, dtype=bool)
        self.result = np.zeros(shape, dtype=np.int8)
        for at, item in enumerate(self.items):
            if item.shape == "judged":
                self.has_value[:, at] = False
                self.result[:, at] = np.where(rng.random(shape[0]) < 0.05, NOT_APPLICABLE, PASS)
            elif item.shape == "constant":
                self.steps[:, at] = item.mean + rng.choice([0, 1, 2], shape[0], p=[0.9, 0.06, 0.04])
            else:
                drawn = np.rint(item.mean + item.spread * np.clip(rng.standard_normal(shape[0]), -4, 4))
                self.steps[:, at] = drawn
            if item.share < 1:
                self.is_there[:, at] = rng.random(shape[0]) < item.share

    def _habits(self) -> None:
        """Honest people round a little to fives; those who invent prefer other digits, and much more."""
        world, of = self.chunk.world, self.reports.of[self.at]
        person = self.chunk.first_person[of]
        invents = np.isin(person, 2 * world.fabricate)
        for at in self.fine:
            steps, chance = self.steps[:, at], self.rng.random(len(self.at))
            choice = self.rng.integers(0, 2, len(self.at))
            rounds = ~invents & (chance < world.rounding[person])
            steps[rounds] += 5 * choice[rounds] - steps[rounds] % 10
            made = invents & (chance < 0.6)
            steps[made] += INVENTED[choice[made]] - steps[made] % 10

    def _copy(self) -> None:
        few = 1 if len(self.varied) >= 10 else 0
        for label, spared in (("copied_readings:all", 0), ("copied_readings:nine of ten", few), ("honest copied_readings:most", few + 1),
                              ("honest copied_readings:few", 0), ("honest copied_readings:no start", 0), ("honest copied_readings:same equipment", 0)):  # fmt: skip
            rows = self.rows(label)
            self._copy_to(label, rows, self._sources(rows))
            self._spare(rows, spared)
            if label.endswith("few"):
                self._leave_five(rows)
            if label.endswith("no start"):
                self.reports.started[self.at[rows]] = NULL
        rows = self.rows("copied_readings:twice")
        for copies in (rows, self.row_of[self.at[rows] + 1]):
            self._copy_to("copied_readings:twice", copies, self._sources(rows))

    def _sources(self, rows: np.ndarray) -> np.ndarray:
        """The rows of the reports that cases may borrow from."""
        return self.row_of[self.chunk.report_at[self.chunk.source[self.reports.of[self.at[rows]]]]]

    def _copy_to(self, label: str, rows: np.ndarray, sources: np.ndarray) -> None:
        self.steps[rows], self.is_there[rows] = self.steps[sources], self.is_there[sources]
        self.played(label, rows, not label.startswith("honest"))

    def _spare(self, rows: np.ndarray, number_of: int) -> None:
        for at in self.fine[:number_of]:
            self.steps[rows, at] += 1 + self.rng.integers(0, 20, len(rows))

    def _leave_five(self, rows: np.ndarray) -> None:
        for at in self.varied[5:]:
            self.has_value[rows, at] = False

    def _fail(self) -> None:
        rows = np.flatnonzero(self.reports.fails[self.at])
        item = np.array(self.fine)[self.rng.integers(0, len(self.fine), len(rows))]
        limits = np.array([one.limit for one in self.items])[item]
        spread = np.array([one.spread for one in self.items])[item]
        self.steps[rows, item] = limits + (spread * self.rng.uniform(0, 1, len(rows))).astype(int)
        self.result[rows, item] = FAIL
        rows = self.rows("honest hazard_hidden:not applicable")
        self.result[rows, self.fine[0]] = NOT_APPLICABLE

    def _blanks(self) -> None:
        rng, calm = self.rng, self.chunk.calm[self.reports.of[self.at]][:, None]
        self.has_value &= ~(calm & (rng.random(self.steps.shape) < 0.0008))
        unsaid = calm & (rng.random(self.steps.shape) < 0.0005) & (self.result != FAIL)
        self.result[unsaid] = UNSAID

    def _report(self) -> None:
        scale = 10.0 ** np.array([item.decimals for item in self.items])
        self.value = np.where(self.has_value, self.steps / scale, np.nan)
        self.told, self.told_result, self.told_there = self.value.copy(), self.result.copy(), self.is_there.copy()
        rounded = self.chunk.calm[self.reports.of[self.at]][:, None] & (self.rng.random(self.value.shape) < 0.01)
        self.told[rounded] *= 1 + self.rng.uniform(-0.006, 0.006, rounded.sum())

    def _differ(self) -> None:
        for label, change in (("record_mismatch:value", 1.012), ("honest record_mismatch:rounding", 1.009), ("honest record_mismatch:no value", np.nan)):
            rows = self.rows(label)
            self.told[rows, self.fine[1]] = self.value[rows, self.fine[1]] * change
            self.played(label, rows, not label.startswith("honest"))
        rows = self.rows("record_mismatch:result")
        self.told_result[rows, self.fine[2]] = NOT_APPLICABLE
        self.played("record_mismatch:result", rows, True)
        rows = self.rows("honest record_mismatch:no result")
        self.told_result[rows, self.fine[2]] = UNSAID
        self.played("honest record_mismatch:no result", rows)
        rows = self.rows("honest hazard_hidden:in the report only")
        self.told_result[rows, self.fine[0]] = FAIL
        self.played("record_mismatch:fails in the report only", rows, True)
        rows = self.rows("honest record_mismatch:tiny")
        self.value[rows, self.fine[0]], self.told[rows, self.fine[0]] = 4e-7, 9e-7
        self.played("honest record_mismatch:tiny", rows)
        rows = self.rows("honest record_mismatch:one side")
        optional = [at for at, item in enumerate(self.items) if item.share < 0.95]
        self.told_there[rows[:, None], optional] = False
        self.played("honest record_mismatch:one side", rows)

    def _drop(self) -> None:
        rows = self.rows("honest items_missing:optional")
        optional = [at for at, item in enumerate(self.items) if item.share < 0.95]
        self.is_there[rows[:, None], optional] = self.told_there[rows[:, None], optional] = False
        self.chunk.played_on_reports("honest items_missing:optional", self.at[rows])
        rows = self.rows("items_missing:dropped")
        dropped = np.array(self.fine)[self.rng.integers(0, len(self.fine), len(rows))]
        self.is_there[rows, dropped] = self.told_there[rows, dropped] = False
        self.dropped = self.at[rows]
        self.chunk.played_on_reports("items_missing:dropped", self.dropped)

    def write(self, sink: Sink) -> None:
        """Write readings (of reports that have a record) and report items."""
        codes = pa.array([item.code for item in self.items])
        recorded = self.is_there & self.reports.has_record[self.at][:, None]
        record_ids = self.reports.record_ids
        for name, key, there, value, result, ids in (
            ("readings", "record_id", recorded, self.value, self.result, record_ids),
            ("report_items", "report_id", self.told_there, self.told, self.told_result, self.chunk.report_ids),
        ):
            row, item = np.nonzero(there)
            sink.write(name, {
                key: ids.take(pa.array(self.at[row])), "item": codes.take(pa.array(item)), "value": value[there],
                "result": names.taken(RESULTS, result[there]),
            })  # fmt: skip
        self.has_failed = ((self.result == FAIL) & recorded).any(1)



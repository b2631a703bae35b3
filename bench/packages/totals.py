"""What can only be judged over all chunks: medians, percentiles, shares of groups."""

from __future__ import annotations

import numpy as np

from bench.packages import names
from bench.packages.chunk import Chunk
from bench.packages.days import NULL
from bench.packages.items import ITEMS
from bench.packages.readings import Readings
from bench.packages.reports import Reports
from bench.packages.truth import Truth
from bench.packages.visits import Visits
from bench.packages.world import CATEGORIES

MOST_ITEMS = max(len(items) for items in ITEMS)
GROUPS = len(CATEGORIES) * 3


class Totals:
    """Figures of all chunks so far, and the subjects that may turn out to be findings."""

    def __init__(self) -> None:
        self.presence: list[np.ndarray] = []
        self.presence_group: list[np.ndarray] = []
        self.short: list[tuple[float, int, list[str]]] = []
        self.groups = np.zeros(GROUPS, dtype=np.int64)
        self.having = np.zeros((GROUPS, MOST_ITEMS), dtype=np.int64)
        self.lacking: list[np.ndarray] = []
        self.day_counts = np.zeros((len(CATEGORIES), 1000), dtype=np.int64)
        self.busy: list[tuple[int, int, int]] = []

    def add_presence(self, chunk: Chunk, visits: Visits) -> None:
        """Take the minutes of presence per report of all plans."""
        group = chunk.category * 3 + chunk.kind
        self.presence.append(visits.presence.astype(np.float32))
        self.presence_group.append(group.astype(np.int8))
        for plan in np.flatnonzero(visits.presence < 12):
            reports = chunk.report_at[plan] + np.arange(chunk.size[plan])
            self.short.append((float(visits.presence[plan]), int(group[plan]), names.taken(chunk.report_ids, reports).to_pylist()))

    def add_items(self, readings: Readings, reports: Reports) -> None:
        """Count who has which item."""
        kind = np.where(reports.equipment[readings.at] < 0, -1, reports.kind[readings.at])
        for one in range(3):
            rows = kind == one
            group = readings.category * 3 + one
            self.groups[group] += rows.sum()
            self.having[group, : len(readings.items)] += readings.told_there[rows].sum(0)
        row, item = np.nonzero(~readings.told_there & (kind >= 0)[:, None])
        report = readings.at[row] + readings.chunk.first_report
        self.lacking.append(np.stack([report, readings.category * 3 + kind[row], item], axis=1))

    def add_days(self, chunk: Chunk, reports: Reports) -> None:
        """Count the reports of each person, day and category."""
        known = (reports.inspected != NULL) & (reports.equipment >= 0)
        person = np.concatenate([reports.first[known], reports.second[known]])
        day, category = np.tile(reports.inspected[known], 2), np.tile(reports.category[known], 2)
        own = person >= 0
        keys, counts = np.unique((person[own] * 100000 + day[own]) * 16 + category[own], return_counts=True)
        np.add.at(self.day_counts, (keys % 16, counts), 1)
        for key, count in zip(keys[counts > 12].tolist(), counts[counts > 12].tolist(), strict=True):
            self.busy.append((key // 16 // 100000, key % 16, count))

    def tell(self, truth: Truth) -> None:
        """Say what the rules must find, now that everything is counted."""
        self._tell_hurried(truth)
        self._tell_missing(truth)
        for category, counted in enumerate(self.day_counts):
            days = np.repeat(np.arange(len(counted)), np.minimum(counted, 1 << 30)) if counted.sum() else np.zeros(1)
            limit = max(12, 3 * float(np.percentile(days, 99)))
            truth.found_all("too_many_a_day", "person", np.array([one[0] for one in self.busy if one[1] == category and one[2] > limit], dtype=int))

    def _tell_hurried(self, truth: Truth) -> None:
        presence, group = np.concatenate(self.presence), np.concatenate(self.presence_group)
        known = ~np.isnan(presence)
        medians = {one: float(np.median(presence[known & (group == one)])) for one in np.unique(group[known]).tolist()}
        for minutes, at, reports in self.short:
            if minutes < max(5.0, medians[at] / 4):
                truth.found("hurried_visit", "report", *reports)

    def _tell_missing(self, truth: Truth) -> None:
        share = self.having / np.maximum(self.groups, 1)[:, None]
        expected = (share >= 0.95) & (self.groups >= 50)[:, None]
        lacking = np.concatenate(self.lacking)
        hits = lacking[expected[lacking[:, 1], lacking[:, 2]], 0]
        truth.found_all("items_missing", "report", names.numbered("R", np.unique(hits), 9))

"""Regions, institutions with their approvals, and the agreements with subcontractors."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from bench.packages import names
from bench.packages.days import END, NULL, START, number
from bench.packages.people import UNITS
from bench.packages.sink import Sink
from bench.packages.truth import Truth
from bench.packages.world import CATEGORIES, World

SUBS, EXAMINERS, OTHERS = 40, 8, 6
SUSPENDED_SINCE = number(2024, 3, 1)
LONG = (number(2021, 1, 1), number(2027, 12, 31))
SUSPENDED, EVER_SUSPENDED, NARROW, FIRST_EDGE, NO_AGREEMENT = 3, 4, 5, 8, 39
"""Subcontractors with a flaw, and those of which each serves one edge case of an institution."""
CITIES, COUNTIES = 8, 6


class Places:
    """Who may do what, since when and until when."""

    def __init__(self, world: World, truth: Truth) -> None:
        self.world, self.truth, self.rng = world, truth, world.rng(2)
        self.count = world.institutions + SUBS + EXAMINERS + OTHERS
        serials = np.arange(self.count) + 10_000_019
        self.ids = names.credit_codes(self._regions(self.count), serials)
        self.unit_ids = names.credit_codes(self._regions(UNITS), np.arange(UNITS) + 20_000_003)
        self.approvals: list[tuple[int, str, int, int]] = []
        self.status = ["active"] * self.count
        self.status_since: list[int | None] = [None] * self.count
        self._approve()
        self._flaws()
        self.allowed = self._allowed()
        self.edges: dict[int, int] = {}
        self.agreements = self._agreements()

    def _regions(self, count: int) -> np.ndarray:
        at = self.rng.integers(0, CITIES * COUNTIES, count)
        return county_codes(at)

    def _approve(self) -> None:
        for at in range(self.count):
            self.approvals += self._chain(at, self._scope(at), int(self.rng.integers(START - 1200, START)))

    def _scope(self, at: int) -> str:
        if at == self.world.institutions + NARROW:
            return "9000"
        if at >= self.world.institutions:
            return ";".join(CATEGORIES)
        own = {CATEGORIES[one] for one in self.world.team_category[self.world.team_institution == at]}
        return ";".join(sorted(own | set(self.rng.choice(["3000", "4000", "1000"], 1).tolist())))

    @staticmethod
    def _chain(at: int, scope: str, issued: int) -> list[tuple[int, str, int, int]]:
        found = []
        while issued <= END:
            found.append((at, scope, issued, issued + 1460))
            issued += 1461
        return found

    def _replace(self, at: int, rows: list[tuple[int, str, int, int]]) -> None:
        earlier = (at, rows[0][1], rows[0][2] - 1461, rows[0][2] - 1)
        self.approvals = [one for one in self.approvals if one[0] != at] + [earlier, *rows]

    def _flaws(self) -> None:
        """Institutions that lost their approval for some days, a category, or their licence."""
        world, rng = self.world, self.rng
        share = max(1, world.institutions // 60)
        order = iter(rng.permutation(world.institutions).tolist())
        for _ in range(share):
            for flaw in ("gap", "day", "narrowed", "suspended", "active since"):
                at = next(order)
                scope = next(one[1] for one in self.approvals if one[0] == at)
                day = int(rng.choice(self._days_of(at)))
                begins = day - 700
                if flaw == "gap":
                    self._replace(at, [(at, scope, begins, day - 1), (at, scope, day + 12, day + 1472)])
                elif flaw == "day":
                    self._replace(at, [(at, scope, begins, day - 1), (at, scope, day + 1, day + 1461)])
                elif flaw == "narrowed":
                    kept = ";".join(scope.split(";")[1:]) or ("6000" if scope == "9000" else "9000")  # never empty: that says nothing
                    self._replace(at, [(at, scope, END - 1200, END - 61), (at, kept, END - 60, END + 1400)])
                elif flaw == "suspended":
                    self.status[at], self.status_since[at] = "suspended", END - 40
                else:
                    self.status_since[at] = day
        first = world.institutions
        self.status[first + SUSPENDED], self.status_since[first + SUSPENDED] = "suspended", SUSPENDED_SINCE
        self.status[first + EVER_SUSPENDED] = "revoked"

    def _days_of(self, at: int) -> np.ndarray:
        days = self.world.day[self.world.team_institution[self.world.team] == at]
        return days[(days > START + 800) & (days < END - 100)]

    def _allowed(self) -> np.ndarray:
        """For institution, category and day, whether the work is in scope."""
        days = np.zeros((self.world.institutions, len(CATEGORIES), END - START + 1), dtype=bool)
        for at, scope, issued, until in self.approvals:
            for category in scope.split(";") if at < len(days) and scope else []:
                days[at, CATEGORIES.index(category), max(issued - START, 0) : max(until - START + 1, 0)] = True
        for at in range(len(days)):
            if self.status[at] != "active":
                days[at, :, max((self.status_since[at] or 0) - START, 0) :] = False
        return days

    def _agreements(self) -> list[tuple[int, int, int, int]]:
        world = self.world
        found = [(at, sub, *LONG) for at in range(world.institutions) for sub in (0, 1, 2, SUSPENDED, EVER_SUSPENDED, NARROW)]
        used = np.full(world.institutions, FIRST_EDGE)
        for label in ("expired", "too early", "honest last day", "honest first day"):
            name = f"honest subcontract_invalid:{label[7:]}" if label.startswith("honest") else f"subcontract_invalid:{label}"
            for plan in world.plans_of(name):
                at, day = int(world.team_institution[world.team[plan]]), int(world.day[plan])
                if used[at] == NO_AGREEMENT:
                    world.case[plan] = 0
                    continue
                spans = {"expired": (day - 300, day - 1), "too early": (day + 1, day + 300), "honest last day": (day - 300, day),
                         "honest first day": (day, day + 300)}  # fmt: skip
                self.edges[int(plan)] = int(used[at])
                found.append((at, int(used[at]), *spans[label]))
                used[at] += 1
        return found

    def write(self, sink: Sink) -> None:
        """Write regions, institutions, approvals and agreements."""
        self._write_regions(sink)
        count, first = self.count, self.world.institutions
        latest = {one[0]: one for one in sorted(self.approvals, key=lambda one: one[2]) if one[2] <= END}
        kinds = ["inspection"] * first + ["testing"] * SUBS + ["examination"] * EXAMINERS + ["type_test", "appraisal", "safety_evaluation"] * (OTHERS // 3)
        sink.write("institutions", {
            "institution_id": self.ids, "name": [f"示例第{at + 1}检验检测中心" for at in range(count)], "kind": kinds,
            "approval_no": [_number(latest[at]) for at in range(count)], "approval_class": ["A", "B1", "B2", "B2"][:1] * count,
            "approved_categories": [latest[at][1] for at in range(count)], "issued_on": np.array([latest[at][2] for at in range(count)]),
            "valid_until": np.array([latest[at][3] for at in range(count)]),
            "region_code": pa.array([str(one) for one in self._regions(count)]), "status": self.status,
            "status_since": np.array([NULL if one is None else one for one in self.status_since]),
        })  # fmt: skip
        rows = sorted(self.approvals)
        sink.write("approvals", {
            "institution_id": names.taken(self.ids, np.array([one[0] for one in rows])), "approval_no": [_number(one) for one in rows],
            "categories": [one[1] for one in rows], "issued_on": np.array([one[2] for one in rows]), "valid_until": np.array([one[3] for one in rows]),
        })  # fmt: skip
        agreed = self.agreements
        sink.write("subcontracts", {
            "subcontract_id": names.numbered("SC", np.arange(len(agreed)), 7),
            "institution_id": names.taken(self.ids, np.array([one[0] for one in agreed])),
            "subcontractor_id": names.taken(self.ids, np.array([first + one[1] for one in agreed])),
            "signed_on": np.array([one[2] for one in agreed]), "valid_until": np.array([one[3] for one in agreed]),
        })  # fmt: skip

    @staticmethod
    def _write_regions(sink: Sink) -> None:
        rows = [("990000", "示例省", None, "province")]
        rows += [(f"99{city + 1:02d}00", f"示例{city + 1}市", "990000", "city") for city in range(CITIES)]
        rows += [(str(county_codes(np.array([at]))[0]), f"示例{at + 1}县", f"99{at // COUNTIES + 1:02d}00", "county") for at in range(CITIES * COUNTIES)]
        sink.write("regions", {name: [row[at] for row in rows] for at, name in enumerate(("code", "name", "parent_code", "level"))})


def county_codes(at: np.ndarray) -> np.ndarray:
    """Return the six digits of counties by number."""
    return 990000 + (at // COUNTIES + 1) * 100 + at % COUNTIES + 1


def county_centres(at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return latitude and longitude: a grid with about 55 km between counties."""
    return 34.5 + (at // 8) * 0.5, 115.5 + (at % 8) * 0.6


def _number(approval: tuple[int, str, int, int]) -> str:
    return f"TS7{approval[0]:05d}-{approval[2] % 100000}"

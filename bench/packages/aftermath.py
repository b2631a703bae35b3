"""What follows from reports: conclusions, hazards, incidents, the next due day; and photographs."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from bench.packages import names
from bench.packages.chunk import Chunk
from bench.packages.days import DAY, END, NULL
from bench.packages.places import county_codes
from bench.packages.reports import Reports
from bench.packages.sink import Sink
from bench.packages.visits import Visits
from bench.packages.world import CATEGORIES, KINDS

HOUR = 3600


def conclude(chunk: Chunk, reports: Reports) -> None:
    """Failing reports are unqualified, or qualified after rectification; the cases say otherwise."""
    rng, count = chunk.rng, len(reports.of)
    reports.conclusion = np.where(reports.fails, rng.choice([1, 2], count, p=[0.6, 0.4]), 0)
    for label in ("hazard_hidden:passed", "honest hazard_hidden:filed"):
        reports.conclusion[reports.one_of(label)] = 0
    reports.conclusion[reports.one_of("honest hazard_hidden:after rectification")] = 2
    reports.one_of("honest hazard_hidden:not applicable")
    reports.one_of("honest hazard_hidden:in the report only")
    reports.conclusion[reports.is_blank["conclusion"] & ~reports.fails] = -1


def write_hazards(chunk: Chunk, reports: Reports, sink: Sink) -> None:
    """A hazard for each failing report that hides none, and for a few others."""
    rng = chunk.rng
    hidden = chunk.report_at[chunk.at("hazard_hidden:passed", "honest hazard_hidden:after rectification")]
    files = reports.fails | (chunk.calm[reports.of] & (rng.random(len(reports.of)) < 0.003))
    files[hidden] = False
    files[chunk.report_at[chunk.at("honest unregistered_equipment:filed")]] = True
    at = np.flatnonzero(files & (chunk.day[reports.of] < END))
    lost = files & (chunk.day[reports.of] >= END)
    reports.conclusion[lost & reports.fails] = 1
    reports.has_hazard = np.zeros(len(reports.of), dtype=bool)
    reports.has_hazard[at] = True
    of_report = np.full(len(reports.of), -1)
    of_report[at] = np.arange(len(at))
    serious = rng.random(len(at)) < 0.2
    found = np.where(chunk.calm[reports.of[at]] & (rng.random(len(at)) < 0.003), NULL, reports.begins[at] + 1200)
    base = reports.begins[at] + 1200
    notified = base + rng.integers(600, 20 * HOUR, len(at))
    reported = np.where(serious | (rng.random(len(at)) < 0.2), base + rng.integers(1800, 23 * HOUR, len(at)), NULL)
    ids = names.numbered("H", chunk.first_report + at, 9)
    for label, column, after, is_serious in (
        ("hazard_unreported:late", reported, 24 * HOUR + 60, True), ("hazard_unreported:never", reported, None, True),
        ("honest hazard_unreported:just in time", reported, 24 * HOUR, True), ("honest hazard_unreported:general", reported, None, False),
        ("hazard_unnotified:late", notified, 24 * HOUR + 60, False), ("hazard_unnotified:never", notified, None, False),
        ("honest hazard_unnotified:just in time", notified, 24 * HOUR, False),
        ("honest hazard_unnotified:found when", notified, 90 * HOUR, False),
    ):  # fmt: skip
        rows = of_report[chunk.report_at[chunk.at(label)]]
        column[rows] = NULL if after is None else base[rows] + after
        serious[rows] = is_serious
        if label.endswith("found when"):
            found[rows] = NULL
        chunk.played(label, "hazard", names.taken(ids, rows))
    _tell_hazards(chunk, ids, serious, found, notified, reported)
    sink.write("hazards", {
        "hazard_id": ids, "report_id": names.taken(chunk.report_ids, at), "severity": names.taken(pa.array(["general", "serious"]), serious),
        "found_at": found, "enterprise_notified_at": notified, "regulator_reported_at": reported,
        "rectified_at": np.where(rng.random(len(at)) < 0.8, base + 9 * DAY, NULL),
    })  # fmt: skip


def _tell_hazards(chunk: Chunk, ids: pa.Array, serious: np.ndarray, found: np.ndarray, notified: np.ndarray, reported: np.ndarray) -> None:
    late = (reported == NULL) | ((found != NULL) & (reported > found + 24 * HOUR))
    chunk.found("hazard_unreported", "hazard", ids, serious & late)
    chunk.found("hazard_unnotified", "hazard", ids, (notified == NULL) | ((found != NULL) & (notified > found + 24 * HOUR)))


def write_incidents(chunk: Chunk, reports: Reports, sink: Sink) -> None:
    """Accidents some time after an inspection."""
    rng, days, machines, labels = chunk.rng, [], [], []
    for label, least, most in (("soon", 3, 60), ("late", 170, 180), ("honest half a year", 181, 186), ("honest failed", 5, 150)):
        name = f"honest incident_after_pass:{label[7:]}" if label.startswith("honest") else f"incident_after_pass:{label}"
        for report in reports.one_of(name):
            days.append(int(reports.inspected[report]) + int(rng.integers(least, most)))
            machines.append(int(reports.equipment[report]))
            labels.append(name)
    known = np.flatnonzero((reports.inspected != NULL) & (reports.equipment >= 0))
    order = known[np.lexsort((reports.inspected[known], reports.equipment[known]))]
    keys = reports.equipment[order].astype(np.int64) * 100000 + reports.inspected[order]
    for day, machine in zip(days, machines, strict=True):
        last = np.searchsorted(keys, machine * 100000 + day) - 1
        if last >= 0 and reports.equipment[order[last]] == machine:
            hit = order[last]
            if day - reports.inspected[hit] <= 180 and reports.conclusion[hit] == 0:
                chunk.found("incident_after_pass", "report", chunk.report_ids, np.array([hit]))
    if days:
        sink.write("incidents", {
            "incident_id": names.numbered("I", chunk.first_report + np.arange(len(days)), 9),
            "equipment_id": names.taken(chunk.machine_ids, np.array(machines)),
            "occurred_at": np.array(days) * DAY + rng.integers(3600, 80000, len(days)),
        })  # fmt: skip


def write_equipment(chunk: Chunk, reports: Reports, sink: Sink) -> None:
    """Enterprises and equipment; what was inspected last says when it is due."""
    rng, count = chunk.rng, len(chunk.machine_owner)
    latest = np.full(count, NULL)
    known = (reports.inspected != NULL) & (reports.equipment >= 0)
    np.maximum.at(latest, reports.equipment[known], reports.inspected[known])
    seen = latest != NULL
    due = END + rng.integers(-29, 700, count)
    stale = seen & (rng.random(count) < 0.2)
    due[stale] = latest[stale] + rng.integers(-200, 80, stale.sum())
    share = min(0.02, 400 * 3 / max(1, chunk.world.reports) * 2 + 0.0005)
    drawn = rng.random(count)
    old = seen & (latest < END - 140)
    for label, low, rows in (
        ("overdue_equipment:passed", 0, old & (drawn < share)), ("honest overdue_equipment:ninety days", share, old),
        ("overdue_equipment:never seen", 2 * share, ~seen), ("honest overdue_equipment:thirty days", 3 * share, seen),
    ):  # fmt: skip
        chosen = np.flatnonzero(rows & (drawn >= low) & (drawn < low + share))
        if label.endswith(":passed"):
            due[chosen] = np.where(rng.random(len(chosen)) < 0.5, np.maximum(latest[chosen] + 91, END - 31 - rng.integers(0, 300, len(chosen))), latest[chosen] + 91)
            due[chosen] = np.minimum(due[chosen], END - 31)
        elif label.endswith("ninety days"):
            due[chosen] = latest[chosen] + 90
        else:
            due[chosen] = END - 30 if "thirty" in label else END - 31 - rng.integers(0, 300, len(chosen))
        chunk.played(label, "equipment", names.taken(chunk.machine_ids, chosen))
    due[(rng.random(count) < 0.01) & (drawn >= 4 * share)] = NULL
    passed = (due != NULL) & (END - due > 30)
    chunk.found("overdue_equipment", "equipment", chunk.machine_ids, passed & ~(seen & (latest >= due - 90)))
    sink.write("equipment", {
        "equipment_id": chunk.machine_ids, "category": names.taken(pa.array(CATEGORIES), chunk.machine_category),
        "enterprise_id": names.taken(chunk.enterprise_ids, chunk.machine_owner),
        "region_code": names.pc.cast(pa.array(county_codes(chunk.enterprise_county[chunk.machine_owner])), pa.string()),
        "latitude": np.round(chunk.machine_place[0], 6),
        "longitude": np.round(chunk.machine_place[1], 6),
        "registered_on": chunk.registered, "next_due_on": due,
    })  # fmt: skip
    sink.write("enterprises", {
        "enterprise_id": chunk.enterprise_ids, "name": names.numbered("示例使用单位", chunk.enterprise_numbers, 7),
        "region_code": names.pc.cast(pa.array(county_codes(chunk.enterprise_county)), pa.string()),
    })  # fmt: skip


def unregister(chunk: Chunk, reports: Reports) -> None:
    """Equipment without registration."""
    for label in chunk.rule("unregistered_equipment"):
        at = reports.one_of(label)
        chunk.registered[reports.equipment[at]] = NULL


def tell_unregistered(chunk: Chunk, reports: Reports) -> None:
    """Periodic inspections of equipment that is not registered, with no hazard filed."""
    bare = (reports.equipment >= 0) & (chunk.registered[np.maximum(reports.equipment, 0)] == NULL)
    chunk.found("unregistered_equipment", "report", chunk.report_ids, bare & (reports.kind == KINDS.index("periodic")) & ~reports.has_hazard)


def write_photos(chunk: Chunk, visits: Visits, reports: Reports, sink: Sink) -> None:
    """Photographs of the equipment, taken during the first visit of the plan; some were used before."""
    rng, count = chunk.rng, len(reports.of)
    visit = visits.first_of_plan[reports.of]
    shown = (visit >= 0) & (rng.random(count) < 0.6)
    labels = chunk.rule("photo_reuse")
    for label in labels:
        plans = chunk.at(label)
        shown[chunk.report_at[plans]] = shown[chunk.report_at[chunk.source[plans]]] = True
        if label.endswith("same day"):
            shown[chunk.report_at[plans] + 1] = True
    machine = chunk.equipment.copy()
    taken = reports.begins + rng.integers(60, 600, count)
    hashes = names.picture_hashes(np.arange(count) + chunk.first_report, chunk.world.seed)
    for label in labels:
        plans = chunk.at(label)
        at, source = chunk.report_at[plans], chunk.report_at[chunk.source[plans]]
        if label.endswith("same day"):
            source = at + 1
        hashes[at] = hashes[source] ^ _flips(rng, len(at), *((1, 5) if label.endswith("near") else (5, 8) if label.endswith("distance") else (0, 1)))
        if label.endswith("not reported"):
            owner = chunk.enterprise[plans]
            machine[at] = chunk.equipment_at[owner] + (chunk.offset[plans] + chunk.size[plans]) % chunk.machines[owner]
            chunk.played(label, "visit", names.taken(visits.ids, visit[at]))
            chunk.found("photo_reuse", "visit", visits.ids, visit[at])
            continue
        taken[at] = NULL if label.endswith("no time") else taken[at]
        chunk.played_on_reports(label, at)
        if not label.startswith("honest"):
            chunk.found("photo_reuse", "report", chunk.report_ids, at)
    rows = np.flatnonzero(shown)
    calm = chunk.calm[reports.of[rows]]
    blank = calm & (rng.random(len(rows)) < 0.004)
    sink.write("photos", {
        "photo_id": names.numbered("F", chunk.first_report + rows, 9), "visit_id": names.taken(visits.ids, visit[rows]),
        "equipment_id": names.taken(chunk.machine_ids, np.where(calm & (rng.random(len(rows)) < 0.003), -1, machine[rows])),
        "taken_at": np.where(calm & (rng.random(len(rows)) < 0.003), NULL, taken[rows]),
        "perceptual_hash": names.pc.if_else(pa.array(blank), None, names.hexadecimal(hashes[rows], 16)),
    })  # fmt: skip


def _flips(rng: np.random.Generator, count: int, least: int, before: int) -> np.ndarray:
    """Masks with so many bits set."""
    found = np.zeros(count, dtype=np.uint64)
    for at in range(count):
        for bit in rng.choice(64, int(rng.integers(least, before)), replace=False):
            found[at] |= np.uint64(1) << np.uint64(bit)
    return found

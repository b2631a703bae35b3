"""Applications and the plans that follow from them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from bench.packages import names
from bench.packages.chunk import Chunk
from bench.packages.days import DAY, END, NULL
from bench.packages.places import county_codes
from bench.packages.sink import Sink
from bench.packages.visits import Visits
from bench.packages.world import KINDS


def write_plans(chunk: Chunk, visits: Visits, sink: Sink) -> None:
    """Write the applications and plans of a chunk."""
    filed = _filed(chunk)
    _write_applications(chunk, filed // DAY, sink)
    starts = chunk.morning()
    filed[chunk.at("plan_filed_late:after start")] = starts[chunk.at("plan_filed_late:after start")] + 60 + chunk.rng.integers(0, 90000)
    filed[chunk.at("honest plan_filed_late:at start")] = starts[chunk.at("honest plan_filed_late:at start")]
    unfiled = chunk.calm & (chunk.rng.random(chunk.count) < 0.003)
    unfiled[chunk.at("honest plan_filed_late:not filed")] = True
    filed[unfiled] = NULL
    for label in chunk.rule("plan_filed_late"):
        chunk.played(label, "plan", names.taken(chunk.plan_ids, chunk.at(label)))
    chunk.found("plan_filed_late", "plan", chunk.plan_ids, (filed != NULL) & (filed > starts))
    members = names.taken(chunk.people.ids, chunk.first_person)
    both = names.pc.binary_join_element_wise(members, names.taken(chunk.people.ids, chunk.second_person), ";", null_handling="skip")
    columns = {
        "plan_id": chunk.plan_ids, "institution_id": names.taken(chunk.places.ids, chunk.institution),
        "application_id": names.numbered("A", chunk.plan, 8), "enterprise_id": names.taken(chunk.enterprise_ids, chunk.enterprise),
        "region_code": names.pc.cast(pa.array(county_codes(chunk.enterprise_county[chunk.enterprise])), pa.string()),
        "equipment_count": chunk.size, "filed_at": filed, "starts_at": starts, "ends_at": starts + 4 * 3600, "member_ids": both,
    }  # fmt: skip
    sink.write("plans", columns)
    _write_waiting(chunk, columns, visits, sink)


def _filed(chunk: Chunk) -> np.ndarray:
    return (chunk.day - chunk.rng.integers(1, 6, chunk.count)) * DAY + 15 * 3600 + chunk.rng.integers(0, 7200, chunk.count)


def _write_waiting(chunk: Chunk, columns: dict, visits: Visits, sink: Sink) -> None:
    """Plans that were visited, of which no report exists yet; and some that are still to come."""
    visited = np.unique(-1 - visits.plan[visits.plan < 0])
    rows = {name: (values.take(pa.array(visited)) if isinstance(values, pa.Array) else values[visited]) for name, values in columns.items()}
    rows["plan_id"] = names.numbered("W", chunk.plan[visited], 8)
    rows["application_id"] = pa.nulls(len(visited), pa.string())
    if len(visited):
        sink.write("plans", rows)
    ordinary = ~chunk.world.is_kept[chunk.span]  # one more plan could complete the twelve of a loyal inspector
    coming = np.flatnonzero(ordinary & (chunk.day > END - 20))[:50]
    if len(coming):
        rows = {name: (values.take(pa.array(coming)) if isinstance(values, pa.Array) else values[coming]) for name, values in columns.items()}
        rows["plan_id"], rows["application_id"] = names.numbered("X", chunk.plan[coming], 8), pa.nulls(len(coming), pa.string())
        rows["starts_at"], rows["ends_at"] = rows["starts_at"] + 60 * DAY, rows["ends_at"] + 60 * DAY
        sink.write("plans", rows)


def _write_applications(chunk: Chunk, filed_day: np.ndarray, sink: Sink) -> None:
    rng, work, count = chunk.rng, chunk.world.work, chunk.count
    arranged = filed_day - rng.integers(0, 2, count)
    accepted = arranged - rng.integers(0, 10, count)
    for label, back, days in (("arranged_late:eleventh day", 40, 11), ("arranged_late:much", 70, 26), ("honest arranged_late:tenth day", 40, 10)):
        plans = chunk.at(label)
        accepted[plans] = filed_day[plans] - back - rng.integers(0, 200, len(plans))
        arranged[plans] = work.after(accepted[plans], np.full(len(plans), days))
    never, unknown = chunk.at("arranged_late:never"), chunk.at("honest arranged_late:no acceptance")
    accepted[unknown] = accepted[unknown] - 100
    is_late = work.between(accepted, arranged) > 10
    is_late[unknown], is_late[never] = False, True
    ids = names.numbered("A", chunk.plan, 8)
    for label in chunk.rule("arranged_late"):
        chunk.played(label, "application", names.taken(ids, chunk.at(label)))
    chunk.found("arranged_late", "application", ids, is_late)
    accepted_at = accepted * DAY + rng.integers(9 * 3600, 16 * 3600, count)
    submitted_at = accepted_at - rng.integers(3600, 2 * DAY, count)
    arranged_at = np.maximum(arranged * DAY + rng.integers(9 * 3600, 16 * 3600, count), accepted_at + 600)
    accepted_at[unknown], arranged_at[never] = NULL, NULL
    sink.write("applications", {
        "application_id": ids, "institution_id": names.taken(chunk.places.ids, chunk.institution),
        "enterprise_id": names.taken(chunk.enterprise_ids, chunk.enterprise), "inspection_kind": names.taken(pa.array(KINDS), chunk.kind),
        "submitted_at": submitted_at, "accepted_at": accepted_at, "arranged_at": arranged_at,
    })  # fmt: skip
    _write_open_applications(chunk, sink)


def _write_open_applications(chunk: Chunk, sink: Sink) -> None:
    """Applications of the last weeks that nobody arranged yet: late when more than ten working days have passed."""
    plans = np.flatnonzero(chunk.calm & (chunk.day > END - 40))[:60]
    if not len(plans):
        return
    accepted = END - chunk.rng.integers(0, 26, len(plans))
    ids = names.numbered("AO", chunk.plan[plans], 8)
    chunk.found("arranged_late", "application", ids, chunk.world.work.between(accepted, np.full(len(plans), END)) > 10)
    sink.write("applications", {
        "application_id": ids, "institution_id": names.taken(chunk.places.ids, chunk.institution[plans]),
        "enterprise_id": names.taken(chunk.enterprise_ids, chunk.enterprise[plans]),
        "inspection_kind": names.taken(pa.array(KINDS), chunk.kind[plans]),
        "submitted_at": accepted * DAY - 3600, "accepted_at": accepted * DAY + 10 * 3600, "arranged_at": np.full(len(plans), NULL),
    })  # fmt: skip

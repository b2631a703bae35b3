"""Make a province in the tables of the exchange contract, with injected violations, decoys and their truth.

`python -m bench.province OUT --reports 100000 --seed 1` writes every resource into OUT, and beside them `truth` (what each rule must
find) and `cases` (what was played on whom, decoys included). The same seed gives the same bytes.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

from bench.packages import aftermath, names, readings
from bench.packages.chunk import Chunk
from bench.packages.complaints import write_complaints
from bench.packages.exams import write_exams
from bench.packages.people import People
from bench.packages.places import Places
from bench.packages.plans import write_plans
from bench.packages.reports import Reports
from bench.packages.rotation import tell_rotation
from bench.packages.sink import Sink
from bench.packages.totals import Totals
from bench.packages.truth import Truth
from bench.packages.visits import Visits
from bench.packages.world import World


def make(folder: Path, *, reports: int, seed: int, kind: str = "parquet") -> dict[str, int]:
    """Write a package and its truth; return the rows of each file."""
    world, truth, sink, totals = World(reports, seed), Truth(), Sink(folder, kind), Totals()
    people = People(world, truth)
    places = Places(world, truth)
    places.write(sink)
    people.write(sink, places.ids, places.unit_ids)
    sink.write("enterprises", {"enterprise_id": places.unit_ids, "name": names.numbered("示例建设公司", np.arange(len(places.unit_ids)), 4)})
    for first, last in world.chunks():
        write_chunk(Chunk(world, people, places, truth, first, last), sink, totals)
    totals.tell(truth)
    tell_statistical(world, places, truth)
    write_exams(world, people, places, truth, sink)
    write_complaints(world, places, truth, sink)
    must, cases = truth.tables(people.ids)
    sink.put("truth", must)
    sink.put("cases", cases)
    sink.close()
    return sink.rows


def write_chunk(chunk: Chunk, sink: Sink, totals: Totals) -> None:
    """Draw and write all the work of some teams."""
    visits = Visits(chunk)
    reports = Reports(chunk, visits)
    readings.draw_failures(chunk, reports)
    aftermath.conclude(chunk, reports)
    aftermath.unregister(chunk, reports)
    aftermath.write_hazards(chunk, reports, sink)
    aftermath.tell_unregistered(chunk, reports)
    failed = np.zeros(chunk.reports, dtype=bool)
    for category in np.unique(chunk.category).tolist():
        measured = readings.Readings(chunk, reports, category)
        measured.write(sink)
        totals.add_items(measured, reports)
        failed[measured.at] = measured.has_failed
    chunk.found("hazard_hidden", "report", chunk.report_ids, failed & (reports.conclusion == 0) & ~reports.has_hazard)
    write_plans(chunk, visits, sink)
    visits.write(sink)
    aftermath.write_photos(chunk, visits, reports, sink)
    reports.write(sink)
    aftermath.write_incidents(chunk, reports, sink)
    aftermath.write_equipment(chunk, reports, sink)
    totals.add_presence(chunk, visits)
    totals.add_days(chunk, reports)
    tell_rotation(chunk)


def tell_statistical(world: World, places: Places, truth: Truth) -> None:
    """Who was made to stand out in numbers, and who only nearly."""
    truth.found_all("never_fails", "person", 2 * world.never_fail)
    truth.found_all("fabricated_digits", "person", 2 * world.fabricate)
    truth.played("never_fails", "person", "never_fails:never", *(2 * world.never_fail).tolist())
    truth.played("fabricated_digits", "person", "fabricated_digits:two digits", *(2 * world.fabricate).tolist())
    rounding = np.argsort(world.rounding)[-20:]
    truth.played("fabricated_digits", "person", "honest fabricated_digits:rounds to fives", *rounding.tolist())
    lenient = np.argsort(np.where(world.strictness == 0, 9, world.strictness))[:20]
    truth.played("never_fails", "person", "honest never_fails:lenient", *lenient.tolist())
    cheap = names.taken(places.ids, world.cheap[:, 0]).to_pylist()
    truth.found("fee_malicious_low", "institution", *cheap)
    truth.played("fee_malicious_low", "institution", "fee_malicious_low:cheap", *cheap)
    nearly = names.taken(places.ids, world.nearly_cheap[:, 0]).to_pylist()
    truth.played("fee_malicious_low", "institution", "honest fee_malicious_low:above a half", *nearly)


def main() -> None:
    """Read the command line and make a package."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reports", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=("parquet", "csv"), default="parquet")
    asked = parser.parse_args()
    began = time.perf_counter()
    rows = make(asked.folder, reports=asked.reports, seed=asked.seed, kind=asked.format)
    sys.stdout.write("".join(f"{name:18}{count:>12,}\n" for name, count in sorted(rows.items())))
    sys.stdout.write(f"{time.perf_counter() - began:.1f} s\n")


if __name__ == "__main__":
    main()

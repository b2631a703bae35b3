"""All screening rules over packages of one and ten million reports, against DuckDB hashing every column of the package once.

The package does not come from the world of the other parts: `bench.province` makes it, with its truth, and the score is told beside the time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from bench.figures import Figure, share, tell
from bench.province import make
from bench.score import read, score
from hengjian.screening.contract import contract

MILLION, SEED, TIMES, THREADS = 1_000_000, 3, 3, 2
SIZES = {"full": (MILLION, 10 * MILLION), "tenth": (MILLION // 10,), "hundredth": (MILLION // 100,)}
TIMES_FLOOR = {MILLION: (15.0, 3.0), 10 * MILLION: (25.0, 6.0)}
GROWTH = 14.0


def floor(package: Path) -> float:
    """Median seconds in which DuckDB hashes every column of every table once."""
    took = []
    for _ in range(TIMES):
        with duckdb.connect() as database:
            database.execute(f"SET threads = {THREADS}")
            began = time.perf_counter()
            for name in contract():
                database.execute(f"SELECT bit_xor(hash(COLUMNS(*))) FROM '{package / name}.parquet'").fetchall()  # noqa: S608  our own files
            took.append(time.perf_counter() - began)
    return share(took, 50)


def screened(package: Path, out: Path, *options: str) -> tuple[float, float]:
    """Seconds from the package to findings.parquet, and the most memory in GB, of a process of its own."""
    command = [sys.executable, "-m", "hengjian", "screen", str(package), "--out", str(out), "--threads", str(THREADS), *options]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as run:  # noqa: S603  our own command
        _pid, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode:
        raise RuntimeError(f"hengjian screen ended with {run.returncode}")
    return float(json.loads((out / "summary.json").read_text())["seconds"]), used.ru_maxrss / 2**20


def measured(folder: Path, reports: int) -> tuple[float, list[Figure]]:
    """One size: the ratio to the floor, the memory, and how many rules keep their targets."""
    package, out, said = folder / str(reports), folder / f"out-{reports}", f"{reports / MILLION:g} million reports"
    make(package, reports=reports, seed=SEED)
    before = floor(package)
    seconds, memory = screened(package, out, *(("--memory", "4GB") if reports > MILLION else ()))
    lowest = (before + floor(package)) / 2
    scores = score(read(out / "findings.parquet"), read(package / "truth.parquet"), read(package / "cases.parquet"))
    kept = sum(one.is_kept for one in scores)
    most, most_memory = TIMES_FLOOR.get(reports, (None, None))
    return seconds, [
        Figure("screening", f"all rules over {said}, against the floor", seconds / lowest, "×", most, note=f"{seconds:.1f} s; floor {lowest:.2f} s"),
        Figure("screening", f"memory for {said}", memory, "GB", most_memory),
        Figure("screening", f"rules that keep precision and recall at {said}", kept, f"of {len(scores)}", float(len(scores)), at_least=True),
    ]


def on_spark(folder: Path, reports: int) -> Figure:
    """The same package on Spark: it ends, with equal findings."""
    seconds, _memory = screened(folder / str(reports), folder / "spark", "--engine", "spark")
    equal = pq.read_table(folder / "spark" / "findings.parquet").equals(pq.read_table(folder / f"out-{reports}" / "findings.parquet"))
    return Figure("screening", f"{reports / MILLION:g} million reports on Spark local[{THREADS}]: findings equal", float(equal), "", 1.0, True, f"{seconds:.1f} s")


def main() -> None:
    """Measure the packages that belong to a size (full, tenth, hundredth)."""
    sizes = SIZES[sys.argv[1]]
    with tempfile.TemporaryDirectory() as name:
        took = []
        for reports in sizes:
            seconds, figures = measured(Path(name), reports)
            took.append(seconds)
            tell(*figures)
        if len(took) > 1:
            tell(Figure("screening", "growth from one to ten million reports", took[1] / took[0], "×", GROWTH))
        tell(on_spark(Path(name), sizes[0]))


if __name__ == "__main__":
    main()

"""Measure Hengjian at the size of a province and write bench/RESULTS.md. Run by `make bench`."""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure, told
from bench.world.template import PLAYED

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "RESULTS.md"
PARTS = ("pages", "growth", "rollup", "roster", "export", "rush", "ledger", "peer", "screening")
MODULES = {"pages": "page_times", "ledger": "ledger_speed"}
WORLDLESS = ("screening",)
SECONDS, BUILD_SECONDS = 1800, 7200


def kept_in() -> Path:
    """Where worlds are kept, by the schema and the generator that they were made with."""
    said = hashlib.sha256()
    for file in sorted([*ROOT.glob("hengjian/*/migrations/*.py"), *ROOT.glob("bench/world/*.py"), *ROOT.glob("hengjian/web/demo/*.py")]):
        said.update(file.read_bytes())
    folder = Path(os.environ.get("HENGJIAN_BENCH_DIR") or ROOT / "var" / "bench") / said.hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _python(*words: str, seconds: int = SECONDS) -> str:
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds)  # noqa: S603  our own modules
    sys.stdout.write(done.stdout if done.returncode else "".join(f"  {line}\n" for line in done.stdout.splitlines() if not line.startswith("FIGURE")))
    sys.stdout.flush()
    if done.returncode:
        raise RuntimeError(f"{words[0]} ended with {done.returncode}")
    return done.stdout


def world(kept: Path, size: str, database: str = "") -> Path:
    """The folder of a world, made if it is not there yet; of two runs at once the later one waits and finds it made."""
    with _alone(kept):
        return _world(kept, size, database)


@contextmanager
def _alone(kept: Path) -> Iterator[None]:
    with (kept / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _world(kept: Path, size: str, database: str) -> Path:
    pattern = kept / "pattern"
    if not (pattern / "cuts.pickle").exists():
        _said("the pattern is played (once for each version of the schema)")
        if not (pattern / PLAYED).exists():
            shutil.rmtree(pattern, ignore_errors=True)
        _made("bench.world.template", str(pattern))
    folder = kept / (size + ("-postgres" if database else ""))
    done = folder / "complete"
    if database or not done.exists():
        _said(f"the world of size {size} is made{' on PostgreSQL' if database else ''}")
        shutil.rmtree(folder, ignore_errors=True)
        _made("bench.world.build", size, str(folder), str(pattern), *([database] if database else []))
        done.touch()
    return folder


def _made(*words: str) -> None:
    """Make what all parts need; without it there is nothing to measure."""
    try:
        _python(*words, seconds=BUILD_SECONDS)
    except (RuntimeError, subprocess.TimeoutExpired) as problem:
        raise SystemExit(f"the world cannot be made: {problem}") from problem


def _said(what: str) -> None:
    sys.stdout.write(f"━━ {what} ━━\n")
    sys.stdout.flush()


def measure(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    """Run the parts; return their figures, and what did not run and why."""
    kept, figures, notes = kept_in(), list[Figure](), list[str]()
    for part in asked.only or PARTS:
        try:
            _said(part)
            figures += _part(part, kept, asked.size)
        except (RuntimeError, subprocess.TimeoutExpired) as problem:
            notes.append(f"{part}: {problem}")
    if not asked.no_postgres and "rollup" in (asked.only or PARTS):
        figures += _on_postgres(kept, asked.size, notes)
    return figures, notes


def _part(part: str, kept: Path, size: str) -> list[Figure]:
    if part == "growth":
        small = world(kept, "hundredth")
        return told(_python("bench.parts.growth", str(small), str(world(kept, size))))
    if part in WORLDLESS:
        return told(_python(f"bench.parts.{part}", size))
    return told(_python(f"bench.parts.{MODULES.get(part, part)}", str(world(kept, size))))


def _on_postgres(kept: Path, size: str, notes: list[str]) -> list[Figure]:
    """The table of the province on a cluster of our own."""
    sys.path.insert(0, str(ROOT / "scripts"))
    import test_tools  # beside run_tests.py, which is no package

    tools = test_tools.find(chromium=False)
    if tools.postgres is None:
        notes.extend(tools.notes)
        return []
    try:
        with test_tools.cluster(tools.postgres) as address:
            os.environ["HENGJIAN_WEAK_DATABASE"] = "1"
            return told(_python("bench.parts.rollup", str(world(kept, size, address)), address))
    except (RuntimeError, test_tools.NotStarted) as problem:
        notes.append(f"rollup on PostgreSQL: {problem}")
        return []


def machine() -> str:
    """What the figures were taken on."""
    info = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = next((line.partition(":")[2].strip() for line in info.splitlines() if line.startswith("model name")), platform.processor() or "unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GB of memory, Python {platform.python_version()}; load when the run began: {load:.1f}"


def written(figures: list[Figure], notes: list[str], size: str, began_on: str) -> str:
    """The page of results."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()  # noqa: S607
    lines = [
        "# Speed at the size of a province", "",
        f"Written by `make bench` on {datetime.now(UTC):%Y-%m-%d} at commit {commit}, world of size **{size}**.", f"Machine: {began_on}.", "",
        "Medians of 5 where a run can be repeated; processor time stands beside the clock, as others on the machine do not lengthen it as much.", "",
        "| part | what | figure | asked | | remarks |", "|-|-|-|-|-|-|",
    ]
    for one in figures:
        asked = "" if one.limit is None else f"{'≥' if one.at_least else '≤'} {one.limit:,g}"
        lines.append(f"| {one.part} | {one.what} | {_shown(one.value)} {one.unit} | {asked} | {one.verdict} | {one.note.replace('|', '/')} |")
    if notes:
        lines += ["", "## Not run", "", *(f"- {note}" for note in notes)]
    return "\n".join(lines) + "\n"


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.2f}"


def main() -> int:
    """Measure what is asked for and write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="one part; may be given more than once")
    parser.add_argument("--size", choices=("full", "tenth", "hundredth"), default="full")
    parser.add_argument("--no-postgres", action="store_true", help="leave out what runs on PostgreSQL")
    parser.add_argument("--out", type=Path, default=RESULTS)
    asked = parser.parse_args()
    began, began_on = time.monotonic(), machine()
    figures, notes = measure(asked)
    asked.out.write_text(written(figures, notes, asked.size, began_on))
    sys.stdout.write(asked.out.read_text() + f"\n{time.monotonic() - began:.0f} s\n")
    return int(bool(notes))


if __name__ == "__main__":
    sys.exit(main())

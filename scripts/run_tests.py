"""Run everything that checks Hengjian, and say at the end in plain words what did not run."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import test_tools

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = {
    "ruff": [str(BIN / "ruff"), "check", "."],
    "mypy": [str(BIN / "mypy")],
    "import contracts": [str(BIN / "lint-imports"), "--no-cache"],
}
NOTHING_COLLECTED = 5  # of pytest: there may be no slow test for one of the databases
ENOUGH_MEMORY = 6 << 30
PARTS = ("checks", "sqlite", "browser", "postgres")


@dataclass
class Outcome:
    """How one part of the run ended."""

    name: str
    passed: bool
    seconds: float


def _run(name: str, command: list[str], env: dict[str, str] | None = None, *, loud: bool = True, fine: tuple[int, ...] = (0,)) -> Outcome:
    print(f"\n━━ {name} ━━", flush=True)
    began = time.monotonic()
    if loud:
        code = subprocess.run(command, cwd=ROOT, env=env).returncode
    else:
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        code = done.returncode
        print((done.stdout if code else "\n".join(done.stdout.strip().splitlines()[-1:])) or "ok", flush=True)
    if code < 0:
        print(f"{name}: ended from outside by {signal.Signals(-code).name}", flush=True)
    return Outcome(name, code in fine, time.monotonic() - began)


def _scratch() -> None:
    """Let the tests write into memory where there is enough: they wait for no disk, which half their time would go to."""
    memory = Path("/dev/shm")  # noqa: S108  the usual place; folders in it are made with names of their own
    if "TMPDIR" not in os.environ and os.access(memory, os.W_OK | os.X_OK) and shutil.disk_usage(memory).free >= ENOUGH_MEMORY:
        os.environ["TMPDIR"] = str(memory)


def _pytest(name: str, marks: str, database: str = "") -> Outcome:
    """Run pytest on SQLite, or on the PostgreSQL of this address."""
    command = [sys.executable, "-m", "pytest", "-q", "--durations=8", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "-m", marks]
    fine = (0,) if "not slow" in marks else (0, NOTHING_COLLECTED)
    return _run(name, command, {**os.environ, "HENGJIAN_TEST_DATABASE_URL": database}, fine=fine)


def _on_postgres(marks: str, given: str | None, binaries: Path | None) -> Outcome:
    """Run pytest on the PostgreSQL that is given, or else on a cluster of our own."""
    name = "tests on PostgreSQL"
    if given or binaries is None:
        return _pytest(name, marks, given or "")
    began = time.monotonic()
    try:
        with test_tools.cluster(binaries) as address:
            return _pytest(name, marks, address)
    except test_tools.NotStarted as problem:
        print(f"\n━━ {name} ━━\nPostgreSQL does not start:\n{problem}", flush=True)
        return Outcome(name, False, time.monotonic() - began)


def _tests(parts: set[str], tools: test_tools.Tools, slow: bool) -> list[Outcome]:
    """Run pytest on each database; journeys in the browser run on SQLite."""
    pace = "slow" if slow else "not slow"
    found = []
    with_browser = "browser" in parts and tools.chromium is not None
    if "sqlite" in parts:
        found.append(_pytest("tests on SQLite", f"{pace} and not postgres_only and not browser"))
    if with_browser:
        # Apart from the others: Playwright keeps an event loop in its thread, which those that start their own would meet.
        found.append(_pytest("journeys in Chromium", f"{pace} and browser"))
    given = os.environ.get("HENGJIAN_TEST_DATABASE_URL")
    if "postgres" in parts and (given or tools.postgres):
        found.append(_on_postgres(f"{pace} and not sqlite_only and not browser", given, tools.postgres))
    return found


def main() -> int:
    """Run the parts that are asked for; return 0 only when all of them passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slow", action="store_true", help="the tests marked slow, instead of all others")
    parser.add_argument("--only", choices=PARTS, action="append", help="one part; may be given more than once")
    asked = parser.parse_args()
    parts = set(asked.only or PARTS)
    _scratch()
    # Hundreds of processes are started: each would compile Django and the house anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if asked.slow:
        parts.discard("checks")
    tools = test_tools.find(
        chromium="browser" in parts,
        postgres="postgres" in parts,
        java="sqlite" in parts,
        libreoffice=asked.slow and "sqlite" in parts,
        strace=asked.slow,
    )
    outcomes = []
    if "checks" in parts:
        outcomes += [_run(name, command, loud=False) for name, command in CHECKS.items()]
    outcomes += _tests(parts, tools, asked.slow)
    print("\n━━ In short ━━")
    for outcome in outcomes:
        print(f"  {'passed' if outcome.passed else 'FAILED'}  {outcome.seconds:6.1f} s  {outcome.name}")
    for note in tools.notes:
        print(f"  NOT RUN  {note}")
    if tools.notes and tools.missing:
        print(f"  On Debian an administrator can help: apt-get install {' '.join(tools.missing)}")
    strict = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
    if tools.notes and strict:
        print("  On the build server (CI=true) a part that does not run counts as a failure.")
    return int(not all(outcome.passed for outcome in outcomes) or bool(tools.notes and strict))


if __name__ == "__main__":
    sys.exit(main())

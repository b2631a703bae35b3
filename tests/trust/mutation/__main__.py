"""Run the attack: ``python -m tests.trust.mutation [--like TEXT] [--most N]``; prints the share that some test noticed."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

WORKERS = 2
HERE = Path(__file__).resolve().parent
TESTS = ["tests", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header", "-m", "not slow and not browser and not postgres_only"]


def _worker(how: str, folder: Path, part: int) -> int:
    """One of the processes: pytest over the package with its switches."""
    from tests.trust.mutation import loading

    loading.install()
    import pytest

    from tests.trust.mutation.running import Attacking, Measuring

    plan = json.loads((folder / "plan.json").read_text())
    if how == "ask":
        return int(pytest.main([str(HERE / "asking.py"), *TESTS[1:6]]))
    if how == "measure":
        plugin: Any = Measuring(folder / f"met-{plan['name']}-{part}.json", (part, WORKERS))
    else:
        plugin = Attacking(_met(folder), plan["left"][part::WORKERS], folder / f"noticed-{part}.jsonl")
    return int(pytest.main([*plan["tests"]], plugins=[plugin]))


def _met(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in sorted(folder.glob("met-*.json")):
        found |= json.loads(path.read_text())["met"]
    return found


def _noticed(folder: Path, by: str) -> dict[str, str]:
    """Which guards were missed, and by what: of any process."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob(f"{by}-*.jsonl")):
        for line in path.read_text().splitlines():
            one = json.loads(line)
            found[one["site"]] = found.get(one["site"]) or one["by"]
    return found


def _all_noticed(folder: Path) -> dict[str, str]:
    return _noticed(folder, "noticed") | {site: by for site, by in _noticed(folder, "asked").items() if by}


def _sites(folder: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(folder.glob("met-*.json")):
        found |= json.loads(path.read_text())["sites"]
    return found


def _run(how: str, folder: Path) -> None:
    env = {**os.environ, "HENGJIAN_TEST_DATABASE_URL": "", "HENGJIAN_MUTATION_FOLDER": str(folder), "HENGJIAN_MUTATION_WORKERS": str(WORKERS)}
    running = []
    for part in range(WORKERS):
        env["HENGJIAN_MUTATION_PART"] = str(part)
        log = (folder / f"{how}-{part}.log").open("w")
        command = [sys.executable, "-m", "tests.trust.mutation", "--worker", how, "--folder", str(folder), "--part", str(part)]
        running.append(subprocess.Popen(command, env=dict(env), stdout=log, stderr=log))
    codes = [one.wait() for one in running]
    if any(codes):
        logs = "\n".join(path.read_text()[-2000:] for path in sorted(folder.glob(f"{how}-*.log")))
        raise SystemExit(f"{how} ended badly:\n{logs}")


def reviewed() -> dict[str, str]:
    """Guards whose absence changes nothing that anybody could see, each with its reason."""
    found = {}
    for line in (HERE / "reviewed.txt").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            site, _, reason = line.partition(" :: ")
            found[site.strip()] = reason.strip()
    return found


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _report(folder: Path, sites: dict[str, str], chosen: list[str]) -> int:
    noticed = _all_noticed(folder)
    known = reviewed()
    unnoticed = [site for site in chosen if not noticed.get(site)]
    open_ = [site for site in unnoticed if site not in known]
    total, killed = Counter(sites[site] for site in chosen), Counter(sites[site] for site in chosen if noticed.get(site))
    for kind in sorted(total):
        _say(f"{kind:<20} {killed[kind]:>4} of {total[kind]:>4} noticed")
    for site in sorted(open_):
        _say(f"UNNOTICED  {site}")
    stale = sorted(set(known) & {site for site in chosen if noticed.get(site)})
    for site in stale:
        _say(f"reviewed, but noticed now: {site}")
    share = 100 * (len(chosen) - len(unnoticed)) / max(len(chosen), 1)
    _say(f"{len(chosen)} guards removed: {share:.1f} % noticed, {len(unnoticed) - len(open_)} reviewed as doubled by another, {len(open_)} open")
    return int(bool(open_))


def main() -> int:
    """Measure, attack, report; the exit code is 0 when every guard is noticed or reviewed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--like", default="", help="only guards whose name holds this text")
    parser.add_argument("--most", type=int, default=0, help="so many guards, drawn by chance (seed 3)")
    parser.add_argument("--again", type=Path, help="a folder of an earlier run: what it measured and what it saw noticed is taken over; tests that are named are measured anew")
    parser.add_argument("--keep", type=Path, help="the folder to keep measurement and results in")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--part", type=int, help=argparse.SUPPRESS)
    parser.add_argument("tests", nargs="*", help="files of tests; all by default")
    asked = parser.parse_args()
    if asked.worker:
        return _worker(asked.worker, asked.folder, asked.part)
    folder = asked.again or asked.keep or Path(tempfile.mkdtemp(prefix="hengjian-mutation-"))
    folder.mkdir(parents=True, exist_ok=True)
    tests = [*asked.tests, *TESTS[1:]] if asked.tests else TESTS
    plan = folder / "plan.json"
    named = hashlib.sha256(" ".join(asked.tests).encode()).hexdigest()[:8] if asked.tests else "all"
    plan.write_text(json.dumps({"tests": tests, "name": named}))
    if asked.tests or not asked.again:
        _run("measure", folder)
    sites = _sites(folder)
    chosen = sorted(site for site in sites if asked.like in site)
    if asked.most and asked.most < len(chosen):
        chosen = sorted(random.Random(3).sample(chosen, asked.most))
    _say(f"{len(sites)} guards, {len(chosen)} to remove")
    if not asked.tests and not asked.again:
        plan.write_text(json.dumps({"sites": chosen}))
        _run("ask", folder)
        _say(f"{sum(map(bool, _noticed(folder, 'asked').values()))} noticed by the matrix")
    seen = _all_noticed(folder)
    plan.write_text(json.dumps({"tests": tests if asked.tests else TESTS, "left": [site for site in chosen if not seen.get(site)]}))
    _run("attack", folder)
    return _report(folder, sites, chosen)


if __name__ == "__main__":
    sys.exit(main())

"""The benchmarks, each run in a process of its own: python -m bench.parts.NAME FOLDER [DATABASE]."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from bench.world import template


def ready() -> Path:
    """Settle on the world that the command line names, in the time in which it lives."""
    folder = Path(sys.argv[1])
    template.settle(folder, sys.argv[2] if len(sys.argv) > 2 else "")
    from hengjian.base import clock  # needs Django set up

    clock.set_for_process(clock.running_from(clock.at(date(2024, 7, 24), 9)))
    return folder


def copied(folder: Path) -> Path:
    """A copy of a world on SQLite that may be written to, thrown away by the caller."""
    import shutil  # beside its only use
    import tempfile

    place = Path(tempfile.mkdtemp(prefix="hengjian-bench-", dir=folder.parent))
    shutil.copytree(folder, place / "world")
    return place / "world"

"""One job per process: a command and options come in, a JSON line and bytes go out."""
from __future__ import annotations

import importlib
import json
import sys

# Each job loads only what it needs: start-up time is most of what a small file costs.
_JOBS = {
    "picture": ("pictures", "picture"), "portable": ("portable", "portable"), "workbook": ("workbooks", "workbook"),
    "mark": ("faultmarks", "mark"), "container": ("containers", "container"), "package": ("packages", "package"),
}


def main() -> None:
    """Read options (one JSON line) and the file from standard input, answer on standard output."""
    options = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    module, function = _JOBS[options["command"]]
    job = getattr(importlib.import_module(f"hengjian.dossier.intake.jail.{module}"), function)
    answer, extra = job(data, options)
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.write(extra)


if __name__ == "__main__":
    main()

"""Running a parser in a process of its own, with little memory, little time and no inherited secrets."""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[3]
_MEMORY_BYTES = 1024 * 1024 * 1024
_CPU_SECONDS = 20
_DISK_BYTES = 128 * 1024 * 1024  # openpyxl writes through a temporary file
_WALL_SECONDS = 60
# Limits are set by the child before it imports anything: a preexec function is not safe beside threads.
_BOOT = (
    "import resource, runpy, sys;"
    "resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}));"
    "resource.setrlimit(resource.RLIMIT_CPU, ({cpu}, {cpu}));"
    "resource.setrlimit(resource.RLIMIT_FSIZE, ({disk}, {disk}));"
    "resource.setrlimit(resource.RLIMIT_CORE, (0, 0));"
    "sys.path.insert(0, {root!r});"
    "runpy.run_module('hengjian.dossier.intake.jail', run_name='__main__')"
)


class ParserFailed(RuntimeError):
    """The parser died, ran out of memory or of time; nothing of its answer may be used."""


def run(command: str, data: bytes, **options: Any) -> tuple[dict[str, Any], bytes]:
    """Run one job on a file and return its answer.

    Raises ParserFailed when the process did not answer properly, whatever the reason.
    """
    boot = _BOOT.format(memory=_MEMORY_BYTES, cpu=_CPU_SECONDS, disk=_DISK_BYTES, root=str(_ROOT))
    head = json.dumps({"command": command, **options}).encode() + b"\n"
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own module, no word of the user in it
            [sys.executable, "-I", "-c", boot], input=head + data, capture_output=True, timeout=_WALL_SECONDS,
            check=False, env={"PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise ParserFailed("time") from error
    if done.returncode != 0:
        raise ParserFailed(f"exit {done.returncode}: {done.stderr[-400:].decode(errors='replace')}")
    line, _, extra = done.stdout.partition(b"\n")
    try:
        answer = json.loads(line)
    except ValueError as error:
        raise ParserFailed("answer") from error
    if not isinstance(answer, dict):
        raise ParserFailed("answer")
    return answer, extra

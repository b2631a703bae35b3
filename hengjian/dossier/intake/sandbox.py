"""Running a parser in a process of its own, with little memory, little time and no inherited secrets; few of them at once."""
from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

_ROOT = Path(__file__).resolve().parents[3]
# Photos of 50 megapixels and marks in a large workbook take more than reading a workbook may.
_MEMORY_MB = {"workbook": 512, "container": 512, "portable": 512, "picture": 1024, "mark": 1024, "package": 1024}
_ANSWER_MB = {"workbook": 32, "container": 1, "portable": 1, "picture": 48, "mark": 64, "package": 96}
_MEGABYTE = 1024 * 1024
_CPU_SECONDS = 20
_DISK_BYTES = 128 * _MEGABYTE  # openpyxl writes through a temporary file
_WALL_SECONDS = 120
_WAITING = 3  # times as many as run; each holds a thread of the server while it waits
_WAIT_SECONDS = 20
# Limits are set by the child before it imports anything: a preexec function is not safe beside threads.
_BOOT = (
    "import os, resource, runpy, sys;"
    "os.nice(15);"
    "resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}));"
    "resource.setrlimit(resource.RLIMIT_CPU, ({cpu}, {cpu}));"
    "resource.setrlimit(resource.RLIMIT_FSIZE, ({disk}, {disk}));"
    "resource.setrlimit(resource.RLIMIT_CORE, (0, 0));"
    "sys.path.insert(0, {root!r});"
    "runpy.run_module('hengjian.dossier.intake.jail', run_name='__main__')"
)
_ENVIRONMENT = {"PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}


class ParserFailed(RuntimeError):
    """The parser died, ran out of memory or of time; nothing of its answer may be used."""


class Busy(ParserFailed):
    """So many files are being examined that this one was not begun."""


class _Queue:
    """A few jails at once, a few callers waiting for one; whoever comes on top is sent away, so that pages keep their threads."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self.free, self.most = threading.Semaphore(at_once), at_once + waiting
        self.lock, self.inside = threading.Lock(), 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        with self.lock:
            if self.inside >= self.most:
                raise Busy("queue")
            self.inside += 1
        try:
            if not self.free.acquire(timeout=_WAIT_SECONDS):
                raise Busy("wait")
            try:
                yield
            finally:
                self.free.release()
        finally:
            with self.lock:
                self.inside -= 1


@cache
def _queue() -> _Queue:
    return _Queue(settings.JAILS, _WAITING * settings.JAILS)


def run(command: str, data: bytes, **options: Any) -> tuple[dict[str, Any], bytes]:
    """Run one job on a file and return its answer.

    Raises ParserFailed when the process did not answer properly, whatever the reason; Busy when it was not begun.
    """
    with _queue().turn():
        line, extra = _answer_of(command, data, json.dumps({"command": command, **options}).encode() + b"\n")
    try:
        answer = json.loads(line)
    except ValueError as error:
        raise ParserFailed("answer") from error
    if not isinstance(answer, dict):
        raise ParserFailed("answer")
    return answer, extra


def _answer_of(command: str, data: bytes, head: bytes) -> tuple[bytes, bytes]:
    boot = _BOOT.format(memory=_MEMORY_MB[command] * _MEGABYTE, cpu=_CPU_SECONDS, disk=_DISK_BYTES, root=str(_ROOT))
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module, no word of the user in it
        [sys.executable, "-I", "-c", boot], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_ENVIRONMENT,
    )
    alarm = threading.Timer(_WALL_SECONDS, child.kill)
    feeder = threading.Thread(target=_feed, args=(child.stdin, head, data), daemon=True)
    alarm.start()
    feeder.start()
    try:
        line, extra, is_whole = _read(child, _ANSWER_MB[command] * _MEGABYTE)
        if not is_whole:
            child.kill()
        code = child.wait()
    finally:
        alarm.cancel()
        child.kill()
        child.wait()
        feeder.join()
    if not is_whole:
        raise ParserFailed("answer too large")
    if code != 0 or not line.endswith(b"\n"):
        raise ParserFailed(f"exit {code}")
    return line, extra


def _read(child: Any, most: int) -> tuple[bytes, bytes, bool]:
    """The line and the rest of an answer, and whether that was all of it."""
    with child.stdout as pipe:
        line = pipe.readline(most)
        extra = pipe.read(most)
        return line, extra, not pipe.read(1)


def _feed(pipe: Any, head: bytes, data: bytes) -> None:
    try:
        pipe.write(head)
        pipe.write(data)
        pipe.close()
    except (BrokenPipeError, OSError):
        pass  # it died before it had read all; its exit tells

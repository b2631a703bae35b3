"""What runs beside the pages: the ledger's sequencer and the jobs of the apps.

A job is a public function of an app's ``jobs.py`` that takes nothing. It runs every hour, or as often as
``EVERY = {"function_name": timedelta(...)}`` in that file says. A job is idempotent: it may run again after a crash.
"""

from __future__ import annotations

import atexit
import inspect
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps
from django.db import Error, close_old_connections, connection

from hengjian.base import clock, parking, standing
from hengjian.base.ledger import witness
from hengjian.base.ledger.checkpoints import latest
from hengjian.base.ledger.continuity import continuity, look
from hengjian.base.ledger.sequencer import Sequencer
from hengjian.base.sight import seeing_everything
from hengjian.cli.turn import Turn, turn

log = logging.getLogger(__name__)

Jobs = dict[str, tuple[timedelta, Callable[[], object]]]
USUAL = timedelta(hours=1)


def jobs_of(module: ModuleType, label: str) -> Jobs:
    """Collect the jobs that one file of jobs defines."""
    every: dict[str, timedelta] = getattr(module, "EVERY", {})
    return {
        f"{label}.{name}": (every.get(name, USUAL), job)
        for name, job in inspect.getmembers(module, inspect.isfunction)
        if job.__module__ == module.__name__ and not name.startswith("_")
    }


def jobs_of_apps() -> Jobs:
    """Collect the jobs of every app of the house that has any."""
    found: Jobs = {}
    for config in apps.get_app_configs():
        place = f"{config.name}.jobs"
        if config.name.startswith("hengjian.") and find_spec(place):
            found |= jobs_of(import_module(place), config.label)
    return found


class Ticker(threading.Thread):
    """Runs each job when it is due; one that fails is logged and tried again at its next turn."""

    def __init__(self, jobs: Jobs, turn: Turn | None = None) -> None:
        super().__init__(name="jobs", daemon=True)
        self.jobs, self.turn = jobs, turn
        self._failing: set[str] | None = None
        self._due = dict.fromkeys(jobs, 0.0)
        self._end = threading.Event()

    def run(self) -> None:
        """Go round until stopped."""
        try:
            while not self._end.wait(1.0):
                close_old_connections()
                if self.turn is None or self.turn.take():
                    self.run_due(time.monotonic())
        finally:
            connection.close()

    def run_due(self, now: float) -> list[str]:
        """Run every job that is due at this reading of the monotonic clock; return their names. None while all is read-only."""
        if not self._knows_what_failed(now) or self._has_to_rest():
            return []
        due = [name for name in self.jobs if self._due[name] <= now]
        for name in due:
            pause, job = self.jobs[name]
            self._due[name] = now + pause.total_seconds()
            try:
                with seeing_everything(f"job {name}"), parking.marked(name):
                    job()
            except Exception as error:
                log.exception("job %s failed", name)
                self._failed(name, error, now)
            else:
                self._succeeded(name)
        return due

    def _has_to_rest(self) -> bool:
        """Whether the database was put back and nobody has said yet how to go on, or cannot say so itself just now."""
        try:
            return not continuity().is_sound
        except Error:
            log.exception("jobs: the database gives no answer")
            return True

    def _knows_what_failed(self, now: float) -> bool:
        """Learn once what earlier processes could not do: what is parked waits, what one died over counts as failed."""
        if self._failing is not None:
            return True
        try:
            if died := parking.died_over():
                parking.note_failure(died, parking.DIED)
            held = parking.failing()
        except Error:
            log.exception("jobs: the database gives no answer")
            return False
        self._failing = set(held)
        for name, one in held.items():
            if one.failures >= parking.TRIES and name in self._due:
                self._due[name] = now + max(0.0, (one.failed_at + parking.PARKED_PAUSE - clock.real_now()).total_seconds())
        return True

    def _failed(self, name: str, error: Exception, now: float) -> None:
        """Count a failure, unless it was the database that gave no answer: that is no fault of the job."""
        if standing.hindrance_behind(error):
            return
        with suppress(Error):
            if parking.note_failure(name, f"{type(error).__name__}: {error}"):
                log.error("job %s is parked after %s failures", name, parking.TRIES)
                self._due[name] = now + parking.PARKED_PAUSE.total_seconds()
            self._failing = {*(self._failing or ()), name}

    def _succeeded(self, name: str) -> None:
        if self._failing and name in self._failing:
            with suppress(Error):
                parking.note_success(name)
                self._failing.discard(name)

    def stop(self, timeout: float = 10.0) -> None:
        """End after the job that is running."""
        self._end.set()
        if self.is_alive():
            self.join(timeout)


def _remember_the_last() -> None:
    """Let a folder that is new, or missed the end of the process before, know how far the ledger has come."""
    try:
        point, found = latest(), look()
    except Error:
        log.exception("ledger: the database gives no answer")
        return
    if point is not None and found.is_sound and any(head.known is None or head.known.note != point.note for head in witness.heads()):
        witness.remember(point.note)


class Background:
    """Sequencer and ticker together."""

    def __init__(self, own: Turn | None = None) -> None:
        self.turn = own or turn()
        self.sequencer = Sequencer()
        self.ticker = Ticker(jobs_of_apps(), self.turn)

    def start(self) -> None:
        """Start both; they end with the process."""
        _remember_the_last()
        self.sequencer.start()
        self.ticker.start()
        atexit.register(self.stop)

    def stop(self) -> None:
        """End both; what waits to be sealed is sealed first."""
        self.ticker.stop()
        self.sequencer.stop()
        self.turn.leave()

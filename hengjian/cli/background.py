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
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.apps import apps
from django.db import close_old_connections, connection

from hengjian.base.ledger.sequencer import Sequencer

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

    def __init__(self, jobs: Jobs) -> None:
        super().__init__(name="jobs", daemon=True)
        self.jobs = jobs
        self._due = dict.fromkeys(jobs, 0.0)
        self._end = threading.Event()

    def run(self) -> None:
        """Go round until stopped."""
        try:
            while not self._end.wait(1.0):
                close_old_connections()
                self.run_due(time.monotonic())
        finally:
            connection.close()

    def run_due(self, now: float) -> list[str]:
        """Run every job that is due at this reading of the monotonic clock; return their names."""
        due = [name for name in self.jobs if self._due[name] <= now]
        for name in due:
            pause, job = self.jobs[name]
            self._due[name] = now + pause.total_seconds()
            try:
                job()
            except Exception:
                log.exception("job %s failed", name)
        return due

    def stop(self, timeout: float = 10.0) -> None:
        """End after the job that is running."""
        self._end.set()
        if self.is_alive():
            self.join(timeout)


class Background:
    """Sequencer and ticker together."""

    def __init__(self) -> None:
        self.sequencer = Sequencer()
        self.ticker = Ticker(jobs_of_apps())

    def start(self) -> None:
        """Start both; they end with the process."""
        self.sequencer.start()
        self.ticker.start()
        atexit.register(self.stop)

    def stop(self) -> None:
        """End both; what waits to be sealed is sealed first."""
        self.ticker.stop()
        self.sequencer.stop()

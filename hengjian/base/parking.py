"""Jobs that fail again and again: counted, parked after five times, tried now and then, shown until they succeed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from hengjian.base import clock
from hengjian.base.models.jobs import JobStanding

TRIES = 5
PARKED_PAUSE = timedelta(hours=6)
"""So often a parked job is tried again: what stopped it may have been mended."""

DIED = "后台进程在执行这项任务时退出"


def note_failure(name: str, fault: str) -> bool:
    """Count a failure of a job; return whether it is parked now."""
    standing, _is_new = JobStanding.objects.get_or_create(name=name, defaults={"failed_at": clock.real_now()})
    standing.failures, standing.fault, standing.failed_at = standing.failures + 1, fault[:300], clock.real_now()
    standing.save()
    return standing.failures >= TRIES


def note_success(name: str) -> None:
    """A job that failed has succeeded: nothing to show any more."""
    JobStanding.objects.filter(name=name).delete()


def failing() -> dict[str, JobStanding]:
    """The jobs that failed at their last turn."""
    return {one.name: one for one in JobStanding.objects.order_by("name")}


def parked() -> list[JobStanding]:
    """The jobs that failed five times and more in a row."""
    return [one for one in failing().values() if one.failures >= TRIES]


def _mark() -> Path:
    return Path(settings.VAR_DIR) / "worker.job"


@contextlib.contextmanager
def marked(name: str) -> Iterator[None]:
    """Keep the name of the job that runs, for whoever comes after a process that dies over it."""
    with contextlib.suppress(OSError):
        _mark().write_text(name)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            _mark().unlink(missing_ok=True)


def died_over() -> str:
    """The job over which the last background process died, if it did; asked once."""
    try:
        name = _mark().read_text()
        _mark().unlink()
    except OSError:
        return ""
    return name.strip()

"""Visits for the tests of the rules about presence: places by their distance in kilometres north of one point."""

from __future__ import annotations

from typing import Any

KM = 1 / 111.19508
NORTH, EAST = 28.0, 113.0


def place(km: float | None) -> dict[str, float | None]:
    """Return the coordinates of a place so many kilometres north; None is a place that nobody noted."""
    return {"latitude": None if km is None else NORTH + km * KM, "longitude": None if km is None else EAST}


def at(clock: str | None) -> str | None:
    """Return a time: a day of June 2025 and the time of day, as in "3 09:30"."""
    if clock is None:
        return None
    day, time = clock.split()
    return f"2025-06-{int(day):02d} {time}"


def visit(person: str | None, name: str, arrived: str | None, left: str | None, km: float | None = 0, **more: Any) -> dict[str, Any]:
    """Return a visit; its id tells the person and a name."""
    times = {"arrived_at": at(arrived), "left_at": at(left)}
    return {"visit_id": f"{person}-{name}", "person_id": person} | times | place(km) | more

"""People at institutions, for the tests of rules: their employments and their insurance months."""

from __future__ import annotations

from typing import Any

from tests.screening.packages import Rows


def employed(person: str, **fields: Any) -> dict[str, Any]:
    """Return an employment: full-time at 甲 and practice-registered since 2024."""
    spell = {"started_on": "2024-01-01", "practice_registered_on": "2024-01-01", "full_time": True, "institution_id": "甲"}
    return {"employment_id": f"{person}聘", "person_id": person} | spell | fields


def paid(person: str, months: str, payer: str | None = "甲", year: int = 2025) -> Rows:
    """Return the payments of some months."""
    return [{"person_id": person, "month": f"{year}-{int(month):02}-01", "payer_id": payer} for month in months.split()]


EVERY_MONTH = "1 2 3 4 5 6 7 8 9 10 11 12"

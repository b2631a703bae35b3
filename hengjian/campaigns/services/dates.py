"""Dates of plans carried to what is open below: filings of institutions, tables and reports of authorities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from hengjian.base.actions import audited_action
from hengjian.base.scope import EVERYTHING, inside
from hengjian.campaigns.models import Deadline, Plan, StatReturn, Submission, WorkReport
from hengjian.campaigns.queries.timetable import Due, deadlines_for, deadlines_in_force, expected_on

OPEN = ("idle", "draft", "returned")
Dues = dict[tuple[str, int], Due]


def carry_dates(plan: Plan, before: Sequence[Deadline], *, actor: Any, action: str, keeps_original: bool) -> list[Any]:
    """Let everything open below a plan follow the dates that the plan has changed; return the rows that moved.

    A row on the old day goes to the new one. A row on another day has an extension of its own, which stays unless the
    new day is later still.

    Args:
        before: the deadlines in force before the change.
        keeps_original: whether the day against which the first on-time rate counts stays (supplementary notice), or
            becomes the earlier one (a level's own plan).
    """
    after = deadlines_in_force(EVERYTHING, plan.campaign)
    review = int(plan.campaign.body.get("review_days", 0))
    old: dict[str, Dues] = {}
    new: dict[str, Dues] = {}
    moved: list[Any] = []
    for model in (Submission, StatReturn, WorkReport):
        days: dict[Any, tuple[date, date | None]] = {}
        rows = list(_open_rows(model, plan))
        for row in rows:
            was = _day(row, old.setdefault(row.org_area, deadlines_for(row.org_area, before)), review)
            now = _day(row, new.setdefault(row.org_area, deadlines_for(row.org_area, after)), review)
            if was is not None and now is not None and was != now:
                days[row.pk] = _carried(row, was, now, keeps_original)
        moved += _move([row for row in rows if row.pk in days and days[row.pk] != (row.due_on, _original(row))], days, actor=actor, action=action)
    return moved


def _open_rows(model: Any, plan: Plan) -> Any:
    held = model.objects.within(EVERYTHING).filter(inside("org_area", plan.authority.path), campaign=plan.campaign, state__in=OPEN)
    return held if model is Submission else held.select_related("authority__parent")


def _day(row: Any, dues: Dues, review: int) -> date | None:
    if not isinstance(row, Submission):
        return expected_on(row.authority, row.key, row.round, dues, review)
    due = dues.get((row.key, row.round))
    return due.due_on if due is not None else None


def _original(row: Any) -> date | None:
    """The day against which the first on-time rate counts; a row that never moved has its present one."""
    return (row.original_due_on or row.due_on) if hasattr(row, "original_due_on") else None


def _carried(row: Any, was: date, now: date, keeps_original: bool) -> tuple[date, date | None]:
    original = _original(row)
    if row.due_on != was:
        return max(row.due_on, now), original
    return now, original if keeps_original or original is None else min(original, now)


def _move(rows: list[Any], days: dict[Any, tuple[date, date | None]], *, actor: Any, action: str) -> list[Any]:
    def change(row: Any) -> None:
        row.due_on, original = days[row.pk]
        if original is not None:
            row.original_due_on = original

    fields = ("due_on", "original_due_on") if rows and hasattr(rows[0], "original_due_on") else ("due_on",)
    with audited_action(action, actor=actor) as act:
        return act.change_many(rows, change, fields=fields)

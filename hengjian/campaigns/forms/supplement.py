"""The form of a supplementary notice: number, date, reason, other days, further tasks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.errors import BadInput, Fault
from hengjian.campaigns.forms.rows import Rows, cut_and_grow, day_fault, day_of, rows_of, wants_more

TASK = ("title", "text", "due", "kind", "checked_by")
WORDS = ("title", "text", "due")


@dataclass
class SupplementForm:
    """A notice as it is being typed."""

    number: str = ""
    issued_on: date | None = None
    reason: str = ""
    days: dict[str, str] = field(default_factory=dict)
    tasks: Rows = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    only_rows: bool = False

    @property
    def dates(self) -> dict[tuple[str, int], date]:
        """The new days, by key and round."""
        found = {}
        for name, day in self.days.items():
            key, _sep, round_ = name.rpartition(":")
            if day_of(day) and round_.isdigit():
                found[key, int(round_)] = date.fromisoformat(day)
        return found

    def refuse(self, refusal: BadInput) -> None:
        """Take over the faults that the service found."""
        self.faults += refusal.faults


def supplement_form(post: QueryDict | None = None) -> SupplementForm:
    """An empty notice of today, or what was typed."""
    if post is None:
        return SupplementForm(issued_on=clock.today())
    days = {name[4:]: str(value) for name, value in post.items() if name.startswith("due-") and value}
    tasks = cut_and_grow(post, {"tasks": task_rows(post)})["tasks"]
    form = SupplementForm(post.get("number", "").strip(), day_of(post.get("issued_on", "")), post.get("reason", "").strip(), days, tasks, only_rows=wants_more(post))
    if form.issued_on is None:
        form.faults.append(Fault("issued_on", day_fault(post.get("issued_on", ""), _("印发日期")) or _("请填写印发日期。")))
    form.faults += [Fault("dates", why) for value in days.values() if (why := day_fault(value, _("新的期限")))]
    form.faults += task_day_faults(tasks)
    return form


def task_rows(post: QueryDict) -> Rows:
    """Rows of added tasks; one in which only a choice stands is empty."""
    return [row for row in rows_of(post, "tasks", TASK) if any(row.get(name) for name in WORDS)]


def task_day_faults(rows: Rows) -> list[Fault]:
    """Days of tasks that are no dates."""
    return [Fault("tasks", why, n) for n, row in enumerate(rows, start=1) if (why := day_fault(row.get("due", ""), _("任务期限")))]


def typed_tasks(rows: Rows) -> list[dict[str, Any]]:
    """Tasks as the service takes them."""
    return [
        {"title": row.get("title", ""), "text": row.get("text", ""), "due": row.get("due", ""), "kinds": [row["kind"]] if row.get("kind") else [],
         "checked_by": row.get("checked_by") or "own"}
        for row in rows if not row.get("is_new")
    ]

"""The form of a level's own plan: number, date, its own days, tasks, steps and contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.errors import BadInput, Fault
from hengjian.campaigns.forms.rows import (
    REPEAT,
    cut_and_grow,
    day_fault,
    day_of,
    keyed,
    repeat_fault,
    round_of,
    rows_of,
    same_round_faults,
    wants_more,
    without_repeat,
)
from hengjian.campaigns.forms.supplement import TASK, task_day_faults, task_rows

STEP = ("key", "title", "form", "from", "round", "due")
CONTACT = ("name", "phone", "email")
TABLES = {"tasks": TASK, "added": STEP, "contacts": CONTACT}


@dataclass
class PlanForm:
    """A plan as it stands or as it was just typed."""

    number: str
    issued_on: date | None
    body: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)
    only_rows: bool = False

    @property
    def dates(self) -> dict[tuple[str, int], date]:
        """The level's own days, by key and round."""
        found = {}
        for name, day in self.body.get("dates", {}).items():
            key, _sep, round_ = name.rpartition(":")
            if day_of(day) and round_.isdecimal():
                found[key, int(round_)] = date.fromisoformat(day)
        return found

    @property
    def kept(self) -> dict[str, Any]:
        """What the draft keeps: rows that were only just added are not."""
        return {**self.body, **{name: [without_repeat(row) for row in self.rows(name)] for name in TABLES}}

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The filled rows of a table."""
        return [row for row in self.body.get(name, []) if not row.get("is_new")]

    def refuse(self, refusal: BadInput) -> None:
        """Take over the faults that the service found."""
        self.faults += refusal.faults


def plan_form(plan: Any, post: QueryDict | None = None, rounds_above: Mapping[str, int] | None = None) -> PlanForm:
    """The form of a plan, from the draft or from what was typed; ``rounds_above``: the last round of each form above."""
    if post is None:
        return PlanForm(plan.number, plan.issued_on or clock.today(), {**{name: [] for name in TABLES}, **plan.body})
    typed = {name: rows_of(post, name, fields) for name, fields in {**TABLES, "added": (*STEP, *REPEAT)}.items()}
    tables = cut_and_grow(post, {**typed, "tasks": task_rows(post)}, rounds_above)
    level = plan.authority.level
    tables["added"] = [row if row.get("is_new") else _step(row, level) for row in keyed(tables["added"], f"{level}_step")]
    dates = {name[4:]: value for name, value in post.items() if name.startswith("due-") and value}
    form = PlanForm(post.get("number", "").strip(), day_of(post.get("issued_on", "")), {**plan.body, **tables, "dates": dates}, only_rows=wants_more(post))
    form.faults = _faults(form, post)
    return form


def _step(row: dict[str, Any], level: str) -> dict[str, Any]:
    return {**dict.fromkeys(STEP, ""), **row, "to": level, "round": round_of(row)}


def _faults(form: PlanForm, post: QueryDict) -> list[Fault]:
    found = [Fault(name, why) for name, why in (
        ("issued_on", _("请填写印发日期。") if not post.get("issued_on") else day_fault(post.get("issued_on", ""), _("印发日期"))),
    ) if why]
    found += [Fault("dates", why) for value in form.body["dates"].values() if (why := day_fault(value, _("拟定期限")))]
    for number, row in enumerate(form.rows("added"), start=1):
        if not row["title"] or not day_of(row["due"]):
            found.append(Fault("added", _("请填写环节名称和期限。"), number))
        if row["from"] not in {"institution", "county", "city"}:
            found.append(Fault("added", _("请选择由谁报送。"), number))
        if why := repeat_fault(row):
            found.append(Fault("added", why, number))
    found += [Fault("added", why, number) for number, why in same_round_faults(form.rows("added"))]
    found += [Fault("tasks", _("请填写任务名称。"), n) for n, row in enumerate(form.rows("tasks"), start=1) if not row.get("title")]
    return [*found, *task_day_faults(form.rows("tasks"))]


@dataclass(frozen=True)
class HintAsked:
    """A date about which the page asks while it is typed: of a deadline above, or of a step of one's own."""

    day: date
    key: str
    round: int
    form: str

    @property
    def step(self) -> dict[str, Any]:
        """The step as the service takes it."""
        return {"key": "own", "title": _("本级环节"), "form": self.form, "due": self.day.isoformat(), "round": self.round}


def days_typed(query: QueryDict) -> PlanForm:
    """The level's own days and steps as they stand on the page while one of them is being typed."""
    dates = {name[4:]: str(value) for name, value in query.items() if name.startswith("due-") and value}
    return PlanForm("", None, {"dates": dates, "added": rows_of(query, "added", STEP)})


def hint_asked(query: QueryDict) -> HintAsked | None:
    """Read the question; fields come under the names that they have in the form."""
    prefix = f"added-{query['step']}-" if query.get("step") else ""
    typed = query.get(f"{prefix}due" if prefix else f"due-{query.get('key', '')}:{query.get('round', '1')}", "")
    day, round_ = day_of(typed), query.get(f"{prefix}round", "1")
    if day is None:
        return None
    return HintAsked(day, query.get("key", ""), int(round_) if round_.isdigit() else 1, query.get(f"{prefix}form", "") if prefix else "")

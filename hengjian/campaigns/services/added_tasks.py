"""Tasks that a level adds, in its plan or by supplementary notice: those with a day are answered by institutions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.errors import Fault
from hengjian.base.scope import EVERYTHING, inside
from hengjian.campaigns.models import Deadline, Plan, Submission, Target
from hengjian.campaigns.services.submissions_opening import open_submissions
from hengjian.campaigns.states import TASK_FORM

OWN, LOWEST = "own", "lowest"


def task_faults(plan: Plan, tasks: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """What is wrong with tasks that are to be added: no title, a day that has passed or lies after the campaign's end."""
    faults = []
    ends_on = plan.campaign.body.get("ends_on")
    for row, task in enumerate(tasks, start=1):
        if not str(task.get("title", "")).strip():
            faults.append(Fault("tasks", _("请填写任务名称。"), row))
        if not task.get("due"):
            continue
        day = date.fromisoformat(str(task["due"]))
        if day < clock.today():
            faults.append(Fault("tasks", _("任务“%(title)s”的期限%(day)s已经过去，请改晚一些。") % {"title": task["title"], "day": cn_day(day)}, row))
        elif ends_on and day > date.fromisoformat(str(ends_on)):
            last = cn_day(date.fromisoformat(str(ends_on)))
            faults.append(Fault("tasks", _("任务“%(title)s”的期限%(day)s晚于行动结束的%(last)s，请改早一些。") % {"title": task["title"], "day": cn_day(day), "last": last}, row))
    return faults


def keyed(plan: Plan, tasks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give each task with a day the key of its deadline; numbers go on from those that the level has added before."""
    number = Deadline.objects.within(EVERYTHING).filter(plan=plan, form_code=TASK_FORM).count()
    found = []
    for task in tasks:
        row = {name: value for name, value in task.items() if value not in ("", None, [])}
        if task.get("due"):
            number += 1
            row["key"] = f"{plan.authority.key}-task-{number}"[:60]
        found.append(row)
    return found


def task_deadlines(plan: Plan, tasks: Sequence[Mapping[str, Any]], *, clause: str = "") -> list[Deadline]:
    """The deadlines of tasks that institutions answer, received by the level itself or by the lowest one."""
    return [
        Deadline(
            plan=plan, key=task["key"], title=str(task["title"])[:120], form_code=TASK_FORM, step_from="institution",
            step_to=plan.authority.level if task.get("checked_by", OWN) == OWN else "county", round=1,
            due_on=date.fromisoformat(str(task["due"])), clause=clause[:60], kinds=list(task.get("kinds", [])),
        ).owned_by(plan)
        for task in tasks if task.get("due")
    ]


def open_added(plan: Plan, *, actor: Any) -> list[Submission]:
    """Put what the plan has added on the desks of the institutions in its area."""
    held = Target.objects.within(EVERYTHING).filter(inside("org_area", plan.authority.path), campaign=plan.campaign, included=True)
    return open_submissions(plan.campaign, list(held.select_related("institution")), actor=actor)


def cn_day(day: date) -> str:
    """7月31日, as sentences say it."""
    return _("%(month)s月%(day)s日") % {"month": day.month, "day": day.day}

"""Supplementary notices (补充通知): a level whose plan is issued changes its dates or adds tasks, with reason and number.

Dates below that were the parent's follow; those that stay earlier remain; those that would now be later are brought
forward. What is open moves along and keeps its original day, against which the first on-time rate is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import all_or_nothing, audited_action, title
from hengjian.base.errors import BadInput, Fault
from hengjian.base.scope import EVERYTHING, inside
from hengjian.base.texts import says_enough
from hengjian.campaigns import policy
from hengjian.campaigns.models import Deadline, Plan, Submission, Supplement
from hengjian.campaigns.queries.supplements import followed
from hengjian.campaigns.queries.timetable import RANK, Due, deadlines_above, deadlines_for, deadlines_in_force, latest_allowed
from hengjian.campaigns.services.added_tasks import cn_day, keyed, open_added, task_deadlines, task_faults
from hengjian.campaigns.services.dates import carry_dates
from hengjian.campaigns.services.papers import keep_papers
from hengjian.campaigns.services.telling import tell_supplement, tell_tasks

ISSUE = title("campaigns.issue_supplement", "印发补充通知")
CARRY = title("campaigns.carry_supplement", "按补充通知调整期限")
FOLLOW = title("campaigns.follow_supplement", "下级期限随补充通知调整")

Dates = Mapping[tuple[str, int], date]
Dues = dict[tuple[str, int], Due]


def why_not(plan: Plan, dates: Dates) -> list[Fault]:
    """What would be refused if these dates were set now; nothing is written."""
    own = deadlines_for(plan.authority.path, deadlines_in_force(EVERYTHING, plan.campaign))
    above = deadlines_above(plan) if plan.parent_id else {}
    found = []
    for key, day in dates.items():
        due = own.get(key)
        if due is None:
            found.append(Fault("dates", _("方案中没有这一项期限。")))
            continue
        said = {"day": cn_day(day), "now": cn_day(due.due_on)}
        if day == due.due_on:
            found.append(Fault(due.title, _("与现期限%(now)s相同，不需要写入补充通知。") % said))
        elif day < clock.today():
            found.append(Fault(due.title, _("不能改为已经过去的%(day)s，最早为今天。") % said))
        elif key in above and day > above[key].due_on:
            found.append(Fault(due.title, _("%(day)s晚于上级期限%(above)s，系统未予发布。请改为%(above)s或更早。") % {**said, "above": cn_day(above[key].due_on)}))
    return found


@all_or_nothing
def issue_supplement(
    plan: Plan, *, actor: Any, number: str, issued_on: date, reason: str, dates: Dates, tasks: Sequence[Mapping[str, Any]] = (),
    papers: Iterable[Any] = (),
) -> Supplement:
    """Issue a supplementary notice to an issued plan of a running campaign.

    Args:
        dates: the new day for each deadline that changes, by (key, round).
        tasks: tasks that are added, as in ``issue_plan``.
        papers: uploaded documents, kept with the plan.

    Raises:
        BadInput: nothing changes, no reason, a day that has passed or is later than the level above allows.
    """
    before = deadlines_in_force(EVERYTHING, plan.campaign)
    was = deadlines_for(plan.authority.path, before)
    with audited_action(ISSUE, actor=actor, reason=reason) as act:
        held = act.take(plan)
        act.require(policy.may_issue_plan(actor, held), _("须由印发方案的单位补充。"))
        act.require(held.state == "issued", _("本级方案还没有印发，请直接修改方案。"))
        act.require(held.campaign.state == "running", _("行动已经结束，不能再补充。"))
        _must_be_whole(held, issued_on, reason, dates, tasks)
        supplement = Supplement(
            plan=held, serial=Supplement.objects.within(EVERYTHING).filter(plan=held).count() + 1, number=number.strip(),
            issued_on=issued_on, reason=reason.strip(), issued_at=clock.now(), issued_by_name=actor.name,
        ).owned_by(held)
        added = keyed(held, tasks)
        _change_plan(held, dates, was, added, named(supplement), actor=actor)
        _follow_below(held, dates, was, actor=actor)
        moved = carry_dates(held, before, actor=actor, action=CARRY, keeps_original=True)
        opened = open_added(held, actor=actor)
        supplement.changes = {
            "dates": [_changed(was[key], day) for key, day in dates.items()], "tasks": added, "moved": _counted(moved), "opened": len(opened),
        }
        act.add(supplement)
    tell_tasks(plan, opened, actor=actor)
    tell_supplement(supplement, moved, actor=actor)
    keep_papers(plan, papers, actor=actor)
    return supplement


def _must_be_whole(plan: Plan, issued_on: date, reason: str, dates: Dates, tasks: Sequence[Mapping[str, Any]]) -> None:
    faults = []
    if not says_enough(reason):
        faults.append(Fault("reason", _("请写明补充的理由（至少5个字）。")))
    if plan.issued_on and issued_on < plan.issued_on:
        faults.append(Fault("issued_on", _("印发日期不能早于方案的印发日期%(day)s。") % {"day": cn_day(plan.issued_on)}))
    if not dates and not tasks:
        faults.append(Fault("dates", _("没有改动：请至少改一个日期，或者增加一项任务。")))
    faults += [*why_not(plan, dates), *task_faults(plan, tasks)]
    if faults:
        raise BadInput.of(faults)


def _changed(due: Due, day: date) -> dict[str, Any]:
    return {"key": due.key, "round": due.round, "title": due.title, "from": due.step_from, "to": due.step_to,
            "was": due.due_on.isoformat(), "now": day.isoformat()}


def named(supplement: Supplement) -> str:
    """How what it set is sourced: 补充通知 with its number."""
    return f"补充通知 {supplement.number}" if supplement.number else f"补充通知（{supplement.serial}）"


def _change_plan(plan: Plan, dates: Dates, was: Dues, added: Sequence[Mapping[str, Any]], source: str, *, actor: Any) -> None:
    """The level's own days and tasks: those of its plan change, days it had taken over from above become its own.

    The issuer's tasks stand in the campaign, those of a lower level in its plan; each names the notice that added it.
    """
    held = {(d.key, d.round): d for d in Deadline.objects.within(EVERYTHING).filter(plan=plan)}
    with audited_action(ISSUE, actor=actor, reason=source) as act:
        for key, day in dates.items():
            if key in held:
                act.take(held[key]).due_on = day
            else:
                act.add(_taken_over(plan, was[key], day))
        act.add_many(task_deadlines(plan, added, clause=source))
        if added:
            owner = act.take(plan) if plan.parent_id else act.take(plan.campaign)
            owner.body = {**owner.body, "tasks": [*owner.body.get("tasks", []), *({**task, "clause": source} for task in added)]}


def _taken_over(plan: Plan, due: Due, day: date) -> Deadline:
    return Deadline(
        plan=plan, key=due.key, title=due.title, form_code=due.form_code, step_from=due.step_from, step_to=due.step_to, round=due.round,
        due_on=day, parent_due_on=due.due_on, clause=due.clause, kinds=list(due.kinds),
    ).owned_by(plan)


def _follow_below(plan: Plan, dates: Dates, was: Dues, *, actor: Any) -> None:
    """Days of lower plans: equal to the old one follow, later than the new one are brought forward, earlier ones stay."""
    held = Deadline.objects.within(EVERYTHING).filter(inside("org_area", plan.authority.path), plan__campaign=plan.campaign, plan__state="issued")
    rows = list(held.exclude(plan=plan).select_related("plan__authority").order_by("plan__authority__path"))
    review = int(plan.campaign.body.get("review_days", 0))
    days: dict[Any, tuple[date, date | None]] = {}
    for key, now in dates.items():
        days |= followed([row for row in rows if (row.key, row.round) == key], plan.authority.path, was[key].due_on, now)
        last = latest_allowed(replace(was[key], due_on=now), review)
        days |= _steps_brought_forward(rows, was[key], last)
    changed = [row for row in rows if row.pk in days and days[row.pk] != (row.due_on, row.parent_due_on)]

    def change(row: Deadline) -> None:
        row.due_on, row.parent_due_on = days[row.pk]

    with audited_action(FOLLOW, actor=actor) as act:
        act.change_many(changed, change, fields=("due_on", "parent_due_on"))


def _steps_brought_forward(rows: Sequence[Deadline], due: Due, last: date) -> dict[Any, tuple[date, date | None]]:
    """Steps that lower levels added to feed a deadline must still leave the days for review."""
    return {
        row.pk: (last, None) for row in rows
        if row.parent_due_on is None and (row.form_code, row.round) == (due.form_code, due.round) and row.key != due.key
        and RANK.get(row.step_from, 0) < RANK.get(due.step_from, 0) and row.due_on > last
    }


def _counted(moved: Sequence[Any]) -> dict[str, int]:
    counts = Counter("submissions" if isinstance(row, Submission) else "returns" for row in moved)
    return {"submissions": counts["submissions"], "returns": counts["returns"]}

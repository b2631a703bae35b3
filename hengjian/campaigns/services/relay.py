"""Relay down the tree: each level issues its own plan, may tighten and add, never loosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput, Fault
from hengjian.base.scope import EVERYTHING, inside
from hengjian.campaigns import policy
from hengjian.campaigns.models import Deadline, Plan, StatReturn, Submission, Target, WorkReport
from hengjian.campaigns.queries.timetable import RANK, Due, deadlines_for, deadlines_in_force, latest_allowed
from hengjian.campaigns.services.launch import draft_plans_below
from hengjian.campaigns.services.returns_opening import open_returns

ACKNOWLEDGE = title("campaigns.acknowledge_plan", "签收方案")
ACKNOWLEDGE_TARGET = title("campaigns.acknowledge_target", "签收通知")
DRAFT = title("campaigns.draft_plan", "拟制实施方案")
REFUSED = title("campaigns.refuse_plan", "拟定期限晚于上级，未予发布")
ISSUE = title("campaigns.issue_plan", "印发实施方案")
TIGHTEN = title("campaigns.tighten_deadline", "按下级方案提前期限")


def acknowledge_plan(plan: Plan, *, actor: Any) -> Plan:
    """Acknowledge receipt of the plan from above (签收), before relaying it."""
    with audited_action(ACKNOWLEDGE, actor=actor) as act:
        plan = act.take(plan)
        act.require(policy.may_issue_plan(actor, plan), "须由本单位签收。")
        act.require(plan.parent_id is not None, "本单位印发的方案无须签收。")
        if plan.received_at is None:
            plan.received_at, plan.received_by_name = clock.now(), actor.name
    return plan


def acknowledge_target(target: Target, *, actor: Any) -> Target:
    """An institution acknowledges that the notice has reached it."""
    with audited_action(ACKNOWLEDGE_TARGET, actor=actor) as act:
        target = act.take(target)
        act.require(actor.org_id == target.org_id or actor.holds("system"), "须由本机构签收。")
        if target.acknowledged_at is None:
            target.acknowledged_at, target.acknowledged_by_name = clock.now(), actor.name
    return target


def draft_plan(plan: Plan, *, actor: Any, number: str, body: Mapping[str, Any]) -> Plan:
    """Save the draft of a level's own plan."""
    with audited_action(DRAFT, actor=actor) as act:
        plan = act.take(plan)
        act.require(policy.may_issue_plan(actor, plan), "只能拟制本单位的方案。")
        act.require(plan.state == "draft", "方案已经印发。")
        plan.number, plan.body = number.strip(), dict(body)
    return plan


def why_refused(plan: Plan, dates: Mapping[tuple[str, int], date], added: Sequence[Mapping[str, Any]] = ()) -> list[Fault]:
    """What would be refused if these dates were issued now; nothing is written."""
    above = deadlines_above(plan)
    return [*_later(dates, above, plan), *_added_later(added, above, int(plan.campaign.body.get("review_days", 0)), plan)]


def issue_plan(
    plan: Plan, *, actor: Any, number: str, issued_on: date, dates: Mapping[tuple[str, int], date],
    added: Sequence[Mapping[str, Any]] = (), tasks: Sequence[Mapping[str, Any]] = (), contacts: Sequence[Mapping[str, Any]] = (),
) -> Plan:
    """Issue the plan of a level.

    Args:
        dates: the level's own date for deadlines of the plan above, by (key, round); those left out stay.
        added: deadlines of its own (``key, title, form, from, to, due, round``).
        tasks: tasks of its own (``title, text``).

    Raises:
        BadInput: a date is later than the plan above allows; the refusal is kept with the plan and shown.
    """
    above = deadlines_above(plan)
    faults = why_refused(plan, dates, added)
    if faults:
        _keep_refusal(plan, faults, actor)
        raise BadInput.of(faults)
    with audited_action(ISSUE, actor=actor) as act:
        plan = act.take(plan)
        act.require(policy.may_issue_plan(actor, plan), "须由本单位的监管员或分管负责人印发。")
        act.require(plan.received_at is not None, "请先签收上级方案，再印发本级方案。")
        act.move(plan, "issue")
        plan.number, plan.issued_on = number.strip(), issued_on
        plan.body = {**plan.body, "tasks": list(tasks), "contacts": list(contacts)}
        rows = [_tightened(plan, above[key], day) for key, day in dates.items() if day < above[key].due_on]
        rows += [_own(plan, raw) for raw in added]
        act.add_many(rows)
    draft_plans_below(plan, actor=actor)
    _tighten_open_filings(plan, actor=actor)
    _apply_own_steps(plan, actor=actor)
    return plan


def deadlines_above(plan: Plan) -> dict[tuple[str, int], Due]:
    """The deadlines of the plan above, by key and round."""
    parent_path = plan.parent.authority.path if plan.parent else plan.authority.path
    return deadlines_for(parent_path, deadlines_in_force(EVERYTHING, plan.campaign))


def _later(dates: Mapping[tuple[str, int], date], above: Mapping[tuple[str, int], Due], plan: Plan) -> list[Fault]:
    faults = []
    for key, day in dates.items():
        if key not in above:
            faults.append(Fault("deadline", "上级方案中没有这一项期限。"))
        elif day > above[key].due_on:
            faults.append(Fault(above[key].title, (
                f"拟定期限{_cn(day)}晚于上级期限{_cn(above[key].due_on)}，系统未予发布。请改为{_cn(above[key].due_on)}或更早。"
            )))
        elif day < ((plan.campaign.launched_at and clock.local_date(plan.campaign.launched_at)) or day):
            faults.append(Fault(above[key].title, f"拟定期限{_cn(day)}早于行动发起之日，请改晚一些。"))
    return faults


def _added_later(added: Sequence[Mapping[str, Any]], above: Mapping[tuple[str, int], Due], review: int, plan: Plan) -> list[Fault]:
    """A step that feeds one of ours must leave us the days for review."""
    faults = []
    level = plan.authority.level
    for raw in added:
        day = date.fromisoformat(str(raw["due"]))
        fed = [d for d in above.values() if d.form_code == raw.get("form") and d.round == int(raw.get("round", 1)) and RANK[d.step_from] >= RANK[level]]
        for due in fed:
            last = latest_allowed(due, review)
            if day > last:
                faults.append(Fault(str(raw.get("title") or raw["key"]), (
                    f"拟定期限{_cn(day)}太晚：上级期限{_cn(due.due_on)}，扣除审核{review}个工作日，最晚为{_cn(last)}。系统未予发布。"
                )))
    return faults


def _keep_refusal(plan: Plan, faults: list[Fault], actor: Any) -> None:
    with audited_action(REFUSED, actor=actor) as act:
        held = act.take(plan)
        held.refused = [*held.refused, {"at": clock.now().isoformat(), "by": actor.name, "said": [f.message for f in faults]}][-20:]


def _tightened(plan: Plan, due: Due, day: date) -> Deadline:
    return Deadline(plan=plan, key=due.key, title=due.title, form_code=due.form_code, step_from=due.step_from, step_to=due.step_to,
                    round=due.round, due_on=day, parent_due_on=due.due_on, clause=due.clause).owned_by(plan)


def _own(plan: Plan, raw: Mapping[str, Any]) -> Deadline:
    return Deadline(plan=plan, key=raw["key"], title=raw.get("title", ""), form_code=raw.get("form", ""), step_from=raw["from"],
                    step_to=raw["to"], round=int(raw.get("round", 1)), due_on=date.fromisoformat(str(raw["due"]))).owned_by(plan)


def _tighten_open_filings(plan: Plan, *, actor: Any) -> None:
    """Carry the tighter dates to what is still open below; an extension that was granted stays."""
    deadlines = deadlines_in_force(EVERYTHING, plan.campaign)
    place = plan.authority.path
    models: tuple[Any, ...] = (Submission, StatReturn, WorkReport)
    for model in models:
        open_ones = list(model.objects.within(EVERYTHING).filter(inside("org_area", place), campaign=plan.campaign, state__in=["idle", "draft"]))
        moved: dict[Any, date] = {}
        for row in open_ones:
            due = deadlines_for(row.org_area, deadlines).get((row.key, row.round))
            original = getattr(row, "original_due_on", row.due_on)
            if due is not None and due.due_on < row.due_on and original == row.due_on:
                moved[row.pk] = due.due_on
        _move([row for row in open_ones if row.pk in moved], moved, actor=actor)


def _move(rows: list[Any], moved: Mapping[Any, date], *, actor: Any) -> None:
    def change(row: Any) -> None:
        row.due_on = moved[row.pk]
        if hasattr(row, "original_due_on"):
            row.original_due_on = moved[row.pk]

    fields = ("due_on", "original_due_on") if rows and hasattr(rows[0], "original_due_on") else ("due_on",)
    with audited_action(TIGHTEN, actor=actor) as act:
        act.change_many(rows, change, fields=fields)


def _apply_own_steps(plan: Plan, *, actor: Any) -> None:
    """A step of one's own sets the day of the tables that exist below, and opens those that do not."""
    own = [d for d in plan.deadlines.all() if d.parent_due_on is None]
    if not own:
        return
    form_of = {(d.key, d.round): d.form_code for d in deadlines_in_force(EVERYTHING, plan.campaign)}
    for model in (StatReturn, WorkReport):
        held = model.objects.within(EVERYTHING).filter(inside("org_area", plan.authority.path), campaign=plan.campaign, state__in=["idle", "draft"])
        moved = {
            row.pk: step.due_on for row in held.select_related("authority") for step in own
            if (row.authority.level, row.round, form_of.get((row.key, row.round))) == (step.step_from, step.round, step.form_code) and row.key != step.key
        }
        _move(list(held.filter(pk__in=moved)), moved, actor=actor)
    open_returns(plan.campaign, actor=actor, place=plan.authority.path)


def _cn(day: date) -> str:
    return f"{day.month}月{day.day}日"

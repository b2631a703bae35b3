"""Relay down the tree: each level issues its own plan, may tighten and add, never loosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import all_or_nothing, audited_action, title
from hengjian.base.errors import BadInput, Fault
from hengjian.base.scope import EVERYTHING
from hengjian.base.wording import in_chinese
from hengjian.campaigns import policy
from hengjian.campaigns.models import Deadline, Plan, Target
from hengjian.campaigns.queries.timetable import RANK, Due, deadlines_above, deadlines_in_force, latest_allowed
from hengjian.campaigns.services.added_tasks import cn_day, keyed, open_added, task_deadlines, task_faults
from hengjian.campaigns.services.dates import carry_dates
from hengjian.campaigns.services.launch import draft_plans_below
from hengjian.campaigns.services.papers import keep_papers
from hengjian.campaigns.services.returns_opening import open_returns
from hengjian.campaigns.services.telling import tell_tasks

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


@all_or_nothing
def draft_plan(plan: Plan, *, actor: Any, number: str, body: Mapping[str, Any], papers: Iterable[Any] = ()) -> Plan:
    """Save the draft of a level's own plan, and keep the uploaded documents with it."""
    with audited_action(DRAFT, actor=actor) as act:
        plan = act.take(plan)
        act.require(policy.may_issue_plan(actor, plan), "只能拟制本单位的方案。")
        act.require(plan.state == "draft", "方案已经印发。")
        plan.number, plan.body = number.strip(), dict(body)
    keep_papers(plan, papers, actor=actor)
    return plan


def why_refused(plan: Plan, dates: Mapping[tuple[str, int], date], added: Sequence[Mapping[str, Any]] = ()) -> list[Fault]:
    """What would be refused if these dates were issued now; nothing is written."""
    above = deadlines_above(plan)
    return [*_later(dates, above, plan), *_added_later(added, above, int(plan.campaign.body.get("review_days", 0)), plan)]


def issue_plan(
    plan: Plan, *, actor: Any, number: str, issued_on: date, dates: Mapping[tuple[str, int], date],
    added: Sequence[Mapping[str, Any]] = (), tasks: Sequence[Mapping[str, Any]] = (), contacts: Sequence[Mapping[str, Any]] = (),
    papers: Iterable[Any] = (),
) -> Plan:
    """Issue the plan of a level.

    Args:
        dates: the level's own date for deadlines of the plan above, by (key, round); those left out stay.
        added: deadlines of its own (``key, title, form, from, to, due, round``).
        tasks: tasks of its own (``title, text``); with ``due`` institutions answer them by that day (``kinds``: which
            of them, ``checked_by``: this level itself, ``own``, or the ``lowest``).
        papers: uploaded documents, kept with the plan once it is issued.

    Raises:
        BadInput: a date is later than the plan above allows; the refusal is kept with the plan and shown.
    """
    if unfit := task_faults(plan, tasks):
        raise BadInput.of(unfit)
    faults = why_refused(plan, dates, added)
    if faults:
        _keep_refusal(plan, dates, added, actor)
        raise BadInput.of(faults)
    return _issue(plan, actor, number.strip(), issued_on, dates, added, tasks, contacts, papers)


@all_or_nothing
def _issue(
    plan: Plan, actor: Any, number: str, issued_on: date, dates: Mapping[tuple[str, int], date],
    added: Sequence[Mapping[str, Any]], tasks: Sequence[Mapping[str, Any]], contacts: Sequence[Mapping[str, Any]],
    papers: Iterable[Any],
) -> Plan:
    """Issue a plan that nothing speaks against, with all that follows from it below."""
    above, before = deadlines_above(plan), deadlines_in_force(EVERYTHING, plan.campaign)
    with audited_action(ISSUE, actor=actor) as act:
        plan = act.take(plan)
        act.require(policy.may_issue_plan(actor, plan), "须由本单位的监管员或分管负责人印发。")
        act.require(plan.received_at is not None, "请先签收上级方案，再印发本级方案。")
        act.move(plan, "issue")
        plan.number, plan.issued_on = number, issued_on
        own_tasks = keyed(plan, tasks)
        plan.body = {**plan.body, "tasks": own_tasks, "contacts": list(contacts)}
        rows = [_tightened(plan, above[key], day) for key, day in dates.items() if day < above[key].due_on]
        rows += [_own(plan, raw) for raw in added]
        act.add_many([*rows, *task_deadlines(plan, own_tasks)])
    keep_papers(plan, papers, actor=actor)
    draft_plans_below(plan, actor=actor)
    carry_dates(plan, before, actor=actor, action=TIGHTEN, keeps_original=False)
    open_returns(plan.campaign, actor=actor, place=plan.authority.path)
    tell_tasks(plan, open_added(plan, actor=actor), actor=actor)
    return plan


def _later(dates: Mapping[tuple[str, int], date], above: Mapping[tuple[str, int], Due], plan: Plan) -> list[Fault]:
    faults = []
    launched_on = clock.local_date(plan.campaign.launched_at) if plan.campaign.launched_at else date.min
    for key, day in dates.items():
        if key not in above:
            faults.append(Fault("deadline", _("上级方案中没有这一项期限。")))
        elif day > above[key].due_on:
            said = _("拟定期限%(day)s晚于上级期限%(above)s，系统未予发布。请改为%(above)s或更早。")
            faults.append(Fault(above[key].title, said % {"day": cn_day(day), "above": cn_day(above[key].due_on)}))
        elif day < launched_on:
            faults.append(Fault(above[key].title, _("拟定期限%(day)s早于行动发起之日，请改晚一些。") % {"day": cn_day(day)}))
    return faults


def _added_later(added: Sequence[Mapping[str, Any]], above: Mapping[tuple[str, int], Due], review: int, plan: Plan) -> list[Fault]:
    """An added step lies within the campaign; one that feeds a step of ours must leave us the days for review."""
    faults = [fault for raw in added if (fault := _outside(raw, plan)) is not None]
    level = plan.authority.level
    said = _("拟定期限%(day)s太晚：上级期限%(above)s，扣除审核%(n)s个工作日，最晚为%(last)s。系统未予发布。")
    for raw in added:
        day = date.fromisoformat(str(raw["due"]))
        fed = [d for d in above.values() if d.form_code == raw.get("form") and d.round == int(raw.get("round", 1)) and RANK[d.step_from] >= RANK[level]]
        for due in fed:
            last = latest_allowed(due, review)
            if day > last:
                told = said % {"day": cn_day(day), "above": cn_day(due.due_on), "n": review, "last": cn_day(last)}
                faults.append(Fault(str(raw.get("title") or raw["key"]), told))
    return faults


def _outside(raw: Mapping[str, Any], plan: Plan) -> Fault | None:
    """What is wrong with a date that lies before the launch or after the end of the campaign."""
    day, body = date.fromisoformat(str(raw["due"])), plan.campaign.body
    name = str(raw.get("title") or raw["key"])
    launched_on = clock.local_date(plan.campaign.launched_at) if plan.campaign.launched_at else date.min
    if day < launched_on:
        return Fault(name, _("拟定期限%(day)s早于行动发起之日，请改晚一些。") % {"day": cn_day(day)})
    ends_on = body.get("ends_on")
    if ends_on and day > date.fromisoformat(str(ends_on)):
        return Fault(name, _("拟定期限%(day)s在行动结束（%(end)s）之后，请改早一些。") % {"day": cn_day(day), "end": cn_day(date.fromisoformat(str(ends_on)))})
    return None


@in_chinese
def _keep_refusal(plan: Plan, dates: Mapping[tuple[str, int], date], added: Sequence[Mapping[str, Any]], actor: Any) -> None:
    """What was refused stays with the plan, in Chinese whatever the language of the page."""
    said = [fault.message for fault in why_refused(plan, dates, added)]
    with audited_action(REFUSED, actor=actor) as act:
        held = act.take(plan)
        held.refused = [*held.refused, {"at": clock.now().isoformat(), "by": actor.name, "said": said}][-20:]


def _tightened(plan: Plan, due: Due, day: date) -> Deadline:
    return Deadline(plan=plan, key=due.key, title=due.title, form_code=due.form_code, step_from=due.step_from, step_to=due.step_to,
                    round=due.round, due_on=day, parent_due_on=due.due_on, clause=due.clause).owned_by(plan)


def _own(plan: Plan, raw: Mapping[str, Any]) -> Deadline:
    return Deadline(plan=plan, key=raw["key"], title=raw.get("title", ""), form_code=raw.get("form", ""), step_from=raw["from"],
                    step_to=raw["to"], round=int(raw.get("round", 1)), due_on=date.fromisoformat(str(raw["due"]))).owned_by(plan)

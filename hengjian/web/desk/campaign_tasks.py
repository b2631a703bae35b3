"""What campaigns ask of a regulator: plans to relay, filings to check, tables and reports to file, extensions to answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from hengjian.base.scope import EVERYTHING
from hengjian.campaigns.models import Campaign, Contradiction, Deadline, Extension, Plan, StatReturn, Submission, WorkReport
from hengjian.campaigns.queries import awaiting_decision, deadlines_for, is_set_by_system
from hengjian.web.desk.tasks import (
    Awaited,
    Item,
    Seat,
    Task,
    Waiting,
    answer_by,
    bundle,
    day_of,
    ground,
    place,
    task,
)
from hengjian.web.templatetags.wording import short_day

OPEN = ("idle", "draft", "returned")
Return = StatReturn | WorkReport


def plans(seat: Seat) -> Iterator[Item]:
    """Plans from above that wait for receipt or for one's own plan."""
    held = list(
        Plan.objects.within(seat.scope).filter(authority_id=seat.actor.org_id, state="draft", campaign__state="running")
        .select_related("campaign", "parent__authority")
    )
    first = first_deadlines(seat, [one.campaign for one in held]) if held else {}
    for plan in held:
        above = plan.parent.authority.short_name if plan.parent else plan.campaign.issuer.short_name
        due = first.get(plan.campaign_id)
        url = place("campaigns:plan", plan.id)
        detail = _("本级方案印发后，下级才能照办；辖区内最近一项期限是%(day)s") % {"day": short_day(due)} if due else ""
        if plan.received_at is None:
            yield task(due, _("签收并印发：%(above)s《%(title)s》方案") % {"above": above, "title": plan.campaign.short_title}, detail, url=url, verb=_("签收"))
            yield Waiting(above, _("方案待签收"), day_of(plan.campaign.launched_at), url)
        else:
            yield task(due, _("印发本级方案：《%(title)s》") % {"title": plan.campaign.short_title}, detail, url=url, verb=_("去印发"))


def first_deadlines(seat: Seat, campaigns: Sequence[Campaign]) -> dict[UUID, date]:
    """For each campaign the first day on which something is due at the seat: one query."""
    held = list(
        Deadline.objects.within(EVERYTHING).filter(plan__campaign__in=campaigns, plan__state="issued")
        .select_related("plan__authority").order_by("plan__authority__path")
    )
    found = {}
    for campaign in campaigns:
        own = [one for one in held if one.plan.campaign_id == campaign.id]
        days = [due.due_on for due in deadlines_for(seat.actor.area, own).values()]
        if days:
            found[campaign.id] = min(days)
    return found


def filings_to_check(seat: Seat) -> Iterator[Item]:
    """Self-checks that institutions filed with this authority."""
    held = Submission.objects.within(seat.scope).filter(checker_id=seat.actor.org_id, state="filed", campaign__state="running")
    by_campaign: dict[tuple[UUID, str], list[Submission]] = {}
    for one in held.select_related("target__institution").prefetch_related("campaign").order_by("filed_at", "id"):
        by_campaign.setdefault((one.campaign_id, one.title), []).append(one)
        yield Waiting(one.target.institution.name, _("%(what)s待审核") % {"what": one.what}, day_of(one.filed_at), place("campaigns:submission", one.id))
    for rows in by_campaign.values():
        first = rows[0]
        said = {"name": first.target.institution.name, "what": first.what, "n": len(rows)}
        title = _("审核%(what)s：%(name)s") % said if len(rows) == 1 else _("审核%(what)s：%(name)s等%(n)s份") % said
        detail = _("最早一份%(day)s报送") if first.is_task else _("最早一份%(day)s报送；逐格可以提意见，接收或退回")
        yield task(answer_by(first.filed_at), title, detail % {"day": short_day(first.filed_at)}, url=place("campaigns:submission", first.id), verb=_("去审核"))


def explanations(seat: Seat) -> Iterator[Item]:
    """What institutions said of contradictions between their claims and the data."""
    held = Contradiction.objects.within(seat.scope).filter(submission__checker_id=seat.actor.org_id, state="explained")
    tasks = []
    for one in held.select_related("submission__target__institution").prefetch_related("submission__campaign").order_by("explained_at"):
        url = place("campaigns:submission", one.submission_id)
        name = one.submission.target.institution.name
        yield Waiting(name, _("对数据矛盾的说明待判断"), day_of(one.explained_at), url)
        tasks.append(task(answer_by(one.explained_at), _("判断说明：%(name)s") % {"name": name}, one.said, url=url, verb=_("去判断")))
    yield from bundle(tasks, title=_("判断%(n)s处对数据矛盾的说明"), url=tasks[0].url if tasks else "", verb=_("去判断"))


def corrections(seat: Seat) -> Iterator[Item]:
    """Answers that were a problem and are none in the edition that was accepted: the checker says what that means."""
    held = awaiting_decision(seat.scope).filter(submission__checker_id=seat.actor.org_id, submission__state="accepted")
    tasks = []
    for one in held.order_by("told_at", "id"):
        url, name = f"{place('campaigns:submission', one.submission_id)}#corrections", one.submission.target.institution.name
        yield Waiting(name, _("更正的答案待认定"), day_of(one.told_at), url)
        detail = _("由“%(before)s”改填“%(after)s”，问题%(number)s仍未销号") % {"before": one.before, "after": one.after or _("名单中已删去"), "number": one.problem.number}
        tasks.append(task(answer_by(one.told_at), _("认定更正：%(name)s %(label)s") % {"name": name, "label": one.label[:20]}, detail, url=url, verb=_("去认定")))
    yield from bundle(tasks, title=_("认定%(n)s处更正的答案"), url=tasks[0].url if tasks else "", verb=_("去认定"))


def extensions(seat: Seat) -> Iterator[Item]:
    """Requests to file later that this authority answers."""
    held = list(Extension.objects.within(seat.scope).filter(decider_id=seat.actor.org_id, state="asked").prefetch_related("campaign").order_by("asked_at"))
    names = _names_of(held)
    for one in held:
        url, name = place("campaigns:extension", one.id), names.get(one.object_id, one.asked_by_name)
        asked = day_of(one.asked_at)
        due = max(asked, min(one.due_on, answer_by(asked)))
        title = _("答复延期申请：%(name)s申请延至%(day)s") % {"name": name, "day": short_day(one.wanted_on)}
        yield task(due, title, _("理由：%(reason)s") % {"reason": one.reason}, url=url, verb=_("去答复"))
        yield Waiting(name, _("延期申请待答复"), asked, url)


def _names_of(held: Iterable[Extension]) -> dict[UUID, str]:
    ids = [one.object_id for one in held]
    if not ids:
        return {}
    found = dict(Submission.objects.within(EVERYTHING).filter(pk__in=ids).values_list("id", "target__institution__name"))
    return found | dict(StatReturn.objects.within(EVERYTHING).filter(pk__in=ids).values_list("id", "authority__short_name"))


def address_of(row: Return) -> str:
    """Where a table or a report is worked on."""
    return place("campaigns:statistics", row.id) if isinstance(row, StatReturn) else place("campaigns:report", row.id)


def own_returns(seat: Seat) -> Iterator[Item]:
    """Tables and reports that this authority files itself, and how many below have filed."""
    below = {(row["campaign_id"], row["form_code"], row["round"]): row for row in StatReturn.objects.within(EVERYTHING).filter(
        authority__parent_id=seat.actor.org_id, campaign__state="running",
    ).order_by().values("campaign_id", "form_code", "round").annotate(n=Count("id"), done=Count("id", filter=Q(state__in=["filed", "accepted"])))}
    for ret in _mine(StatReturn, seat, OPEN):
        counted = below.get((ret.campaign_id, ret.form_code, ret.round))
        detail = _("下级已报送%(done)s / %(n)s份，未报的按实时数据计入") % {"done": counted["done"], "n": counted["n"]} if counted else _("数字由系统从事实汇成，逐项可以打开")
        yield _filing_task(seat, ret, _("报送第%(n)s次统计表") % {"n": ret.round}, detail)
    for report in _mine(WorkReport, seat, OPEN):
        yield _filing_task(seat, report, _("报送第%(n)s次工作情况（含典型案例）") % {"n": report.round}, _("系统已按数据起草，核改后报送"))


def _filing_task(seat: Seat, row: Return, said: str, detail: str) -> Task:
    title = f"{said}：《{row.campaign.short_title}》"
    if row.state == "returned":
        detail = _("被退回：%(why)s") % {"why": getattr(row, "return_reason", "") or _("请按上级意见修改后重报")}
    return task(row.due_on, title, detail, url=address_of(row), verb=_("打开"), clause=ground_of(seat, row))


def ground_of(seat: Seat, row: Return) -> str:
    """The clause that set the day; nothing (系统设定) where the day is the parent's less the days for review."""
    dues = deadlines_for(row.authority.path, seat.in_force(row.campaign))
    return "" if is_set_by_system(row.authority, row.key, row.round, dues) else ground(seat, row.campaign, row.key, row.round)


def _mine(model: Any, seat: Seat, states: Iterable[str]) -> Iterable[Any]:
    held = model.objects.within(seat.scope).filter(authority_id=seat.actor.org_id, state__in=states, campaign__state="running")
    return held.select_related("authority__parent").prefetch_related("campaign").order_by("due_on", "round")  # type: ignore[no-any-return]


def returns_below(seat: Seat) -> Iterator[Item]:
    """Tables and reports of the authorities below: to be received, to be urged, to be waited for."""
    late: dict[UUID, list[Return]] = {}
    awaited: dict[tuple[str, date], list[Return]] = {}
    for model in (StatReturn, WorkReport):
        held = model.objects.within(EVERYTHING).filter(authority__parent_id=seat.actor.org_id, campaign__state="running").exclude(state="accepted")
        for row in held.select_related("authority__parent").prefetch_related("campaign").order_by("due_on", "authority__path"):
            what = _("统计表") if isinstance(row, StatReturn) else _("工作情况报告")
            if row.state == "filed":
                title = _("接收%(what)s：%(name)s第%(n)s次") % {"what": what, "name": row.authority.area_name, "n": row.round}
                yield task(answer_by(row.filed_at), title, _("%(day)s报送") % {"day": short_day(row.filed_at)}, url=address_of(row), verb=_("去接收"))
                yield Waiting(row.authority.short_name, _("%(what)s待接收") % {"what": what}, day_of(row.filed_at), address_of(row))
            elif (row.due_on - seat.today).days <= AWAITED_DAYS:
                awaited.setdefault((row.authority.short_name, row.due_on), []).append(row)
                if row.due_on <= seat.today:
                    late.setdefault(row.campaign_id, []).append(row)
    for (name, due_on), rows in awaited.items():
        whats = "、".join(str(_("统计表") if isinstance(row, StatReturn) else _("工作情况报告")) for row in rows)
        yield Awaited(name, whats, due_on, address_of(rows[0]))
    for rows in late.values():
        yield _urging(seat, rows)


AWAITED_DAYS = 14


def _urging(seat: Seat, rows: Sequence[Return]) -> Task:
    campaign = rows[0].campaign
    names = list(dict.fromkeys(row.authority.area_name for row in rows))
    title = _("督促%(n)s个下级单位报送：%(names)s") % {"n": len(names), "names": "、".join(names[:4])}
    tables = sum(isinstance(row, StatReturn) for row in rows)
    detail = _("统计表%(tables)s份、工作情况报告%(reports)s份未报") % {"tables": tables, "reports": len(rows) - tables}
    return task(min(row.due_on for row in rows), title, detail, url=place("campaigns:returns", campaign.id), verb=_("去督促"), clause=ground_of(seat, rows[0]))


def returned_filings(seat: Seat) -> Iterator[Item]:
    """Institutions that have to file again."""
    held = Submission.objects.within(seat.scope).filter(checker_id=seat.actor.org_id, state="returned", campaign__state="running")
    for one in held.select_related("target__institution").order_by("due_on")[:20]:
        yield Awaited(one.target.institution.name, _("退回后重报%(what)s") % {"what": one.what}, one.due_on, place("campaigns:submission", one.id))


PROVIDERS = (plans, filings_to_check, explanations, corrections, extensions, own_returns, returns_below, returned_filings)

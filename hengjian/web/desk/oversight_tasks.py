"""What problems, orders and visits ask of a regulator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from hengjian.campaigns.models import Campaign
from hengjian.enforcement.models import Order
from hengjian.enforcement.states import OrderState
from hengjian.rectification.models import Problem, ProblemExtension
from hengjian.rectification.queries import is_overdue
from hengjian.rectification.states import ProblemState
from hengjian.supervision.models import Visit
from hengjian.supervision.queries import coverage
from hengjian.supervision.states import FULL_COVERAGE
from hengjian.web.desk.tasks import BUNDLED_FROM, Awaited, Item, Seat, Task, Waiting, answer_by, bundle, day_of, place, task
from hengjian.web.templatetags.wording import short_day

RECHECK_AHEAD = 14
CLAUSE_FOLLOW = noop("方案 三（二）")
CLAUSE_RECHECK = noop("监督检查办法 第二十九条")


def problems(seat: Seat) -> Iterator[Item]:
    """Problems of one's own area to confirm, verify, close, look at again."""
    ahead = seat.today + timedelta(days=RECHECK_AHEAD)
    own = Q(area=seat.actor.area) & (
        Q(state__in=[ProblemState.PROPOSED, ProblemState.REPORTED, ProblemState.VERIFIED])
        | Q(state=ProblemState.CLOSED, recheck_on__lte=ahead, rechecked_at__isnull=True)
    )
    sorted_out: dict[str, list[Task]] = {}
    for one in Problem.objects.within(seat.scope).filter(own).order_by("due_on", "number"):
        sorted_out.setdefault(one.state, []).append(_problem_task(one))
        if one.state == ProblemState.REPORTED:
            yield Waiting(one.institution_name, _("整改待核查"), day_of(one.reported_at), place("rectification:problem", one.pk))
    titles = {
        "proposed": (_("确认%(n)s个新问题"), _("去确认")),
        "reported": (_("核查%(n)s个已申报的整改"), _("去核查")), "verified": (_("为%(n)s个已核查的问题销号"), _("去销号")),
        "closed": (_("复查%(n)s个销号满90天的问题"), _("去复查")),
    }
    stats = {"closed": "recheck"}
    for state, tasks in sorted_out.items():
        title, verb = titles[state]
        yield from bundle(tasks, title=title, url=place("rectification:problems", status=stats.get(state, state)), verb=verb)


def risen_problems(seat: Seat) -> Iterator[Item]:
    """Overdue problems of other areas that climbed up to here: a province has thousands, of which the desk reads a few."""
    risen = is_overdue(seat.today) & Q(escalated_to_level=seat.actor.level) & ~Q(area=seat.actor.area)
    held = Problem.objects.within(seat.scope).filter(risen).order_by("due_on", "number")
    first = [_risen(one) for one in held[:BUNDLED_FROM]]
    total = held.count() if len(first) == BUNDLED_FROM else len(first)
    yield from bundle(first, title=_("跟进%(n)s个逾期上报的问题"), url=place("rectification:problems", status="escalated"), verb=_("去跟进"), total=total)


def _problem_task(one: Problem) -> Task:
    url, unit = place("rectification:problem", one.pk), one.institution_name
    if one.state == ProblemState.PROPOSED:
        detail = _("%(number)s，%(finder)s发现") % {"number": one.number, "finder": one.get_first_finder_display()}
        return task(answer_by(one.found_at), _("确认问题：%(unit)s%(title)s") % {"unit": unit, "title": one.title}, detail, url=url, verb=_("去确认"))
    if one.state == ProblemState.REPORTED:
        detail = _("%(number)s，机构%(day)s申报整改完毕") % {"number": one.number, "day": short_day(one.reported_at)}
        return task(one.due_on or answer_by(one.reported_at), _("核查整改：%(unit)s%(title)s") % {"unit": unit, "title": one.title}, detail, url=url, verb=_("去核查"), clause=_(CLAUSE_FOLLOW) if one.due_on else "")
    if one.state == ProblemState.VERIFIED:
        detail = _("%(number)s，%(day)s核查通过") % {"number": one.number, "day": short_day(one.verified_at)}
        return task(answer_by(one.verified_at), _("销号：%(unit)s%(title)s") % {"unit": unit, "title": one.title}, detail, url=url, verb=_("去销号"))
    detail = _("%(number)s，%(day)s销号") % {"number": one.number, "day": short_day(one.closed_at)}
    return task(one.recheck_on, _("复查：%(unit)s%(title)s") % {"unit": unit, "title": one.title}, detail, url=url, verb=_("去复查"), clause="")


def _risen(one: Problem) -> Task:
    detail = _("%(number)s，%(day)s到期，逾期已上报到本级") % {"number": one.number, "day": short_day(one.due_on)}
    title = _("跟进逾期整改：%(unit)s%(title)s") % {"unit": one.institution_name, "title": one.title}
    return task(one.due_on, title, detail, url=place("rectification:problem", one.pk), verb=_("去跟进"), clause=_(CLAUSE_FOLLOW))


def problem_extensions(seat: Seat) -> Iterator[Item]:
    """Requests for more time to put a problem right."""
    held = ProblemExtension.objects.within(seat.scope).filter(state="asked", area=seat.actor.area)
    for one in held.select_related("problem"):
        url, unit = place("rectification:problem", one.problem_id), one.problem.institution_name
        title = _("答复整改延期：%(unit)s申请延至%(day)s") % {"unit": unit, "day": short_day(one.asked_until)}
        yield task(answer_by(one.asked_at), title, _("理由：%(reason)s") % {"reason": one.reason}, url=url, verb=_("去答复"))
        yield Waiting(unit, _("整改延期待答复"), day_of(one.asked_at), url)


def rectifications_awaited(seat: Seat) -> Iterator[Item]:
    """Rectifications of one's own area that fall due soon or are late."""
    held = Problem.objects.within(seat.scope).filter(
        area=seat.actor.area, state__in=[ProblemState.CONFIRMED, ProblemState.RECTIFYING], due_on__lte=seat.today + timedelta(days=RECHECK_AHEAD)
    )
    for one in held.order_by("due_on")[:20]:
        yield Awaited(one.institution_name, _("整改：%(title)s") % {"title": one.title}, one.due_on, place("rectification:problem", one.pk))


def orders(seat: Seat) -> Iterator[Item]:
    """Orders of this authority to serve, to follow, to check again within ten working days."""
    awaited = [OrderState.DRAFTED, OrderState.SERVED, OrderState.OVERDUE, OrderState.ANSWERED, OrderState.RECHECKED]
    for one in Order.objects.within(seat.scope).filter(authority_id=seat.actor.org_id, state__in=awaited).order_by("due_on"):
        url, unit = place("enforcement:order", one.pk), one.institution_name
        if one.state == OrderState.DRAFTED:
            yield task(answer_by(one.issued_on), _("送达指令书：%(unit)s") % {"unit": unit}, one.number, url=url, verb=_("登记送达"))
        elif one.state == OrderState.ANSWERED:
            detail = _("%(number)s，%(day)s提交整改报告，10个工作日内复查") % {"number": one.number, "day": short_day(one.answered_at)}
            yield task(one.recheck_due_on, _("复查指令书整改：%(unit)s") % {"unit": unit}, detail, url=url, verb=_("去复查"), clause=_(CLAUSE_RECHECK))
            yield Waiting(unit, _("指令书整改待复查"), day_of(one.answered_at), url)
        elif one.state == OrderState.RECHECKED:
            yield task(answer_by(one.rechecked_at), _("办结指令书：%(unit)s") % {"unit": unit}, _("%(number)s，已复查") % {"number": one.number}, url=url, verb=_("去办结"))
        else:
            yield Awaited(unit, _("指令书%(number)s整改报告") % {"number": one.number}, one.due_on, url)


def visits(seat: Seat) -> Iterator[Item]:
    """Records of visits that nobody signed yet."""
    held = Visit.objects.within(seat.scope).filter(authority_id=seat.actor.org_id, signing="").order_by("visited_on")
    tasks = [
        task(answer_by(one.visited_on), _("补齐检查记录签字：%(unit)s") % {"unit": one.institution_name},
             _("%(day)s检查，%(number)s") % {"day": short_day(one.visited_on), "number": one.number},
             url=place("supervision:visit", one.pk), verb=_("去签字"))
        for one in held
    ]
    yield from bundle(tasks, title=_("补齐%(n)s份检查记录的签字"), url=place("supervision:visits", status="unsigned"), verb=_("去签字"))


def full_coverage(seat: Seat) -> Iterator[Item]:
    """Institutions of the lists that must be covered in full, and of those to be visited first (重点检查), not visited yet."""
    said = {"coverage": _("全覆盖检查还差%(n)s家：《%(title)s》"), "priorities": _("重点检查还有%(n)s家没有检查：《%(title)s》")}
    for campaign, name in [(campaign, name) for campaign in seat.running for name in said]:
        lists = [one for one in campaign.body.get(name, []) if one.get("key") in FULL_COVERAGE]
        if not lists:
            continue
        found = coverage(seat.scope, campaign.id, [one["key"] for one in lists])
        due = {row.institution.pk for one in found for row in one.rows}
        missing = {row.institution.pk for one in found for row in one.missing}
        if missing:
            title = said[name] % {"n": len(missing), "title": campaign.short_title}
            detail = _("清单%(due)s家，已检查%(done)s家") % {"due": len(due), "done": len(due) - len(missing)}
            clause = _("方案 %(clause)s") % {"clause": lists[0]["clause"]} if lists[0].get("clause") else ""
            yield task(_last_day(campaign), title, detail, url=place("supervision:coverage", campaign=campaign.id), verb=_("看名单"), clause=clause)


def _last_day(campaign: Campaign) -> date | None:
    said = str(campaign.body.get("ends_on") or "")
    return date.fromisoformat(said) if said else None


PROVIDERS = (problems, risen_problems, problem_extensions, rectifications_awaited, orders, visits, full_coverage)

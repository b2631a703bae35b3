"""What an institution has to do: file, answer remarks, put right, explain, renew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Min
from django.utils.translation import gettext as _

from hengjian.campaigns.models import Contradiction, Submission, Target
from hengjian.campaigns.queries import selfcheck
from hengjian.enforcement.models import Order
from hengjian.enforcement.states import OrderState
from hengjian.parties.states import Role
from hengjian.rectification.models import Problem
from hengjian.rectification.states import ProblemState
from hengjian.registry.models import Approval
from hengjian.registry.states import ApprovalState
from hengjian.web.desk.campaign_tasks import OPEN
from hengjian.web.desk.oversight_tasks import CLAUSE_FOLLOW, CLAUSE_RECHECK
from hengjian.web.desk.tasks import Awaited, Item, Seat, answer_by, bundle, day_of, ground, place, task, task_clause
from hengjian.web.templatetags.wording import short_day

EXPIRY_DAYS = 90


def notices(seat: Seat) -> Iterator[Item]:
    """Campaigns whose notice waits for receipt."""
    held = Target.objects.within(seat.scope).filter(org_id=seat.actor.org_id, included=True, acknowledged_at__isnull=True, campaign__state="running")
    held = held.exclude(submissions__first_filed_at__isnull=False).annotate(first_due=Min("submissions__due_on"))
    for one in held.select_related("campaign__issuer"):
        title = _("签收通知：%(title)s") % {"title": one.campaign.title}
        detail = _("%(issuer)s印发 %(number)s") % {"issuer": one.campaign.issuer.name, "number": one.campaign.document_number}
        yield task(one.first_due or answer_by(one.joined_at), title, detail, url=place("campaigns:notice", one.campaign_id), verb=_("签收"))


def filings(seat: Seat) -> Iterator[Item]:
    """Self-checks to file, or to file again."""
    seen = selfcheck.submissions_seen(seat.scope).filter(org_id=seat.actor.org_id, target__included=True, campaign__state="running")
    held = list(seen.exclude(state="accepted"))
    alike = Counter(_filing_title(one) for one in held)
    for one in held:
        url, clause = place("campaigns:submission", one.id), _clause_of(seat, one)
        if one.state in OPEN:
            verb = _("去报送") if one.is_task else _("继续填报") if one.state == "draft" else _("去填报")
            yield task(one.due_on, _filing_title(one), _filing_detail(one, with_form=alike[_filing_title(one)] > 1), url=url, verb=verb, clause=clause)
        else:
            said = {"title": one.campaign.short_title, "day": short_day(one.filed_at), "what": one.what}
            yield Awaited(one.checker.name, _("审核《%(title)s》%(what)s，%(day)s报送") % said, None, url, day_of(one.filed_at))


def _clause_of(seat: Seat, one: Submission) -> str:
    """The ground: a clause of the document; for a task that a level added, the level's plan."""
    return _("《%(title)s》方案") % {"title": one.campaign.short_title} if one.is_task else ground(seat, one.campaign, one.key, one.round)


def _filing_title(one: Submission) -> str:
    if one.is_task:
        said = _("补充任务完成情况") if one.state == "returned" else _("完成任务并报送情况")
        return f"{said}：{one.title}"
    said = _("修改后重新报送%(what)s") if one.state == "returned" else _("报送%(what)s")
    return f"{said % {'what': one.what}}：《{one.campaign.short_title}》"


def _filing_detail(one: Submission, *, with_form: bool) -> str:
    """Whom it goes to and who fills it in; and which form it is, where the campaign asks for several."""
    who = one.filler_name or _("尚未指派填表人")
    said = _("退回意见：%(why)s") % {"why": one.return_reason} if one.state == "returned" else _("报%(checker)s；填表人：%(who)s") % {"checker": one.checker.name, "who": who}
    form = selfcheck.definition_of(one) if with_form else None
    return f"{form.title}{_('；')}{said}" if form is not None else said


def contradictions(seat: Seat) -> Iterator[Item]:
    """Claims that the data do not bear out, to be explained or corrected before filing or when asked."""
    held = Contradiction.objects.within(seat.scope).filter(submission__org_id=seat.actor.org_id, state="open", submission__campaign__state="running")
    tasks = [
        task(max(one.submission.due_on, day_of(one.found_at)), _("说明或改正：%(what)s") % {"what": one.said}, _("数据只是线索；写明原因或改正填报均可"),
             url=place("campaigns:submission", one.submission_id), verb=_("去说明"), clause=task_clause(one.submission.campaign, word=_("自查")))
        for one in held.select_related("submission__campaign").order_by("found_at")
    ]
    yield from bundle(tasks, title=_("说明或改正%(n)s处填报与数据不一致"), url=tasks[0].url if tasks else "", verb=_("去说明"))


def problems(seat: Seat) -> Iterator[Item]:
    """Own problems to put right by their dates; those reported wait for the authority."""
    held = Problem.objects.within(seat.scope).filter(org_id=seat.actor.org_id, state__in=[ProblemState.CONFIRMED, ProblemState.RECTIFYING, ProblemState.REPORTED])
    tasks = []
    for one in held.order_by("due_on", "number"):
        url = place("rectification:problem", one.pk)
        if one.state == ProblemState.REPORTED:
            yield Awaited(_("监管部门"), _("核查整改：%(title)s") % {"title": one.title}, None, url, day_of(one.reported_at))
        elif one.measure:
            detail = _("%(number)s，责任人%(who)s") % {"number": one.number, "who": one.responsible_name}
            tasks.append(task(one.due_on, _("整改：%(title)s") % {"title": one.title}, detail, url=url, verb=_("申报整改"), clause=_(CLAUSE_FOLLOW)))
        else:
            tasks.append(task(one.due_on, _("填写整改举措：%(title)s") % {"title": one.title}, one.number, url=url, verb=_("去填写"), clause=_(CLAUSE_FOLLOW)))
    yield from tasks


def orders(seat: Seat) -> Iterator[Item]:
    """Orders served that wait for the report."""
    held = Order.objects.within(seat.scope).filter(org_id=seat.actor.org_id, state__in=[OrderState.SERVED, OrderState.OVERDUE, OrderState.ANSWERED])
    for one in held.order_by("due_on"):
        url = place("enforcement:order", one.pk)
        if one.state == OrderState.ANSWERED:
            yield Awaited(one.authority_name, _("复查指令书%(number)s") % {"number": one.number}, one.recheck_due_on, url)
        else:
            yield task(one.due_on, _("提交整改报告：%(number)s") % {"number": one.number}, one.measure, url=url, verb=_("去提交"), clause=_(CLAUSE_RECHECK))


def expiring_approvals(seat: Seat) -> Iterator[Item]:
    """Approval certificates that expire within 90 days."""
    if seat.actor.role not in {Role.UNIT_HEAD, Role.INSTITUTION_ADMIN, Role.QUALITY_MANAGER, Role.TECHNICAL_MANAGER}:
        return
    held = Approval.objects.within(seat.scope).filter(
        institution_id=seat.actor.org_id, state=ApprovalState.ACTIVE, valid_until__lte=seat.today + timedelta(days=EXPIRY_DAYS)
    )
    for one in held.order_by("valid_until"):
        title = _("办理换证：核准证%(number)s") % {"number": one.number}
        yield task(one.valid_until, title, one.issuer, url=place("registry:institution", one.institution_id), verb=_("看核准证"))


def assigned_problems(seat: Seat) -> Iterator[Item]:
    """Problems for which this very account is responsible."""
    held = Problem.objects.within(seat.scope).filter(responsible_id=seat.actor.id, state__in=[ProblemState.CONFIRMED, ProblemState.RECTIFYING])
    for one in held.order_by("due_on", "number"):
        yield task(one.due_on, _("整改：%(title)s") % {"title": one.title}, _("%(number)s，您是责任人") % {"number": one.number},
                   url=place("rectification:problem", one.pk), verb=_("打开"), clause=_(CLAUSE_FOLLOW))


PROVIDERS = (notices, filings, contradictions, problems, orders, expiring_approvals)
INSPECTOR_PROVIDERS = (assigned_problems,)

"""The first page of an institution: what to file and what is missing, remarks, own problems, contradictions, expiries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from hengjian.campaigns.models import Contradiction, Submission
from hengjian.campaigns.queries import selfcheck
from hengjian.forms import queries as forms
from hengjian.forms.models import CellRemark
from hengjian.parties.states import Role
from hengjian.rectification.models import Problem
from hengjian.registry import queries as registry
from hengjian.registry.models import Approval, Credential, Employment, Institution
from hengjian.registry.queries import StaffingResult, on_day
from hengjian.registry.states import ApprovalState
from hengjian.web.desk import institution_tasks, letter_tasks, week
from hengjian.web.desk.institution_tasks import EXPIRY_DAYS
from hengjian.web.desk.tasks import Desk, Seat, collect

SHOWN = 8


@dataclass(frozen=True)
class Filing:
    """One thing to be filed, with what is still missing before it."""

    own: selfcheck.OwnFiling
    gaps: tuple[str, ...]

    @property
    def submission(self) -> Submission:
        return self.own.submission


@dataclass(frozen=True)
class Remark:
    """A remark of the checker, and whether its author is named to this reader."""

    remark: CellRemark
    submission: Submission
    who: str


@dataclass(frozen=True)
class Expiry:
    """A paper that expires within 90 days."""

    what: str
    of: str
    on: date
    days: int


@dataclass(frozen=True)
class InstitutionDesk:
    """What the first page of an institution's people shows."""

    desk: Desk
    filings: tuple[Filing, ...]
    remarks: tuple[Remark, ...]
    problems: tuple[Problem, ...]
    contradictions: tuple[Contradiction, ...]
    expiries: tuple[Expiry, ...]
    staffing: StaffingResult | None
    week: str
    is_head: bool
    is_inspector: bool


def institution_desk(actor: Any) -> InstitutionDesk:
    """Put together the desk of an institution role."""
    seat = Seat(actor)
    if actor.role == Role.INSPECTOR:
        desk = collect(seat, institution_tasks.INSPECTOR_PROVIDERS)
        return InstitutionDesk(desk, (), (), (), (), _expiries(seat), None, week.drawing(desk.tasks), False, True)
    desk = collect(seat, (*institution_tasks.PROVIDERS, letter_tasks.to_answer))
    own = [one for one in selfcheck.own_filings(seat.scope, actor.org_id) if one.submission.campaign.state == "running"]
    filings = tuple(Filing(one, _gaps(seat, one)) for one in own if one.submission.state != "accepted")
    institution = Institution.objects.within(seat.scope).filter(pk=actor.org_id).first()
    staffing = registry.staffing_result(seat.scope, institution, seat.today) if institution is not None else None
    return InstitutionDesk(
        desk, filings, _remarks(seat), _problems(seat), _contradictions(seat), _expiries(seat), staffing,
        week.drawing(desk.tasks), actor.role == Role.UNIT_HEAD, False,
    )


def _gaps(seat: Seat, own: selfcheck.OwnFiling) -> tuple[str, ...]:
    one = own.submission
    if one.state not in selfcheck.OPEN_STATES:
        return ()
    if one.sheet is None:
        return (_("尚未报送完成情况") if one.is_task else _("尚未开始填报"),)
    lines = list(forms.sheet_lines(seat.scope, one.sheet))
    return tuple(gap_words(gap) for gap in selfcheck.gaps(seat.scope, one, lines))


def gap_words(gap: selfcheck.Gap) -> str:
    """What is missing, in the words of the page."""
    said = {
        "blank": _("%(n)s行没有填完"), "clash": _("%(n)s处与数据不一致，没有说明"), "remark": _("%(n)s处退回意见没有答复"),
        "words": _("%(n)s处有问题没有写说明"), "evidence": _("%(n)s项没有佐证材料"),
    }
    return said[gap.code] % {"n": gap.count}


def _remarks(seat: Seat) -> tuple[Remark, ...]:
    held = CellRemark.objects.within(seat.scope).filter(org_id=seat.actor.org_id, settled=False, answer="").select_related("sheet").order_by("at")[:SHOWN]
    sheets = {one.sheet_id for one in held}
    of = {one.sheet_id: one for one in selfcheck.submissions_seen(seat.scope).filter(sheet_id__in=sheets)} if sheets else {}
    return tuple(
        Remark(one, of[one.sheet_id], one.author_office if selfcheck.names_are_hidden(of[one.sheet_id], seat.actor) else f"{one.author_office}　{one.author_name}")
        for one in held if one.sheet_id in of
    )


def _problems(seat: Seat) -> tuple[Problem, ...]:
    held = Problem.objects.within(seat.scope).filter(org_id=seat.actor.org_id).exclude(state__in=["closed", "dismissed", "recurred"])
    return tuple(held.order_by("due_on", "number")[:SHOWN])


def _contradictions(seat: Seat) -> tuple[Contradiction, ...]:
    held = Contradiction.objects.within(seat.scope).filter(org_id=seat.actor.org_id, state="open", submission__campaign__state="running")
    return tuple(held.select_related("submission").order_by("submission__due_on", "found_at")[:SHOWN])


def _expiries(seat: Seat) -> tuple[Expiry, ...]:
    """Approvals of the institution and certificates of those who work there now."""
    until = seat.today + timedelta(days=EXPIRY_DAYS)
    approvals = Approval.objects.within(seat.scope).filter(institution_id=seat.actor.org_id, state=ApprovalState.ACTIVE, valid_until__lte=until)
    here = Employment.objects.within(seat.scope).order_by().filter(on_day(seat.today), org_id=seat.actor.org_id).values("person_id")
    papers = Credential.objects.within(seat.scope).filter(person_id__in=here, cancelled_on__isnull=True, valid_until__range=(seat.today, until))
    found = [(_("核准证%(number)s") % {"number": one.number}, "", one.valid_until) for one in approvals]
    found += [(one.get_grade_display(), one.person.name, one.valid_until) for one in papers.select_related("person")]
    dated = sorted((day, what, of) for what, of, day in found if day is not None)
    return tuple(Expiry(what, of, day, (day - seat.today).days) for day, what, of in dated[:SHOWN])



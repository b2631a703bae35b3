"""Figures of the register of problems, each with the rows behind it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.figures import Figure, RowRef
from hengjian.base.scope import Scope
from hengjian.rectification import queries
from hengjian.rectification.models import Problem
from hengjian.rectification.states import OPEN_STATES, PERSON_KINDS, SETTLED_STATES, ProblemKind

AGE_BANDS = ((0, 7), (8, 30), (31, 90), (91, None))


@dataclass(frozen=True)
class Share:
    """One bar of a chart: its name, its figure."""

    key: str
    label: str
    figure: Figure


def _counted(scope: Scope, campaign_id: UUID | None, kinds: Collection[str] = ()) -> QuerySet[Problem]:
    found = Problem.objects.within(scope).filter(queries.counted())
    if campaign_id is not None:
        found = found.filter(queries.of_campaign(campaign_id))
    return found.filter(kind__in=list(kinds)) if kinds else found


def _ref(problem: Problem) -> RowRef:
    return RowRef(
        queries.OBJECT_TYPE, problem.pk, str(problem), problem.org_id, problem.area,
        note=str(problem.get_state_display()),
    )


def _person(problem: Problem) -> RowRef:
    if problem.subject_id is None:
        return RowRef(queries.OBJECT_TYPE, problem.pk, problem.subject_label, problem.org_id, problem.area)
    return RowRef(
        problem.subject_type, problem.subject_id, problem.subject_label, problem.org_id, problem.area,
        note=f"{problem.institution_name} {problem.number}",
    )


def _institution(problem: Problem) -> RowRef:
    return RowRef(
        "registry.institution", problem.org_id, problem.institution_name, problem.org_id, problem.area,
        note=problem.number,
    )


def problem_people(scope: Scope, campaign_id: UUID | None, kind: str) -> Figure:
    """People with a problem of the kind (practice, education, title), each once, in 人."""
    said = _("发现%(kind)s存在问题的人员，同一人计一次；不成立的和未经确认的线索不计。") % {"kind": ProblemKind(kind).label}
    return Figure.of([_person(one) for one in _counted(scope, campaign_id, [kind])], unit=_("人"), definition=said)


def problem_people_settled(scope: Scope, campaign_id: UUID | None, kind: str) -> Figure:
    """Of these, people all of whose problems of the kind are verified as put right, in 人."""
    said = _("发现%(kind)s存在问题的人员中，其该类问题已全部核查通过的，同一人计一次。") % {"kind": ProblemKind(kind).label}
    found = list(_counted(scope, campaign_id, [kind]))
    unsettled = {_person(one).key for one in found if one.state not in SETTLED_STATES}
    rows = [_person(one) for one in found if _person(one).key not in unsettled]
    return Figure.of(rows, unit=_("人"), definition=said)


def problem_institutions(scope: Scope, campaign_id: UUID | None, kinds: Collection[str] = PERSON_KINDS) -> Figure:
    """Institutions with a problem of these kinds, each once, in 家."""
    said = _("发现%(kinds)s存在问题的机构，一家计一次。") % {"kinds": _names(kinds)}
    return Figure.of([_institution(one) for one in _counted(scope, campaign_id, kinds)], unit=_("家"), definition=said)


def problem_institutions_rectified(
    scope: Scope, campaign_id: UUID | None, kinds: Collection[str] = PERSON_KINDS
) -> Figure:
    """Of these, institutions all of whose problems of these kinds are verified as put right, in 家."""
    said = _("发现%(kinds)s存在问题的机构中，该类问题已全部核查通过的，一家计一次。") % {"kinds": _names(kinds)}
    found = list(_counted(scope, campaign_id, kinds))
    unsettled = {one.org_id for one in found if one.state not in SETTLED_STATES}
    rows = [_institution(one) for one in found if one.org_id not in unsettled]
    return Figure.of(rows, unit=_("家"), definition=said)


def _names(kinds: Collection[str]) -> str:
    return "、".join(str(ProblemKind(kind).label) for kind in kinds)


def problems_by_kind(scope: Scope, campaign_id: UUID | None = None) -> list[Share]:
    """Problems found, by kind, in 个."""
    found = list(_counted(scope, campaign_id))
    said = _("已发现、未被认定为不成立的问题，按类别计。")
    return [
        Share(kind.value, str(kind.label), _figure([one for one in found if one.kind == kind], said))
        for kind in ProblemKind
    ]


def open_problems_by_age(scope: Scope, campaign_id: UUID | None = None) -> list[Share]:
    """Open problems, by days since they were found, in 个."""
    today = clock.today()
    found = list(_counted(scope, campaign_id).filter(state__in=OPEN_STATES))
    aged = [((today - clock.local_date(one.found_at)).days, one) for one in found]
    said = _("尚未销号的问题，按发现至今的自然日计。")
    shares = []
    for low, high in AGE_BANDS:
        label = _("%(low)d天以上") % {"low": low} if high is None else _("%(low)d至%(high)d天") % {"low": low, "high": high}
        held = [one for age, one in aged if age >= low and (high is None or age <= high)]
        shares.append(Share(f"{low}-{high or ''}", label, _figure(held, said)))
    return shares


def problems_recurred(scope: Scope, campaign_id: UUID | None = None) -> Figure:
    """Problems that came back within 12 months of being closed, in 个."""
    found = _counted(scope, campaign_id).filter(recurrence_of__isnull=False)
    return _figure(list(found), _("销号后12个月内同一单位同类问题再次出现的，按新出现的问题计。"))


def problems_overdue(scope: Scope, campaign_id: UUID | None = None) -> Figure:
    """Problems past their present due date, in 个."""
    found = _counted(scope, campaign_id).filter(queries.is_overdue())
    return _figure(list(found), _("超过现行整改时限仍未核查通过的问题；准予延期的按延期后的时限计。"))


def problems_closed_on_time(scope: Scope, campaign_id: UUID | None = None, *, by_original: bool = False) -> Figure:
    """Problems reported by their date; by the date first set, or by the one after extension, in 个."""
    found = _counted(scope, campaign_id).filter(reported_at__isnull=False, due_on__isnull=False)
    kept = [one for one in found if _in_time(one, by_original=by_original)]
    said = _("按原定时限完成申报的问题。") if by_original else _("按现行时限（含准予的延期）完成申报的问题。")
    return _figure(kept, said)


def _in_time(problem: Problem, *, by_original: bool) -> bool:
    due = problem.original_due_on if by_original else problem.due_on
    return due is not None and problem.reported_at is not None and clock.local_date(problem.reported_at) <= due


def _figure(problems: list[Problem], definition: str) -> Figure:
    return Figure.of([_ref(one) for one in problems], unit=_("个"), definition=definition)

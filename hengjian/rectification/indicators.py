"""Figures of the register of problems, each with the rows behind it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.figures import Figure, RowRef
from hengjian.base.lists import tally
from hengjian.base.scope import Scope
from hengjian.rectification import queries
from hengjian.rectification.models import Problem
from hengjian.rectification.states import OPEN_STATES, PERSON_KINDS, SETTLED_STATES, ProblemKind

AGE_BANDS = ((0, 7), (8, 30), (31, 90), (91, None))


@dataclass(frozen=True)
class Counted:
    """A figure that was counted by the database; the rows behind it are read when it is opened."""

    value: int
    unit: str
    definition: str
    found: QuerySet[Problem]

    @property
    def rows(self) -> tuple[RowRef, ...]:
        """The problems that it counts."""
        return tuple(_ref(one) for one in self.found)


@dataclass(frozen=True)
class Share:
    """One bar of a chart: its name, its figure."""

    key: str
    label: str
    figure: Counted


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


def problems_by_kind(scope: Scope, campaign_id: UUID | None = None, orgs: QuerySet | None = None) -> list[Share]:
    """Problems found, by kind, in 个; ``orgs``: ids of the institutions that count."""
    said = _("已发现、未被认定为不成立的问题，按类别计。")
    return _shares(_of_orgs(_counted(scope, campaign_id), orgs), said, [(kind.value, str(kind.label), Q(kind=kind)) for kind in ProblemKind])


def open_problems_by_age(scope: Scope, campaign_id: UUID | None = None, orgs: QuerySet | None = None) -> list[Share]:
    """Open problems, by days since they were found, in 个; ``orgs``: ids of the institutions that count."""
    said = _("尚未销号的问题，按发现至今的自然日计。")
    found = _of_orgs(_counted(scope, campaign_id), orgs).filter(state__in=OPEN_STATES)
    return _shares(found, said, [(f"{low}-{high or ''}", _band(low, high), _found_days_ago(low, high)) for low, high in AGE_BANDS])


def problems_by_place(scope: Scope, campaign_id: UUID, orgs: QuerySet | None = None) -> list[tuple[str, str, int]]:
    """Problems found, as area, state and how many."""
    found = _of_orgs(_counted(scope, campaign_id), orgs).order_by().values_list("area", "state")
    return [(area, state, count) for area, state, count in found.annotate(n=Count("pk"))]


def _of_orgs(found: QuerySet[Problem], orgs: QuerySet | None) -> QuerySet[Problem]:
    return found if orgs is None else found.filter(org_id__in=orgs)


def _shares(found: QuerySet[Problem], said: str, parts: list[tuple[str, str, Q]]) -> list[Share]:
    """All parts of a whole, counted in one query."""
    counts = tally(found, {f"n{at}": wanted for at, (_key, _label, wanted) in enumerate(parts)})
    return [Share(key, label, Counted(counts[f"n{at}"], _("个"), said, found.filter(wanted))) for at, (key, label, wanted) in enumerate(parts)]


def _band(low: int, high: int | None) -> str:
    return _("%(low)d天以上") % {"low": low} if high is None else _("%(low)d至%(high)d天") % {"low": low, "high": high}


def _found_days_ago(low: int, high: int | None) -> Q:
    """Found so many calendar days ago in Shanghai."""
    today = clock.today()
    before = Q(found_at__lt=clock.at(today - timedelta(days=low - 1)))
    return before if high is None else before & Q(found_at__gte=clock.at(today - timedelta(days=high)))


def _single(scope: Scope, campaign_id: UUID | None, wanted: Q, said: str) -> Counted:
    found = _counted(scope, campaign_id).filter(wanted)
    return Counted(found.count(), _("个"), said, found)


def problems_recurred(scope: Scope, campaign_id: UUID | None = None) -> Counted:
    """Problems that came back within 12 months of being closed, in 个."""
    return _single(scope, campaign_id, Q(recurrence_of__isnull=False), _("销号后12个月内同一单位同类问题再次出现的，按新出现的问题计。"))


def problems_overdue(scope: Scope, campaign_id: UUID | None = None) -> Counted:
    """Problems past their present due date, in 个."""
    return _single(scope, campaign_id, queries.is_overdue(), _("超过现行整改时限仍未核查通过的问题；准予延期的按延期后的时限计。"))


def problems_closed_on_time(scope: Scope, campaign_id: UUID | None = None, *, by_original: bool = False) -> Counted:
    """Problems reported by their date; by the date first set, or by the one after extension, in 个."""
    said = _("按原定时限完成申报的问题。") if by_original else _("按现行时限（含准予的延期）完成申报的问题。")
    in_time = Q(reported_at__isnull=False, due_on__isnull=False, reported_day__lte=F("original_due_on" if by_original else "due_on"))
    found = _counted(scope, campaign_id).annotate(reported_day=TruncDate("reported_at", tzinfo=clock.SHANGHAI)).filter(in_time)
    return Counted(found.count(), _("个"), said, found)

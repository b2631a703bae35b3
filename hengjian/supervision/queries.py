"""Reads of supervision: visits, and how far the lists that must be covered in full are covered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from hengjian.base.figures import Period
from hengjian.base.lists import tally
from hengjian.base.scope import Scope
from hengjian.enforcement import queries as enforcement
from hengjian.registry.models import Institution
from hengjian.registry.states import InstitutionKind, InstitutionState
from hengjian.supervision.models import Visit
from hengjian.supervision.states import FULL_COVERAGE, SigningKind

LOOK_BACK = 50  # visits in which a card number is looked for
VISIT_TYPE = "supervision.visit"
SHOWN_OF_BODY = ("pk", "name", "org_area", "specialities")
SHOWN_OF_VISIT = ("pk", "visited_on", "on_site")
"""What the lists of coverage need of institutions and visits; of a province there are a thousand and more, so that no models are made of them."""


@dataclass(frozen=True)
class Filter:
    """What a page asks for; empty means all."""

    stat: str = ""
    text: str = ""
    kind: str = ""
    campaign_id: UUID | None = None


@dataclass(frozen=True)
class Counts:
    """How many visits stand where."""

    total: int
    on_site: int
    violations: int
    unsigned: int


class Due(NamedTuple):
    """An institution that has to be visited."""

    pk: UUID
    name: str
    org_area: str
    specialities: Sequence[str] | None


class Made(NamedTuple):
    """A visit that was made."""

    pk: UUID
    visited_on: date
    on_site: bool


@dataclass(frozen=True)
class CoverageRow:
    """One institution of a full-coverage list, and its visits."""

    institution: Due
    visits: tuple[Made, ...]

    @property
    def is_done(self) -> bool:
        return bool(self.visits)

    @property
    def is_done_on_site(self) -> bool:
        return any(one.on_site for one in self.visits)


@dataclass(frozen=True)
class Coverage:
    """How far a list that must be covered in full is covered."""

    speciality: str
    rows: tuple[CoverageRow, ...]

    @property
    def due(self) -> int:
        return len(self.rows)

    @property
    def done(self) -> int:
        return sum(row.is_done for row in self.rows)

    @property
    def missing(self) -> tuple[CoverageRow, ...]:
        return tuple(row for row in self.rows if not row.is_done)


def _by_stat(stat: str) -> Q:
    return {
        "on_site": Q(on_site=True),
        "violations": Q(violation_found=True),
        "unsigned": Q(signing=SigningKind.WAITING),
    }.get(stat, Q())


def _visits(scope: Scope, wanted: Filter) -> QuerySet[Visit]:
    found = Visit.objects.within(scope)
    if wanted.text:
        found = found.filter(Q(number__icontains=wanted.text) | Q(institution_name__icontains=wanted.text))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.campaign_id:
        found = found.filter(campaign_id=wanted.campaign_id)
    return found


def visits(scope: Scope, wanted: Filter | None = None) -> QuerySet[Visit]:
    """Visits as the page asks for them, newest first."""
    wanted = wanted or Filter()
    return _visits(scope, wanted).filter(_by_stat(wanted.stat)).order_by("-visited_on", "-id")


def counts(scope: Scope, wanted: Filter | None = None) -> Counts:
    """The numbers above the list."""
    stats = {"total": "", "on_site": "on_site", "violations": "violations", "unsigned": "unsigned"}
    return Counts(**tally(_visits(scope, wanted or Filter()), {name: _by_stat(stat) for name, stat in stats.items()}))


def visit_of(scope: Scope, visit_id: UUID) -> Visit | None:
    """One visit, or ``None`` outside the scope."""
    return Visit.objects.within(scope).select_related("institution").filter(pk=visit_id).first()


def visits_behind(scope: Scope, row: Any) -> QuerySet[Visit]:
    """Visits at which a problem was found, or on which an order or a case rests."""
    wanted = [row.visit_id] if hasattr(row, "visit_id") else row.sources.filter(ref_type=VISIT_TYPE).values_list("ref_id", flat=True)
    return Visit.objects.within(scope).filter(pk__in=[one for one in wanted if one]).order_by("visited_on", "id")


def card_of(scope: Scope, name: str) -> str:
    """The card number that an officer of that name gave last, at a visit or on a paper."""
    for named in Visit.objects.within(scope).order_by("-id").values_list("officers", flat=True)[:LOOK_BACK]:
        found = next((one.get("card", "") for one in named if one.get("name") == name), "")
        if found:
            return str(found)
    return enforcement.card_of(scope, name)


def visits_counted(scope: Scope, *, campaign_id: UUID | None = None, period: Period | None = None) -> QuerySet[Visit]:
    """Visits of a campaign or a period, oldest first; ended ones (closed down) are no inspection."""
    found = Visit.objects.within(scope).exclude(signing=SigningKind.ENDED)
    if campaign_id is not None:
        found = found.filter(campaign_id=campaign_id)
    if period is not None:
        found = found.filter(visited_on__range=(period.start, period.end))
    return found.order_by("visited_on", "id")


def institutions_to_visit(scope: Scope) -> QuerySet[Institution]:
    """Institutions that sit or work in the scope and are in business, by name."""
    return Institution.objects.within(scope).filter(state=InstitutionState.ACTIVE).order_by("name_key", "id")


def coverage(scope: Scope, campaign_id: UUID | None, specialities: Iterable[str] = FULL_COVERAGE) -> list[Coverage]:
    """For each speciality: the institutions due in the scope, those visited in the campaign, and those missing.

    Source: 湘市监 2024 方案 二（六）: 气瓶检验机构、电梯检验检测机构、燃气压力管道检验机构全覆盖检查.
    """
    bodies = institutions_to_visit(scope).filter(kind__in=[InstitutionKind.INSPECTION, InstitutionKind.TESTING])
    by_institution: dict[UUID, list[Made]] = {}
    for institution_id, *made in visits_counted(scope, campaign_id=campaign_id).values_list("institution_id", *SHOWN_OF_VISIT):
        by_institution.setdefault(institution_id, []).append(Made(*made))
    listed = [Due(*one) for one in bodies.values_list(*SHOWN_OF_BODY)]
    return [
        Coverage(
            speciality,
            tuple(
                CoverageRow(one, tuple(by_institution.get(one.pk, ())))
                for one in listed
                if speciality in (one.specialities or [])
            ),
        )
        for speciality in specialities
    ]

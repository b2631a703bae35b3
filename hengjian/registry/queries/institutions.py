"""Institutions, their approvals and where they work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet, TextField
from django.db.models.functions import Cast

from hengjian.base.errors import OutOfScope
from hengjian.base.normalising import normalise_code
from hengjian.base.scope import EVERYTHING, Scope, inside
from hengjian.parties.models import Authority
from hengjian.parties.queries import authorities
from hengjian.registry.models import Approval, Employment, Institution, InstitutionWorkArea
from hengjian.registry.states import ApprovalState


@dataclass(frozen=True)
class Area:
    """An area that can be chosen as a filter: its path, name and depth below the first."""

    path: str
    name: str
    depth: int


@dataclass(frozen=True)
class InstitutionLine:
    """One institution in a list: until when it is approved at the longest, how many it employs."""

    institution: Institution
    approved_until: date | None
    people_count: int


def institutions(
    scope: Scope, *, search: str = "", kind: str = "", speciality: str = "", area: str = "", state: str = ""
) -> QuerySet[Institution]:
    """Institutions of the scope by name; ``area`` keeps those registered in or working in it."""
    found: QuerySet[Institution] = Institution.objects.within(scope).select_related("organisation")
    if search:
        code = normalise_code(search)
        found = found.filter(
            Q(name__icontains=search.strip())
            | Q(organisation__uscc__startswith=code)
            | Q(pk__in=Approval.objects.within(EVERYTHING).order_by().filter(number=code).values("institution_id"))
        )
    if kind:
        found = found.filter(kind=kind)
    if state:
        found = found.filter(state=state)
    if area:
        working = InstitutionWorkArea.objects.within(EVERYTHING).order_by().filter(inside("area", area))
        found = found.filter(inside("org_area", area) | Q(pk__in=working.values("institution_id")))
    if speciality:
        found = _with_speciality(found, [speciality])
    return found.order_by("name_key", "id")


def institution_lines(scope: Scope, institutions: Iterable[Institution]) -> list[InstitutionLine]:
    """Lines of the institutions of one page; two queries, whatever their number."""
    held = list(institutions)
    ids = [one.pk for one in held]
    papers = Approval.objects.within(scope).filter(institution_id__in=ids, state=ApprovalState.ACTIVE).order_by()
    until = dict(papers.values_list("institution_id").annotate(until=Max("valid_until")))
    jobs = Employment.objects.within(scope).filter(institution_id__in=ids, ended_on__isnull=True).order_by()
    people = dict(jobs.values_list("institution_id").annotate(people=Count("person_id", distinct=True)))
    return [InstitutionLine(one, until.get(one.pk), people.get(one.pk, 0)) for one in held]


def institutions_with_speciality(scope: Scope, specialities: Iterable[str]) -> QuerySet[Institution]:
    """Institutions of the scope that work in any of these specialities (all when none is named)."""
    return _with_speciality(Institution.objects.within(scope), list(specialities))


def _with_speciality(found: QuerySet, codes: list[str]) -> QuerySet:
    if not codes:
        return found
    wanted = Q()
    for code in codes:
        wanted |= Q(specialities_text__contains=f'"{code}"')
    # SQLite cannot look into a JSON list; its text serves on both databases.
    return found.annotate(specialities_text=Cast("specialities", TextField())).filter(wanted)


def institution_by_id(scope: Scope, institution_id: UUID) -> Institution:
    """The institution, or ``OutOfScope``."""
    found = Institution.objects.within(scope).select_related("organisation").filter(pk=institution_id).first()
    if found is None:
        raise OutOfScope(f"institution {institution_id}")
    return found


def approvals_valid(scope: Scope, institution: Institution, on: date) -> QuerySet[Approval]:
    """Approvals of the institution that stand on a day."""
    return Approval.objects.within(scope).filter(
        Q(issued_on__isnull=True) | Q(issued_on__lte=on),
        Q(valid_until__isnull=True) | Q(valid_until__gte=on),
        institution=institution, state=ApprovalState.ACTIVE,
    )


def work_areas(scope: Scope, institution: Institution) -> list[tuple[InstitutionWorkArea, str]]:
    """Where the institution works, each with the name of the area."""
    found = list(InstitutionWorkArea.objects.within(scope).filter(institution=institution))
    names = authority_names([one.area for one in found])
    return [(one, names.get(one.area, one.area)) for one in found]


def authority_names(paths: Iterable[str]) -> dict[str, str]:
    """Names of areas by their paths; the names of areas are no secret."""
    held = authorities(EVERYTHING).filter(path__in=set(paths))
    return dict(held.values_list("path", "area_name"))


def areas_within(scope: Scope) -> list[Area]:
    """Areas that the scope covers, for filters; empty for an institution."""
    found = Authority.objects.within(scope).filter(valid_to__isnull=True).order_by("path").values_list("path", "area_name")
    held = [(path, name, path.count("/")) for path, name in found if scope.covers(path)]
    top = min((depth for _path, _name, depth in held), default=0)
    return [Area(path, name, depth - top) for path, name, depth in held]

"""What the pages of the register show: rows with all that belongs to them, read set-wise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from hengjian.base.scope import Scope
from hengjian.registry.models import Approval, Credential, Employment, ImportRun, Institution, InstitutionWorkArea, Person
from hengjian.registry.queries.institutions import authority_names, institution_by_id, work_areas
from hengjian.registry.queries.insurance import InsuranceCell, insurance_matrix, months_before
from hengjian.registry.queries.people import certified_people, employed_people
from hengjian.registry.queries.staffing import StaffingResult, staffing_result


@dataclass(frozen=True)
class PersonLine:
    """One person in a list: present employments, valid certificates, the next that expires, twelve months."""

    person: Person
    jobs: list[Employment]
    papers: list[Credential]
    months: list[InsuranceCell]
    on: date

    @property
    def expires_on(self) -> date | None:
        """The day on which the next valid certificate ends."""
        return min((one.valid_until for one in self.papers if one.valid_until), default=None)

    @property
    def is_practising(self) -> bool:
        """Practice is registered in a present employment and not cancelled."""
        return any(one.practice_registered_on and not one.practice_cancelled_on for one in self.jobs)


def person_lines(
    scope: Scope, people: Iterable[Person], on: date, institution: Institution | None = None
) -> list[PersonLine]:
    """Lines of people whose employments and certificates are prefetched (see ``people``)."""
    held = list(people)
    months = insurance_matrix(scope, [one.pk for one in held], months_before(on, 12), institution)
    return [
        PersonLine(
            one, [job for job in one.employments.all() if job.ended_on is None or job.ended_on >= on],
            [paper for paper in one.credentials.all() if _is_valid(paper, on)], months.get(one.pk, []), on,
        )
        for one in held
    ]


def _is_valid(paper: Credential, on: date) -> bool:
    return (
        (paper.issued_on is None or paper.issued_on <= on)
        and (paper.valid_until is None or paper.valid_until >= on)
        and (paper.cancelled_on is None or paper.cancelled_on > on)
    )


@dataclass(frozen=True)
class InstitutionPage:
    """All that the page of an institution shows beside its people."""

    institution: Institution
    seat: str
    approvals: list[Approval]
    areas: list[tuple[InstitutionWorkArea, str]]
    staffing: StaffingResult
    staff: int
    certified: int
    practising: int


def institution_page(scope: Scope, institution_id: UUID, on: date) -> InstitutionPage:
    """Read an institution with its approvals, work areas and staffing; ``OutOfScope`` if it is not seen."""
    found = institution_by_id(scope, institution_id)
    staff = employed_people(scope, found, on).order_by()
    registered = staff.filter(practice_registered_on__isnull=False, practice_cancelled_on__isnull=True)
    return InstitutionPage(
        institution=found, seat=authority_names([found.org_area]).get(found.org_area, ""),
        approvals=list(Approval.objects.within(scope).filter(institution=found)), areas=work_areas(scope, found),
        staffing=staffing_result(scope, found, on),
        staff=staff.values("person_id").distinct().count(),
        certified=certified_people(scope, found, on).order_by().values("person_id").distinct().count(),
        practising=registered.values("person_id").distinct().count(),
    )


def import_runs(scope: Scope) -> QuerySet[ImportRun]:
    """Imports that the scope's units have tried, latest first."""
    return ImportRun.objects.within(scope).order_by("-started_at", "-id")

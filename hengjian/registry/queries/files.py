"""The practice file of one person, whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from hengjian.base.scope import Scope
from hengjian.registry.models import Credential, Education, Employment, Person, Reveal, Title, Training, Verification
from hengjian.registry.queries.insurance import InsuranceCell, insurance_matrix, months_before
from hengjian.registry.queries.people import employments_of, person_by_id
from hengjian.registry.states import EmploymentPost

# Source: 沪市监特种〔2024〕317号 附件3 第24项 (rule parameters training.*.min_hours_per_year).
TECHNICAL_HOURS = Decimal(24)
QUALITY_HOURS = Decimal(16)
QUALITY_POSTS = (EmploymentPost.TECHNICAL_MANAGER, EmploymentPost.QUALITY_MANAGER)


@dataclass(frozen=True)
class Paper:
    """A diploma or title with the records of its verification, latest first."""

    row: Education | Title
    verifications: list[Verification]

    @property
    def latest(self) -> Verification | None:
        """The last word on it."""
        return self.verifications[0] if self.verifications else None


@dataclass(frozen=True)
class TrainingYear:
    """Training of a year against what is asked: 24 hours, and 16 of quality management for who manages it."""

    year: int
    technical_hours: Decimal
    quality_hours: Decimal
    quality_asked: bool

    @property
    def technical_short(self) -> Decimal:
        """Hours missing of 24."""
        return max(TECHNICAL_HOURS - self.technical_hours, Decimal(0))

    @property
    def quality_short(self) -> Decimal:
        """Hours missing of 16, for those of whom they are asked."""
        return max(QUALITY_HOURS - self.quality_hours, Decimal(0)) if self.quality_asked else Decimal(0)

    @property
    def is_met(self) -> bool:
        """Nothing is missing."""
        return not self.technical_short and not self.quality_short


@dataclass(frozen=True)
class Ended:
    """Something a person may no longer do: what, of which institution or certificate, since when, why."""

    what: str
    of: str
    on: date
    reason: str


@dataclass(frozen=True)
class PracticeFile:
    """What the register holds of a person, as the scope may see it on a day."""

    person: Person
    on: date
    employments: list[Employment]
    credentials: list[Credential]
    educations: list[Paper]
    titles: list[Paper]
    trainings: list[TrainingYear]
    insurance: list[InsuranceCell]
    reveals: list[Reveal]

    @property
    def current(self) -> list[Employment]:
        """Employments that have not ended."""
        return [one for one in self.employments if one.ended_on is None or one.ended_on >= self.on]

    @property
    def ended(self) -> list[Ended]:
        """Practice that was cancelled and certificates that were, latest first."""
        found = [
            Ended(_("取消执业公示"), job.institution.name, job.practice_cancelled_on, job.practice_cancel_reason)
            for job in self.employments if job.practice_cancelled_on
        ] + [
            Ended(_("注销资质"), f"{one.get_grade_display()} {one.certificate_no}", one.cancelled_on, one.cancel_reason)
            for one in self.credentials if one.cancelled_on
        ]
        return sorted(found, key=lambda one: one.on, reverse=True)

    @property
    def payers(self) -> list[tuple[str, str]]:
        """All who paid, in order of their first month."""
        return list(dict.fromkeys(payer for cell in self.insurance for payer in cell.payers))

    @property
    def insurance_rows(self) -> list[tuple[str, str, list[tuple[date, bool]]]]:
        """The matrix as lines: payer's code, name, and for each month whether it paid."""
        return [
            (code, name, [(cell.month, (code, name) in cell.payers) for cell in self.insurance])
            for code, name in self.payers
        ]

    @property
    def insurance_newest(self) -> list[InsuranceCell]:
        """The months from the newest to the oldest."""
        return self.insurance[::-1]

    @property
    def months_unpaid(self) -> int:
        """Months without any payer."""
        return sum(cell.state == "none" for cell in self.insurance)

    @property
    def months_other(self) -> int:
        """Months paid by others alone."""
        return sum(cell.state == "other" for cell in self.insurance)


def practice_file(scope: Scope, person_id: UUID, on: date, *, months: int = 24) -> PracticeFile:
    """Read the practice file of a person; ``OutOfScope`` when the scope does not hold the person."""
    person = person_by_id(scope, person_id)
    jobs = list(employments_of(scope, person))
    records = list(Verification.objects.few_within(scope).filter(person=person).order_by("-verified_on", "-id"))
    return PracticeFile(
        person=person, on=on, employments=jobs,
        credentials=list(Credential.objects.few_within(scope).filter(person=person)),
        educations=_papers(Education.objects.few_within(scope).filter(person=person), records, "education_id"),
        titles=_papers(Title.objects.few_within(scope).filter(person=person), records, "title_id"),
        trainings=_trainings(scope, person, on, jobs),
        insurance=insurance_matrix(scope, [person.pk], months_before(on, months))[person.pk],
        reveals=list(Reveal.objects.within(scope).filter(object_id=person.pk)[:10]),
    )


def _papers(rows: Iterable[Education | Title], records: list[Verification], key: str) -> list[Paper]:
    return [Paper(row, [one for one in records if getattr(one, key) == row.pk]) for row in rows]


def _trainings(scope: Scope, person: Person, on: date, jobs: list[Employment]) -> list[TrainingYear]:
    asked = any(job.post in QUALITY_POSTS and job.ended_on is None for job in jobs)
    held = {one.year: one for one in Training.objects.few_within(scope).filter(person=person)}
    years = sorted({*held, *range(on.year - 3, on.year + 1)}, reverse=True)
    zero = Decimal(0)
    return [
        TrainingYear(
            year, held[year].technical_hours if year in held else zero,
            held[year].quality_hours if year in held else zero, asked,
        )
        for year in years
    ]


def latest_verifications(scope: Scope, persons: Iterable[UUID]) -> dict[UUID, list[Verification]]:
    """The latest verification of each diploma and title of these people, by person."""
    wanted = list(dict.fromkeys(persons))
    found: dict[UUID, list[Verification]] = {person: [] for person in wanted}
    seen: set[UUID | None] = set()
    for start in range(0, len(wanted), 1000):
        part = wanted[start : start + 1000]
        for one in Verification.objects.few_within(scope).filter(person_id__in=part).order_by("-verified_on", "-id"):
            paper = one.education_id or one.title_id
            if paper not in seen:
                seen.add(paper)
                found[one.person_id].append(one)
    return found

"""What the register knows of the people on a self-check: read set-wise, handed to the cross-checks as plain facts.

Facts of other institutions are read by the system, not by the viewer: only the sentence that a cross-check makes of them
is shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.campaigns.models import Submission
from hengjian.campaigns.models.clash_words import shortfall
from hengjian.registry import queries as registry
from hengjian.registry.models import Credential, Education, Employment, Institution, InsuranceMonth, Person, Title
from hengjian.registry.queries import InsuranceCell

MONTHS = 12
CHUNK = 1000


@dataclass(frozen=True)
class Job:
    """An employment, here or elsewhere."""

    id: UUID
    institution_name: str
    is_here: bool
    post: str
    started_on: date | None
    ended_on: date | None
    registered_on: date | None
    cancelled_on: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the employment has begun and not ended on a day."""
        return (self.started_on is None or self.started_on <= day) and (self.ended_on is None or self.ended_on >= day)

    def is_registered_on(self, day: date) -> bool:
        """Whether its practice stands registered on a day."""
        begun = self.registered_on is not None and self.registered_on <= day
        return begun and (self.cancelled_on is None or self.cancelled_on > day)

    def covers_month(self, month: date) -> bool:
        """Whether it covers a month so far that insurance is due in it: the month of joining only from its first day."""
        begun = self.started_on is None or self.started_on <= month
        return begun and (self.ended_on is None or self.ended_on >= month)


@dataclass(frozen=True)
class Paper:
    """A diploma or title and the last word on it; ``result`` empty: nobody verified it."""

    id: UUID
    label: str
    result: str = ""
    result_label: str = ""
    method_label: str = ""
    method: str = ""
    verified_on: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True)
class PersonFacts:
    """One person of the list as the register knows them."""

    person_id: UUID
    name: str
    months: tuple[InsuranceCell, ...] = ()
    jobs: tuple[Job, ...] = ()
    is_certified: bool = True
    certificate_until: date | None = None
    certificate_no: str = ""
    grade: str = ""
    educations: tuple[Paper, ...] = ()
    titles: tuple[Paper, ...] = ()

    @property
    def here(self) -> list[Job]:
        """Employments in the institution that files."""
        return [job for job in self.jobs if job.is_here]

    @property
    def elsewhere(self) -> list[Job]:
        """Employments in other institutions."""
        return [job for job in self.jobs if not job.is_here]


@dataclass(frozen=True)
class Grounds:
    """On what the cross-checks of one submission rest: the day, the months, the people, the staffing conditions."""

    day: date
    months: tuple[date, ...]
    people: dict[UUID, PersonFacts]
    has_insurance_data: bool
    staffing: str = "unknown"
    short: tuple[Mapping[str, Any], ...] = ()

    @property
    def shortfalls(self) -> list[str]:
        """What the staffing conditions lack, in words."""
        return [shortfall(line) for line in self.short]


def reference_day(submission: Submission) -> date:
    """The day to which the twelve months of insurance reach back: that of the launch, so that figures do not drift."""
    launched = submission.campaign.launched_at
    return clock.local_date(launched) if launched else clock.today()


def insurance_window(submission: Submission) -> list[date]:
    """The twelve whole months before the month in which the campaign was launched, oldest first."""
    return registry.months_before(reference_day(submission), MONTHS)


def grounds_of(scope: Scope, submission: Submission, person_ids: Iterable[UUID], *, with_staffing: bool = True) -> Grounds:
    """Read what the cross-checks need of these people; a constant number of queries for any number of people."""
    institution = submission.target.institution
    wanted, months, day = list(dict.fromkeys(person_ids)), insurance_window(submission), clock.today()
    matrix = registry.insurance_matrix(EVERYTHING, wanted, months, institution)
    parts = _read(wanted, institution.pk, day)
    names: dict[UUID, str] = dict(_in_parts(Person.objects.within(EVERYTHING).order_by(), "pk", wanted, "pk", "name"))
    people = {
        one: PersonFacts(one, names[one], tuple(matrix.get(one, ())), **parts[one]) for one in wanted if one in names
    }
    staffing, short = _staffing(institution, day) if with_staffing else ("unknown", ())
    return Grounds(day, tuple(months), people, _any_insurance(institution, months), staffing, short)


def _any_insurance(institution: Institution, months: list[date]) -> bool:
    """Whether insurance data of this institution were imported at all; without them a gap means nothing."""
    paid = InsuranceMonth.objects.within(EVERYTHING).filter(month__gte=months[0], month__lte=months[-1])
    return bool(paid.filter(payer_id=institution.organisation.uscc).exists())


def _staffing(institution: Institution, day: date) -> tuple[str, tuple[Mapping[str, Any], ...]]:
    result = registry.staffing_result(EVERYTHING, institution, day)
    short = [line for line in result.lines if line.shortfall]
    return result.state, tuple({"title": line.title, "counted": line.counted, "unit": line.unit, "minimum": line.minimum} for line in short)


def _in_parts(rows: Any, key: str, wanted: list[UUID], *columns: str) -> list[Any]:
    found: list[Any] = []
    for start in range(0, len(wanted), CHUNK):
        found += rows.filter(**{f"{key}__in": wanted[start : start + CHUNK]}).values_list(*columns)
    return found


def _read(wanted: list[UUID], institution_id: UUID, day: date) -> dict[UUID, dict[str, Any]]:
    jobs, papers = _jobs(wanted, institution_id), _certificates(wanted, day)
    latest = registry.latest_verifications(EVERYTHING, wanted)
    verified = {one.education_id or one.title_id: one for held in latest.values() for one in held}
    educations, titles = _papers(Education, wanted, verified), _papers(Title, wanted, verified)
    return {
        one: {"jobs": tuple(jobs[one]), "educations": tuple(educations[one]), "titles": tuple(titles[one]), **papers[one]}
        for one in wanted
    }


def _jobs(wanted: list[UUID], institution_id: UUID) -> dict[UUID, list[Job]]:
    columns = ("person_id", "pk", "institution__name", "institution_id", "post", "started_on", "ended_on",
               "practice_registered_on", "practice_cancelled_on")
    found: dict[UUID, list[Job]] = defaultdict(list)
    for person, key, name, where, *rest in _in_parts(Employment.objects.within(EVERYTHING), "person_id", wanted, *columns):
        found[person].append(Job(key, name, where == institution_id, *rest))
    return found


def _certificates(wanted: list[UUID], day: date) -> dict[UUID, dict[str, Any]]:
    blank = {"is_certified": False, "certificate_until": None, "certificate_no": "", "grade": ""}
    found: dict[UUID, dict[str, Any]] = dict.fromkeys(wanted, blank)
    valid = set(_in_parts(registry.valid_credentials(EVERYTHING, day).order_by(), "person_id", wanted, "pk", "person_id"))
    columns = ("pk", "person_id", "certificate_no", "valid_until", "grade")
    rows = _in_parts(Credential.objects.within(EVERYTHING).order_by("valid_until"), "person_id", wanted, *columns)
    holders = {person for _key, person in valid}
    for _key, person, number, until, grade in rows:
        found[person] = {"is_certified": person in holders, "certificate_until": until, "certificate_no": number, "grade": grade}
    return found


def _papers(model: Any, wanted: list[UUID], verified: dict[Any, Any]) -> dict[UUID, list[Paper]]:
    found: dict[UUID, list[Paper]] = defaultdict(list)
    for start in range(0, len(wanted), CHUNK):
        for row in model.objects.within(EVERYTHING).filter(person_id__in=wanted[start : start + CHUNK]):
            last = verified.get(row.pk)
            found[row.person_id].append(Paper(row.pk, str(row)) if last is None else Paper(
                row.pk, str(row), last.result, last.get_result_display(), last.get_method_display(), last.method, last.verified_on, last.valid_until
            ))
    return found

"""Staffing conditions against the people an institution has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from hengjian.base.scope import EVERYTHING, Scope
from hengjian.registry.models import Institution, StaffingRule, Title
from hengjian.registry.queries.people import certified_people, employed_people, valid_credentials
from hengjian.registry.states import ASSISTANT, SENIOR_TITLE_WORDS, Grade, Metric

GRADE_AND_ABOVE = {
    Metric.INSPECTORS: (Grade.INSPECTOR, Grade.ENGINEER, Grade.SENIOR_ENGINEER),
    Metric.ENGINEERS: (Grade.ENGINEER, Grade.SENIOR_ENGINEER),
    Metric.SENIOR_ENGINEERS: (Grade.SENIOR_ENGINEER,),
}


@dataclass(frozen=True)
class StaffingLine:
    """One condition: what the rule asks, what the register counts. ``minimum`` None: the figure is not known."""

    metric: str
    title: str
    unit: str
    counted: int
    minimum: int | None
    source: str
    verified: bool
    person_ids: frozenset[UUID]

    @property
    def shortfall(self) -> int:
        """How many are missing; 0 when met or not known."""
        return max((self.minimum or 0) - self.counted, 0)

    @property
    def state(self) -> str:
        """met, unmet or unknown."""
        return "unknown" if self.minimum is None else "unmet" if self.shortfall else "met"


@dataclass(frozen=True)
class StaffingResult:
    """Whether an institution's people meet the conditions of its class on a day."""

    approval_class: str
    on: date
    lines: list[StaffingLine]

    @property
    def state(self) -> str:
        """unmet if any condition is; unknown if none has a figure; else met."""
        states = {line.state for line in self.lines if line.minimum is not None}
        return "unmet" if "unmet" in states else "met" if states else "unknown"

    @property
    def is_verified(self) -> bool:
        """Every figure was checked against the official text."""
        return bool(self.lines) and all(line.verified for line in self.lines if line.minimum is not None)

    @property
    def has_gaps(self) -> bool:
        """Some condition has no figure."""
        return any(line.minimum is None for line in self.lines)


def staffing_rules(scope: Scope, approval_class: str, on: date) -> list[StaffingRule]:
    """The rule of each metric that holds for a class on a day: the latest version begun by then."""
    found: dict[str, StaffingRule] = {}
    held = StaffingRule.objects.within(scope).filter(approval_class=approval_class, valid_from__lte=on)
    for rule in held.order_by("metric", "-valid_from", "-version_number"):
        found.setdefault(rule.metric, rule)
    return [found[metric] for metric in Metric.values if metric in found]


def staffing_classes(scope: Scope, on: date) -> list[tuple[str, list[StaffingRule]]]:
    """All classes that have rules on a day, each with the rule of every metric: 甲 before 乙 before 丙, then the others."""
    held = StaffingRule.objects.within(scope).filter(valid_from__lte=on).order_by()
    classes = sorted(set(held.values_list("approval_class", flat=True)), key=_rank)
    return [(one, staffing_rules(scope, one, on)) for one in classes]


def _rank(approval_class: str) -> tuple[int, str]:
    place = "甲乙丙丁".find(approval_class[:1])
    return (place if place >= 0 else 4, approval_class)


def staffing_result(scope: Scope, institution: Institution, on: date) -> StaffingResult:
    """Count the institution's people against the rules of its class; without rules all figures are unknown."""
    rules = {rule.metric: rule for rule in staffing_rules(scope, institution.approval_class, on)}
    counts = _Counts(scope, institution, on)
    lines = []
    for metric in Metric:
        rule, people = rules.get(metric.value), counts.of(metric)
        lines.append(StaffingLine(
            metric=metric.value, title=rule.title if rule else str(metric.label), unit=rule.unit if rule else "人",
            counted=len(people), minimum=rule.minimum if rule else None, source=rule.source if rule else "",
            verified=bool(rule and rule.verified), person_ids=frozenset(people),
        ))
    return StaffingResult(institution.approval_class, on, lines)


class _Counts:
    """The people behind each metric: full-time and holding a valid certificate, unless it asks for a title."""

    def __init__(self, scope: Scope, institution: Institution, on: date) -> None:
        full_time = certified_people(scope, institution, on).filter(full_time=True).order_by()
        self.certified = set(full_time.values_list("person_id", flat=True))
        here = employed_people(scope, institution, on).order_by()
        self.staff = here.filter(full_time=True).values("person_id")
        papers = valid_credentials(EVERYTHING, on).order_by().filter(person_id__in=here.values("person_id"))
        self.grades: list[tuple[UUID, str]] = list(papers.values_list("person_id", "grade"))

    def of(self, metric: Metric) -> set[UUID]:
        counting: dict[Metric, Callable[[], set[UUID]]] = {
            Metric.CERTIFIED_FULL_TIME: lambda: self.certified, Metric.SENIOR_TITLES: self._senior_titles,
        }
        return counting.get(metric, lambda: self._graded(metric))()

    def _graded(self, metric: Metric) -> set[UUID]:
        wanted = GRADE_AND_ABOVE[metric]
        return {person for person, grade in self.grades if grade in wanted and person in self.certified}

    def _senior_titles(self) -> set[UUID]:
        words = Q()
        for word in SENIOR_TITLE_WORDS:
            words |= Q(title__contains=word)
        held = Title.objects.within(EVERYTHING).order_by().filter(words, person_id__in=self.staff)
        held = held.exclude(title__startswith=ASSISTANT)
        return set(held.values_list("person_id", flat=True))

"""Reads of the register of problems."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.lists import tally
from hengjian.base.scope import Scope, inside
from hengjian.dossier.models import EvidenceUse
from hengjian.rectification.models import Problem, ProblemExtension, ProblemSource
from hengjian.rectification.states import (
    AFTER,
    BEFORE,
    DUE_STATES,
    FACT_FINDERS,
    PERSON_KINDS,
    RECHECK,
    RECURRENCE_MONTHS,
    ProblemKind,
    ProblemState,
)
from hengjian.registry.models import Institution

OBJECT_TYPE = "rectification.problem"
COUNTED_STATS = ("proposed", "rectifying", "reported", "overdue", "closed", "recurred", "escalated", "verified")


@dataclass(frozen=True)
class Filter:
    """What a page asks of the register; empty means all."""

    stat: str = ""
    text: str = ""
    area: str = ""
    finder: str = ""
    kind: str = ""
    severity: int | None = None
    campaign_id: UUID | None = None
    org_id: UUID | None = None


@dataclass(frozen=True)
class Counts:
    """How many problems stand where."""

    total: int
    proposed: int
    rectifying: int
    reported: int
    overdue: int
    closed: int
    recurred: int
    escalated: int
    verified: int
    recheck_due: int


def merge_key_of(
    org_id: UUID, kind: str, *, subject_type: str, subject_id: UUID | None, subject_label: str, clause: str
) -> str:
    """The key under which findings of one problem meet: organisation, kind and subject.

    Where the subject is the organisation as a whole, item and clause tell its problems apart, or two different
    failings of the quality system would become one.
    """
    is_whole = subject_id is None or subject_id == org_id
    if kind == ProblemKind.STAFFING:
        subject = "organisation"
    elif not is_whole:
        subject = f"{subject_type}:{subject_id}"
    elif kind in PERSON_KINDS:
        subject = f"label:{subject_label.strip()}"
    else:
        subject = f"item:{subject_label.strip()}|{clause.strip()}"
    return hashlib.sha256(f"{org_id}|{kind}|{subject}".encode()).hexdigest()


def months_before(day: date, months: int) -> date:
    """The same day some months earlier; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def problem_of(scope: Scope, problem_id: UUID) -> Problem | None:
    """One problem with what its page shows, or ``None`` outside the scope."""
    found = Problem.objects.within(scope).select_related("recurrence_of", "merged_into")
    return found.filter(pk=problem_id).first()


def is_overdue(on: date | None = None) -> Q:
    """The due date has passed and something is still awaited."""
    return Q(state__in=DUE_STATES, due_on__lt=on or clock.today())


def _sources() -> QuerySet[ProblemSource]:
    """The findings of the problem in the outer query; whoever sees the problem sees them."""
    return ProblemSource.objects.filter(problem=OuterRef("pk"))


def found_by(finders: Iterable[str]) -> Exists:
    """Some source of the problem is one of these finders."""
    return Exists(_sources().filter(finder__in=list(finders)))


def counted() -> Q:
    """Problems that count as found: told by the institution, seen by an officer, or confirmed by one."""
    hint = Q(state=ProblemState.PROPOSED) & ~Q(found_by(FACT_FINDERS))
    return ~Q(state=ProblemState.DISMISSED) & ~hint


def of_campaign(campaign_id: UUID) -> Q:
    """Problems found in a campaign, first or again."""
    return Q(campaign_id=campaign_id) | Q(Exists(_sources().filter(campaign_id=campaign_id)))


def _by_stat(stat: str) -> Q:
    today = clock.today()
    return {
        "proposed": Q(state=ProblemState.PROPOSED),
        "rectifying": Q(state__in=[ProblemState.CONFIRMED, ProblemState.RECTIFYING]),
        "reported": Q(state=ProblemState.REPORTED),
        "verified": Q(state=ProblemState.VERIFIED),
        "overdue": is_overdue(today),
        "closed": Q(state__in=[ProblemState.CLOSED, ProblemState.RECURRED]),
        "recurred": Q(recurrence_of__isnull=False) & ~Q(state=ProblemState.DISMISSED),
        "recheck": recheck_is_due(today),
        "escalated": is_overdue(today) & ~Q(escalated_to_level=""),
        "dismissed": Q(state=ProblemState.DISMISSED),
    }.get(stat, ~Q(state=ProblemState.DISMISSED))


def recheck_is_due(on: date | None = None) -> Q:
    """Closed long enough to be looked at again, and not yet looked at."""
    return Q(state=ProblemState.CLOSED, recheck_on__lte=on or clock.today(), rechecked_at__isnull=True)


def _without_stat(scope: Scope, wanted: Filter) -> QuerySet[Problem]:
    found = Problem.objects.within(scope)
    if wanted.text:
        named = Q(number__icontains=wanted.text) | Q(title__icontains=wanted.text)
        found = found.filter(
            named | Q(institution_name__icontains=wanted.text) | Q(subject_label__icontains=wanted.text)
        )
    if wanted.area:
        found = found.filter(inside("area", wanted.area) | inside("org_area", wanted.area))
    if wanted.finder:
        found = found.filter(found_by([wanted.finder]))
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.severity:
        found = found.filter(severity=wanted.severity)
    if wanted.campaign_id:
        found = found.filter(of_campaign(wanted.campaign_id))
    if wanted.org_id:
        found = found.filter(org_id=wanted.org_id)
    return found


def problems(scope: Scope, wanted: Filter | None = None) -> QuerySet[Problem]:
    """The register as the page asks for it, newest number first; dismissed ones only when asked for."""
    wanted = wanted or Filter()
    return _without_stat(scope, wanted).filter(_by_stat(wanted.stat)).order_by("-number", "-id")


def counts(scope: Scope, wanted: Filter | None = None) -> Counts:
    """The numbers above the list, for the same filters without the state, in one query."""
    stats = {"total": "", "recheck_due": "recheck"} | {name: name for name in COUNTED_STATS}
    return Counts(**tally(_without_stat(scope, wanted or Filter()), {name: _by_stat(stat) for name, stat in stats.items()}))


def open_problems_of(scope: Scope, org_id: UUID) -> QuerySet[Problem]:
    """Problems of one organisation that are not yet closed."""
    return problems(scope, Filter(org_id=org_id)).exclude(state__in=[ProblemState.CLOSED, ProblemState.RECURRED])


def sources_of(scope: Scope, problem: Problem) -> QuerySet[ProblemSource]:
    """All findings of a problem, the first one first."""
    return ProblemSource.objects.within(scope).filter(problem=problem)


def extensions_of(scope: Scope, problem: Problem) -> QuerySet[ProblemExtension]:
    """All requests for more time, oldest first."""
    return ProblemExtension.objects.within(scope).filter(problem=problem)


def problems_from(scope: Scope, ref_type: str, ref_id: UUID) -> QuerySet[Problem]:
    """Problems that came from one object (a visit, a submission), merged ones included."""
    refs = ProblemSource.objects.filter(problem=OuterRef("pk"), ref_type=ref_type, ref_id=ref_id)
    return Problem.objects.within(scope).filter(Exists(refs)).order_by("number")


def evidence_of(scope: Scope, problem: Problem) -> dict[str, list[EvidenceUse]]:
    """Evidence put to a problem, by item: before, after, recheck."""
    uses = EvidenceUse.objects.within(scope).filter(object_type=OBJECT_TYPE, object_id=problem.pk)
    found: dict[str, list[EvidenceUse]] = {BEFORE: [], AFTER: [], RECHECK: []}
    for use in uses.select_related("evidence").order_by("attached_at", "id"):
        found.setdefault(use.item, []).append(use)
    return found


def has_after_evidence(scope: Scope, problem: Problem) -> bool:
    """Whether anything shows the state after the rectification."""
    uses = EvidenceUse.objects.within(scope)
    return uses.filter(object_type=OBJECT_TYPE, object_id=problem.pk, item=AFTER).exists()


def open_twin(scope: Scope, merge_key: str) -> Problem | None:
    """The open problem under a merge key, if the scope sees one."""
    from_open = Problem.objects.within(scope).filter(merge_key=merge_key)
    return from_open.exclude(state__in=["closed", "dismissed", "recurred"]).order_by("id").first()


def already_told(
    scope: Scope, merge_key: str, *, finder: str, ref_type: str = "", ref_id: UUID | None = None
) -> Problem | None:
    """The problem that this very reference opened before, whatever became of it; merged away, the one it became.

    Without a reference: the newest of that key of which the finder told at all.
    """
    refs = ProblemSource.objects.filter(problem=OuterRef("pk"), finder=finder)
    if ref_id is not None:
        refs = refs.filter(ref_type=ref_type, ref_id=ref_id)
    same = Q(merge_key=merge_key) | Q(merged__merge_key=merge_key) | Q(merged__merged__merge_key=merge_key)
    return Problem.objects.within(scope).filter(same, Exists(refs)).order_by("-id").first()


def recent_closed(scope: Scope, problem: Problem) -> Problem | None:
    """The problem of which this is a recurrence: closed within 12 months, of the same kind or clause and subject."""
    since = clock.at(months_before(clock.today(), RECURRENCE_MONTHS))
    same = Q(merge_key=problem.merge_key)
    if problem.clause and problem.subject_id and problem.subject_id != problem.org_id:
        same |= Q(clause=problem.clause, subject_type=problem.subject_type, subject_id=problem.subject_id)
    found = Problem.objects.within(scope).filter(
        same, org_id=problem.org_id, state=ProblemState.CLOSED, closed_at__gte=since
    )
    return found.order_by("-closed_at").first()


def recurrences_of(scope: Scope, problem: Problem) -> QuerySet[Problem]:
    """The problems as which a closed one came back."""
    return Problem.objects.within(scope).filter(recurrence_of=problem).order_by("number")


def mergeable(scope: Scope, problem: Problem) -> QuerySet[Problem]:
    """Other open problems of the same organisation, into which this one could be merged."""
    return open_problems_of(scope, problem.org_id).exclude(pk=problem.pk)


def rows_of_lists(scope: Scope, wanted: Filter, *, limit: int = 3000) -> list[Problem]:
    """The rows of the three printed lists, oldest number first."""
    return list(problems(scope, wanted).order_by("number", "id")[:limit])


def source_sentence(sources: Iterable[Any]) -> str:
    """One Chinese sentence on who found the problem, and whether it was told or hidden."""
    said: list[str] = []
    for source in sources:
        if source.is_amendment:
            continue
        who = str(source.get_finder_display())
        if source.disclosed:
            sealed = clock.local(source.found_at)
            said.append(
                _("%(who)s（主动填报，%(month)d月%(day)d日%(time)s封存）")
                % {"who": who, "month": sealed.month, "day": sealed.day, "time": sealed.strftime("%H:%M")}
            )
        else:
            said.append(_("%(who)s（已合并）") % {"who": who} if said else who)
    return "；".join(said)


def sees(scope: Scope, row: Any) -> bool:
    """Whether the scope sees the row that a paper is to be about."""
    return bool(type(row).objects.within(scope).filter(pk=row.pk).exists())


def institution_of(scope: Scope, org_id: UUID | None) -> Institution | None:
    """The institution of which a problem is registered by hand."""
    return Institution.objects.within(scope).filter(pk=org_id).first() if org_id else None


def institutions(scope: Scope) -> QuerySet[Institution]:
    """Institutions of which a problem may be registered by hand, by name."""
    return Institution.objects.within(scope).order_by("name_key", "id")

"""Campaigns at a glance: progress of each, phases, lists to cover in full, institutions to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hengjian.base import clock
from hengjian.base.errors import OutOfScope
from hengjian.base.scope import EVERYTHING, Scope, inside
from hengjian.base.working_days import working_days_between
from hengjian.campaigns.models import Campaign, Extension, Plan, Submission
from hengjian.campaigns.queries.areas import areas_reached, named_in, touches
from hengjian.campaigns.queries.timetable import Series
from hengjian.dossier import queries as dossier
from hengjian.dossier.models import Evidence, EvidenceUse
from hengjian.parties.models import Authority, Organisation
from hengjian.registry.models import Institution
from hengjian.supervision import queries as supervision

STATES = ("idle", "draft", "filed", "returned", "accepted")


@dataclass(frozen=True)
class Progress:
    """How far a campaign is, in counts of its filings."""

    counts: dict[str, int]

    @property
    def total(self) -> int:
        """All filings due."""
        return sum(self.counts.values())

    @property
    def accepted(self) -> int:
        """Filings accepted."""
        return self.counts.get("accepted", 0)

    @property
    def overdue(self) -> int:
        """Filings that are late."""
        return self.counts.get("overdue", 0)


def progress(scope: Scope, campaigns: Iterable[Campaign]) -> dict[UUID, Progress]:
    """Progress of each campaign within the scope; one query for all of them."""
    wanted = [c.id for c in campaigns]
    found: dict[UUID, dict[str, int]] = {one: {} for one in wanted}
    late = Q(due_on__lt=clock.today(), state__in=["idle", "draft", "returned"])
    held = Submission.objects.within(scope).filter(campaign_id__in=wanted, target__included=True).order_by().values("campaign_id", "state")
    for row in held.annotate(n=Count("id"), late=Count("id", filter=late)):
        counts = found[row["campaign_id"]]
        counts[row["state"]] = counts.get(row["state"], 0) + row["n"] - row["late"]
        counts["overdue"] = counts.get("overdue", 0) + row["late"]
    return {one: Progress(counts) for one, counts in found.items()}


@dataclass(frozen=True)
class PhaseShown:
    """One phase of the strip."""

    title: str
    when: str
    note: str
    stands: str


def phases(campaign: Campaign, series: Iterable[Series], notes: dict[str, str]) -> list[PhaseShown]:
    """The phases of the document; where it has none, the dates on which something is due."""
    given: list[tuple[str, date | None, date | None]] = [(p["title"], _day(p.get("starts_on")), _day(p.get("ends_on"))) for p in campaign.body.get("phases", [])]
    if not given:
        ends: dict[date, list[str]] = {}
        for one in series:
            for due in one.dues:
                ends.setdefault(due.due_on, []).append(_who_files(one.step_from))
        given += [("、".join(dict.fromkeys(who)) + _("报送"), None, day) for day, who in sorted(ends.items())][:5]
    today = clock.today()
    current = next((n for n, (_title, _start, end) in enumerate(given) if end is None or end >= today), len(given))
    shown = []
    for n, (title, start, end) in enumerate(given):
        stands = "done" if n < current else "now" if n == current else ""
        shown.append(PhaseShown(title, _when(start, end), _note(n, title, stands, end, today, notes), stands))
    return shown


def _who_files(step_from: str) -> str:
    return {"institution": _("机构"), "county": _("县级"), "city": _("市级"), "province": _("省级")}.get(step_from, step_from)


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _short(day: date) -> str:
    return _("%(month)s月%(day)s日") % {"month": day.month, "day": day.day}


def _when(start: date | None, end: date | None) -> str:
    if start and end:
        return f"{_short(start)}—{_short(end)}"
    return _("%(day)s前") % {"day": _short(end)} if end else ""


def _note(n: int, title: str, stands: str, end: date | None, today: date, notes: dict[str, str]) -> str:
    if stands == "now":
        n = working_days_between(today, end) if end else 0
        left = ngettext("剩%(n)s个工作日", "剩%(n)s个工作日", n) % {"n": n} if end else ""
        return _("，").join(filter(None, [left, notes.get("progress", "")]))
    if "检查" in title and notes.get("coverage"):
        return notes["coverage"]
    if n == 0 and notes.get("receipts"):
        return notes["receipts"]
    return _("已结束") if stands == "done" else ""


@dataclass(frozen=True)
class CoverageShown:
    """One list that has to be covered in full."""

    title: str
    clause: str
    due: int
    done: int
    missing: tuple[supervision.Due, ...]


def lists_to_visit(scope: Scope, campaign: Campaign, place: str = "") -> tuple[list[CoverageShown], list[CoverageShown]]:
    """Lists of the document that have to be covered in full, and those to be visited first (重点检查), at and below a place."""
    asked = [{one["key"]: one for one in campaign.body.get(name, []) if one.get("key")} for name in ("coverage", "priorities")]
    wanted = list(dict.fromkeys(key for one in asked for key in one))
    found = {one.speciality: one for one in supervision.coverage(scope, campaign.id, wanted)} if wanted else {}
    full, first = ([_covered(found[key], spec, place) for key, spec in one.items()] for one in asked)
    return full, first


def _covered(found: supervision.Coverage, spec: dict[str, Any], place: str) -> CoverageShown:
    rows = [row for row in found.rows if row.institution.org_area.startswith(place)]
    missing = tuple(row.institution for row in rows if not row.is_done)
    return CoverageShown(spec["title"], spec.get("clause", ""), len(rows), len(rows) - len(missing), missing)


def priorities_of(campaign: Campaign, institution: Institution) -> list[dict[str, Any]]:
    """The lists of 重点检查 on which an institution stands, by what it does."""
    own = set(institution.specialities or [])
    return [one for one in campaign.body.get("priorities", []) if one.get("key") in own]


def institutions_in_reach(scope: Scope, campaign: Campaign) -> QuerySet[Institution]:
    """Institutions that the draft would name: of the kinds chosen, at home in the campaign's area."""
    held = Institution.objects.within(scope).filter(named_in("org_area", areas_reached(scope, campaign)), kind__in=campaign.body.get("audience", []))
    return held.exclude(state__in=["revoked", "cancelled"]).order_by("org_area", "name")


@dataclass(frozen=True)
class Reach:
    """How many a launch would reach."""

    by_kind: tuple[tuple[str, int], ...]
    by_level: tuple[tuple[str, int], ...]
    institutions: int
    authorities: int
    left_out: int


def reach(scope: Scope, campaign: Campaign) -> Reach:
    """Count institutions by kind and authorities by level that a launch would reach."""
    exceptions = set(campaign.body.get("exceptions", {}))
    kinds: dict[str, int] = {}
    left_out = 0
    for one in institutions_in_reach(scope, campaign):
        if str(one.id) in exceptions:
            left_out += 1
        else:
            kinds[str(one.get_kind_display())] = kinds.get(str(one.get_kind_display()), 0) + 1
    levels: dict[str, int] = {}
    reached = areas_reached(scope, campaign)
    for authority in Authority.objects.within(scope).filter(inside("path", campaign.area), valid_to__isnull=True).exclude(path=campaign.area):
        if not touches(reached, authority.path):
            continue
        levels[str(authority.get_level_display())] = levels.get(str(authority.get_level_display()), 0) + 1
    return Reach(tuple(kinds.items()), tuple(levels.items()), sum(kinds.values()), sum(levels.values()), left_out)


def extensions_seen(scope: Scope) -> QuerySet[Extension]:
    """Requests for extension within the scope, newest first."""
    return Extension.objects.within(scope).select_related("decider").prefetch_related("campaign")


def papers(scope: Scope, campaign: Campaign) -> list[Evidence]:
    """Official documents of a campaign: its own, and those of the issued plans that the scope sees or lies below."""
    plans = Plan.objects.within(EVERYTHING).filter(campaign=campaign, state="issued").only("area", "org_id", "org_area")
    areas = _areas(scope)
    seen = [p.id for p in plans if scope.holds(p) or any(area.startswith(p.area) for area in areas)]
    uses = EvidenceUse.objects.within(EVERYTHING).filter(
        Q(object_type="campaigns.campaign", object_id=campaign.id) | Q(object_type="campaigns.plan", object_id__in=seen)
    )
    return list(dossier.current(EVERYTHING).filter(pk__in=uses.values("evidence_id")))


def _areas(scope: Scope) -> list[str]:
    """The areas of a scope; for an institution the area of its seat."""
    seats = Organisation.objects.within(EVERYTHING).filter(pk__in=list(scope.org_ids)).values_list("area", flat=True) if not scope.areas else []
    return [*scope.areas, *seats]


def paper_of(scope: Scope, campaign: Campaign, evidence_id: UUID) -> tuple[str, bytes]:
    """File name and bytes of one of them. Raises ``OutOfScope``."""
    held = next((one for one in papers(scope, campaign) if one.id == evidence_id), None)
    if held is None:
        raise OutOfScope(f"document {evidence_id}")
    return held.name, dossier.original_bytes(held)

"""Work reports and the stories told in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from hengjian.base.errors import OutOfScope
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.campaigns.models import Campaign, CaseStory, StatReturn, WorkReport
from hengjian.parties.models import Organisation
from hengjian.rectification.models import Problem
from hengjian.rectification.queries import of_campaign
from hengjian.rectification.states import SETTLED_STATES
from hengjian.registry.models import Employment, Person

SOMEBODY, SOME_BODY = "某人员", "某机构"
LEGAL_TAILS = ("有限责任公司", "股份有限公司", "有限公司", "公司")
NUMBERS = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|1\d{10}|[0-9A-HJ-NPQRTUWXY]{18}|[A-Z]{1,4}\d{6,})(?![0-9A-Za-z])")
SHORTEST_STEM = 4


def reports_of(scope: Scope, campaign: Campaign) -> QuerySet[WorkReport]:
    """Work reports of a campaign that the scope sees."""
    held = WorkReport.objects.within(scope).filter(campaign=campaign)
    return held.select_related("authority__parent").prefetch_related("campaign").order_by("round", "authority__path")


def report_by_id(scope: Scope, report_id: UUID) -> WorkReport:
    """One report. Raises ``OutOfScope``."""
    found = WorkReport.objects.within(scope).select_related("authority__parent", "campaign").filter(pk=report_id).first()
    if found is None:
        raise OutOfScope(f"report {report_id}")
    return found


def table_beside(scope: Scope, report: WorkReport) -> StatReturn | None:
    """The statistics table of the same authority and round, from which the report takes its figures."""
    held = StatReturn.objects.within(EVERYTHING).filter(campaign=report.campaign, authority=report.authority, round=report.round)
    return held.select_related("authority", "campaign").order_by("-due_on").first()


def waiting_below(scope: Scope, report: WorkReport) -> list[str]:
    """Areas directly below whose table of the round is not filed."""
    held = StatReturn.objects.within(EVERYTHING).filter(
        campaign=report.campaign, authority__parent=report.authority, round=report.round, state__in=["idle", "draft", "returned"]
    )
    return list(dict.fromkeys(held.order_by("authority__path").values_list("authority__area_name", flat=True)))


def stories(scope: Scope, *, text: str = "", kind: str = "", area: str = "", campaign_id: UUID | None = None) -> QuerySet[CaseStory]:
    """Typical cases and good practice across the scope, newest first; ``text`` in title, text or keywords, every word."""
    found = CaseStory.objects.within(scope).select_related("authority").prefetch_related("campaign")
    for word in text.split():
        found = found.filter(Q(title__icontains=word) | Q(text__icontains=word) | Q(keywords__icontains=word))
    if kind:
        found = found.filter(kind=kind)
    if area:
        found = found.filter(area__startswith=area)
    if campaign_id:
        found = found.filter(campaign_id=campaign_id)
    return found.order_by("-told_at", "-id")


def story_by_id(scope: Scope, story_id: UUID) -> CaseStory:
    """One story. Raises ``OutOfScope``."""
    found = stories(scope).filter(pk=story_id).first()
    if found is None:
        raise OutOfScope(f"story {story_id}")
    return found


def stories_of(scope: Scope, report: WorkReport, kind: str) -> list[CaseStory]:
    """The stories that an authority has told in a campaign, in order."""
    return list(CaseStory.objects.within(scope).filter(campaign=report.campaign, authority=report.authority, kind=kind).order_by("told_at", "id"))


def problems_to_tell(scope: Scope, campaign: Campaign) -> list[Problem]:
    """Problems of a campaign that were put right and not told yet, the gravest first."""
    told = CaseStory.objects.within(scope).filter(campaign=campaign, problem_id__isnull=False).values("problem_id")
    held = Problem.objects.within(scope).filter(of_campaign(campaign.id), state__in=SETTLED_STATES).exclude(pk__in=told)
    return list(held.order_by("-severity", "-closed_at")[:20])


def problem_told(scope: Scope, problem_id: UUID) -> Problem:
    """The problem from which a story is told. Raises ``OutOfScope``."""
    found = Problem.objects.within(scope).filter(pk=problem_id).first()
    if found is None:
        raise OutOfScope(f"problem {problem_id}")
    return found


def names_in(scope: Scope, text: str, problem: Problem | None = None) -> dict[str, str]:
    """Names of people and units that stand in a text, each with what takes its place.

    Looked for among all units of the register, the people of the problem's unit, everybody of that name in the register,
    and those whom the problem itself names. Longest first, so that no name is cut by another.
    """
    found: dict[str, str] = {}
    for name in Organisation.objects.within(EVERYTHING).order_by().values_list("name", flat=True):
        for said in _forms_of(name):
            if said in text:
                found[said] = SOME_BODY
    people = set(_people_named(problem))
    if problem is not None:
        here = Employment.objects.within(EVERYTHING).filter(org_id=problem.org_id).order_by()
        people |= set(here.values_list("person__name", flat=True))
    people |= set(Person.objects.within(EVERYTHING).filter(name__in=_runs(text)).order_by().values_list("name", flat=True))
    found |= {name: SOMEBODY for name in people if len(name) > 1 and name in text}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _forms_of(name: str) -> list[str]:
    """A unit's name, and the same without its legal form."""
    tail = next((one for one in LEGAL_TAILS if name.endswith(one)), "")
    stem = name[: -len(tail)] if tail else name
    return [name, stem] if len(stem) >= SHORTEST_STEM and stem != name else [name]


def _people_named(problem: Problem | None) -> Iterable[str]:
    if problem is None:
        return ()
    named = [problem.responsible_name, problem.reported_by_name, problem.verified_by_name, problem.confirmed_by_name, problem.closed_by_name]
    if problem.subject_type == "registry.person" or problem.kind in {"practice", "education", "title"}:
        named.append(problem.subject_label)
    return [name for name in named if name]


def _runs(text: str) -> list[str]:
    """Every run of three or four Chinese characters: a name of the register that stands in the text is among them.

    Names of two characters are looked for among the people of the unit only; elsewhere too many words would be names.
    """
    found = set()
    for run in re.findall(r"[\u4e00-\u9fff·]{3,}", text):
        found |= {run[at : at + size] for size in (3, 4) for at in range(len(run) - size + 1)}
    return sorted(found)[:MOST_RUNS]


MOST_RUNS = 3000


def without_names(text: str, names: dict[str, str]) -> str:
    """The text with every name and number of a person or unit replaced."""
    for name, instead in names.items():
        text = text.replace(name, instead)
    return NUMBERS.sub("某号", text)


def story_text(problem: Problem) -> str:
    """A first telling of a problem: what was found, what the law says, what was done."""
    parts = [problem.facts.rstrip("。")]
    if problem.clause:
        parts.append(f"依据{problem.clause}")
    if problem.measure:
        parts.append(f"整改措施：{problem.measure.rstrip('。')}")
    if problem.report_text:
        parts.append(f"整改情况：{problem.report_text.rstrip('。')}")
    return "。".join(parts) + "。"

"""From a reference (object type and id) to the page of the object, within the reader's scope."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from hengjian.base.errors import OutOfScope
from hengjian.campaigns import queries as campaigns
from hengjian.campaigns.models import (
    AnswerCorrection,
    Campaign,
    CaseStory,
    Contradiction,
    Extension,
    Notice,
    Plan,
    StatEdition,
    StatReturn,
    Submission,
    Supplement,
    WorkReport,
)
from hengjian.dossier.models import Document, Evidence
from hengjian.dossier.policy import is_hidden
from hengjian.dossier.queries import is_kept_from
from hengjian.enforcement.models import Case, Order
from hengjian.forms.models import Sheet, SheetEdition, SheetLine
from hengjian.parties.states import BUSINESS_ROLES
from hengjian.rectification.models import Problem
from hengjian.registry.models import Employment, Enterprise, Equipment, Institution, Person
from hengjian.supervision.models import Visit
from hengjian.web.desk.tasks import place


def _page(route: str) -> Callable[[Any], str]:
    return lambda row: place(route, row.pk)


def _of(route: str, column: str) -> Callable[[Any], str]:
    return lambda row: place(route, getattr(row, column))


def _line(line: SheetLine) -> str:
    """The line in its submission; a line of another sheet leads to the person it is about."""
    submission = getattr(line.sheet, "submission", None)
    if submission is not None:
        return f"{place('campaigns:submission', submission.pk)}#line-{line.key}"
    if line.subject_id is None:
        raise OutOfScope(f"line {line.pk}")
    return place("registry:person", line.subject_id)


def _sheet(sheet: Sheet) -> str:
    submission = getattr(sheet, "submission", None)
    if submission is None:
        raise OutOfScope(f"sheet {sheet.pk}")
    return place("campaigns:submission", submission.pk)


def _edition(edition: StatEdition) -> str:
    return place("campaigns:statistics", edition.stat_return_id, edition=edition.number)


# Object type → table and the page of a row.
PAGES: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "registry.institution": (Institution, _page("registry:institution")),
    "parties.organisation": (Institution, _page("registry:institution")),
    "registry.person": (Person, _page("registry:person")),
    "registry.employment": (Employment, _of("registry:person", "person_id")),
    "registry.enterprise": (Enterprise, _page("registry:enterprise")),
    "registry.equipment": (Equipment, _of("registry:enterprise", "enterprise_id")),
    "rectification.problem": (Problem, _page("rectification:problem")),
    "enforcement.order": (Order, _page("enforcement:order")),
    "enforcement.case": (Case, _page("enforcement:case")),
    "supervision.visit": (Visit, _page("supervision:visit")),
    "forms.sheet": (Sheet, _sheet),
    "forms.sheetline": (SheetLine, _line),
    "forms.sheetedition": (SheetEdition, lambda edition: _sheet(edition.sheet)),
    "dossier.evidence": (Evidence, _page("dossier:evidence")),
    "dossier.document": (Document, _page("dossier:document")),
    "campaigns.campaign": (Campaign, _page("campaigns:campaign")),
    "campaigns.plan": (Plan, _page("campaigns:plan")),
    "campaigns.submission": (Submission, _page("campaigns:submission")),
    "campaigns.contradiction": (Contradiction, _of("campaigns:submission", "submission_id")),
    "campaigns.answercorrection": (AnswerCorrection, _of("campaigns:submission", "submission_id")),
    "campaigns.extension": (Extension, _page("campaigns:extension")),
    "campaigns.notice": (Notice, _page("campaigns:letter")),
    "campaigns.supplement": (Supplement, _page("campaigns:supplement")),
    "campaigns.statreturn": (StatReturn, _page("campaigns:statistics")),
    "campaigns.statedition": (StatEdition, _edition),
    "campaigns.workreport": (WorkReport, _page("campaigns:report")),
    "campaigns.casestory": (CaseStory, _page("campaigns:story")),
}
# What is read by those below who issued it, and the query that lets them.
ISSUED_ABOVE: dict[type[Any], Callable[[Any, UUID], Any]] = {
    Campaign: lambda actor, pk: campaigns.campaign_by_id(actor.scope, pk),
    Plan: lambda actor, pk: campaigns.plan_by_id(actor.scope, pk),
    Supplement: lambda actor, pk: campaigns.supplement_by_id(actor.scope, actor.area, pk),
}
JOINED = {"forms.sheetline": ("sheet__submission",), "forms.sheet": ("submission",), "forms.sheetedition": ("sheet__submission",)}


def page_of(actor: Any, object_type: str, object_id: UUID) -> str:
    """The address of the page of an object. Raises ``OutOfScope`` for unknown types, and for rows the reader may not see."""
    kind = PAGES.get(object_type.lower())
    if kind is None or not actor.holds(*BUSINESS_ROLES):
        raise OutOfScope(object_type)
    model, to_page = kind
    if model in ISSUED_ABOVE:
        return to_page(ISSUED_ABOVE[model](actor, object_id))
    found = model.objects.within(actor.scope).select_related(*JOINED.get(object_type.lower(), ())).filter(pk=object_id).first()
    if found is None or is_hidden(actor, object_type.lower(), object_id) or is_kept_from(actor.scope, actor, found):
        raise OutOfScope(f"{object_type} {object_id}")
    return to_page(found)

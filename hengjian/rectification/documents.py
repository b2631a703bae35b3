"""The three lists of problems, measures and responsibilities, as the pack prints them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import all_or_nothing
from hengjian.base.scope import Scope
from hengjian.base.wording import in_chinese
from hengjian.dossier.models import Document
from hengjian.dossier.queries import documents_of
from hengjian.dossier.render.stored import frozen
from hengjian.dossier.services import document_file, issue_document
from hengjian.forms.packs import Definition, find
from hengjian.rectification.models import Problem
from hengjian.rectification.states import Finder

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PAPERS = ("docx", "pdf")
LISTS = "cn-43.2023-conduct.lists"
VIEWS = ("problems", "measures", "responsibilities")


def definition_of(code: str) -> Definition:
    """The latest version of a definition, a deployment's own packs included."""
    return find(code, extra=settings.PACK_DIRS)


def layout_of(code: str, key: str) -> dict[str, Any]:
    """The layout of one printed list of a definition."""
    held: dict[str, Any] = next(one for one in definition_of(code).document["lists"] if one["key"] == key)["layout"]
    return held


@in_chinese
def list_payload(problems: Iterable[Problem], view: str, *, unit_name: str, filler_name: str) -> dict[str, Any]:
    """What goes into one of the three lists."""
    row_of = {"problems": _problem_row, "measures": _measure_row, "responsibilities": _responsibility_row}[view]
    return {
        "figures": {},
        "fields": {"unit_name": unit_name, "filled_on": clock.today(), "filler_name": filler_name, "filler_phone": ""},
        "rows": {view: [row_of(problem) for problem in problems]},
    }


def _problem_row(problem: Problem) -> dict[str, Any]:
    return {
        "number": problem.number,
        "unit_name": problem.institution_name,
        "problem": problem.account,
        "found_by": str(Finder(problem.first_finder).label),
        "found_on": clock.local_date(problem.found_at),
        "severity": str(problem.get_severity_display()),
        "clause": problem.clause,
    }


def _measure_row(problem: Problem) -> dict[str, Any]:
    return {
        "number": problem.number,
        "problem": problem.title,
        "measure": problem.measure,
        "mode": mode_of(problem),
        "due_on": problem.due_on,
        "status": str(problem.get_state_display()),
    }


def _responsibility_row(problem: Problem) -> dict[str, Any]:
    return {
        "number": problem.number,
        "problem": problem.title,
        "unit_name": problem.institution_name,
        "department": problem.responsible_department,
        "responsible_person": problem.responsible_name,
        "due_on": problem.due_on,
        "status": str(problem.get_state_display()),
    }


@in_chinese
def mode_of(problem: Problem) -> str:
    """立行立改 or 限期整改; empty while nobody has said."""
    if not problem.measure:
        return ""
    return _("立行立改") if problem.at_once else _("限期整改")


@dataclass(frozen=True)
class Holder:
    """The authority or organisation in whose name a list is printed."""

    area: str
    org_id: UUID
    org_area: str


@in_chinese
def issue_paper(
    owner: Any, code: str, key: str, payload: dict[str, Any], *, actor: Any, object_type: str, object_id: UUID,
    title: str = "", number: str = "", issuer: str = "",
) -> Document:
    """Give out a paper with a verification code; if nothing has changed since the last one, that one again."""
    definition, layout = definition_of(code), layout_of(code, key)
    named = title or definition.title
    given = documents_of(actor.scope, object_type, object_id).filter(definition_code=definition.code, title=named[:200])
    last = given.order_by("-made_at", "-id").first()
    if last is not None and (last.payload, last.layout) == (frozen(payload), frozen(layout)):
        return last
    return issue_document(
        actor=actor, owner_row=owner, definition=definition, layout=layout, payload=payload, title=named,
        object_type=object_type, object_id=object_id, number=number, issuer=issuer,
    )


@in_chinese
def issue_list(problems: Iterable[Problem], view: str, *, actor: Any) -> Document:
    """Make one of the three lists a document with a verification code, in the name of the actor's unit.

    Each list of a unit is a series of revisions of its own.
    """
    return issue_paper(
        Holder(actor.area, actor.org_id, actor.area), LISTS, view,
        list_payload(problems, view, unit_name=actor.org_name, filler_name=actor.name), actor=actor,
        object_type="rectification.list", object_id=uuid5(actor.org_id, view), title="".join(layout_of(LISTS, view)["title"]),
    )


@all_or_nothing
def printed(scope: Scope, issue: Callable[[], Document], kind: str) -> HttpResponse:
    """Issue a document and hand it out: pdf, docx or xlsx; what cannot be printed is not issued."""
    name, data = document_file(scope, issue(), kind)
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(data, content_type=MEDIA_TYPES[kind], headers=headers)

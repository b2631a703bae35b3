"""Self-checks as their institution and its checkers see them: what is to be filed, what it adds up to, what is missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, QuerySet

from hengjian.base import clock
from hengjian.base.errors import OutOfScope
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.base.working_days import working_days_between
from hengjian.campaigns.models import Contradiction, Submission
from hengjian.campaigns.queries.crosschecks import WITHOUT_REMARKS
from hengjian.campaigns.queries.practice_facts import Grounds, grounds_of
from hengjian.dossier import queries as dossier
from hengjian.forms import queries as forms
from hengjian.forms.indicators import checklist_summary, roster_summary
from hengjian.forms.models import CellRemark, FormDefinition, SheetLine

LINE_TYPE, SUBMISSION_TYPE, PERSON_TYPE = "forms.sheetline", "campaigns.submission", "registry.person"
OPEN_STATES = ("idle", "draft", "returned")
STAFFING_ANSWERS = {"met": "是", "unmet": "否"}
JOINED = ("campaign__issuer", "target__institution__organisation", "checker", "sheet__definition")


@dataclass(frozen=True)
class OwnFiling:
    """One thing an institution has to file, and how far it is."""

    submission: Submission
    form_title: str
    is_late: bool
    working_days: int
    lines: int = 0
    answered: int = 0
    remarks_waiting: int = 0
    contradictions_open: int = 0


@dataclass(frozen=True)
class Gap:
    """Something that is still missing before filing; ``blocks`` when filing is refused for it."""

    code: str
    count: int
    names: tuple[str, ...]
    positions: tuple[int, ...] = ()
    blocks: bool = False
    keys: tuple[str, ...] = field(default=())


def submissions_seen(scope: Scope) -> QuerySet[Submission]:
    """Submissions of the scope with what their pages show, those due first in front."""
    return Submission.objects.within(scope).select_related(*JOINED).order_by("due_on", "key", "id")


def submission_by_id(scope: Scope, submission_id: UUID) -> Submission:
    """One submission. Raises ``OutOfScope``."""
    found = submissions_seen(scope).filter(pk=submission_id).first()
    if found is None:
        raise OutOfScope(f"submission {submission_id}")
    return found


def definition_of(submission: Submission) -> FormDefinition | None:
    """The form of a submission: of its sheet when it has one, else the newest of its code; none for a written report."""
    if submission.sheet is not None:
        return submission.sheet.definition
    return forms.definitions(EVERYTHING).filter(code=submission.form_code).order_by("-version_number").first()


def own_filings(scope: Scope, org_id: UUID) -> list[OwnFiling]:
    """What one institution has to file in running campaigns, in five queries whatever the number."""
    held = list(submissions_seen(scope).filter(org_id=org_id, target__included=True, campaign__state__in=["running", "closed"]))
    sheets = {one.sheet_id: one.sheet for one in held if one.sheet_id}
    answered, total = _progress(scope, sheets)
    waiting = _counts(CellRemark.objects.within(scope).filter(sheet_id__in=sheets, settled=False, answer=""), "sheet_id")
    clashes = _counts(Contradiction.objects.within(scope).filter(submission__in=held, state="open"), "submission_id")
    titles = _titles({one.form_code for one in held})
    today = clock.today()
    return [
        OwnFiling(
            one, titles.get(one.form_code, ""), is_late(one, today), abs(working_days_between(today, one.due_on)),
            total[one.sheet_id], answered[one.sheet_id], waiting.get(one.sheet_id, 0), clashes.get(one.pk, 0),
        )
        for one in held
    ]


def _counts(rows: QuerySet, by: str) -> dict[Any, int]:
    return dict(rows.order_by().values_list(by).annotate(n=Count("pk")).values_list(by, "n"))


def _titles(codes: Iterable[str]) -> dict[str, str]:
    rows = FormDefinition.objects.within(EVERYTHING).filter(code__in=codes).order_by("version_number")
    return dict(rows.values_list("code", "title"))


def _progress(scope: Scope, sheets: dict[Any, Any]) -> tuple[Counter[Any], Counter[Any]]:
    columns = {key: forms.answer_columns(sheet.definition.body) for key, sheet in sheets.items()}
    answered: Counter[Any] = Counter()
    total: Counter[Any] = Counter()
    for key, values in SheetLine.objects.within(scope).filter(sheet_id__in=sheets).order_by().values_list("sheet_id", "values"):
        total[key] += 1
        answered[key] += forms.is_answered(values, columns[key])
    return answered, total


def is_late(submission: Submission, today: date | None = None) -> bool:
    """Whether its day has passed (24:00 Asia/Shanghai) and it is not filed."""
    return submission.state in OPEN_STATES and (today or clock.today()) > submission.due_on


def names_are_hidden(submission: Submission, actor: Any) -> bool:
    """Whether this reader sees offices only: the deployment or the campaign hides who of the superiors wrote."""
    is_above = actor.is_regulator and submission.checker.path.startswith(actor.area)
    return not is_above and bool(settings.HIDE_SUPERIORS or submission.campaign.body.get("hide_superiors"))


def person_ids(lines: Iterable[SheetLine]) -> list[UUID]:
    """The people on the lines."""
    return [line.subject_id for line in lines if line.subject_id]


def sheet_grounds(scope: Scope, submission: Submission, lines: Iterable[SheetLine]) -> Grounds:
    """On what the cross-checks and figures of a roster rest; empty of people for other forms."""
    return grounds_of(scope, submission, person_ids(lines))


def registry_figures(submission: Submission, lines: Iterable[SheetLine], grounds: Grounds) -> dict[str, Any]:
    """Figures of the summary that the list does not hold, counted over the people on it.

    practice_registered: practice registered here and not cancelled, today. insured_continuously: each of the twelve
    months before the launch paid by the institution itself. staffing_met: what the institution says, else what the
    register counts; ``None`` when neither is known.
    """
    people = [grounds.people[one] for one in person_ids(lines) if one in grounds.people]
    head = submission.sheet.head if submission.sheet else {}
    return {
        "practice_registered": sum(any(job.is_registered_on(grounds.day) for job in person.here) for person in people),
        "insured_continuously": sum(
            bool(person.months) and all(cell.state == "own" for cell in person.months) for person in people
        ),
        "staffing_met": head.get("staffing_met") or STAFFING_ANSWERS.get(grounds.staffing),
    }


def summary_of(submission: Submission, lines: list[SheetLine], grounds: Grounds) -> dict[str, Any]:
    """The summary of a sheet as it stands: what an edition freezes and the form prints."""
    sheet = submission.sheet
    assert sheet is not None
    body = sheet.definition.body
    if body["kind"] == "checklist":
        return checklist_summary(body, ((line.key, line.values) for line in lines))
    return roster_summary(body, (line.values for line in lines), registry_figures(submission, lines, grounds))


def is_zero_report(submission: Submission, lines: Iterable[SheetLine], summary: dict[str, Any]) -> bool:
    """Whether a sheet tells of no problem at all (零问题报告)."""
    assert submission.sheet is not None
    body = submission.sheet.definition.body
    told = any(forms.problem_columns(body, line.key, line.values) for line in lines)
    return not told and summary.get("staffing_met") != "否"


def contradictions_of(scope: Scope, submission: Submission) -> list[Contradiction]:
    """All contradictions that still stand, by line."""
    return list(Contradiction.objects.within(scope).filter(submission=submission).exclude(state="settled"))


def contradiction_by_id(scope: Scope, submission: Submission, contradiction_id: UUID) -> Contradiction:
    """One contradiction of a submission. Raises ``OutOfScope``."""
    found = Contradiction.objects.within(scope).filter(submission=submission, pk=contradiction_id).first()
    if found is None:
        raise OutOfScope(f"contradiction {contradiction_id}")
    return found


def remark_by_id(scope: Scope, submission: Submission, remark_id: UUID) -> CellRemark:
    """One remark on the sheet of a submission. Raises ``OutOfScope``."""
    found = CellRemark.objects.within(scope).filter(sheet=submission.sheet, pk=remark_id).select_related("sheet").first()
    if found is None:
        raise OutOfScope(f"remark {remark_id}")
    return found


def gaps(scope: Scope, submission: Submission, lines: list[SheetLine]) -> list[Gap]:
    """What is still missing before filing, in the order in which it is worked off."""
    sheet = submission.sheet
    assert sheet is not None
    columns = forms.answer_columns(sheet.definition.body)
    blank = [line for line in lines if not forms.is_answered(line.values, columns)]
    found = [_gap("blank", blank, blocks=True)]
    by_key = {line.key: line for line in lines}
    standing = [one for one in contradictions_of(scope, submission) if one.state == "open"]
    for code, held in (
        ("words", [one for one in standing if one.rule == WITHOUT_REMARKS]), ("clash", [one for one in standing if one.rule != WITHOUT_REMARKS])
    ):
        lined = [by_key[one.line_key] for one in held if one.line_key in by_key]
        found.append(_gap(code, lined, extra=sum(not one.line_key for one in held)))
    waiting = list(forms.open_remarks(scope, sheet).filter(answer=""))
    found.append(_gap("remark", [by_key[one.line_key] for one in waiting if one.line_key in by_key], extra=sum(not one.line_key for one in waiting), blocks=True))
    found.append(_gap("evidence", _without_evidence(scope, submission, lines)))
    return [one for one in found if one.count]


def _gap(code: str, lines: list[SheetLine], *, blocks: bool = False, extra: int = 0) -> Gap:
    return Gap(code, len(lines) + extra, tuple(dict.fromkeys(line.label for line in lines)),
               tuple(dict.fromkeys(line.position for line in lines)), blocks, tuple(line.key for line in lines))


def _without_evidence(scope: Scope, submission: Submission, lines: list[SheetLine]) -> list[SheetLine]:
    """Items of a checklist that ask for evidence, are answered well, and have none."""
    assert submission.sheet is not None
    body = submission.sheet.definition.body
    asked = {item["key"]: item for item in forms.checklist_items(body) if item.get("evidence")}
    if not asked:
        return []
    there = evidence_counts(scope, lines)
    silent = ("", None, body.get("na"))
    return [
        line for line in lines
        if line.key in asked and not there.get(line.pk) and line.values.get("answer") not in silent
        and not forms.problem_columns(body, line.key, line.values)
    ]


def evidence_counts(scope: Scope, lines: Iterable[SheetLine]) -> dict[UUID, int]:
    """How many files stand behind each line."""
    held = [line.pk for line in lines]
    found: dict[UUID, int] = defaultdict(int)
    for start in range(0, len(held), 1000):
        for (key, _item), count in dossier.evidence_counts(scope, LINE_TYPE, held[start : start + 1000]).items():
            found[key] += count
    return dict(found)

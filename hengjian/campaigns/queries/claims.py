"""What a self-check tells of itself: each answer that is a problem, in the words in which the register of problems takes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hengjian.campaigns.models import Submission
from hengjian.campaigns.queries.selfcheck import LINE_TYPE, PERSON_TYPE, SUBMISSION_TYPE
from hengjian.forms.models import SheetEdition, SheetLine
from hengjian.forms.queries import CORRECTION, PROBLEM, checklist_items, problem_columns
from hengjian.rectification.queries import merge_key_of

KINDS = {"real_practice": "practice", "education_genuine": "education", "title_genuine": "title", "staffing_met": "staffing"}
SAID = {
    "practice": "未在本单位真实执业", "education": "初次取证时提交的学历不真实", "title": "初次取证时提交的职称不真实",
    "staffing": "不持续满足《核准规则》规定的人员资源条件",
}
ORDINARY, SERIOUS = 1, 2
STAFFING = "staffing_met"
ClaimKey = tuple[str, str]
"""Line and column; no line: the summary."""


@dataclass(frozen=True)
class Told:
    """One line as it is filed now, or as an earlier edition holds it (then without its row)."""

    key: str
    position: int
    label: str
    subject_id: UUID | None
    values: Mapping[str, Any]
    row_id: UUID | None = None


@dataclass(frozen=True)
class Claim:
    """An answer that is a problem: where it stands, in what words, and how the register of problems is to name it."""

    line_key: str
    column: str
    label: str
    answer: str
    words: str
    place: str
    wanted: Mapping[str, Any]

    def merge_key(self, org_id: UUID) -> str:
        """The key under which its problem is found again."""
        named = {name: self.wanted[name] for name in ("subject_type", "subject_id", "subject_label", "clause")}
        return merge_key_of(org_id, self.wanted["kind"], **named)


def lines_now(lines: Iterable[SheetLine]) -> list[Told]:
    """The lines of a sheet as they stand."""
    return [Told(one.key, one.position, one.label, one.subject_id, one.values, one.pk) for one in lines]


def lines_filed(edition: SheetEdition) -> list[Told]:
    """The lines of an edition as they were filed."""
    return [
        Told(one["key"], one["position"], one["label"], UUID(one["subject_id"]) if one["subject_id"] else None, one["values"])
        for one in edition.payload["lines"]
    ]


def claims_of(submission: Submission, lines: Iterable[Told], summary: Mapping[str, Any]) -> dict[ClaimKey, Claim]:
    """Every answer that is a problem, by line and column."""
    assert submission.sheet is not None
    body = submission.sheet.definition.body
    items = {item["key"]: item for item in checklist_items(body)}
    found: dict[ClaimKey, Claim] = {}
    for line in lines:
        for column in problem_columns(body, line.key, line.values):
            if line.key in items:
                found[line.key, column] = _of_item(submission, line, column, items[line.key])
            elif column in KINDS:
                found[line.key, column] = _of_person(submission, line, column)
    if summary.get(STAFFING) == "否":
        found["", STAFFING] = _of_staffing(submission)
    return found


def words_of(values: Mapping[str, Any], column: str) -> str:
    """What a line says beside its answers, in one text."""
    if column in KINDS:
        return str(values.get("remarks") or "").strip()
    told, corrected = (str(values.get(one) or "").strip() for one in (PROBLEM, CORRECTION))
    return f"{told}　自纠情况：{corrected}" if told and corrected else told or corrected


def clause_of(submission: Submission) -> str:
    """The clause of the document that asks for the self-check."""
    assert submission.sheet is not None
    definition = submission.sheet.definition
    source = definition.body.get("source", {})
    return f"{definition.document_number or submission.campaign.short_title} {source.get('clause', '')}".strip()


def _of_person(submission: Submission, line: Told, column: str) -> Claim:
    kind, told, place = KINDS[column], words_of(line.values, column), f"自查表第{line.position}行"
    return Claim(line.key, column, line.label, str(line.values.get(column)), told, place, {
        "kind": kind, "severity": SERIOUS, "title": f"{line.label}{SAID[kind]}", "clause": clause_of(submission),
        "facts": told or f"{place}填报“否”，未写说明。", "subject_type": PERSON_TYPE, "subject_id": line.subject_id,
        "subject_label": line.label, "ref_type": LINE_TYPE, "ref_id": line.row_id,
    })


def _of_item(submission: Submission, line: Told, column: str, item: Mapping[str, Any]) -> Claim:
    assert submission.sheet is not None
    told, corrected = (str(line.values.get(one) or "").strip() for one in (PROBLEM, CORRECTION))
    said = told or f"自查“{item['text']}”，填报“{line.values.get(column)}”，未写说明。"
    kind = "conduct" if submission.sheet.definition.body.get("own_words") else "system"
    return Claim(line.key, column, line.label, str(line.values.get(column)), words_of(line.values, column), f"自查表第{item['key']}项", {
        "kind": kind, "severity": ORDINARY, "title": item["text"].rstrip("；。，;,")[:80],
        "clause": f"{clause_of(submission)} 第{item['key']}项", "facts": f"{said}　自纠情况：{corrected}" if corrected else said,
        "subject_type": "", "subject_id": None, "subject_label": submission.target.institution.name,
        "ref_type": LINE_TYPE, "ref_id": line.row_id,
    })


def _of_staffing(submission: Submission) -> Claim:
    name = submission.target.institution.name
    return Claim("", STAFFING, name, "否", "", "自查情况汇总第4项", {
        "kind": "staffing", "severity": SERIOUS, "title": f"{name}{SAID['staffing']}", "clause": clause_of(submission),
        "facts": "自查情况汇总第4项填报“否”。", "subject_type": SUBMISSION_TYPE, "subject_id": None, "subject_label": name,
        "ref_type": SUBMISSION_TYPE, "ref_id": submission.pk,
    })

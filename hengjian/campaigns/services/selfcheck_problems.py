"""Each 否 of a filed self-check, and each contradiction that was confirmed, becomes a problem to be put right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hengjian.campaigns.models import Contradiction, Submission
from hengjian.campaigns.queries.selfcheck import LINE_TYPE, PERSON_TYPE, SUBMISSION_TYPE
from hengjian.forms.models import SheetLine
from hengjian.forms.queries import CORRECTION, PROBLEM, checklist_items, problem_columns, sheet_lines
from hengjian.rectification import services as rectification
from hengjian.rectification.models import Problem

KINDS = {"real_practice": "practice", "education_genuine": "education", "title_genuine": "title", "staffing_met": "staffing"}
SAID = {
    "practice": "未在本单位真实执业", "education": "初次取证时提交的学历不真实", "title": "初次取证时提交的职称不真实",
    "staffing": "不持续满足《核准规则》规定的人员资源条件",
}
ORDINARY, SERIOUS = 1, 2


def open_disclosed_problems(submission: Submission, lines: Iterable[SheetLine], summary: dict[str, Any], *, actor: Any) -> list[Problem]:
    """Open a problem for each problem told, sealed as self-disclosed; told twice by the same line it has one effect."""
    sheet = submission.sheet
    assert sheet is not None
    body, items = sheet.definition.body, {item["key"]: item for item in checklist_items(sheet.definition.body)}
    opened = []
    for line in lines:
        for column in problem_columns(body, line.key, line.values):
            if line.key in items:
                opened.append(_of_item(submission, line, items[line.key], actor))
            elif column in KINDS:
                opened.append(_of_person(submission, line, KINDS[column], actor))
    if summary.get("staffing_met") == "否":
        opened.append(_of_staffing(submission, actor))
    return opened


def _clause(submission: Submission) -> str:
    assert submission.sheet is not None
    definition = submission.sheet.definition
    source = definition.body.get("source", {})
    return f"{definition.document_number or submission.campaign.short_title} {source.get('clause', '')}".strip()


def _common(submission: Submission, actor: Any) -> dict[str, Any]:
    return {
        "actor": actor, "owner_row": submission, "clause": _clause(submission), "finder": "self_check", "disclosed": True,
        "campaign_id": submission.campaign_id, "institution_name": submission.target.institution.name,
    }


def _of_person(submission: Submission, line: SheetLine, kind: str, actor: Any) -> Problem:
    told = str(line.values.get("remarks") or "").strip()
    return rectification.open_problem(
        **_common(submission, actor), kind=kind, severity=SERIOUS, title=f"{line.label}{SAID[kind]}",
        facts=told or f"自查表第{line.position}行填报“否”，未写说明。", subject_type=PERSON_TYPE, subject_id=line.subject_id,
        subject_label=line.label, ref_type=LINE_TYPE, ref_id=line.pk, label=f"《{submission.campaign.short_title}》自查表第{line.position}行",
    )


def _of_item(submission: Submission, line: SheetLine, item: dict[str, Any], actor: Any) -> Problem:
    assert submission.sheet is not None
    body = submission.sheet.definition.body
    told, corrected = (str(line.values.get(column) or "").strip() for column in (PROBLEM, CORRECTION))
    said = told or f"自查“{item['text']}”，填报“{line.values.get('answer')}”，未写说明。"
    return rectification.open_problem(
        **{**_common(submission, actor), "clause": f"{_clause(submission)} 第{item['key']}项"},
        kind="conduct" if body.get("own_words") else "system", severity=ORDINARY,
        title=item["text"].rstrip("；。，;,")[:80], facts=f"{said}　自纠情况：{corrected}" if corrected else said,
        subject_type="", subject_id=None, subject_label=submission.target.institution.name,
        ref_type=LINE_TYPE, ref_id=line.pk, label=f"《{submission.campaign.short_title}》自查表第{item['key']}项",
    )


def _of_staffing(submission: Submission, actor: Any) -> Problem:
    name = submission.target.institution.name
    return rectification.open_problem(
        **_common(submission, actor), kind="staffing", severity=SERIOUS, title=f"{name}{SAID['staffing']}",
        facts="自查情况汇总第4项填报“否”。", subject_type=SUBMISSION_TYPE, subject_id=None, subject_label=name,
        ref_type=SUBMISSION_TYPE, ref_id=submission.pk, label=f"《{submission.campaign.short_title}》自查情况汇总",
    )


def open_confirmed_problem(submission: Submission, row: Contradiction, *, actor: Any, note: str = "") -> Problem:
    """Open the problem of a contradiction that the checker confirmed; it was found, not told."""
    kind = KINDS.get(row.column, "record")
    line = sheet_lines(actor.scope, submission.sheet).filter(key=row.line_key).first() if row.line_key and submission.sheet else None
    label = line.label if line else submission.target.institution.name
    said = f"{row.sentence}{'机构说明：' + row.explanation if row.explanation else ''}{'审核意见：' + note if note else ''}"
    return rectification.open_problem(
        **{**_common(submission, actor), "finder": "contradiction", "disclosed": False}, kind=kind, severity=SERIOUS,
        title=f"{label}{SAID.get(kind, '填报内容与核查不符')}", facts=said, subject_type=PERSON_TYPE if row.subject_id else "",
        subject_id=row.subject_id, subject_label=label, ref_type="campaigns.contradiction", ref_id=row.pk,
        label=f"《{submission.campaign.short_title}》填报与数据矛盾",
    )

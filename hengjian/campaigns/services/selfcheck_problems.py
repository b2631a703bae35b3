"""Each 否 of a filed self-check, and each contradiction that was confirmed, becomes a problem to be put right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hengjian.campaigns.models import Contradiction, Submission
from hengjian.campaigns.queries import corrections
from hengjian.campaigns.queries.claims import KINDS, SAID, SERIOUS, Claim, claims_of, clause_of, lines_now
from hengjian.campaigns.queries.selfcheck import PERSON_TYPE
from hengjian.forms.models import SheetLine
from hengjian.forms.queries import sheet_lines
from hengjian.rectification import services as rectification
from hengjian.rectification.models import Problem

CORRECTION_TYPE = "campaigns.answercorrection"


def open_disclosed_problems(submission: Submission, lines: Iterable[SheetLine], summary: dict[str, Any], *, actor: Any) -> list[Problem]:
    """Open a problem for each problem told, sealed as self-disclosed; told twice by the same line it has one effect."""
    decided = {
        key: one for key, one in corrections.latest(actor.scope, submission).items() if one.state in ("rectified", "mistaken")
    }
    told = claims_of(submission, lines_now(lines), summary)
    return [_open(submission, claim, decided.get(key), actor) for key, claim in told.items()]


def _open(submission: Submission, claim: Claim, decided: Any, actor: Any) -> Problem:
    """Told again after the checker had settled the last one, it is a finding of its own."""
    ref = {"ref_type": CORRECTION_TYPE, "ref_id": decided.pk} if decided else {}
    label = f"《{submission.campaign.short_title}》{claim.place}"
    return rectification.open_problem(**_common(submission, actor), **{**claim.wanted, **ref}, label=label)


def _common(submission: Submission, actor: Any) -> dict[str, Any]:
    return {
        "actor": actor, "owner_row": submission, "finder": "self_check", "disclosed": True,
        "campaign_id": submission.campaign_id, "institution_name": submission.target.institution.name,
    }


def open_confirmed_problem(submission: Submission, row: Contradiction, *, actor: Any, note: str = "") -> Problem:
    """Open the problem of a contradiction that the checker confirmed; it was found, not told."""
    kind = KINDS.get(row.column, "record")
    line = sheet_lines(actor.scope, submission.sheet).filter(key=row.line_key).first() if row.line_key and submission.sheet else None
    label = line.label if line else submission.target.institution.name
    said = f"{row.sentence}{'机构说明：' + row.explanation if row.explanation else ''}{'审核意见：' + note if note else ''}"
    return rectification.open_problem(
        **{**_common(submission, actor), "finder": "contradiction", "disclosed": False}, kind=kind, severity=SERIOUS,
        title=f"{label}{SAID.get(kind, '填报内容与核查不符')}", facts=said, subject_type=PERSON_TYPE if row.subject_id else "",
        subject_id=row.subject_id, subject_label=label, ref_type="campaigns.contradiction", ref_id=row.pk, clause=clause_of(submission),
        label=f"《{submission.campaign.short_title}》填报与数据矛盾",
    )

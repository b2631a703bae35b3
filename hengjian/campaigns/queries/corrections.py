"""Answers corrected on refiling: what a filing would correct, what waits for the checker, what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hengjian.base.errors import OutOfScope
from hengjian.base.scope import Scope
from hengjian.campaigns.models import AnswerCorrection, Submission
from hengjian.campaigns.queries import selfcheck as queries
from hengjian.campaigns.queries.claims import Claim, ClaimKey, Told, claims_of, lines_filed, lines_now, words_of
from hengjian.forms import queries as forms
from hengjian.forms.models import SheetEdition, SheetLine
from hengjian.rectification import queries as rectification
from hengjian.rectification.models import Problem
from hengjian.rectification.states import DUE_STATES, FACT_FINDERS, Finder, ProblemState

WAITING = (ProblemState.PROPOSED, *DUE_STATES)
"""States of a problem in which a correction still has something to say to it."""

PENDING = ("told", "proposed")


@dataclass(frozen=True)
class Change:
    """An answer that was a problem in the last edition and is none now; ``line`` is gone when it was taken off the list."""

    claim: Claim
    after: str
    words: str
    line: Told | None
    evidence: int = 0
    problem: Problem | None = None

    @property
    def is_bare(self) -> bool:
        """Neither evidence nor a new word bears it out."""
        return self.line is not None and not self.evidence and (not self.words or self.words == self.claim.words)


@dataclass(frozen=True)
class Shown:
    """A correction on a page: its column in the form's words, and the findings of officers that stand beside it."""

    row: AnswerCorrection
    column: str
    found_by: tuple[str, ...]
    is_waiting: bool


def problem_of(scope: Scope, submission: Submission, claim: Claim) -> Problem | None:
    """The newest problem that a claim opened, or into which that was merged."""
    return rectification.already_told(scope, claim.merge_key(submission.org_id), finder=Finder.SELF_CHECK)


def last_edition(scope: Scope, submission: Submission, before: int | None = None) -> SheetEdition | None:
    """The newest edition that was filed, or the newest before a number."""
    assert submission.sheet is not None
    held = forms.editions(scope, submission.sheet)
    return (held if before is None else held.filter(number__lt=before)).last()


def changes(
    scope: Scope, submission: Submission, lines: Iterable[SheetLine], summary: Mapping[str, Any], earlier: SheetEdition | None
) -> list[Change]:
    """Answers that the earlier edition told as problems and that are none now, each with its problem."""
    if earlier is None:
        return []
    held = list(lines)
    now = {one.key: one for one in lines_now(held)}
    told = claims_of(submission, now.values(), summary)
    was = claims_of(submission, lines_filed(earlier), earlier.payload["summary"])
    evidence = queries.evidence_counts(scope, held)
    return [_change(scope, submission, was[key], now, summary, evidence) for key in was if key not in told]


def _change(
    scope: Scope, submission: Submission, claim: Claim, now: Mapping[str, Told], summary: Mapping[str, Any],
    evidence: Mapping[UUID, int],
) -> Change:
    problem = problem_of(scope, submission, claim)
    if not claim.line_key:
        return Change(claim, str(summary.get(claim.column) or ""), "", None, 0, problem)
    line = now.get(claim.line_key)
    if line is None:
        return Change(claim, "", "", None, 0, problem)
    files = evidence.get(line.row_id, 0) if line.row_id else 0
    return Change(claim, str(line.values.get(claim.column) or ""), words_of(line.values, claim.column), line, files, problem)


def upcoming(scope: Scope, submission: Submission, lines: list[SheetLine], summary: Mapping[str, Any]) -> list[Change]:
    """What filing now would correct in the edition filed last; only where the problem still waits."""
    found = changes(scope, submission, lines, summary, last_edition(scope, submission))
    return [one for one in found if one.problem is not None and one.problem.state in WAITING]


def unattended_claims(scope: Scope, submission: Submission) -> list[Claim]:
    """Problems that the last edition tells of and that nobody has dealt with yet."""
    edition = last_edition(scope, submission) if submission.sheet else None
    if edition is None:
        return []
    told = claims_of(submission, lines_filed(edition), edition.payload["summary"]).values()
    found = [(claim, problem_of(scope, submission, claim)) for claim in told]
    return [claim for claim, problem in found if problem is not None and problem.state == ProblemState.PROPOSED]


def corrections_of(scope: Scope, submission: Submission) -> QuerySet[AnswerCorrection]:
    """All corrections of a submission, by line."""
    return AnswerCorrection.objects.within(scope).filter(submission=submission).select_related("problem")


def awaiting_decision(scope: Scope) -> QuerySet[AnswerCorrection]:
    """Corrections of accepted filings on which the checker has not said a word, and whose problem still waits."""
    found = AnswerCorrection.objects.within(scope).filter(state="proposed", problem__state__in=WAITING)
    return found.select_related("problem", "submission__target__institution", "submission__campaign")


def correction_by_id(scope: Scope, submission: Submission, correction_id: UUID) -> AnswerCorrection:
    """One correction of a submission. Raises ``OutOfScope``."""
    found = corrections_of(scope, submission).filter(pk=correction_id).first()
    if found is None:
        raise OutOfScope(f"correction {correction_id}")
    return found


def latest(scope: Scope, submission: Submission) -> dict[ClaimKey, AnswerCorrection]:
    """The last correction of each cell."""
    return {(one.line_key, one.column): one for one in corrections_of(scope, submission).order_by("told_at", "id")}


def officers_found(scope: Scope, problem: Problem) -> tuple[str, ...]:
    """Who else found the problem as a fact, in the words of the register; an own mistake cannot undo that."""
    sources = rectification.sources_of(scope, problem)
    others = [one for one in FACT_FINDERS if one != Finder.SELF_CHECK]
    return tuple(dict.fromkeys(str(one.get_finder_display()) for one in sources.filter(finder__in=[*others, Finder.CONTRADICTION])))


def shown(scope: Scope, submission: Submission) -> list[Shown]:
    """Corrections as the pages of both sides show them; those that were changed back are left out."""
    if submission.sheet is None:
        return []
    labels = column_labels(submission)
    return [
        Shown(one, labels.get(one.column, one.column), officers_found(scope, one.problem), one.state in PENDING and one.problem.state in WAITING)
        for one in corrections_of(scope, submission).exclude(state="withdrawn")
    ]


def column_labels(submission: Submission) -> dict[str, str]:
    """Columns of the form as it prints them, and the line of the summary."""
    assert submission.sheet is not None
    body = submission.sheet.definition.body
    found = {one["key"]: str(one.get("label", one["key"])) for one in forms.fillable_columns(body)}
    rows = body.get("summary", {}).get("rows", []) if isinstance(body.get("summary"), Mapping) else []
    return found | {row["key"]: str(row["label"]) for row in rows if row["key"] not in found}

"""Claims held against the register again when the register changes: set-wise, as often as one likes, with one effect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from hengjian.base.actions import all_or_nothing
from hengjian.base.scope import EVERYTHING
from hengjian.campaigns.models import Contradiction, Submission
from hengjian.campaigns.queries.selfcheck import submissions_seen
from hengjian.campaigns.services.selfcheck_checks import check_claims
from hengjian.campaigns.services.selfcheck_telling import tell_contradictions
from hengjian.forms.models import SheetLine
from hengjian.registry.models import Approval, Credential, Education, Employment, InsuranceMonth, Title, Verification

STANDING = ("draft", "returned", "filed")
"""Filings whose claims may still be explained or judged: begun, sent back, or filed and not accepted yet."""

OF_PEOPLE: dict[str, Any] = {
    "registry.employment": Employment, "registry.credential": Credential, "registry.education": Education, "registry.title": Title,
    "registry.verification": Verification, "registry.insurancemonth": InsuranceMonth,
}
CHUNK = 500
WHOLE = ""
"""The line key of what is said of the sheet as a whole."""


def recheck_changed(ids: Mapping[str, Collection[UUID]], *, actor: Any) -> int:
    """Hold the claims that rest on rows of the register against it again; return how many contradictions are new.

    Args:
        ids: what an action of the register touched, by table, as its event tells.
    """
    if ids.get("registry.staffingrule"):
        return recheck_standing(actor=actor)
    people = set(ids.get("registry.person", ()))
    for kind, model in OF_PEOPLE.items():
        people |= _column(model, ids.get(kind, ()), "pk", "person_id")
    institutions = set(ids.get("registry.institution", ())) | _column(Approval, ids.get("registry.approval", ()), "pk", "institution_id")
    institutions |= _column(Employment, people, "person_id", "institution_id")
    return _recheck(_lines_of(people, institutions), actor)


def recheck_standing(*, actor: Any) -> int:
    """Hold all claims of open filings against the register again, as papers run out from one day to the next."""
    held = _open().filter(sheet__isnull=False).values_list("pk", flat=True)
    return _recheck(dict.fromkeys(held), actor)


def _open() -> Any:
    return Submission.objects.within(EVERYTHING).filter(state__in=STANDING, campaign__state="running").order_by()


def _column(model: Any, ids: Collection[UUID], by: str, column: str) -> set[UUID]:
    wanted, found = list(ids), set()
    for start in range(0, len(wanted), CHUNK):
        found |= set(model.objects.within(EVERYTHING).filter(**{f"{by}__in": wanted[start : start + CHUNK]}).order_by().values_list(column, flat=True))
    return found


def _lines_of(people: set[UUID], institutions: set[UUID]) -> dict[UUID, set[str] | None]:
    """The lines that are about these people, by open submission; of their institutions the sheet as a whole."""
    found: dict[UUID, set[str] | None] = {}
    by_submission: dict[UUID, set[str]] = defaultdict(set)
    wanted = list(people)
    for start in range(0, len(wanted), CHUNK):
        lines = SheetLine.objects.within(EVERYTHING).filter(
            subject_id__in=wanted[start : start + CHUNK], sheet__submission__state__in=STANDING, sheet__submission__campaign__state="running",
        )
        for submission, key in lines.order_by().values_list("sheet__submission", "key"):
            by_submission[submission] |= {key, WHOLE}
    held = list(institutions)
    for start in range(0, len(held), CHUNK):
        rows = _open().filter(sheet__isnull=False, target__institution__in=held[start : start + CHUNK])
        for submission in rows.values_list("pk", flat=True):
            by_submission[submission].add(WHOLE)
    found.update(by_submission)
    return found


def _recheck(lines: Mapping[UUID, Iterable[str] | None], actor: Any) -> int:
    total, wanted = 0, list(lines)
    for start in range(0, len(wanted), CHUNK):
        for submission in submissions_seen(EVERYTHING).filter(pk__in=wanted[start : start + CHUNK]):
            keys = lines[submission.pk]
            total += _recheck_one(submission, None if keys is None else set(keys), actor)
    return total


@all_or_nothing
def _recheck_one(submission: Submission, keys: set[str] | None, actor: Any) -> int:
    before = set(Contradiction.objects.within(EVERYTHING).filter(submission=submission).exclude(state="settled").values_list("pk", flat=True))
    new = [one for one in check_claims(submission, actor=actor, line_keys=keys) if one.pk not in before]
    if new and submission.state == "filed":
        tell_contradictions(submission, new, actor=actor)
    return len(new)

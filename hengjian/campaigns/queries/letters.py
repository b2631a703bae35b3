"""Supervision letters (督办单) as a scope sees them, and the filing that each is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from hengjian.base import clock
from hengjian.base.errors import OutOfScope
from hengjian.base.scope import Scope
from hengjian.campaigns.models import Campaign, Notice, StatReturn, Submission, WorkReport

LETTER_TYPE = "campaigns.notice"
AWAITED = ("issued", "returned")
OPEN = ("idle", "draft", "returned")
MODELS: dict[str, tuple[Any, str]] = {
    "campaigns.submission": (Submission, "target__institution"), "campaigns.statreturn": (StatReturn, "authority"),
    "campaigns.workreport": (WorkReport, "authority"),
}


def letters_seen(scope: Scope) -> QuerySet[Notice]:
    """Letters to units of the scope, newest first."""
    return Notice.objects.within(scope).select_related("issuer").prefetch_related("campaign")


def letter_by_id(scope: Scope, letter_id: UUID) -> Notice:
    """One letter. Raises ``OutOfScope``."""
    found = letters_seen(scope).select_related("campaign__issuer").filter(pk=letter_id).first()
    if found is None:
        raise OutOfScope(f"letter {letter_id}")
    return found


def is_late(letter: Notice, today: date | None = None) -> bool:
    """Whether its day has passed (24:00 Asia/Shanghai) without an answer."""
    return letter.is_open and letter.due_on < (today or clock.today())


def filing_of(scope: Scope, letter: Notice) -> Submission | StatReturn | WorkReport | None:
    """What the letter asks for, as it stands now."""
    return filings_of(scope, [letter]).get(letter.object_id)


def filings_of(scope: Scope, letters: Iterable[Notice]) -> dict[UUID, Any]:
    """The filings of many letters, one query for each kind."""
    wanted: dict[str, list[UUID]] = {}
    for letter in letters:
        wanted.setdefault(letter.object_type, []).append(letter.object_id)
    found: dict[UUID, Any] = {}
    for kind, ids in wanted.items():
        if kind in MODELS:
            model, related = MODELS[kind]
            found |= {row.pk: row for row in model.objects.within(scope).select_related(related).prefetch_related("campaign").filter(pk__in=ids)}
    return found


def to_supervise(scope: Scope, campaign: Campaign, authority_id: Any, also: Iterable[UUID] = ()) -> list[Any]:
    """What is open and late below an authority, and what was ticked besides: self-checks first, then tables and reports."""
    wanted = Q(due_on__lt=clock.today()) | Q(pk__in=list(also))
    held = Submission.objects.within(scope).filter(wanted, campaign=campaign, state__in=OPEN, target__included=True)
    found: list[Any] = list(held.select_related("target__institution", "checker").order_by("due_on", "target__institution__name_key"))
    for model in (StatReturn, WorkReport):
        rows = model.objects.within(scope).filter(wanted, campaign=campaign, state__in=OPEN).exclude(authority_id=authority_id)
        found += rows.select_related("authority").order_by("due_on", "authority__path")
    return found


def chosen_filings(scope: Scope, campaign: Campaign, ids: Iterable[UUID]) -> list[Any]:
    """Those of these filings that are not filed yet, whatever their kind.

    Raises:
        OutOfScope: one of them is none that the scope holds.
    """
    wanted = set(ids)
    found: list[Any] = []
    for model, related in MODELS.values():
        found += model.objects.within(scope).filter(campaign=campaign, pk__in=wanted).select_related(related).prefetch_related("campaign")
    if len(found) != len(wanted):
        raise OutOfScope(f"filings: {len(wanted) - len(found)}")
    return [one for one in found if one.state in OPEN]


def letters_about(scope: Scope, object_ids: Iterable[UUID]) -> set[UUID]:
    """Of these filings, those about which a letter stands open."""
    held = Notice.objects.within(scope).filter(object_id__in=list(object_ids)).exclude(state="closed")
    return set(held.values_list("object_id", flat=True))

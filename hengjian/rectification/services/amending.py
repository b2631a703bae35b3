"""What a unit told of itself, amended when it files again: noted beside the finding, never closed by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.rectification import policy, queries
from hengjian.rectification.models import Problem, ProblemSource
from hengjian.rectification.services.course import NOT_A_PARTY, ONLY_AUTHORITY
from hengjian.rectification.states import AMENDED_BY, Finder

NOTE = title("rectification.note_amendment", "补记自查更正")
ACCEPT = title("rectification.accept_correction", "认定更正属实，已整改")


def note_amendment(
    problem: Problem, *, actor: Any, edition_id: UUID, label: str, facts: str, replaces: str = ""
) -> Problem:
    """Note on a problem that its unit told it otherwise in a later edition; the earlier words stay with their source.

    Args:
        replaces: the words that were told before. Where the facts of the problem are these very words, they become
            ``facts``; what an officer wrote stays.

    The same edition and label noted twice has one effect.
    """
    if not facts.strip():
        raise BadInput("facts", _("请写明更正了什么。"))
    with audited_action(NOTE, actor=actor) as act:
        row = act.take(problem)
        act.require(policy.may_open(actor, row), _("只能更正本单位填报的问题。"))
        held = queries.sources_of(actor.scope, row)
        if held.filter(ref_type=AMENDED_BY, ref_id=edition_id, label=label[:200]).exists():
            return row
        if replaces and row.is_open and row.facts.strip() == replaces.strip():
            row.facts = facts.strip()
        act.add(ProblemSource(
            problem=row, finder=Finder.SELF_CHECK, ref_type=AMENDED_BY, ref_id=edition_id, label=label[:200],
            facts=facts.strip(), found_at=clock.now(), found_by_name=actor.name[:40], disclosed=True,
            campaign_id=row.campaign_id,
        ).owned_by(row))
    return row


def accept_correction(
    problem: Problem, *, actor: Any, text: str, told_at: datetime, told_by_id: UUID | None, told_by_name: str, note: str = ""
) -> Problem:
    """Find that a problem is put right as its unit told when it filed again: reported then, verified now.

    Whoever filed counts as the reporter, so that nobody verifies an own report. Closing remains an act of its own.

    Raises:
        NotAllowed: no regulator over it, or the one who reported it.
        WrongState: it waits for something else by now.
    """
    with audited_action(ACCEPT, actor=actor, reason=note) as act:
        row = act.take(problem)
        act.require(policy.is_overseer(actor, row), _(ONLY_AUTHORITY))
        act.require(policy.may_verify(actor, row) and (actor.id is None or actor.id != told_by_id), _(NOT_A_PARTY))
        act.move(row, "accept_correction")
        now = clock.now()
        if row.confirmed_at is None:
            row.confirmed_at, row.confirmed_by_name = now, actor.name
        if not row.measure:
            row.measure, row.at_once = text.strip(), True
        row.report_text, row.reported_at = text.strip(), told_at
        row.reported_by_id, row.reported_by_name = told_by_id, told_by_name[:40]
        row.verified_at, row.verified_by_id, row.verified_by_name = now, actor.id, actor.name
    return row

"""The course of a row as its page draws it: one line for each entry of the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from hengjian.base.ledger.history import ProofState, Sentence, history
from hengjian.base.models import LedgerEntry

ICONS = {
    "open": "filed", "confirm": "accepted", "dismiss": "x", "report": "clip", "answer": "filed", "verify": "accepted",
    "close": "accepted", "accept": "accepted", "return": "returned", "decide": "accepted", "ask": "clock", "escalate": "overdue",
    "lapse": "overdue", "extend": "clock", "recheck": "flag", "record": "flag", "add": "clip", "merge": "right", "serve": "right", "sign": "accepted",
    "file": "filed", "withdraw": "x", "order": "returned",
}
LATE = ("escalate", "lapse")


def timeline_of(object_type: str, object_id: UUID, *, names_of: UUID | None = None) -> list[dict[str, Any]]:
    """What happened to a row, newest last.

    Args:
        names_of: where superiors are hidden from the reader, the reader's organisation; of everybody outside it the post
            alone is said.
    """
    told = history(object_type, object_id)
    nameless = acted_outside(told, names_of) if names_of else set()
    return [_entry(one, is_nameless=one.entry_id in nameless) for one in told]


def acted_outside(told: Iterable[Sentence], org_id: UUID | None) -> set[UUID]:
    """Entries of acts that somebody outside an organisation did; what the system did is nobody's."""
    bodies = LedgerEntry.objects.filter(pk__in=[one.entry_id for one in told]).values_list("pk", "body")
    return {pk for pk, body in bodies if json.loads(body)["actor"]["org"] not in (None, str(org_id))}


def _entry(one: Sentence, *, is_nameless: bool) -> dict[str, Any]:
    name, _bracket, post = one.who.partition("（")
    verb = one.action.rpartition(".")[2].partition("_")[0]
    return {
        "at": one.at, "sentence": one.title, "reason": one.reason, "icon": ICONS.get(verb, "pen"), "bad": verb in LATE,
        "who": post.rstrip("）") if is_nameless else name if post == f"{name}）" else one.who,
        "proof": "pending" if one.state is ProofState.WAITING else one.state.value,
    }

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


def timeline_of(object_type: str, object_id: UUID, *, names_of: Any = None) -> list[dict[str, Any]]:
    """What happened to a row, newest last.

    Args:
        names_of: where superiors are hidden from the reader, the reader; of superiors the post alone is said.
    """
    told = history(object_type, object_id)
    nameless = acted_above(told, names_of) if names_of is not None else set()
    return [_entry(one, is_nameless=one.entry_id in nameless) for one in told]


def acted_above(told: Iterable[Sentence], reader: Any) -> set[UUID]:
    """Entries of acts of the reader's superiors: for an institution everybody else, for an authority those of the levels above."""
    bodies = LedgerEntry.objects.filter(pk__in=[one.entry_id for one in told]).values_list("pk", "body")
    return {pk for pk, body in bodies if _is_above(json.loads(body)["actor"], reader)}


def _is_above(who: dict[str, Any], reader: Any) -> bool:
    if who["org"] in (None, str(reader.org_id)):  # what the system did is nobody's
        return False
    return not reader.is_authority or bool(who["area"] and who["area"] != reader.area and reader.area.startswith(who["area"]))


def _entry(one: Sentence, *, is_nameless: bool) -> dict[str, Any]:
    name, _bracket, post = one.who.partition("（")
    verb = one.action.rpartition(".")[2].partition("_")[0]
    return {
        "at": one.at, "sentence": one.title, "reason": one.reason, "icon": ICONS.get(verb, "pen"), "bad": verb in LATE,
        "who": post.rstrip("）") if is_nameless else name if post == f"{name}）" else one.who,
        "proof": "pending" if one.state is ProofState.WAITING else one.state.value,
    }

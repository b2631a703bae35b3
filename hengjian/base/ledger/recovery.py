"""Going on after the database was put back: a new epoch whose first entry commits to what is missing, and why."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django.db import transaction

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.ledger import sequencer, witness
from hengjian.base.ledger.continuity import Continuity, look, look_anew, stays_open
from hengjian.base.models import LedgerConsent, LedgerEntry, LedgerEpoch

OPEN = stays_open(title("base.open_epoch", "开启账本新纪元"))


def consents_to(found: Continuity) -> list[LedgerConsent]:
    """Who has consented to go on in exactly this situation."""
    return list(LedgerConsent.objects.filter(situation=found.situation))


def epochs() -> list[LedgerEpoch]:
    """All epochs after the first, in order."""
    return list(LedgerEpoch.objects.order_by("number"))


def open_epoch(found: Continuity, consents: Sequence[LedgerConsent], *, actor: Any) -> LedgerEpoch:
    """Begin the next epoch in one transaction: its row, its entry with the first number of the epoch, its checkpoint.

    Raises ``LedgerBroken`` when the ledger is no longer the one that was consented to.
    """
    with transaction.atomic():
        last = sequencer.take_turn()
        if look().situation != found.situation:
            raise sequencer.LedgerBroken("the ledger is not the one that was consented to")
        row = _row(found, consents)
        with audited_action(OPEN, actor=actor, reason=row.reason) as act:
            act.add(row)
        entry = LedgerEntry.objects.get(object_type=row._meta.label_lower, object_id=row.pk)
        sequencer.seal_first_of_epoch(entry, last, epoch=row.number, agreed=row.agreed)
        transaction.on_commit(lambda: witness.keep_lost(row.number, found.lost))
        transaction.on_commit(look_anew)
    return row


def _row(found: Continuity, consents: Sequence[LedgerConsent]) -> LedgerEpoch:
    if found.known is None:
        raise sequencer.LedgerBroken("nothing is known that an epoch could commit to")
    said, ours = found.known.said, found.ours
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in found.lost)
    return LedgerEpoch(
        number=max(said.epoch, ours.epoch) + 1, cause=found.cause.value, opened_at=clock.now(), start=ours.size, agreed=found.agreed,
        known_epoch=said.epoch, known_size=said.size, known_root=said.root.hex(), known_note=found.known.note,
        known_at=_moment(said.at), ours_at=_moment(ours.said.at) if ours.said else None,
        named=len(found.lost), named_sha256=sha256(lines.encode()).hexdigest() if found.lost else "",
        consents=[{"account": str(one.account_id), "role": one.role, "at": one.at.isoformat()} for one in consents],
        reason="；".join(one.reason.rstrip("。；") for one in consents),
    )


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)

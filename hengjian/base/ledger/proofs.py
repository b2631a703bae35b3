"""Proofs for one entry (``.hjproof``): its bytes, its path in the tree, the signed checkpoint."""

from __future__ import annotations

import json
from typing import Any

from hengjian.base.ledger.checkpoints import latest, signer
from hengjian.base.ledger.tiles import tree
from hengjian.base.models.ledger import LedgerCheckpoint, LedgerEntry

FORMAT = "hengjian-proof-1"


class NotSealed(RuntimeError):
    """The entry waits for its number; a proof can be had a second later."""


def proof_for(entry: LedgerEntry, *, checkpoint: LedgerCheckpoint | None = None) -> dict[str, Any]:
    """Return what proves an entry to somebody without access: up to the newest checkpoint, or a given one.

    Raises ``NotSealed`` when the checkpoint does not cover the entry yet.
    """
    point = checkpoint or latest()
    if point is None or entry.sequence is None or entry.sequence >= point.size:
        raise NotSealed(f"{entry.id} is not sealed yet")
    return {
        "format": FORMAT,
        "entry": entry.body,
        "index": entry.sequence,
        "size": point.size,
        "path": [one.hex() for one in tree(point.size).inclusion(entry.sequence)],
        "checkpoint": point.note,
        "key": signer().verifier,
    }


def consistency_between(old: LedgerCheckpoint, new: LedgerCheckpoint) -> list[str]:
    """Return the proof that the log of one checkpoint is the beginning of another's, for witnesses."""
    return [one.hex() for one in tree(new.size).consistency(old.size)]


def write_proof(proof: dict[str, Any]) -> str:
    """Return the text of a ``.hjproof`` file."""
    return json.dumps(proof, ensure_ascii=False, indent=1) + "\n"

"""Proofs for one entry (``.hjproof``): its bytes, its path in the tree, the signed checkpoint."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

from hengjian.base.ledger import verify_proof
from hengjian.base.ledger.checkpoints import NoteReader, Statement, latest, said_by, signer, trusted_verifiers
from hengjian.base.ledger.merkle import root_from_inclusion
from hengjian.base.ledger.tiles import tree
from hengjian.base.models.ledger import LedgerCheckpoint, LedgerEntry
from hengjian.base.models.ledger_epochs import LedgerEpoch

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


class ProofPlace(StrEnum):
    """Where an entry that is proved stands today."""

    HERE = "here"
    LOST = "lost"
    """It was sealed once, and the database was put back to a time before it."""
    UNKNOWN = "unknown"
    """It was sealed, it is not here, and no loss is on record: the ledger here is behind or was altered."""


@dataclass(frozen=True)
class Judgement:
    """What a proof proves: the entry, the checkpoint that covers it, where the entry stands today, and since which epoch it is lost."""

    entry: dict[str, Any]
    index: int
    said: Statement
    place: ProofPlace
    lost_before: LedgerEpoch | None = None
    number: int | None = None
    """Its number today: another one where it waited in a backup that was put back."""


def judge(proof: dict[str, Any]) -> Judgement:
    """Check a proof against the keys that we trust, of whatever epoch, and say whether its entry is still here.

    Raises ``BadNote`` for a checkpoint that is none of ours, ``verify_proof.Refused`` for what does not prove anything.
    """
    said, _key = NoteReader(trusted_verifiers()).statement(proof["checkpoint"])
    body, index = str(proof["entry"]), int(proof["index"])
    leaf = sha256(b"\x00" + body.encode()).digest()
    if not 0 <= index < said.size or root_from_inclusion(leaf, index, said.size, [bytes.fromhex(one) for one in proof["path"]]) != said.root:
        raise verify_proof.Refused("条目不在封存的账本中，内容已被改动")
    entry = json.loads(body)
    here = LedgerEntry.objects.filter(pk=entry["id"], leaf=leaf.hex()).first()
    if here is not None:
        return Judgement(entry, index, said, ProofPlace.HERE, number=here.sequence)
    lost = LedgerEpoch.objects.filter(number__gt=said.epoch, agreed__lte=index).order_by("number").first()
    return Judgement(entry, index, said, ProofPlace.LOST if lost else ProofPlace.UNKNOWN, lost)


def epoch_of(point: LedgerCheckpoint) -> int:
    """Return the epoch that a checkpoint belongs to."""
    return said_by(point.note).epoch


def consistency_between(old: LedgerCheckpoint, new: LedgerCheckpoint) -> list[str]:
    """Return the proof that the log of one checkpoint is the beginning of another's, for witnesses."""
    return [one.hex() for one in tree(new.size).consistency(old.size)]


def write_proof(proof: dict[str, Any]) -> str:
    """Return the text of a ``.hjproof`` file."""
    return json.dumps(proof, ensure_ascii=False, indent=1) + "\n"

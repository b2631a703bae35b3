"""The words behind commitments: names and texts of an entry, sealed under the object's key beside the ledger.

The ledger itself holds no name and no text in which people may be named. What a reader of a history sees of them
stands encrypted in ``LedgerEntry.told``, under a key that follows from the object's salt: erase the salt
(``commitments.forget``) and the words are gone from the table and from every backup of it, while the entry, which
states the digest of the ciphertext, stays whole and provable.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag

from hengjian.base.crypto import SUITES, AesGcm
from hengjian.base.ledger.canonical import text_of_plain
from hengjian.base.ledger.commitments import object_key, salts_of
from hengjian.base.models.ledger import LedgerEntry

NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry says in words: the object's name, the reason, and readable personal values on both sides.

    ``is_erased``: there were words, and the salt that opened them is gone.
    """

    label: str
    reason: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    is_erased: bool = False


def words_key(key: bytes) -> bytes:
    """Return the key of one object's words; it follows from the key of its commitments."""
    return hmac.digest(key, b"told", "sha256")


def seal_words(key: bytes, words: Mapping[str, Any], entry_id: str) -> bytes:
    """Encrypt the words of one entry under ``words_key``, bound to the entry: suite, nonce, ciphertext, tag."""
    return bytes([AesGcm.number]) + AesGcm().seal(key, text_of_plain(dict(sorted(words.items()))).encode(), entry_id.encode())


def open_words(key: bytes, sealed: bytes, entry_id: str) -> dict[str, Any] | None:
    """Return the words of an entry; None when they do not open (changed, moved, or sealed under an erased salt)."""
    suite = SUITES.get(sealed[0]) if sealed else None
    if suite is None:
        return None
    try:
        return json.loads(suite.unseal(key, bytes(sealed[1:]), entry_id.encode()))
    except (InvalidTag, ValueError):
        return None


def digest_of_words(sealed: bytes | None) -> str | None:
    """Return what the body of an entry states about its sealed words; None when it has none."""
    return None if sealed is None else sha256(sealed).hexdigest()


def told_of(entries: Iterable[LedgerEntry]) -> dict[UUID, Told]:
    """Open the words of many entries, set-wise; for readers who may see the objects they speak of."""
    held = list(entries)
    wanted: dict[str, set[UUID]] = {}
    for entry in held:
        if entry.told is not None:
            wanted.setdefault(entry.object_type, set()).add(entry.object_id)
    keys = {
        (kind, one): words_key(object_key(salt)) for kind, ids in wanted.items() for one, salt in salts_of(kind, ids).items()
    }
    return {entry.id: _told(entry, keys.get((entry.object_type, entry.object_id))) for entry in held}


def _told(entry: LedgerEntry, key: bytes | None) -> Told:
    if entry.told is None:
        return Told(entry.object_label, entry.reason)
    words = open_words(key, bytes(entry.told), str(entry.id)) if key else None
    if words is None:
        return Told(entry.object_label, entry.reason, is_erased=True)
    return Told(
        words.get("label", entry.object_label),
        words.get("reason", entry.reason),
        words.get("before", NOTHING),
        words.get("after", NOTHING),
    )

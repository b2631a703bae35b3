"""Personal data in the ledger: only as keyed commitments, provable as long as the object's salt is kept."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hengjian.base.bulk import insert_values
from hengjian.base.crypto import keyring
from hengjian.base.ledger.canonical import text_of_plain
from hengjian.base.models.ledger import LedgerSalt

PREFIX = "hmac-sha256:"
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Personal:
    """A personal value on its way into the ledger; it never gets there in clear."""

    value: Any = field(repr=False)
    is_told: bool = False
    """Whether readers of the history may see it, from ``LedgerEntry.told``."""

    @property
    def is_empty(self) -> bool:
        """Nothing to protect: None and what is empty are entered as they are."""
        return self.value is None or self.value in ("", {}, [])


class Sealer:
    """Puts on entries the mark that only this application can make: who merely writes the table cannot forge it."""

    def __init__(self) -> None:
        self._key = keyring().derived("ledger.seal")

    def of(self, leaf: str) -> str:
        """Return the mark of a leaf."""
        return hmac.digest(self._key, leaf.encode(), "sha256").hex()

    def holds(self, leaf: str, mark: str) -> bool:
        """Whether the mark is ours."""
        return self.of(leaf) == mark


def object_key(salt: bytes) -> bytes:
    """Return the key of one object's commitments."""
    return hmac.digest(keyring().derived("ledger.commitment"), bytes(salt), "sha256")


def object_keys() -> Callable[[bytes], bytes]:
    """The same for many objects: what they have in common is looked up once."""
    common = keyring().derived("ledger.commitment")
    return lambda salt: hmac.digest(common, salt, "sha256")


def commit(key: bytes, name: str, value: Any) -> str:
    """Return the commitment to one field's plain value under the object's key."""
    return PREFIX + hmac.digest(key, name.encode() + b"\0" + text_of_plain(value).encode(), "sha256").hex()


def is_commitment(value: object) -> bool:
    """Whether an entered value is a commitment."""
    return isinstance(value, str) and value.startswith(PREFIX)


def committed(values: dict[str, Any], key: bytes | None) -> dict[str, Any]:
    """Replace personal values by commitments; order is kept. ``key`` may be None if all are empty."""
    found = {}
    for name, value in values.items():
        if type(value) is Personal:
            if value.is_empty:
                value = value.value
            elif key is None:
                raise LookupError(f"no salt for {name}")
            else:
                value = commit(key, name, value.value)
        found[name] = value
    return found


def has_personal(values: dict[str, Any] | None) -> bool:
    """Whether anything in a snapshot needs a commitment."""
    return values is not None and any(type(value) is Personal and not value.is_empty for value in values.values())


def salts_of(object_type: str, ids: Collection[UUID]) -> dict[UUID, bytes]:
    """Return the salts that are kept for objects of one type."""
    wanted, found = list(ids), {}
    for start in range(0, len(wanted), CHUNK):
        part = LedgerSalt.objects.filter(object_type=object_type, object_id__in=wanted[start : start + CHUNK])
        found.update({one: bytes(salt) for one, salt in part.values_list("object_id", "salt")})
    return found


def make_salts(object_type: str, ids: Iterable[UUID]) -> list[tuple[UUID, bytes, bool]]:
    """Make and keep a salt for each object that has none; return each with its salt, and whether that was made just now."""
    wanted = list(dict.fromkeys(ids))
    kept = _salts_among(object_type, wanted)
    made = {one: secrets.token_bytes(32) for one in wanted if one not in kept}
    insert_values(LedgerSalt, ("object_type", "object_id", "salt"), [(object_type, one, salt) for one, salt in made.items()])
    return [(one, made.get(one) or kept[one], one in made) for one in wanted]


def _salts_among(object_type: str, ids: list[UUID]) -> dict[UUID, bytes]:
    """The same as ``salts_of`` for new objects: their ids were made one after the other, so that hardly any other lies between."""
    if len(ids) <= CHUNK:
        return salts_of(object_type, ids)
    between = LedgerSalt.objects.filter(object_type=object_type, object_id__range=(min(ids), max(ids))).values_list("object_id", "salt")
    wanted = set(ids)
    return {one: bytes(salt) for one, salt in between.iterator() if one in wanted}


def forget(object_type: str, object_id: UUID) -> bool:
    """Erase an object's salt: what the ledger holds of its personal data can no longer be proved or guessed.

    Called by ``Action.forget``, so that an entry tells of it; a salt that is gone without one is a fault.
    """
    return LedgerSalt.objects.filter(object_type=object_type, object_id=object_id).delete()[0] > 0

"""Verification of the whole log: every entry, tile and checkpoint, streaming, each fault named."""

from __future__ import annotations

import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Max

from hengjian.base.ledger import canonical
from hengjian.base.ledger.commitments import Sealer
from hengjian.base.ledger.continuity import look, said_of
from hengjian.base.ledger.entries import BODY_COLUMNS
from hengjian.base.ledger.reading import one_moment
from hengjian.base.ledger.told import digest_of_words
from hengjian.base.ledger.treecheck import TreeCheck
from hengjian.base.ledger.verdict import Progress, Verdict
from hengjian.base.models.ledger import LedgerEntry

CHUNK = 2000
STEP = 20_000


class Kept(NamedTuple):
    """An entry as the table holds it."""

    id: UUID
    at: datetime.datetime
    action: str
    actor_id: UUID | None
    actor_name: str
    post_title: str
    object_type: str
    object_id: UUID
    object_label: str
    area: str
    org_id: UUID | None
    org_area: str
    receipt: str
    reason: str
    body: str
    told: bytes | None
    leaf: str
    seal: str
    sequence: int | None

    @property
    def object(self) -> str:
        """The object as faults name it."""
        return f"{self.object_type}:{self.object_id}"

    @property
    def name(self) -> str:
        """The entry as faults name it."""
        place = "待封存条目" if self.sequence is None else f"第 {self.sequence} 条"
        label = f"“{self.object_label}”" if self.object_label else ""
        return f"账本{place}{label}（编号 {self.id}）"


def verify(progress: Progress | None = None) -> Verdict:
    """Check the whole log and name every fault.

    Each body is canonical, hashes to its leaf, agrees with its columns and bears our seal; numbers have no gap;
    the tree of the entries is the tree of the tiles; every checkpoint is signed, chained, states its root and its epoch;
    what is remembered outside of the database is the beginning of this log.
    """
    found = look()  # before the moment that is read: what is remembered meanwhile must not be missed in it
    with one_moment():
        verdict = _Verification(progress).run()
    if not found.is_sound:
        verdict.add("witness", said_of(found), sequence=found.agreed)
    return verdict


class _Verification:
    """One run over all entries, in order of their numbers and then those that wait."""

    def __init__(self, progress: Progress | None) -> None:
        self.verdict = Verdict()
        self.progress = progress
        self.sealer = Sealer()
        self.total = LedgerEntry.objects.count()

    def run(self) -> Verdict:
        top = LedgerEntry.objects.aggregate(top=Max("sequence"))["top"]
        tree = TreeCheck(self.verdict, entries_end=0 if top is None else top + 1)
        rows = LedgerEntry.objects.values_list(*Kept._fields)
        for values in rows.filter(sequence__isnull=False).order_by("sequence").iterator(chunk_size=CHUNK):
            entry = Kept._make(values)
            tree.take(entry, self._content(entry))
        tree.finish()
        for values in rows.filter(sequence__isnull=True).iterator(chunk_size=CHUNK):
            self._content(Kept._make(values))
            self.verdict.pending += 1
        return self.verdict

    def _content(self, entry: Kept) -> bytes:
        """Check an entry by itself; return the leaf hash of its body."""
        self.verdict.entries += 1
        if self.progress is not None and self.verdict.entries % STEP == 0:
            self.progress(self.verdict.entries, self.total)
        leaf = sha256(b"\x00" + entry.body.encode()).digest()
        found = fault_of(entry, leaf.hex(), self.sealer)
        if found is not None:
            kind, words = found
            self.verdict.add(kind, f"{entry.name}{words}。", object=entry.object, sequence=entry.sequence)
        return leaf


def fault_of(entry: Any, leaf: str, sealer: Sealer) -> tuple[str, str] | None:
    """Return kind and words of what is wrong with an entry by itself, if anything is."""
    try:
        body = canonical.parse(entry.body)
        unequal = unequal_columns(entry, body)
        is_told = body.get("told") == digest_of_words(entry.told)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "body", "的内容不是规范格式，疑被改写"
    if leaf != entry.leaf:
        return "leaf", "的内容与其散列不一致，内容或散列被改写"
    if unequal:
        return "columns", f"的检索列（{'、'.join(unequal)}）与规范内容不一致，疑被改写"
    if not is_told:
        return "told", "的可读内容（密文）与规范内容所载摘要不一致，疑被改写"
    if not sealer.holds(entry.leaf, entry.seal):
        return "seal", "没有本系统的写入印记，疑为绕过系统写入"
    return None


def unequal_columns(entry: Any, body: dict[str, Any]) -> list[str]:
    """Return the columns of an entry that differ from its body."""
    found = []
    for column, part, key in BODY_COLUMNS:
        said = (body[part] if part else body)[key]
        kept = getattr(entry, column)
        if said != (str(kept) if type(kept) is UUID else kept):
            found.append(column)
    if body["at"] != canonical.time_text(entry.at):
        found.append("at")
    return found

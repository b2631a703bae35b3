"""How the ledger in the database stands against what is remembered outside of it; where it is behind or differs, all is read-only.

Putting back a backup and rolling back to hide something look the same. So neither goes on by itself: pages can be read,
nothing is sealed, and only sign-ins and the consent of the two people who decide are written.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.utils.translation import gettext as _

from hengjian.base.errors import ReadOnly
from hengjian.base.ledger import witness
from hengjian.base.ledger.checkpoints import BadNote, NoteReader, Statement, trusted_verifiers
from hengjian.base.ledger.merkle import Tree, append
from hengjian.base.ledger.tiles import DatabaseTiles, tree
from hengjian.base.ledger.witness import Known, Named
from hengjian.base.models.ledger import LedgerCheckpoint, LedgerEntry
from hengjian.base.models.ledger_epochs import LedgerEpoch

LOOK_AGAIN_SECONDS = 5.0
IDS = 500
STAYS_OPEN: set[str] = set()
"""Actions that are written even while all else is read-only."""


class Cause(StrEnum):
    """Why the ledger does not fit what is remembered of it."""

    NONE = ""
    BEHIND = "behind"
    FORKED = "forked"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Ours:
    """The newest checkpoint of the database."""

    said: Statement | None = None
    note: str = ""

    @property
    def epoch(self) -> int:
        return self.said.epoch if self.said else 1

    @property
    def size(self) -> int:
        return self.said.size if self.said else 0

    @property
    def root(self) -> str:
        return self.said.root.hex() if self.said else ""


@dataclass(frozen=True)
class Continuity:
    """What a look found. ``agreed``: up to which size the ledger here and the one remembered are known to be the same."""

    cause: Cause = Cause.NONE
    ours: Ours = field(default_factory=Ours)
    known: Known | None = None
    agreed: int = 0
    lost: tuple[Named, ...] = ()
    still_here: int = 0
    """Entries that were sealed under these numbers and wait here for one: the backup was taken between commit and sealing."""
    is_lost_complete: bool = False

    @property
    def is_sound(self) -> bool:
        """Nothing that is remembered speaks against the database."""
        return self.cause is Cause.NONE

    @property
    def lost_to(self) -> int:
        """The number of the last entry that is known to be missing."""
        return self.known.said.size - 1 if self.known else self.agreed - 1

    @property
    def situation(self) -> str:
        """What two people have to consent to: the same two ledgers, side by side."""
        return sha256(f"{self.cause}|{self.agreed}|{self.ours.note}|{self.known.note if self.known else ''}".encode()).hexdigest()


SOUND = Continuity()


def stays_open(code: str) -> str:
    """Register an action that is written even while all else is read-only; return its code."""
    STAYS_OPEN.add(code)
    return code


def must_be_open(action: str) -> None:
    """Raise ``ReadOnly`` while the ledger does not fit what is remembered of it."""
    if action not in STAYS_OPEN:
        found = continuity()
        if not found.is_sound:
            raise ReadOnly(words(found))


class _Kept:
    """The last look of this process, good for a few seconds."""

    until = 0.0
    found = SOUND


def continuity() -> Continuity:
    """Return how the ledger stands, from a look that is a few seconds old at most."""
    if not settings.WITNESS_DIRS:
        return SOUND
    if time.monotonic() >= _Kept.until:
        _Kept.found = look()
        _Kept.until = time.monotonic() + LOOK_AGAIN_SECONDS
    return _Kept.found


def look_anew() -> None:
    """Let the next question be answered by a fresh look."""
    _Kept.until = 0.0
    _told.cache_clear()


def look() -> Continuity:
    """Compare the database with every folder now."""
    if not settings.WITNESS_DIRS:
        return SOUND
    heads = witness.heads()
    ours = _ours()
    if ours is None or (any(one.is_unreadable for one in heads) and not any(one.known for one in heads)):
        return Continuity(Cause.UNREADABLE)
    for known in sorted((one.known for one in heads if one.known), key=lambda one: one.place, reverse=True):
        if not _fits(known, ours):
            return _told(known, ours)
    return Continuity(ours=ours)


def _ours() -> Ours | None:
    """The newest checkpoint here; ``None`` where it is not signed by a key that we know."""
    last = LedgerCheckpoint.objects.order_by("-size").first()
    if last is None:
        return Ours()
    try:
        return Ours(NoteReader(trusted_verifiers()).statement(last.note)[0], last.note)
    except BadNote:
        return None


def _root_at(size: int) -> bytes | None:
    try:
        return tree(size).root()
    except LookupError:
        return None


def _fits(known: Known, ours: Ours) -> bool:
    """Whether a remembered checkpoint is a beginning of our ledger, or speaks of a stretch whose loss is on record."""
    if known.note == ours.note:
        return True
    if known.said.epoch < ours.epoch and known.said.size > (_agreed_before(known.said.epoch + 1, ours) or 0):
        return True
    return known.place <= (ours.epoch, ours.size) and _root_at(known.said.size) == known.said.root


def _agreed_before(epoch: int, ours: Ours) -> int | None:
    """Up to which size the epoch before was kept when this one began: as the signed checkpoint says, not a mere row."""
    if ours.said is not None and ours.epoch == epoch:
        return ours.said.agreed
    row = LedgerEpoch.objects.filter(number=epoch).first()
    first = LedgerCheckpoint.objects.filter(size=row.start + 1).first() if row else None
    return NoteReader(trusted_verifiers()).statement(first.note)[0].agreed if first else None


@lru_cache(maxsize=4)
def _told(known: Known, ours: Ours) -> Continuity:
    """Find out what is missing, and whether the ledger here is a mere beginning of the one that is remembered."""
    lineage = _lineage(known)
    # An epoch states how much of the one before it was kept; whoever still stands in that one shares so much with it.
    least = min(ours.size, known.said.agreed) if ours.epoch == known.said.epoch - 1 else 0
    agreed = max((one.said.size for one in lineage if one.said.size <= ours.size and _root_at(one.said.size) == one.said.root), default=least)
    differs = [one for one in lineage if agreed < one.said.size <= ours.size]
    after_ours = witness.entries(ours.size, known.said.size, epoch=known.said.epoch)
    leads_there = _leads_to(known, ours.size, after_ours)
    left_behind = ours.epoch < known.said.epoch and ours.size > known.said.agreed
    if differs or left_behind or leads_there is False or ours.epoch > known.said.epoch:
        named = witness.entries(agreed, known.said.size, epoch=known.said.epoch)
        lost = _not_here(named)
        return Continuity(Cause.FORKED, ours, known, agreed, lost, len(named) - len(lost), len(named) == known.said.size - agreed)
    lost = _not_here(after_ours)
    return Continuity(Cause.BEHIND, ours, known, ours.size, lost, len(after_ours) - len(lost), bool(leads_there))


def _not_here(named: list[Named]) -> tuple[Named, ...]:
    """Leave out what the database still holds under the same id and content, though not sealed yet."""
    here: set[tuple[str, str]] = set()
    for start in range(0, len(named), IDS):
        held = LedgerEntry.objects.filter(pk__in=[one.id for one in named[start : start + IDS]]).values_list("pk", "leaf")
        here |= {(str(pk), leaf) for pk, leaf in held}
    return tuple(one for one in named if (one.id, one.leaf) not in here)


def _lineage(known: Known) -> list[Known]:
    """Remembered checkpoints on the way to this one; what an epoch left behind as lost does not lie on it."""
    every = witness.checkpoints()
    began = {one.said.epoch: one.said.agreed for one in every}
    found = []
    for one in every:
        limits = [began[epoch] for epoch in began if one.said.epoch < epoch <= known.said.epoch]
        if one.place <= known.place and all(one.said.size <= limit for limit in limits):
            found.append(one)
    return found


def _leads_to(known: Known, size: int, named: list[Named]) -> bool | None:
    """Whether our tree, grown by the remembered leaves, has the remembered root; ``None`` where not all leaves are known."""
    if len(named) != known.said.size - size or not named:
        return None
    store = DatabaseTiles()
    try:
        append(store, size, (bytes.fromhex(one.leaf) for one in named))
        return Tree(store, known.said.size).root() == known.said.root
    except LookupError:
        return False


def words(found: Continuity) -> str:
    """Say why nothing can be written now, and who mends it."""
    return said_of(found) + _("系统现在只能查看，刚才的操作没有生效。") + way_on(found)


def way_on(found: Continuity) -> str:
    """Say who has to do what before anything can be written again."""
    if found.cause is Cause.UNREADABLE:
        return _("请系统管理员放回原来的密钥，或恢复正确的备份。")
    return _("由系统管理员和审计管理员两人确认后恢复办理。")


def said_of(found: Continuity) -> str:
    """Say in one sentence how the ledger differs from what is remembered of it."""
    if found.cause is Cause.UNREADABLE:
        return _("存证记录读不出（密钥不是原来的，或记录被改动），无法确认数据库是不是最新的。")
    span = {"first": found.agreed, "last": found.lost_to, "ours": found.ours.size}
    if found.cause is Cause.FORKED:
        return _("数据库里的账本与此前留存的封存点不是同一本：从第%(first)s条起内容不同。") % span
    return _("数据库里的账本只有%(ours)s条，此前已封存到第%(last)s条：数据被恢复到了较早的时刻，第%(first)s至%(last)s条缺失。") % span

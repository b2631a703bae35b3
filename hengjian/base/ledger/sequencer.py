"""The sequencer: gives committed entries their numbers, grows the tree, signs a checkpoint."""

from __future__ import annotations

import datetime
import logging
import threading
from functools import partial
from typing import Any, ClassVar

from django.db import close_old_connections, connection, transaction

from hengjian.base import clock
from hengjian.base.ledger import witness
from hengjian.base.ledger.canonical import time_text
from hengjian.base.ledger.checkpoints import latest, make_checkpoint, said_by
from hengjian.base.ledger.continuity import look
from hengjian.base.ledger.merkle import Tree, append
from hengjian.base.ledger.tiles import DatabaseTiles
from hengjian.base.models.ledger import LedgerCheckpoint, LedgerEntry

log = logging.getLogger(__name__)

ADVISORY_LOCK = 0x68656E676A69616E
"""Key of the PostgreSQL lock that lets one sequencer work at a time (the letters of the name)."""

LIMIT = 5000
GATHER_SECONDS = 0.2

# One statement on both databases: numbers go on from the last one, in order of id.
_NUMBER = """
UPDATE ledger_entry SET sequence = numbered.place FROM (
    SELECT id AS entry, %s + ROW_NUMBER() OVER (ORDER BY id) - 1 AS place
    FROM (SELECT id FROM ledger_entry WHERE sequence IS NULL ORDER BY id LIMIT %s) AS waiting
) AS numbered WHERE ledger_entry.id = numbered.entry
"""


class LedgerBroken(RuntimeError):
    """Tree and checkpoint do not fit: nothing more is sealed until ``ledger verify`` has been looked at."""


def sequence_pending(limit: int = LIMIT) -> int:
    """Seal up to ``limit`` waiting entries in one transaction; return how many.

    Entries are taken by "has no number yet", never by a last id: commits may arrive out of order. Nothing is sealed
    while the ledger does not fit what is remembered of it: two checkpoints of one size must not contradict each other.
    Raises ``LedgerBroken`` when the kept tree does not lead to the last checkpoint.
    """
    if not LedgerEntry.objects.filter(sequence__isnull=True).exists():
        return 0
    with transaction.atomic():
        last = take_turn()
        if not look().is_sound:
            log.warning("ledger: nothing is sealed, see hengjian ledger recover")
            return 0
        start = last.size if last else 0
        with connection.cursor() as cursor:
            cursor.execute(_NUMBER, [start, limit])
            end = start + cursor.rowcount
        return _seal(last, start, end)


def seal_first_of_epoch(entry: LedgerEntry, last: LedgerCheckpoint | None, *, epoch: int, agreed: int) -> None:
    """Give the entry that begins an epoch the next number, before all that wait, and sign the first checkpoint of the epoch."""
    start = last.size if last else 0
    LedgerEntry.objects.filter(pk=entry.pk).update(sequence=start)
    _seal(last, start, start + 1, epoch=(epoch, agreed))


def _seal(last: LedgerCheckpoint | None, start: int, end: int, *, epoch: tuple[int, int] | None = None) -> int:
    """Grow the tree by the entries that have these numbers, sign its root, and let it be remembered once all is committed."""
    store = DatabaseTiles()
    if last and _root(store, start) != last.root:
        raise LedgerBroken(f"the tree of {start} entries has another root than its checkpoint")
    sealed = list(
        LedgerEntry.objects.filter(sequence__gte=start, sequence__lt=end).order_by("sequence")
        .values_list("sequence", "id", "at", "action", "object_type", "object_id", "actor_id", "leaf")
    )
    if not sealed:
        return 0
    size = append(store, start, (bytes.fromhex(row[-1]) for row in sealed))
    root = Tree(store, size).root()
    store.flush()
    point = make_checkpoint(size, root, at=clock.now(), previous=last, epoch=epoch)
    transaction.on_commit(partial(witness.remember, point.note, _named(sealed, said_by(point.note).epoch)), robust=True)
    return len(sealed)


def _named(sealed: list[Any], epoch: int) -> list[witness.Named]:
    return [
        witness.Named(sequence, epoch, str(one), time_text(at), action, kind, str(about), str(actor) if actor else None, leaf)
        for sequence, one, at, action, kind, about, actor, leaf in sealed
    ]


def _root(store: DatabaseTiles, size: int) -> str:
    try:
        return Tree(store, size).root().hex()
    except LookupError as error:
        raise LedgerBroken(str(error)) from error


def take_turn() -> LedgerCheckpoint | None:
    """Wait for our turn and return the newest checkpoint. SQLite: the transaction itself is IMMEDIATE."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
    return latest()


def sequence_all(limit: int = LIMIT) -> int:
    """Seal everything that waits, in batches; return how many."""
    total = 0
    while done := sequence_pending(limit):
        total += done
    return total


def pending_count() -> int:
    """Return how many entries wait to be sealed."""
    return LedgerEntry.objects.filter(sequence__isnull=True).count()


def lag() -> datetime.timedelta:
    """Return how long the oldest waiting entry has waited; zero when none does."""
    oldest = LedgerEntry.objects.filter(sequence__isnull=True).order_by("id").values_list("at", flat=True).first()
    return max(clock.now() - oldest, datetime.timedelta()) if oldest else datetime.timedelta()


def clock_behind() -> datetime.timedelta:
    """Return by how much the clock is behind the latest entry: more than a breath means that it was moved back."""
    last = LedgerEntry.objects.order_by("-at", "-id").values_list("at", flat=True).first()
    return max(last - clock.now(), datetime.timedelta()) if last else datetime.timedelta()


class Sequencer(threading.Thread):
    """Seals each ``interval`` seconds, or soon after ``nudge``; errors are logged and tried again."""

    running: ClassVar[set[Sequencer]] = set()

    def __init__(self, interval: float = 1.0, limit: int = LIMIT) -> None:
        super().__init__(name="ledger-sequencer", daemon=True)
        self.interval, self.limit = interval, limit
        self.sealed = 0
        self.failures = 0
        self._wake, self._end = threading.Event(), threading.Event()

    def run(self) -> None:
        """Seal until stopped; what waits at the end is sealed first."""
        Sequencer.running.add(self)
        try:
            while not self._end.is_set():
                self._once()
                if self._wake.wait(self.interval * min(1 + self.failures, 30)):
                    self._end.wait(GATHER_SECONDS)  # one checkpoint for what comes together
                self._wake.clear()
            self._once()
        finally:
            Sequencer.running.discard(self)
            connection.close()

    def _once(self) -> None:
        try:
            close_old_connections()
            while done := sequence_pending(self.limit):
                self.sealed += done
            self.failures = 0
        except Exception:
            self.failures += 1
            log.exception("ledger: sealing failed, trying again (failure %s)", self.failures)

    def nudge(self) -> None:
        """Wake up soon: something has been committed."""
        self._wake.set()

    def stop(self, timeout: float = 10.0) -> None:
        """Seal what waits, end, and wait for the end."""
        self._end.set()
        self._wake.set()
        if self.is_alive():
            self.join(timeout)


def nudge() -> None:
    """Wake the sequencer of this process, if there is one."""
    for one in tuple(Sequencer.running):
        one.nudge()

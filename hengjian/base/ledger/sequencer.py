"""The sequencer: gives committed entries their numbers, grows the tree, signs a checkpoint."""

from __future__ import annotations

import datetime
import logging
import threading
from typing import ClassVar

from django.db import close_old_connections, connection, transaction

from hengjian.base import clock
from hengjian.base.ledger.checkpoints import latest, make_checkpoint
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

    Entries are taken by "has no number yet", never by a last id: commits may arrive out of order.
    Raises ``LedgerBroken`` when the kept tree does not lead to the last checkpoint.
    """
    if not LedgerEntry.objects.filter(sequence__isnull=True).exists():
        return 0
    with transaction.atomic():
        last = _lock()
        start = last.size if last else 0
        store = DatabaseTiles()
        if last and _root(store, start) != last.root:
            raise LedgerBroken(f"the tree of {start} entries has another root than its checkpoint")
        with connection.cursor() as cursor:
            cursor.execute(_NUMBER, [start, limit])
            end = start + cursor.rowcount
        found = LedgerEntry.objects.filter(sequence__gte=start, sequence__lt=end).order_by("sequence")
        leaves = [bytes.fromhex(leaf) for leaf in found.values_list("leaf", flat=True)]
        if not leaves:
            return 0
        size = append(store, start, leaves)
        root = Tree(store, size).root()
        store.flush()
        make_checkpoint(size, root, at=clock.now(), previous=last)
    return len(leaves)


def _root(store: DatabaseTiles, size: int) -> str:
    try:
        return Tree(store, size).root().hex()
    except LookupError as error:
        raise LedgerBroken(str(error)) from error


def _lock() -> LedgerCheckpoint | None:
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

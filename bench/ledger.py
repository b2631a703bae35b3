"""What the ledger costs beside a floor of bare inserts and a plain hash chain. Run: python -m bench.ledger [ROWS]."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

BATCH = 20_000


def timed(what: str, count: int, work: Callable[[], object], floor: float = 0.0) -> float:
    """Run once; write the time of the whole, of one row, and the ratio to the floor."""
    start = time.perf_counter()
    work()
    spent = time.perf_counter() - start
    ratio = f"{spent / floor:>8.2f} ×" if floor else ""
    sys.stdout.write(f"{what:<44}{spent:>9.2f} s{spent / count * 1e6:>9.1f} µs each{ratio}\n")
    sys.stdout.flush()
    return spent


def prepare(folder: str) -> None:
    """Set Django up over a throw-away SQLite file with the real pragmas, migrations and triggers."""
    os.environ |= {"HENGJIAN_VAR": folder, "HENGJIAN_ENV": "test", "HENGJIAN_DATABASE_URL": ""}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengjian.settings")
    import django  # after the environment names the folder

    django.setup()
    from django.core.management import call_command  # needs Django set up

    call_command("migrate", verbosity=0, run_syncdb=True)


def days(count: int, start: int) -> list[Any]:
    """Rows of a small real table: working days, each another day."""
    from datetime import date, timedelta  # beside its only use

    from hengjian.base.models import CalendarDay  # needs Django set up

    names = {field.name for field in CalendarDay._meta.concrete_fields}
    first = date(1, 1, 1)
    more = {"is_workday": True} if "is_workday" in names else {}
    return [CalendarDay(day=first + timedelta(days=start + number), **more) for number in range(count)]


def measure(rows: int) -> None:
    """Bare inserts, a plain chain, audited inserts, sealing, verification, reconciliation, histories."""
    from django.db import transaction  # needs Django set up

    from hengjian.base.actions import SystemActor, audited_action
    from hengjian.base.guard import the_door_writes
    from hengjian.base.ledger.history import history
    from hengjian.base.ledger.proofs import proof_for
    from hengjian.base.ledger.reconcile import reconcile
    from hengjian.base.ledger.sequencer import sequence_all
    from hengjian.base.ledger.verify import verify
    from hengjian.base.models import CalendarDay, LedgerEntry

    sample = min(rows, BATCH)

    def bare() -> None:
        with transaction.atomic(), the_door_writes():
            CalendarDay.objects.bulk_create(days(sample, 0), batch_size=1000)

    def audited(start: int, count: int) -> None:
        with audited_action("bench.add", actor=SystemActor()) as act:
            act.add_many(days(count, start))

    floor = timed("floor: bare inserts of a small table", sample, bare)
    with the_door_writes():
        CalendarDay.objects.all().delete()
    timed("audited inserts (row, entry, digest, seal)", sample, lambda: audited(0, sample), floor)
    timed("sealing (numbers, tiles, checkpoint)", sample, sequence_all, floor)
    for start in range(sample, rows, BATCH):
        audited(start, min(BATCH, rows - start))
        sequence_all()

    def chain() -> None:
        value = b""
        for body in LedgerEntry.objects.order_by("sequence").values_list("body", flat=True).iterator():
            value = sha256(value + body.encode()).digest()

    floor = timed("floor: read all bodies into a hash chain", rows, chain)
    timed("verify the whole log", rows, lambda: _must_be_clean(verify()), floor)
    timed("reconcile every row with its last entry", rows, lambda: _must_be_clean(reconcile([CalendarDay])), floor)
    entry = LedgerEntry.objects.filter(sequence__isnull=False).order_by("-sequence")[0]
    timed("history of one object", 1, lambda: history(entry.object_type, entry.object_id))
    timed("proof of one entry", 1, lambda: proof_for(entry))


def _must_be_clean(verdict: Any) -> None:
    if not verdict.ok:
        raise SystemExit(str(verdict.faults[:3]))


def main() -> None:
    """Measure with made-up rows in a folder that is thrown away."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        measure(rows)


if __name__ == "__main__":
    main()

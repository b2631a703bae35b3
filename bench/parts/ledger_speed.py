"""The ledger: what it costs on a write, how fast the whole of it is checked."""

from __future__ import annotations

import itertools
import shutil
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from bench.figures import Figure, spent, tell
from bench.parts import copied, ready

WRITES, MOST_ENTRIES = 60, 400_000


def main() -> None:
    """Check speed on the world as it is; write to a copy."""
    kept = Path(sys.argv[1])
    sys.argv[1] = str(copied(kept))
    folder = ready()
    _checking()
    _writing()
    shutil.rmtree(folder.parent)


def _checking() -> None:
    from hengjian.base.ledger.reconcile import reconcile  # all need Django set up
    from hengjian.base.ledger.verify import verify
    from hengjian.base.models.ledger import LedgerEntry

    bodies = list(itertools.islice(LedgerEntry.objects.values_list("body", flat=True).iterator(), 50_000))
    hashing = spent(lambda: [sha256(b"\x00" + body.encode()).digest() for body in bodies])
    held: dict[str, Any] = {}
    whole = spent(lambda: held.update(verify=verify()), 1)
    rows = spent(lambda: held.update(reconcile=reconcile()), 1)
    for name in ("verify", "reconcile"):
        if not held[name].ok:
            raise SystemExit(f"{name}: {held[name].faults[:3]}")
    tell(Figure("ledger", "hashing of entries on one core", len(bodies) / hashing.cpu, "entries/s", 500_000, True),
         Figure("ledger", "verify: whole, reading and parsing included", held["verify"].entries / whole.cpu, "entries/s of processor", note=f"{held['verify'].entries} entries in {whole.wall:.1f} s"),
         Figure("ledger", "reconcile", held["reconcile"].rows / rows.cpu, "rows/s of processor", 100_000, True, note=f"{held['reconcile'].rows} rows in {rows.wall:.1f} s"))


def _writing() -> None:
    """The same act of a service with and without its entries, by turns."""
    from hengjian.base import actions  # all need Django set up
    from hengjian.base.scope import EVERYTHING
    from hengjian.parties.actors import everything_actor
    from hengjian.registry.models import Person
    from hengjian.registry.services import change_person

    actor, people = everything_actor("测速"), list(Person.objects.within(EVERYTHING).order_by("pk")[:WRITES])
    write_entries, turn = actions.write_entries, itertools.count()

    def write() -> None:
        number = next(turn)
        for at, person in enumerate(people):
            change_person(person, actor=actor, phone=f"100{number * WRITES + at:08d}")

    def entered(how: Callable[..., Any]) -> Callable[[], None]:
        return lambda: setattr(actions, "write_entries", how)

    with_, without = [], []
    for _ in range(5):
        with_.append(spent(write, 1, entered(write_entries)))
        without.append(spent(write, 1, entered(lambda *_a, **_k: [])))
    entered(write_entries)()
    wall = sorted(a.wall / b.wall for a, b in zip(with_, without, strict=True))[2]
    cpu = sorted(a.cpu / b.cpu for a, b in zip(with_, without, strict=True))[2]
    tell(Figure("ledger", "a write of a service with its entry, against the same without", wall, "×", 1.25, note=f"processor {cpu:.2f} ×"))


if __name__ == "__main__":
    main()

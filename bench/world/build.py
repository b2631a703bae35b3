"""Build a world. Run: python -m bench.world.build SIZE FOLDER PATTERN_FOLDER [DATABASE]."""

from __future__ import annotations

import gc
import json
import pickle
import shutil
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.world import template
from bench.world.copying import Copier, Copy
from bench.world.places import SIZES, lay_out
from bench.world.sink import BATCH, PostgresSink, SqliteSink

ENTRY_COLUMNS = [
    "id", "at", "action", "actor_id", "actor_name", "post_title", "object_type", "object_id", "object_label", "area", "org_id", "org_area",
    "receipt", "reason", "body", "told", "leaf", "seal", "sequence",
]
SEALED_AT_ONCE = 50_000


class Builder:
    """Rows and entries on their way into the database."""

    def __init__(self, sink: Any, copier: Copier) -> None:
        from hengjian.base import crypto  # needs Django set up

        self.sink, self.copier, self.seal = sink, copier, crypto.seal
        self.waiting: dict[str, list[list[Any]]] = defaultdict(list)
        self.entries: list[list[Any]] = []
        self.salts: list[list[Any]] = []
        self.leaves: list[bytes] = []
        self.counts: dict[str, int] = defaultdict(int)
        self.dull = not isinstance(sink, PostgresSink)

    def build(self) -> None:
        """Write everything."""
        for copy in self.copier.rows():
            table, names, _kinds = self.copier.pattern.columns[copy.cut.label]
            held = self.waiting[copy.cut.label]
            held.append(copy.values(self.seal, table, names))
            self._enter(copy)
            if len(held) >= BATCH:
                self._flush(copy.cut.label)
        for label in list(self.waiting):
            self._flush(label)
        self._flush_entries()

    def _enter(self, copy: Copy) -> None:
        salt, entries = copy.entries()
        if salt is not None:
            self.salts.append([copy.cut.label, UUID(copy.id), salt])
        for entry in entries:
            self.entries.append(_columns(entry, len(self.leaves)))
            self.leaves.append(bytes.fromhex(entry.leaf))
        if len(self.entries) >= BATCH:
            self._flush_entries()

    def _flush(self, label: str) -> None:
        table, names, kinds = self.copier.pattern.columns[label]
        rows = self.waiting.pop(label)
        self.counts[label] += len(rows)
        if not self.dull:
            flags = [at for at, kind in enumerate(kinds) if kind == "BooleanField"]
            for row in rows:
                for at in flags:
                    row[at] = None if row[at] is None else bool(row[at])
        self.sink.write(table, names, rows)

    def _flush_entries(self) -> None:
        self.sink.write("ledger_entry", ENTRY_COLUMNS, self.entries)
        self.sink.write("ledger_salt", ["object_type", "object_id", "salt"], self.salts)
        self.entries, self.salts = [], []


def _columns(entry: Any, sequence: int) -> list[Any]:
    from hengjian.base.ledger.entries import columns_of  # needs Django set up

    body = json.loads(entry.body)
    found = columns_of(body) | {
        "at": body["at"].replace("T", " ").removesuffix("Z"), "body": entry.body, "told": entry.told, "leaf": entry.leaf, "seal": entry.seal,
        "sequence": sequence,
    }
    return [found[name] for name in ENTRY_COLUMNS]


def seal(leaves: list[bytes]) -> None:
    """Grow the tree over all entries and sign a checkpoint every so often."""
    from hengjian.base import clock  # all need Django set up
    from hengjian.base.ledger.checkpoints import make_checkpoint
    from hengjian.base.ledger.merkle import Tree, append
    from hengjian.base.ledger.tiles import DatabaseTiles

    store, size, last = DatabaseTiles(), 0, None
    for start in range(0, len(leaves), SEALED_AT_ONCE):
        size = append(store, size, leaves[start : start + SEALED_AT_ONCE])
        root = Tree(store, size).root()
        store.flush()
        last = make_checkpoint(size, root, at=clock.now(), previous=last)


def migrated(folder: Path, pattern_folder: Path, database: str) -> None:
    """An empty database with the keys and the files of the pattern."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("keys", "evidence"):
        shutil.copytree(pattern_folder / name, folder / name, dirs_exist_ok=True)
    template.settle(folder, database)
    from django.core.management import call_command  # needs Django set up

    call_command("migrate", verbosity=0)
    (folder / "demo").write_text("0")


def main(size: str, folder: Path, pattern_folder: Path, database: str = "") -> None:
    """Build a world of a size."""
    began = time.monotonic()
    migrated(folder, pattern_folder, database)
    from django.db import connection, transaction  # needs Django set up

    held = pickle.loads((pattern_folder / template.CUTS).read_bytes())  # noqa: S301  written by this program
    connection.close()
    gc.freeze()
    gc.disable()
    sink = PostgresSink(database) if database else SqliteSink(str(connection.settings_dict["NAME"]))
    builder = Builder(sink, Copier(held, lay_out(held, SIZES[size])))
    builder.build()
    broken = sink.finish()
    with transaction.atomic():
        seal(builder.leaves)
    if broken:
        raise SystemExit(f"references to nothing: {broken}")
    for label, count in sorted(builder.counts.items(), key=lambda pair: -pair[1]):
        sys.stdout.write(f"  {label:<36}{count:>10}\n")
    sys.stdout.write(f"  {'entries of the ledger':<36}{len(builder.leaves):>10}   {time.monotonic() - began:.0f} s\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:5])

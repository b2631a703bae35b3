"""Tiles of the ledger's tree in the database."""

from __future__ import annotations

from hengjian.base.ledger.merkle import Tree
from hengjian.base.models.ledger import LedgerTile

KEPT = 4096


class DatabaseTiles:
    """A ``TileStore`` over the tile table: reads are kept in memory, writes wait for ``flush``."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, int], bytes] = {}
        self._grown: dict[tuple[int, int], bytes] = {}

    def get(self, level: int, index: int) -> bytes:
        """Return the hashes of a tile, joined; empty when there is none."""
        place = level, index
        if place in self._grown:
            return self._grown[place]
        if place not in self._seen:
            if len(self._seen) >= KEPT:
                self._seen.clear()
            found = LedgerTile.objects.filter(level=level, index=index).values_list("hashes", flat=True).first()
            self._seen[place] = bytes(found or b"")
        return self._seen[place]

    def put(self, level: int, index: int, hashes: bytes) -> None:
        """Keep a new or grown tile until ``flush``."""
        self._grown[level, index] = hashes

    def flush(self) -> None:
        """Write what has grown: at most one tile of each level exists already."""
        new = []
        for (level, index), hashes in self._grown.items():
            if not LedgerTile.objects.filter(level=level, index=index).update(hashes=hashes):
                new.append(LedgerTile(level=level, index=index, hashes=hashes))
        LedgerTile.objects.bulk_create(new, batch_size=100)
        self._seen.update(self._grown)
        self._grown.clear()


def tree(size: int) -> Tree:
    """Return the ledger's tree of the first ``size`` entries."""
    return Tree(DatabaseTiles(), size)

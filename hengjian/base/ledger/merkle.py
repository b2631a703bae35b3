"""The Merkle tree of RFC 6962 over 256-wide tiles (C2SP tlog-tiles): roots, growth, proofs. No Django."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Protocol

WIDTH = 256
HEIGHT = 8
SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


class BadProof(ValueError):
    """The proof does not lead from the leaf, or from the old root, to the root."""


class TileStore(Protocol):
    """Where tiles are kept: level 0 holds leaf hashes, level L roots of 256^L leaves."""

    def get(self, level: int, index: int) -> bytes:
        """Return the hashes of a tile, joined; empty when there is none."""

    def put(self, level: int, index: int, hashes: bytes) -> None:
        """Keep a new or a grown tile."""


class MemoryTiles:
    """Tiles in a dict, for tests and for verification."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}

    def get(self, level: int, index: int) -> bytes:
        """Return a tile or nothing."""
        return self.tiles.get((level, index), b"")

    def put(self, level: int, index: int, hashes: bytes) -> None:
        """Keep a tile."""
        self.tiles[level, index] = hashes


def leaf_hash(body: bytes) -> bytes:
    """Return H(00 ‖ body)."""
    return sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return H(01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over a perfect run of nodes (their number a power of two)."""
    row = list(hashes)
    while len(row) > 1:
        row = [sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row), 2)]
    return row[0]


def split(hashes: bytes) -> list[bytes]:
    """Cut the joined hashes of a tile."""
    return [hashes[i : i + SIZE] for i in range(0, len(hashes), SIZE)]


class Frontier:
    """The right edge of a growing tree: the roots of its perfect subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.uppers: dict[int, list[bytes]] = {}  # what the tiles of each level above 0 have to hold
        self._edge: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Append one leaf hash."""
        rest, self.size = self.size, self.size + 1
        height = 0
        while rest & 1:
            leaf = sha256(b"\x01" + self._edge.pop() + leaf).digest()
            rest >>= 1
            height += 1
            if not height & 7:
                self.uppers.setdefault(height >> 3, []).append(leaf)
        self._edge.append(leaf)

    def root(self) -> bytes:
        """Return the root of all leaves so far."""
        if not self._edge:
            return EMPTY_ROOT
        value = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            value = node_hash(left, value)
        return value


def append(store: TileStore, size: int, leaves: Iterable[bytes]) -> int:
    """Append leaf hashes to a tree of ``size`` leaves; return the new size."""
    pending = list(leaves)
    grown = size + len(pending)
    level = 0
    while pending:
        start = size >> (HEIGHT * level)
        index, offset = divmod(start, WIDTH)
        row = (split(store.get(level, index)[: offset * SIZE]) if offset else []) + pending
        pending = []
        for first in range(0, len(row), WIDTH):
            tile = row[first : first + WIDTH]
            store.put(level, index, b"".join(tile))
            index += 1
            if len(tile) == WIDTH:
                pending.append(fold(tile))
        level += 1
    return grown


class Tree:
    """A tree of a given size read from tiles: its root and its proofs."""

    def __init__(self, store: TileStore, size: int) -> None:
        self.store, self.size = store, size

    def node(self, height: int, index: int) -> bytes:
        """Return the root of the perfect subtree of ``2^height`` leaves that is number ``index``."""
        level, inner = divmod(height, HEIGHT)
        first = index << inner
        tile, offset = divmod(first, WIDTH)
        hashes = self.store.get(level, tile)[offset * SIZE : (offset + (1 << inner)) * SIZE]
        if len(hashes) != SIZE << inner:
            raise LookupError(f"tile {level}/{tile} is missing or too short")
        return fold(split(hashes))

    def range_root(self, low: int, high: int) -> bytes:
        """Return the hash over the leaves ``low`` to ``high`` of one subtree."""
        width = high - low
        if width & (width - 1) == 0:
            height = width.bit_length() - 1
            return self.node(height, low >> height)
        middle = low + _half(width)
        return node_hash(self.range_root(low, middle), self.range_root(middle, high))

    def root(self) -> bytes:
        """Return the root hash of the tree."""
        return self.range_root(0, self.size) if self.size else EMPTY_ROOT

    def inclusion(self, index: int) -> list[bytes]:
        """Return the audit path of a leaf, nearest sibling first (RFC 6962, 2.1.1)."""
        if not 0 <= index < self.size:
            raise IndexError(f"leaf {index} of {self.size}")
        low, high, path = 0, self.size, []
        while high - low > 1:
            middle = low + _half(high - low)
            if index < middle:
                path.append((middle, high))
                high = middle
            else:
                path.append((low, middle))
                low = middle
        return [self.range_root(*part) for part in reversed(path)]

    def consistency(self, old: int) -> list[bytes]:
        """Return the proof that the first ``old`` leaves are unchanged (RFC 6962, 2.1.2)."""
        if not 0 <= old <= self.size:
            raise IndexError(f"tree {old} of {self.size}")
        if old in (0, self.size):
            return []
        return [self.range_root(*part) for part in _consistency_parts(old, 0, self.size, True)]


def _half(width: int) -> int:
    """Return the largest power of two smaller than ``width``."""
    return 1 << ((width - 1).bit_length() - 1)


def _consistency_parts(old: int, low: int, high: int, whole: bool) -> list[tuple[int, int]]:
    """Return the ranges whose roots are the proof; ``old`` counts from ``low``."""
    if old == high - low:
        return [] if whole else [(low, high)]
    half = _half(high - low)
    if old <= half:
        return [*_consistency_parts(old, low, low + half, whole), (low + half, high)]
    return [*_consistency_parts(old - half, low + half, high, False), (low, low + half)]


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that an audit path leads to; raise ``BadProof`` if its length is wrong."""
    if not 0 <= index < size:
        raise BadProof(f"leaf {index} of {size}")
    value, last = leaf, size - 1
    steps: list[Callable[[bytes, bytes], bytes]] = []
    while last > 0:
        if index & 1:
            steps.append(lambda mine, other: node_hash(other, mine))
        elif index < last:
            steps.append(node_hash)
        index, last = index >> 1, last >> 1
    if len(steps) != len(path):
        raise BadProof(f"path of {len(path)} hashes, {len(steps)} needed")
    for step, sibling in zip(steps, path, strict=True):
        value = step(value, sibling)
    return value


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raise ``BadProof`` unless the leaf is number ``index`` in the tree of ``size`` with that root."""
    if root_from_inclusion(leaf, index, size, path) != root:
        raise BadProof("the path leads to another root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise ``BadProof`` unless the tree of ``new`` leaves extends the one of ``old`` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        raise BadProof(f"tree {old} of {new}")
    if old in (0, new):
        if proof or (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
            raise BadProof("a trivial proof that does not hold")
        return
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        raise BadProof("an empty proof")
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if sn == 0:
            raise BadProof("the proof is too long")
        if fn & 1 or fn == sn:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_hash(second, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn or first != old_root or second != new_root:
        raise BadProof("the trees are not consistent")

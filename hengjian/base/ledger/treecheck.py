"""The tree's part of a verification: entries against tiles, tiles against checkpoints."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from hengjian.base.ledger.canonical import parse, time_text
from hengjian.base.ledger.checkpoints import BadNote, NoteReader, Statement, known_verifiers, latest, note_hash
from hengjian.base.ledger.merkle import SIZE, WIDTH, Frontier, split
from hengjian.base.ledger.verdict import Verdict
from hengjian.base.models.ledger import LedgerCheckpoint, LedgerEntry, LedgerTile
from hengjian.base.models.ledger_epochs import LedgerEpoch

NO_LEAF = bytes(SIZE)
"""Stands in a tree where an entry or a hash is missing."""


class Numbered(Protocol):
    """What the tree needs to know of an entry."""

    @property
    def sequence(self) -> int | None:
        """Its number."""

    @property
    def object(self) -> str:
        """The object it is about."""

    @property
    def name(self) -> str:
        """What faults call it."""


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A place where the entry and the kept tree differ."""

    sequence: int
    object: str
    name: str


@dataclass(frozen=True, slots=True)
class _Point:
    """A checkpoint once the trees have reached its size."""

    size: int
    by_entries: bool
    by_tiles: bool


def checked_points(verdict: Verdict) -> Iterator[tuple[int, bytes | None]]:
    """Check each checkpoint's signature, columns and chain; yield its size and the root it states."""
    reader, epochs = NoteReader(known_verifiers()), _Epochs(verdict)
    before: LedgerCheckpoint | None = None
    for point in LedgerCheckpoint.objects.order_by("size").iterator(chunk_size=500):
        verdict.checkpoints += 1
        try:
            said, key_id = reader.statement(point.note)
        except BadNote:
            verdict.add("checkpoint", f"封存点 {point.size} 的签名无效，签名文本被改写或不是本系统所签。")
            root = None
        else:
            _check_point(verdict, point, said, key_id)
            _check_chain(verdict, point, said, before)
            epochs.take(point, said, before)
            root = said.root if said.size == point.size else None
        before = point
        yield point.size, root
    epochs.finish(before)


class _Epochs:
    """Holds the epochs that checkpoints state against the entries that began them."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.now = (1, 0)
        self.opened = dict(_openings())

    def take(self, point: LedgerCheckpoint, said: Statement, before: LedgerCheckpoint | None) -> None:
        """Take the next checkpoint: it goes on in its epoch, or the entry before it began the next one."""
        stated = (said.epoch, said.agreed)
        if stated == self.now:
            return
        start = before.size if before else 0
        if said.epoch <= self.now[0] or point.size != start + 1 or self.opened.pop(start, None) != stated:
            self.verdict.add("epoch", f"封存点 {point.size} 写明第 {said.epoch} 纪元，账本里没有两人同意开启它的那一条。", sequence=start)
        self.now = stated

    def finish(self, last: LedgerCheckpoint | None) -> None:
        """What began an epoch and was sealed has to have its checkpoint."""
        for start, (number, _agreed) in self.opened.items():
            if last is not None and start < last.size:
                self.verdict.add("epoch", f"账本第 {start} 条开启第 {number} 纪元，其后的封存点没有写明。", sequence=start)


def _openings() -> Iterator[tuple[int, tuple[int, int]]]:
    """Number of each entry that began an epoch, with the epoch and how much of the one before it kept."""
    held = LedgerEntry.objects.filter(object_type=LedgerEpoch._meta.label_lower, sequence__isnull=False).order_by("sequence")
    for sequence, body in held.values_list("sequence", "body"):
        try:
            after = parse(body)["after"]
            yield int(sequence or 0), (int(after["number"]), int(after["agreed"]))
        except (ValueError, KeyError, TypeError):
            continue  # said of the entry itself


def _check_point(verdict: Verdict, point: LedgerCheckpoint, said: Statement, key_id: bytes) -> None:
    columns = (point.size, point.root, time_text(point.at), point.previous, point.key_id)
    if columns != (said.size, said.root.hex(), said.at, said.previous, key_id.hex()):
        verdict.add("checkpoint", f"封存点 {point.size} 的登记列与签名文本不一致，疑被改写。")


def _check_chain(verdict: Verdict, point: LedgerCheckpoint, said: Statement, before: LedgerCheckpoint | None) -> None:
    if said.previous != (note_hash(before.note) if before else ""):
        where = f"封存点 {before.size} 与 {point.size} 之间" if before else f"封存点 {point.size} 之前"
        verdict.add("chain", f"{where}的链接断开，有封存点被删除、插入或改写。")


class TreeCheck:
    """Grows two trees side by side, one as the entries tell it and one as the tiles tell it.

    A checkpoint that agrees with only one of them says which of the two was altered.
    """

    def __init__(self, verdict: Verdict, *, entries_end: int) -> None:
        self.verdict = verdict
        self.entries, self.tiles = Frontier(), Frontier()
        self.suspects: list[_Suspect] = []
        self.points: list[_Point] = []
        self._tile, self._tile_index = b"", -1
        self.size = self._size(entries_end)
        self._checked = checked_points(verdict)
        self._next = next(self._checked, None)

    def _size(self, entries_end: int) -> int:
        """Return how many entries are sealed: as the last checkpoint says, or the tiles if it was deleted."""
        last = latest()
        size = last.size if last else 0
        self.verdict.size, self.verdict.root = size, last.root if last else ""
        edge = LedgerTile.objects.filter(level=0).order_by("-index").first()
        grown = min(edge.index * WIDTH + len(edge.hashes) // SIZE, entries_end) if edge else 0
        if grown > size:
            self.verdict.add("checkpoint_missing", f"树已长到 {grown} 条，最后的封存点只到 {size} 条，其后的封存点被删除。")
            return grown
        return size

    def take(self, entry: Numbered, leaf: bytes) -> None:
        """Take the next entry, in order of numbers, with the leaf hash of its body."""
        sequence = entry.sequence
        if sequence is None or not self.entries.size <= sequence < self.size:
            words = f"的序号不在已封存的 {self.size} 条之内，不在封存的树中，疑为绕过系统插入或改号。"
            self.verdict.add("not_in_tree", f"{entry.name}{words}", object=entry.object, sequence=sequence)
            return
        self._fill(sequence)
        if self._grow(leaf) not in (leaf, None):
            self.suspects.append(_Suspect(sequence, entry.object, entry.name))

    def _fill(self, end: int) -> None:
        """Note the entries that are missing before ``end``."""
        start = self.entries.size
        if start == end:
            return
        which = f"第 {start} 条" if end == start + 1 else f"第 {start} 至 {end - 1} 条"
        self.verdict.add("missing", f"账本{which}缺失，已封存的条目被删除或改号。", sequence=start)
        while self.entries.size < end:
            self._grow(NO_LEAF)

    def _grow(self, leaf: bytes) -> bytes | None:
        """Add one leaf to both trees; return what the tiles hold in its place, if anything."""
        self._reach()
        index, offset = divmod(self.entries.size, WIDTH)
        if index != self._tile_index:
            found = LedgerTile.objects.filter(level=0, index=index).values_list("hashes", flat=True).first()
            self._tile, self._tile_index = bytes(found or b""), index
        kept = self._tile[offset * SIZE : (offset + 1) * SIZE]
        self.entries.add(leaf)
        if len(kept) < SIZE:  # the tile is missing or cut short: that is said of the tile, not of the entry
            self.tiles.add(NO_LEAF)
            return None
        self.tiles.add(kept)
        return kept

    def _reach(self) -> None:
        """Compare checkpoints of the present size with both trees."""
        while self._next is not None and self._next[0] <= self.entries.size:
            size, root = self._next
            if root is not None:
                by_entries = size == self.entries.size and self.entries.root() == root
                by_tiles = size == self.tiles.size and self.tiles.root() == root
                self.points.append(_Point(size, by_entries, by_tiles))
            self._next = next(self._checked, None)

    def finish(self) -> None:
        """Close the check: what is missing at the end, which side was altered, the upper tiles."""
        self._fill(self.size)
        self._reach()
        while self._next is not None:
            self._next = next(self._checked, None)
        for point in self.points:
            if not point.by_entries and not point.by_tiles:
                self.verdict.add("root", f"封存点 {point.size} 的树根与账本条目、与树块都不符，其前的条目被改写。")
        self._judge()
        self._tile_table()

    def _judge(self) -> None:
        """Decide for each place where entry and tile differ which of the two was altered."""
        altered: dict[int, list[int]] = {}
        sizes = [point.size for point in self.points]
        for one in self.suspects:
            first = bisect_right(sizes, one.sequence)
            if first < len(sizes) and self.points[first].by_entries:
                altered.setdefault(one.sequence // WIDTH, []).append(one.sequence)
                continue
            words = "与封存的树不一致，封存之后被改写或调换。"
            self.verdict.add("altered", f"{one.name}{words}", object=one.object, sequence=one.sequence)
        for index, places in altered.items():
            where = "、".join(str(place) for place in places[:10])
            more = f"等 {len(places)} 条" if len(places) > 10 else ""
            words = f"封存树第 0 层第 {index} 块中第 {where} 条{more}的散列被改写（条目本身与封存点相符）。"
            self.verdict.add("tile", words, sequence=places[0])

    def _tile_table(self) -> None:
        """Compare length and place of every tile, and the hashes of the upper levels."""
        seen = set()
        for level, index, held in LedgerTile.objects.values_list("level", "index", "hashes").iterator(chunk_size=64):
            seen.add((level, index))
            words = self._tile_fault(level, index, bytes(held))
            if words:
                self.verdict.add("tile", f"封存树第 {level} 层第 {index} 块{words}。", sequence=index << (8 * level + 8))
        for level in range(8):
            for index in range(-(-(self.size >> 8 * level) // WIDTH)):
                if (level, index) not in seen:
                    words = f"封存树第 {level} 层第 {index} 块缺失，被删除或改号。"
                    self.verdict.add("tile", words, sequence=index << (8 * level + 8))

    def _tile_fault(self, level: int, index: int, held: bytes) -> str:
        due = (self.size >> 8 * level) - index * WIDTH if 0 <= level < 8 and index >= 0 else 0
        if due <= 0:
            return "多出，疑为绕过系统插入"
        if len(held) != min(due, WIDTH) * SIZE:
            return "长短与封存的条目数不符，被截断或加长"
        if level == 0:
            return ""
        right = [side.uppers[level][index * WIDTH : (index + 1) * WIDTH] for side in (self.entries, self.tiles)]
        wrong = [offset for offset, one in enumerate(split(held)) if one not in (right[0][offset], right[1][offset])]
        return f"第 {'、'.join(map(str, wrong[:10]))} 格的散列被改写" if wrong else ""

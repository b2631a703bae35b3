"""A disk whose power can be cut: writes that were not synced are dropped, reordered or torn. Source: sqlite.org/testing.html, Crash Testing."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import apsw


class PowerCut(apsw.IOError):
    """The power is gone: nothing is written or synced any more."""


@dataclass
class File:
    """What a program sees of a file, and what of it would be there after a power cut."""

    seen: bytearray = field(default_factory=bytearray)
    kept: bytes = b""
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def apply(self, data: bytearray, at: int, piece: bytes | None) -> None:
        """Put one write, or the cut to a length, into a content."""
        if piece is None:
            del data[at:]
            return
        if len(data) < at:
            data.extend(bytes(at - len(data)))
        data[at : at + len(piece)] = piece


class Disk:
    """Files in memory; after ``cut_at`` writes and syncs the power goes."""

    def __init__(self, files: dict[str, bytes] | None = None, cut_at: int = 0) -> None:
        self.files = {name: File(bytearray(data), data) for name, data in (files or {}).items()}
        self.cut_at, self.operations = cut_at, 0

    def operate(self) -> None:
        """Count one write or sync; raise when the power is gone."""
        self.operations += 1
        if self.cut_at and self.operations >= self.cut_at:
            raise PowerCut("power cut")

    def after_the_cut(self, chance: random.Random) -> dict[str, bytes]:
        """The files as they are found when the power is back."""
        found = {}
        for name, file in self.files.items():
            data, mode = bytearray(file.kept), chance.choice(("none", "first", "some", "all"))
            first = chance.randint(0, len(file.pending))
            for n, (at, piece) in enumerate(file.pending):
                is_written = mode == "all" or (mode == "first" and n < first) or (mode == "some" and chance.random() < 0.5)
                if is_written:
                    is_torn = piece is not None and chance.random() < 0.2
                    file.apply(data, at, piece[: chance.randint(0, len(piece))] if is_torn and piece is not None else piece)
            found[name] = bytes(data)
        return found


class Handle:
    """One open file, as SQLite asks of it."""

    def __init__(self, disk: Disk, file: File) -> None:
        self.disk, self.file = disk, file

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self.file.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        self.disk.operate()
        self.file.apply(self.file.seen, offset, data)
        self.file.pending.append((offset, bytes(data)))

    def xTruncate(self, size: int) -> None:
        self.disk.operate()
        self.file.apply(self.file.seen, size, None)
        self.file.pending.append((size, None))

    def xSync(self, _flags: int) -> None:
        self.disk.operate()
        self.file.kept = bytes(self.file.seen)
        self.file.pending.clear()

    def xFileSize(self) -> int:
        return len(self.file.seen)

    def xClose(self) -> None: ...

    def xLock(self, _level: int) -> None: ...

    def xUnlock(self, _level: int) -> None: ...

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, _op: int, _pointer: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return 4096

    def xDeviceCharacteristics(self) -> int:
        return 0  # promises nothing: no atomic writes, no order


class PowerVFS(apsw.VFS):
    """SQLite's way to the disk."""

    def __init__(self, disk: Disk, name: str = "power") -> None:
        self.disk, self.vfs_name = disk, name
        super().__init__(name, "")

    def xFullPathname(self, name: str) -> str:
        return name

    def xOpen(self, name: Any, flags: list[int]) -> Any:
        key = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        flags[1] = flags[0]
        return Handle(self.disk, self.disk.files.setdefault(key, File()))

    def xAccess(self, path: str, _flags: int) -> bool:
        return path in self.disk.files

    def xDelete(self, path: str, _sync: bool) -> None:
        self.disk.files.pop(path, None)


def write_out(files: dict[str, bytes], folder: Path) -> Path:
    """Put files found after a cut on a real disk; return the database among them."""
    for name, data in files.items():
        (folder / name.lstrip("/")).write_bytes(data)
    return folder / "power.sqlite3"

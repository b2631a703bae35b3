"""What is remembered of the ledger outside of its database: checkpoints and what each entry was about, in folders of their own.

A database that is put back to an earlier time puts its ledger back with it. Only what lies elsewhere can tell. Two files
to a folder, written by appending: ``checkpoints.jsonl`` holds the signed notes, ``entries.jsonl`` one line for each sealed
entry with its number, id, time, action, object, account and leaf hash (no name and no text). When a file has grown
``LONGEST`` it becomes ``….1.jsonl`` and a new one is begun.
"""

from __future__ import annotations

import datetime
import errno
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from hengjian.base.ledger.checkpoints import BadNote, NoteReader, Statement, trusted_verifiers

CHECKPOINTS, ENTRIES = "checkpoints", "entries"
LONGEST = {CHECKPOINTS: 2_000_000, ENTRIES: 8_000_000}
"""Bytes; with the file before it that is some 9,000 checkpoints and 70,000 entries, days or weeks of a province."""

TAIL = 16_384

log = logging.getLogger(__name__)


class Named(NamedTuple):
    """A sealed entry as it is remembered: enough to say what is missing and to prove that nothing else is."""

    sequence: int
    epoch: int
    id: str
    at: str
    action: str
    object_type: str
    object_id: str
    actor_id: str | None
    leaf: str


@dataclass(frozen=True)
class Known:
    """A checkpoint that is remembered: what it says, and the signed note."""

    said: Statement
    note: str

    @property
    def place(self) -> tuple[int, int]:
        """How far the ledger had come: epoch and size."""
        return self.said.epoch, self.said.size


@dataclass(frozen=True)
class Head:
    """The furthest checkpoint of one folder; none where nothing is remembered yet."""

    folder: Path
    known: Known | None
    is_unreadable: bool = False


def moment_of(one: Named) -> datetime.datetime:
    """When an entry was made."""
    return datetime.datetime.fromisoformat(one.at)


def folders() -> list[Path]:
    """Return where it is remembered."""
    return [Path(one) for one in settings.WITNESS_DIRS]


def remember(note: str, entries: Iterable[Named] = ()) -> None:
    """Append a checkpoint and what it sealed to every folder, on the disk when this returns.

    A folder that cannot be written is logged and told by ``doctor``; sealing goes on, for the others still remember.
    """
    told = [json.dumps(one, ensure_ascii=False) for one in entries]
    for folder in folders():
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _append(_file(folder, ENTRIES), told)
            _append(_file(folder, CHECKPOINTS), [json.dumps({"note": note}, ensure_ascii=False)])
        except OSError:
            log.exception("ledger: the checkpoint could not be remembered in %s", folder)


def _file(folder: Path, name: str) -> Path:
    """Return the file to append to; one that has grown long makes room for a new one."""
    file = folder / f"{name}.jsonl"
    if file.exists() and file.stat().st_size > LONGEST[name]:
        file.replace(folder / f"{name}.1.jsonl")
    return file


def _append(file: Path, lines: list[str]) -> None:
    if not lines:
        return
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"  # a power cut left half a line
        data = (("\n" if torn else "") + "\n".join(lines) + "\n").encode()
        if os.write(descriptor, data) < len(data):  # a disk that has just filled; the half line is passed over
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(file))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def heads() -> list[Head]:
    """Return the furthest checkpoint of each folder, from the ends of its files."""
    return [_head(folder, trusted_verifiers()) for folder in folders()]


def _head(folder: Path, verifiers: tuple[str, ...]) -> Head:
    try:
        lines = _tail(folder / f"{CHECKPOINTS}.jsonl") or _tail(folder / f"{CHECKPOINTS}.1.jsonl")
    except OSError:
        log.exception("ledger: what is remembered in %s cannot be read", folder)
        return Head(folder, None, True)
    found = [known for line in lines if (known := _known(line, verifiers)) is not None]
    return Head(folder, max(found, key=lambda one: one.place, default=None), bool(lines) and not found)


def _tail(file: Path) -> list[str]:
    """The last whole lines of a file; half a line at its end was never finished and says nothing."""
    try:
        with file.open("rb") as held:
            start = max(0, held.seek(0, os.SEEK_END) - TAIL)
            held.seek(start)
            lines = held.read().split(b"\n")
    except FileNotFoundError:
        return []
    whole = lines[1 if start else 0 : -1]
    return [line.decode("utf-8", "replace") for line in whole if line.strip()]


@lru_cache(maxsize=256)
def _known(line: str, verifiers: tuple[str, ...]) -> Known | None:
    try:
        note = json.loads(line)["note"]
        return Known(NoteReader(verifiers).statement(note)[0], note)
    except (BadNote, ValueError, KeyError, TypeError, AttributeError):
        return None


def checkpoints() -> list[Known]:
    """Return every checkpoint that is remembered anywhere, in order."""
    verifiers = trusted_verifiers()
    found = {known.note: known for line in _lines(CHECKPOINTS) if (known := _known(line.rstrip("\n"), verifiers)) is not None}
    return sorted(found.values(), key=lambda one: one.place)


def entries(low: int, high: int, *, epoch: int) -> list[Named]:
    """Return what is remembered of entries ``low`` to ``high - 1``; of one number what the latest epoch up to ``epoch`` says."""
    return sorted(_latest(_named(_lines(ENTRIES)), low, high, epoch).values())


def _latest(named: Iterable[Named], low: int, high: int, epoch: int) -> dict[int, Named]:
    found: dict[int, Named] = {}
    for one in named:
        known = found.get(one.sequence)
        if low <= one.sequence < high and one.epoch <= epoch and (known is None or known.epoch <= one.epoch):
            found[one.sequence] = one
    return found


def _named(lines: Iterable[str]) -> Iterator[Named]:
    for line in lines:
        try:
            one = Named(*json.loads(line))
            int(one.sequence), int(one.epoch), bytes.fromhex(one.leaf)
        except (ValueError, TypeError):
            continue
        yield one


def _lines(name: str) -> Iterator[str]:
    for folder in folders():
        for file in (folder / f"{name}.1.jsonl", folder / f"{name}.jsonl"):
            with suppress(OSError), file.open(encoding="utf-8", errors="replace") as held:
                yield from held


def keep_lost(epoch: int, lost: Iterable[Named]) -> None:
    """Write down for good which entries were missing when an epoch began; these files are never begun anew."""
    lines = [json.dumps(one, ensure_ascii=False) for one in lost]
    for folder in folders():
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _append(folder / f"lost-{epoch}.jsonl", lines)
        except OSError:
            log.exception("ledger: the list of what is missing could not be kept in %s", folder)


def lost_before(epoch: int) -> list[Named]:
    """Return which entries were missing when an epoch began, as far as they were known."""
    for folder in folders():
        file = folder / f"lost-{epoch}.jsonl"
        if file.exists():
            return list(_named(file.read_text(encoding="utf-8", errors="replace").splitlines()))
    return []


def notes_in(text: str) -> list[str]:
    """Find signed notes in what somebody hands in: a ``.hjproof``, lines of a file like ours, or the note itself."""
    found = []
    for part in (text, *text.splitlines()):
        try:
            held: Any = json.loads(part)
        except ValueError:
            continue
        note = held.get("checkpoint") or held.get("note") if isinstance(held, Mapping) else None
        if isinstance(note, str):
            found.append(note)
    return list(dict.fromkeys(found)) or [text]

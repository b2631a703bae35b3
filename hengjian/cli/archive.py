"""The format of a backup: a tar.gz whose last member, manifest.json, names every file with its SHA-256.

Of format 2 no byte may differ unseen, not even one that unpacks to the same: an empty gzip member at the end states the
SHA-256 of all bytes before it. Programs that read a tar.gz pass over it.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, cast

FORMAT = 2
READABLE = (1, 2)
MANIFEST = "manifest.json"
CHUNK = 1 << 20
SEAL_LENGTH = 92
_NAME = re.compile(r"(?:database\.(?:sqlite3|dump)|(?:evidence|packs|keys)/[^\0]+)")


class BadArchive(Exception):
    """The archive is not whole, or not what its manifest says."""


@dataclass(frozen=True)
class Sealed:
    """Size and root of the ledger's last checkpoint; size 0 and no root when there is none."""

    size: int = 0
    root: str = ""


@dataclass
class Manifest:
    """What an archive holds and what its ledger must show after a restore."""

    made_at: str
    version: str
    database: str  # sqlite | postgresql
    ledger: Sealed = field(default_factory=Sealed)
    keys: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    format: int = FORMAT

    def to_json(self) -> bytes:
        """Return the manifest as it stands in the archive."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()


def manifest_of(text: bytes) -> Manifest:
    """Read a manifest; raises ``BadArchive`` when it is not one of ours."""
    try:
        found: dict[str, Any] = json.loads(text)
        if (made_as := found.pop("format")) not in READABLE:
            raise BadArchive("备份的格式版本不认识，请用写出它的那个版本恢复。")
        found["ledger"] = Sealed(**found["ledger"])
        found["files"] = {name: (int(size), str(digest)) for name, (size, digest) in found["files"].items()}
        return Manifest(**found, format=made_as)
    except (ValueError, KeyError, TypeError) as error:
        raise BadArchive(f"备份的清单读不懂：{error}") from error


class _Reader(io.RawIOBase):
    """Hashes what tar reads from a file on its way into the archive."""

    def __init__(self, inner: IO[bytes]) -> None:
        self.inner = inner
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        part = self.inner.read(size)
        self.digest.update(part)
        return part


class Writer:
    """Writes an archive beside its place, reads it back, and moves it there only when it is whole and on the disk."""

    def __init__(self, target: Path, manifest: Manifest) -> None:
        self.target, self.manifest = target, manifest
        self.draft = target.with_name(f"{target.name}.part")

    def __enter__(self) -> Writer:
        self.draft.unlink(missing_ok=True)
        self.file = os.fdopen(os.open(self.draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        try:
            self.packer = gzip.GzipFile("", "wb", 3, self.file, 0)
        except OSError:  # not even the head found room
            self._drop()
            raise
        self.tar = tarfile.open(fileobj=cast("IO[bytes]", self.packer), mode="w")
        return self

    def add(self, name: str, path: Path) -> None:
        """Take a file in under a name."""
        size = path.stat().st_size
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(path.stat().st_mtime)
        with path.open("rb") as file:
            reader = _Reader(file)
            self.tar.addfile(info, reader)
        self.manifest.files[name] = (size, reader.digest.hexdigest())

    def __exit__(self, kind: Any, *_rest: Any) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._drop()

    def _drop(self) -> None:
        with contextlib.suppress(OSError):  # a full disk refuses even this; the draft goes all the same
            self.file.close()
        self.draft.unlink(missing_ok=True)

    def _finish(self) -> None:
        text = self.manifest.to_json()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(text), 0o600
        self.tar.addfile(info, io.BytesIO(text))
        self.tar.close()
        self.packer.close()
        self.file.flush()
        self.file.write(_seal(_digest(self.draft, self.draft.stat().st_size)))
        self.file.flush()
        os.fsync(self.file.fileno())
        read(self.draft)
        self.draft.replace(self.target)
        sync_folder(self.target.parent)


def _digest(path: Path, length: int) -> bytes:
    """Hash the beginning of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while length > 0 and (part := file.read(min(CHUNK, length))):
            digest.update(part)
            length -= len(part)
    return digest.digest()


def _seal(digest: bytes) -> bytes:
    """An empty gzip member whose comment states a hash (RFC 1952)."""
    return b"\x1f\x8b\x08\x10" + bytes(5) + b"\xff" + b"sha256:" + digest.hex().encode() + b"\0" + b"\x03\x00" + bytes(8)


def _is_sealed(archive: Path) -> bool:
    length = archive.stat().st_size - SEAL_LENGTH
    if length < 0:
        return False
    with archive.open("rb") as file:
        file.seek(length)
        return file.read() == _seal(_digest(archive, length))


def sync_folder(folder: Path) -> None:
    """Let the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _members(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield name and content of each member; anything but a plain file in its place is refused."""
    for info in tar:
        place = Path(info.name)
        strange = not info.isreg() or place.is_absolute() or ".." in place.parts
        if strange or not (info.name == MANIFEST or _NAME.fullmatch(info.name)):
            raise BadArchive(f"备份里有不该有的内容：{info.name}")
        content = tar.extractfile(info)
        if content is None:
            raise BadArchive(f"备份里的文件读不出：{info.name}")
        yield info.name, content


def read(archive: Path, into: Path | None = None) -> Manifest:
    """Check every file of an archive against its manifest, unpacking it on the way if a folder is given.

    Raises ``BadArchive`` at the first thing that is missing, added or different.
    """
    try:
        with gzip.open(archive) as packed, tarfile.open(fileobj=packed, mode="r:") as tar:
            manifest = _read(tar, into)
            _nothing_follows(packed)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadArchive(f"备份文件不完整或已损坏：{error}") from error
    except ValueError as error:  # numbers in a head of tar that are none
        raise BadArchive(f"备份文件已损坏：{error}") from error
    if manifest.format > 1 and not _is_sealed(archive):
        raise BadArchive("备份文件不完整或已损坏：与写完时的校验值不符。")
    return manifest


def _nothing_follows(packed: gzip.GzipFile) -> None:
    """Read to the end, where gzip compares its CRC; tar leaves zeros there and nothing else."""
    while rest := packed.read(CHUNK):
        if rest.strip(b"\0"):
            raise BadArchive("清单之后还有内容。")


def _read(tar: tarfile.TarFile, into: Path | None) -> Manifest:
    found: dict[str, tuple[int, str]] = {}
    manifest: Manifest | None = None
    for name, content in _members(tar):
        if manifest is not None:
            raise BadArchive(f"清单之后还有内容：{name}")
        if name == MANIFEST:
            manifest = manifest_of(content.read())
        elif name in found:
            raise BadArchive(f"备份里有重名文件：{name}")
        else:
            found[name] = _copy(content, into / name if into else None)
    if manifest is None:
        raise BadArchive("备份没有清单：写备份时中断了，或文件被截短。")
    _compare(manifest.files, found)
    return manifest


def _copy(content: IO[bytes], target: Path | None) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") if target else io.BytesIO() as file:
        while part := content.read(CHUNK):
            digest.update(part)
            size += len(part)
            if target is not None:
                file.write(part)
    return size, digest.hexdigest()


def _compare(named: dict[str, tuple[int, str]], found: dict[str, tuple[int, str]]) -> None:
    for name in sorted(named.keys() | found.keys()):
        if name not in found:
            raise BadArchive(f"备份缺少文件：{name}")
        if name not in named:
            raise BadArchive(f"备份多出清单上没有的文件：{name}")
        if named[name] != found[name]:
            raise BadArchive(f"备份里的文件与清单不符：{name}")

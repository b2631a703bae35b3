"""Where the bytes of evidence and of documents lie: one file per content, named by its hash, never changed."""
from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

_SHA256 = re.compile(r"[0-9a-f]{64}")


class FileDamaged(RuntimeError):
    """A kept file is gone or is no longer what its hash says; the text tells in Chinese what to do."""


def place_of(sha256: str) -> Path:
    """Return where the file of a hash lies, whether it is there or not."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256 in hex")
    return Path(settings.EVIDENCE_DIR) / sha256[:2] / sha256


def keep_bytes(data: bytes) -> str:
    """Write bytes under their hash, on the disk for certain when this returns; return the hash.

    The row that names the hash is committed afterwards: a crash in between leaves a file without a row, never a row
    without its file.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    place = place_of(sha256)
    if place.exists() and hashlib.sha256(place.read_bytes()).hexdigest() == sha256:
        return sha256
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
    for folder in (place.parent, place.parent.parent):
        _sync_folder(folder)
    return sha256


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def kept_bytes(sha256: str) -> bytes:
    """Return the bytes of a hash, compared with it. Raises FileDamaged when they are gone or changed."""
    try:
        data = place_of(sha256).read_bytes()
    except OSError as error:
        raise FileDamaged(_("留存的文件找不到了（%(sha)s）。请联系系统管理员从备份恢复。") % {"sha": sha256[:12]}) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise FileDamaged(_("留存的文件与入卷时不一致（%(sha)s）。请联系系统管理员核查并从备份恢复。") % {"sha": sha256[:12]})
    return data

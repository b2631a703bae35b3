"""Key files of the ledger: made once, mode 0600, never silently replaced."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from django.conf import settings


class KeyMissing(RuntimeError):
    """The ledger has content but its key file is gone: put the file back, do not go on with a new one."""


def signing_key_file() -> Path:
    """Return where the Ed25519 key of the checkpoints is kept."""
    return Path(settings.LEDGER_KEY_FILE)


def public_keys_file() -> Path:
    """Return where the verifier keys of all signing keys that were ever used are listed."""
    return signing_key_file().with_suffix(".pub")


def read_or_make(path: Path, *, in_use: Callable[[], bool], made: Callable[[str], None] | None = None) -> str:
    """Return the 32 bytes (hex) of a key file; make it on first use, and only then.

    ``in_use`` tells whether anything was already signed or sealed: then a missing file raises ``KeyMissing``.
    ``made`` is told the secret before a new file can be seen by others.
    """
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        if in_use():
            raise KeyMissing(f"{path.name} is missing although the ledger is not empty") from None
    path.parent.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_hex(32)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:  # another process was first
        return path.read_text().strip()
    finally:
        draft.unlink()
    if made is not None:
        made(secret)
    return secret

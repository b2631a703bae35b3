"""Keys and ciphers: envelope keyring, sealing of personal values, blind indexes. No models."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import json
import os
import secrets
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from hengjian.base import clock

KEY_BYTES = 32
NONCE_BYTES = 12
KEY_ID_BYTES = 4
HEAD_BYTES = 1 + KEY_ID_BYTES
MASTER, RING = "master.key", "keyring.json"
NOTICED_SECONDS = 1.0
INDEX_CHARS = 32  # 16 bytes of HMAC in hex


class Tampered(ValueError):
    """A sealed value was changed, moved from its row or column, or its key is gone."""


class Suite(Protocol):
    """An AEAD cipher; ``number`` is the first byte of what it sealed and is never reused."""

    number: int

    def seal(self, key: bytes, plain: bytes, context: bytes) -> bytes:
        """Return nonce, ciphertext and tag."""
        ...

    def unseal(self, key: bytes, sealed: bytes, context: bytes) -> bytes:
        """Return the plain bytes; raise ``InvalidTag`` on any change of the three."""
        ...


@lru_cache(maxsize=64)
def _aes(key: bytes) -> AESGCM:
    return AESGCM(key)


class AesGcm:
    """AES-256-GCM with a random 96-bit nonce (good for 2^32 values under one key)."""

    number = 1

    def seal(self, key: bytes, plain: bytes, context: bytes) -> bytes:
        """Return nonce, ciphertext and tag."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + _aes(key).encrypt(nonce, plain, context)

    def unseal(self, key: bytes, sealed: bytes, context: bytes) -> bytes:
        """Return the plain bytes; raise ``InvalidTag`` on any change."""
        return _aes(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)


SUITES: dict[int, Suite] = {AesGcm.number: AesGcm()}
_PRESENT = AesGcm.number


class Keyring:
    """The data keys of one deployment, wrapped by its master key.

    ``master.key`` may be mounted from elsewhere (a credential, a token); ``keyring.json`` holds only wrapped
    keys. Old data keys stay readable after ``rotate``; the index key never changes, as indexes would break.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        self._looked, self._seen = 0.0, (0, 0)
        self._data_keys: dict[bytes, bytes] = {}
        self._active = b""
        self._index_root = b""
        self._derived: dict[str, bytes] = {}
        self._load()

    @property
    def active(self) -> tuple[bytes, bytes]:
        """Id and value of the data key that seals now; one that another process made is noticed within a second."""
        if time.monotonic() - self._looked > NOTICED_SECONDS and self._file_mark() != self._seen:
            self._load()
        return self._active, self._data_keys[self._active]

    def _file_mark(self) -> tuple[int, int]:
        """What changes when another process puts a new file in place of this one."""
        self._looked = time.monotonic()
        found = (self.folder / RING).stat()
        return found.st_ino, found.st_mtime_ns

    @property
    def key_ids(self) -> list[str]:
        """Ids of all readable data keys, oldest first."""
        return [key_id.hex() for key_id in self._data_keys]

    def data_key(self, key_id: bytes) -> bytes:
        """Return a data key; reads the file again in case another process has rotated."""
        if key_id not in self._data_keys:
            self._load()
        try:
            return self._data_keys[key_id]
        except KeyError:
            raise Tampered(f"no data key {key_id.hex()}") from None

    def derived(self, purpose: str) -> bytes:
        """Return the key of one purpose (a blind index, a commitment), the same for ever."""
        found = self._derived.get(purpose)
        if found is None:
            found = hmac.digest(self._index_root, purpose.encode(), hashlib.sha256)
            self._derived[purpose] = found
        return found

    def rotate(self) -> str:
        """Make a new data key that seals from now on; return its id. Do so each year."""
        with self._lock, _only_process(self.folder):
            kept = self._read()
            key_id = secrets.token_hex(KEY_ID_BYTES)
            kept["data_keys"].append(self._wrapped(key_id, os.urandom(KEY_BYTES)))
            kept["active"] = key_id
            _write_secret(self.folder / RING, json.dumps(kept, indent=1).encode())
            self._load()
        return key_id

    def _load(self) -> None:
        with self._lock:
            self._seen = self._file_mark()
            kept = self._read()
            self._data_keys = {bytes.fromhex(k["id"]): self._unwrapped(k) for k in kept["data_keys"]}
            self._active = bytes.fromhex(kept["active"])
            self._index_root = self._unwrapped(kept["index_key"])

    def _read(self) -> dict[str, Any]:
        return json.loads((self.folder / RING).read_bytes())

    def _master(self) -> bytes:
        return base64.b64decode((self.folder / MASTER).read_bytes())

    def _wrapped(self, key_id: str, key: bytes) -> dict[str, str]:
        return _wrap(self._master(), key_id, key)

    def _unwrapped(self, kept: dict[str, str]) -> bytes:
        try:
            return AesGcm().unseal(self._master(), base64.b64decode(kept["wrapped"]), kept["id"].encode())
        except InvalidTag:
            raise ImproperlyConfigured(f"{self.folder}：{MASTER} 打不开 {RING} 里的密钥 {kept['id']}，两个文件不是一套") from None


def _wrap(master: bytes, key_id: str, key: bytes) -> dict[str, str]:
    wrapped = AesGcm().seal(master, key, key_id.encode())
    made_on = clock.today().isoformat()
    return {"id": key_id, "made_on": made_on, "wrapped": base64.b64encode(wrapped).decode()}


@contextmanager
def _only_process(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(folder / ".lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def create_keys(folder: Path) -> None:
    """Make the master key and a first keyring where they are missing; leave what is there."""
    with _only_process(folder):
        master_file, ring_file = folder / MASTER, folder / RING
        if ring_file.exists():
            return
        if not master_file.exists():
            _write_secret(master_file, base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
        master, key_id = base64.b64decode(master_file.read_bytes()), secrets.token_hex(KEY_ID_BYTES)
        kept = {
            "active": key_id,
            "data_keys": [_wrap(master, key_id, os.urandom(KEY_BYTES))],
            "index_key": _wrap(master, "index", os.urandom(KEY_BYTES)),
        }
        _write_secret(ring_file, json.dumps(kept, indent=1).encode())


def key_faults(folder: Path) -> list[str]:
    """Say in words what is wrong with the key files, so that a start is refused with the reason; empty when all is well."""
    faults = [fault for name in (MASTER, RING) if (fault := _file_fault(folder / name))]
    return faults or _content_faults(folder)


def _file_fault(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        path.read_bytes()
    except FileNotFoundError:
        return f"密钥文件 {path} 不见了：请从保管处放回。换一把新的读不出旧数据"
    except OSError as wrong:
        return f"密钥文件 {path} 读不了（{wrong.strerror}）：须由运行本系统的用户所有，权限 600"
    return f"密钥文件 {path} 他人可读：请执行 chmod 600" if stat.S_IMODE(mode) & 0o077 else ""


def _content_faults(folder: Path) -> list[str]:
    try:
        master = base64.b64decode((folder / MASTER).read_bytes().strip(), validate=True)
    except ValueError:
        master = b""
    if len(master) != KEY_BYTES:
        return [f"密钥文件 {folder / MASTER} 不完整：请从保管处重新放回"]
    try:
        kept = json.loads((folder / RING).read_bytes())
        rings = [(one["id"], base64.b64decode(one["wrapped"])) for one in [*kept["data_keys"], kept["index_key"]]]
        is_whole = kept["active"] in {name for name, _wrapped in rings}
    except (ValueError, KeyError, TypeError):
        return [f"密钥文件 {folder / RING} 不完整：请从保管处重新放回"]
    if not is_whole:
        return [f"密钥文件 {folder / RING} 里没有正在使用的那一把：请从保管处重新放回"]
    return [f"{MASTER} 打不开 {RING} 里的密钥 {name}：两个文件不是一套" for name, wrapped in rings if not _opens(master, name, wrapped)]


def _opens(master: bytes, name: str, wrapped: bytes) -> bool:
    try:
        return len(AesGcm().unseal(master, wrapped, name.encode())) == KEY_BYTES
    except (InvalidTag, ValueError):
        return False


_rings: dict[Path | str, Keyring] = {}
_rings_lock = threading.Lock()


def keyring() -> Keyring:
    """Return the keyring of ``settings.KEY_DIR``; made on first use, except in production.

    Raises:
        ImproperlyConfigured: in production, when a key file is missing or open to others.
    """
    ring = _rings.get(settings.KEY_DIR)
    if ring is None:
        folder = Path(settings.KEY_DIR)
        with _rings_lock:
            if settings.ENV == "prod":
                if faults := key_faults(folder):
                    raise ImproperlyConfigured("; ".join(faults))
            else:
                create_keys(folder)
            ring = _rings.setdefault(settings.KEY_DIR, Keyring(folder))
    return ring


def forget_keys() -> None:
    """Drop keys held in memory (tests, and after a restore)."""
    _rings.clear()


def context_of(table: str, column: str, key: UUID | str) -> bytes:
    """Return the place a sealed value is bound to: table, column and row."""
    return f"{table}|{column}|{key}".encode()


def present_head() -> bytes:
    """The first bytes of every value that is sealed now: suite and key."""
    return bytes([_PRESENT]) + keyring().active[0]


def seal(plain: str, context: bytes) -> bytes:
    """Encrypt a text for one place: suite, key id, nonce, ciphertext, tag."""
    key_id, key = keyring().active
    head = bytes([_PRESENT]) + key_id
    return head + SUITES[_PRESENT].seal(key, plain.encode(), head + context)


def unseal(sealed: bytes, context: bytes) -> str:
    """Decrypt a text sealed for this very place.

    Raises:
        Tampered: changed, moved from another row or column, or the key is gone.
    """
    head, body = bytes(sealed[:HEAD_BYTES]), bytes(sealed[HEAD_BYTES:])
    suite = SUITES.get(head[0]) if len(head) == HEAD_BYTES else None
    if suite is None:
        raise Tampered("not a sealed value")
    key = keyring().data_key(head[1:])
    try:
        return suite.unseal(key, body, head + context).decode()
    except (InvalidTag, ValueError) as wrong:
        raise Tampered(f"does not open at {context.decode()}") from wrong


def key_id_of(sealed: bytes) -> str:
    """Return the id of the data key that sealed a value (rotation re-seals the old ones)."""
    return bytes(sealed[1:HEAD_BYTES]).hex()


def mac(purpose: str, message: bytes) -> bytes:
    """Return the HMAC-SHA256 of a message under the key of one purpose."""
    return hmac.digest(keyring().derived(purpose), message, hashlib.sha256)


def index_of(name: str, normalised: str) -> str:
    """Return the blind index of a normalised value under the index key of this name; empty for empty."""
    if not normalised:
        return ""
    return mac(f"index:{name}", normalised.encode()).hex()[:INDEX_CHARS]

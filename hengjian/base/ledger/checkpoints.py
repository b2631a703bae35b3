"""Checkpoints: the signed statement of the ledger's size and root, as a C2SP signed note."""

from __future__ import annotations

import base64
import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from hengjian.base.ledger import keys
from hengjian.base.ledger.canonical import time_text
from hengjian.base.models.ledger import LedgerCheckpoint

ED25519 = b"\x01"


class BadNote(ValueError):
    """The signed text is malformed or its signature is not by a known key."""


@dataclass(frozen=True)
class Signer:
    """The key that signs checkpoints, with the name it signs under."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def key_id(self) -> bytes:
        """The 4 bytes by which notes name the key."""
        return key_id_of(self.name, self.public)

    @property
    def verifier(self) -> str:
        """The public key as others are given it: ``name+id+base64``."""
        return verifier_of(self.name, self.public)

    def sign(self, text: str) -> str:
        """Return the note: the text, an empty line, the signature line."""
        signature = base64.b64encode(self.key_id + self.private.sign(text.encode())).decode()
        return f"{text}\n— {self.name} {signature}\n"


@dataclass(frozen=True)
class Statement:
    """What a checkpoint says."""

    origin: str
    size: int
    root: bytes
    at: str
    previous: str
    epoch: int = 1
    agreed: int = 0
    """Of an epoch after the first: up to which size the ledger of the epoch before was kept."""

    def text(self) -> str:
        """Return the signed text; time, previous checkpoint and a later epoch are extension lines."""
        root = base64.b64encode(self.root).decode()
        epoch = f"epoch {self.epoch} {self.agreed}\n" if self.epoch > 1 else ""
        return f"{self.origin}\n{self.size}\n{root}\nat {self.at}\nprevious {self.previous or '-'}\n{epoch}"

    @classmethod
    def parse(cls, text: str) -> Statement:
        """Read a signed text; raise ``BadNote`` when it is not one of ours."""
        try:
            origin, size, root, *more = text.removesuffix("\n").split("\n")
            extension = dict(line.split(" ", 1) for line in more)
            epoch, agreed = extension.get("epoch", "1 0").split(" ")
            found = cls(
                origin,
                int(size),
                base64.b64decode(root, validate=True),
                extension["at"],
                extension["previous"].removeprefix("-"),
                int(epoch),
                int(agreed),
            )
        except (ValueError, KeyError) as error:
            raise BadNote(f"malformed checkpoint: {error}") from error
        if found.text() != text:
            raise BadNote("malformed checkpoint")
        return found


def key_id_of(name: str, public: bytes) -> bytes:
    """Return the key id of C2SP signed-note."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def verifier_of(name: str, public: bytes) -> str:
    """Return the verifier key of C2SP signed-note."""
    return f"{name}+{key_id_of(name, public).hex()}+{base64.b64encode(ED25519 + public).decode()}"


def parse_verifier(verifier: str) -> tuple[str, bytes]:
    """Return name and public key of a verifier key; raise ``BadNote`` when it is malformed."""
    try:
        name, key_id, held = verifier.strip().split("+", 2)
        raw = base64.b64decode(held, validate=True)
    except ValueError as error:
        raise BadNote(f"malformed key: {verifier!r}") from error
    if raw[:1] != ED25519 or len(raw) != 33 or key_id_of(name, raw[1:]).hex() != key_id:
        raise BadNote(f"malformed key: {verifier!r}")
    return name, raw[1:]


@lru_cache(maxsize=8)
def _signer_of(path: str, origin: str) -> Signer:
    def made(secret: str) -> None:
        signer = Signer(origin, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)))
        with keys.public_keys_file().open("a") as file:
            file.write(signer.verifier + "\n")

    secret = keys.read_or_make(keys.signing_key_file(), in_use=LedgerCheckpoint.objects.exists, made=made)
    return Signer(origin, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)))


def signer() -> Signer:
    """Return the key of this deployment; it is made on first use.

    Raises ``keys.KeyMissing`` when checkpoints exist and the key file does not.
    """
    return _signer_of(str(keys.signing_key_file()), settings.LEDGER_ORIGIN)


def known_verifiers() -> list[str]:
    """Return the verifier keys that this deployment trusts: its own, past and present, and those in settings."""
    signer()  # made now if it was not
    return list(trusted_verifiers())


def trusted_verifiers() -> tuple[str, ...]:
    """Return the verifier keys that this deployment trusts, without making a key where there is none."""
    listed = keys.public_keys_file()
    found = listed.read_text().split("\n") if listed.exists() else []
    found += [signer().verifier] if keys.signing_key_file().exists() else []
    return tuple(dict.fromkeys(line.strip() for line in [*found, *settings.LEDGER_VERIFIERS] if line.strip()))


class NoteReader:
    """Opens signed notes with a list of known verifier keys."""

    def __init__(self, verifiers: Iterable[str]) -> None:
        self._keys: dict[tuple[str, bytes], Ed25519PublicKey] = {}
        for verifier in verifiers:
            name, public = parse_verifier(verifier)
            self._keys[name, key_id_of(name, public)] = Ed25519PublicKey.from_public_bytes(public)

    def open(self, note: str) -> tuple[str, bytes]:
        """Return the text of a note and the id of the known key that signed it; raise ``BadNote`` otherwise."""
        text, gap, lines = note.rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise BadNote("not a signed note")
        text += "\n"
        for line in lines.removesuffix("\n").split("\n"):
            key_id = self._signed_by(text, line)
            if key_id is not None:
                return text, key_id
        raise BadNote("no signature by a known key")

    def _signed_by(self, text: str, line: str) -> bytes | None:
        try:
            dash, name, held = line.split(" ")
            raw = base64.b64decode(held, validate=True)
            self._keys[name, raw[:4]].verify(raw[4:], text.encode())
        except (ValueError, KeyError, InvalidSignature):
            return None
        return raw[:4] if dash == "—" else None

    def statement(self, note: str) -> tuple[Statement, bytes]:
        """Return what a checkpoint says and the id of its key; raise ``BadNote`` unless well formed and signed."""
        text, key_id = self.open(note)
        return Statement.parse(text), key_id


def note_hash(note: str) -> str:
    """Return the hash by which the next checkpoint names this one."""
    return sha256(note.encode()).hexdigest()


def latest() -> LedgerCheckpoint | None:
    """Return the newest checkpoint."""
    return LedgerCheckpoint.objects.order_by("-size").first()


def said_by(note: str) -> Statement:
    """Return what a checkpoint of our own database says; who signed it is looked at where it is verified."""
    return Statement.parse(note.rpartition("\n\n")[0] + "\n")


def make_checkpoint(
    size: int, root: bytes, *, at: datetime.datetime, previous: LedgerCheckpoint | None, epoch: tuple[int, int] | None = None
) -> LedgerCheckpoint:
    """Sign and keep the statement of size and root, chained to the checkpoint before it.

    Args:
        epoch: of the first checkpoint of a new epoch its number and up to where the one before was kept; all others
            go on in the epoch of the checkpoint before them.
    """
    key, before = signer(), said_by(previous.note) if previous else None
    number, agreed = epoch or ((before.epoch, before.agreed) if before else (1, 0))
    statement = Statement(key.name, size, root, time_text(at), note_hash(previous.note) if previous else "", number, agreed)
    return LedgerCheckpoint.objects.create(
        size=size,
        root=root.hex(),
        at=at,
        previous=statement.previous,
        note=key.sign(statement.text()),
        key_id=key.key_id.hex(),
    )

"""Seals and signatures as the rest of the house sees them, whoever makes them."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class SealFailed(RuntimeError):
    """A document could not be sealed; the text says why in Chinese."""


class TimeAuthoritySilent(SealFailed):
    """The time stamp authority gave no stamp; nothing was sealed."""


@dataclass(frozen=True, kw_only=True)
class SealRequest:
    """What to seal and where: organisation 单位, meaning of the signature 签署含义, place on the page.

    `box_mm` is left, top, width, height from the upper left corner of the page (default: beside the annex number,
    where a form has no words); `page` counts from 0, -1 is the last; a seal without `box_mm` is invisible.
    """

    organisation: str
    meaning: str
    signed_at: datetime
    field_name: str = "seal-1"
    location: str = ""
    page: int = 0
    box_mm: tuple[float, float, float, float] | None = (126, 7, 64, 20)


@dataclass(frozen=True, kw_only=True)
class SignatureFinding:
    """What the check of one signature found; `reasons` (Chinese) say why it is not valid."""

    field_name: str
    signer: str
    issuer: str
    meaning: str
    claimed_at: datetime | None
    stamped_at: datetime | None
    valid: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Whether every signature of a document holds, in one Chinese sentence and in detail."""

    valid: bool
    sentence: str
    signatures: tuple[SignatureFinding, ...] = ()


class SealProvider(Protocol):
    """A way to seal PDF files: a certificate file, a seal server, a vendor's box."""

    name: str

    def seal(self, pdf: bytes, request: SealRequest) -> bytes:
        """Return the document with one more seal, older ones untouched. Raises SealFailed."""
        ...

    def verify(self, pdf: bytes, *, at: datetime | None = None) -> Verdict:
        """Check every seal of the document as of now or of a moment. Never raises for a bad document."""
        ...

"""Sealing PDF files and checking seals; other kinds of seal plug in as a `SealProvider`."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from .model import SealFailed, SealProvider, SealRequest, SignatureFinding, TimeAuthoritySilent, Verdict

__all__ = [
    "CertificateSeal", "SealFailed", "SealProvider", "SealRequest", "SignatureFinding", "TimeAuthoritySilent", "Verdict",
    "stamped_at", "verify_seals",
]


def verify_seals(pdf: bytes, *, roots: Sequence[bytes], at: datetime | None = None) -> Verdict:
    """Check every signature of a PDF against trusted root certificates (PEM or DER).

    Raises SealFailed only for unreadable roots, never for a bad document.
    """
    from . import pades  # pyHanko takes a second to load, and most processes never seal

    return pades.verify(pdf, roots=pades.load_roots(roots), at=at)


def stamped_at(pdf: bytes) -> datetime | None:
    """The time that a time stamp authority has put to the latest signature of a PDF; None when it carries none."""
    from . import pades  # pyHanko takes a second to load, and most processes never seal

    return pades.stamped_at(pdf)


class CertificateSeal:
    """A seal made with the organisation's own certificate (PKCS#12 file)."""

    name = "certificate"

    def __init__(
        self, pkcs12: bytes, passphrase: bytes, *, roots: Sequence[bytes] = (), time_authority: Any = None,
        time_authority_url: str = "",
    ) -> None:
        """Open the certificate; `roots` are what `verify` trusts. Raises SealFailed for a wrong password or file."""
        from . import pades  # pyHanko takes a second to load, and most processes never seal

        self._pades = pades
        self._signer = pades.load_signer(pkcs12, passphrase)
        self._roots = pades.load_roots(roots)
        self._time_authority = time_authority
        if time_authority_url and time_authority is None:
            self._time_authority = pades.http_time_authority(time_authority_url)

    @property
    def valid_until(self) -> datetime:
        """When the certificate ends."""
        return self._pades.valid_until(self._signer)

    def seal(self, pdf: bytes, request: SealRequest) -> bytes:
        """Add one signature, PAdES B-T when there is a time authority, else B-B.

        Raises SealFailed; TimeAuthoritySilent when there is a time authority and it gives no stamp.
        """
        return self._pades.seal(pdf, request, signer=self._signer, time_authority=self._time_authority)

    def verify(self, pdf: bytes, *, at: datetime | None = None) -> Verdict:
        """Check every signature of the document against the roots given."""
        return self._pades.verify(pdf, roots=self._roots, at=at)

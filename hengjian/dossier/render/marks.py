"""The verification mark at the foot: its words and its QR code."""
from __future__ import annotations

import io

import segno

from .model import Line, Verification
from .wording import ems


def mark_lines(verification: Verification) -> tuple[str, ...]:
    """Return the two small lines beside the QR code; what is not on record yet has no code to scan and says so alone."""
    if not verification.url:
        return (verification.code,)
    first = f"核验码：{verification.code}" + (f"　第 {verification.revision} 版" if verification.revision else "")
    return first, f"扫码核验：{verification.url}"


def qr_svg(verification: Verification) -> str:
    """Return the QR code of the verification address as SVG."""
    out = io.BytesIO()
    segno.make(verification.url, error="m", micro=False).save(
        out, kind="svg", border=1, xmldecl=False, omitsize=True, nl=False)
    return out.getvalue().decode()


def qr_png(verification: Verification, scale: int = 6) -> bytes:
    """Return the QR code of the verification address as PNG."""
    out = io.BytesIO()
    segno.make(verification.url, error="m", micro=False).save(out, kind="png", border=1, scale=scale)
    return out.getvalue()


def weights(line: Line) -> tuple[float, ...]:
    """Return how the parts of a line share its width: by their length, none squeezed away."""
    return tuple(round(max(8.0, ems(part.text)), 1) for part in line)

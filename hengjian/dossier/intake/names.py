"""File names as people hand them in: made safe to show and to offer for download."""
from __future__ import annotations

import re
import unicodedata

_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
_LONGEST = 120


# People name scans after whom they show; names of files are kept, listed and sent in clear.
_IDENTITY = re.compile(r"(?<!\d)(\d{4})\d{10}(\d{3}[\dXxＸｘ])(?!\d)")
_TELEPHONE = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)")


def _without_numbers(name: str) -> str:
    """Identity and telephone numbers in a name, as far as pages show them."""
    return _TELEPHONE.sub(r"\1____\2", _IDENTITY.sub(r"\1__________\2", name))


def safe_name(name: str) -> str:
    """Return the last component of a name without anything that could hurt or tell a person's number; never empty."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(letter for letter in last if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    kept = _without_numbers(_FORBIDDEN.sub("_", kept).strip(" ."))
    if _DEVICES.match(kept):
        kept = f"_{kept}"
    stem, dot, ending = kept.rpartition(".")
    if len(kept) > _LONGEST:
        kept = f"{stem[: _LONGEST - len(ending) - 1]}.{ending}" if dot and len(ending) <= 8 else kept[:_LONGEST]
    return kept or "未命名文件"


def extension(name: str) -> str:
    """Return the ending of a name in lower case without its dot."""
    return safe_name(name).rpartition(".")[2].lower() if "." in safe_name(name) else ""

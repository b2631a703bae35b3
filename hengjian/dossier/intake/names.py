"""File names as people hand them in: made safe to show and to offer for download."""
from __future__ import annotations

import re
import unicodedata

_DEVICES = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
_LONGEST = 120


def safe_name(name: str) -> str:
    """Return the last component of a name without anything that could hurt; never empty."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(letter for letter in last if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    kept = _FORBIDDEN.sub("_", kept).strip(" .")
    if _DEVICES.match(kept):
        kept = f"_{kept}"
    stem, dot, ending = kept.rpartition(".")
    if len(kept) > _LONGEST:
        kept = f"{stem[: _LONGEST - len(ending) - 1]}.{ending}" if dot and len(ending) <= 8 else kept[:_LONGEST]
    return kept or "未命名文件"


def extension(name: str) -> str:
    """Return the ending of a name in lower case without its dot."""
    return safe_name(name).rpartition(".")[2].lower() if "." in safe_name(name) else ""

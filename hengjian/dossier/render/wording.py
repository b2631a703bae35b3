"""Turning values and placeholders into the words that are printed, and measuring them."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from .model import Number, Part

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF])
_MM_PER_POINT = 25.4 / 72


def clean(text: str) -> str:
    """Drop what no paper can show: control characters, direction overrides, lone surrogates."""
    kept = []
    for letter in text.replace("\r\n", "\n").replace("\r", "\n").translate(_BIDI):
        if letter == "\t":
            kept.append(" ")
        elif letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cs", "Cn"}:
            kept.append(letter)
    return "".join(kept)


def worded(value: Any) -> str:
    """Return a value as it is printed in a Chinese form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        local = value.astimezone(ZoneInfo("Asia/Shanghai")) if value.tzinfo else value
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (list, tuple)):
        return "、".join(worded(each) for each in value)
    return clean(str(value))


def numeric(value: Any) -> Number | None:
    """Return the value when it is a plain number that a spreadsheet may count with."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    return value if -(10**15) < value < 10**15 else None


def found(payload: Mapping[str, Any], key: str) -> Any:
    """Look a key up among the figures, then among the fields; None when neither has it."""
    for drawer in ("figures", "fields"):
        held = payload.get(drawer) or {}
        if held.get(key) is not None:
            return held[key]
    return None


def filled(template: str, payload: Mapping[str, Any]) -> str:
    """Put values in the place of `{key}`; a value is never looked at for placeholders again."""
    return PLACEHOLDER.sub(lambda hit: worded(found(payload, hit.group(1))), clean(template))


def part(template: str, payload: Mapping[str, Any]) -> Part:
    """Resolve one piece of a line and remember what it can be read back as."""
    hits = list(PLACEHOLDER.finditer(template))
    text = filled(template, payload)
    if len(hits) == 1 and hits[0].end() == len(template):
        return Part(text, hits[0].group(1), clean(template[: hits[0].start()]))
    return Part(text)


def ems(text: str) -> float:
    """Estimate the width of one line of text in ems (a Chinese character is one)."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.55 for letter in text)


def lines_needed(text: str, width_mm: float, font_pt: float) -> int:
    """Estimate how many lines a text takes in a cell of that width."""
    room = max(1.0, (width_mm - 3) / (font_pt * _MM_PER_POINT))
    return sum(max(1, -int(-ems(line) // room)) for line in text.split("\n")) if text else 1

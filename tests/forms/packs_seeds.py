"""The documents the packs were written from, read without any help of the packs."""

from __future__ import annotations

import re
from pathlib import Path

from hengjian.forms.packs import Definition

SEEDS = Path(__file__).parents[1] / "data" / "seeds"
HUNAN, DONGYING, CONDUCT, SHANGHAI, HEILONGJIANG = (
    "000_8c2e5e1df8c48258.txt", "001_92974aa3d3bcffd5.txt", "002_dfb2e77fe5761b95.txt", "003_7d760ce13a525c18.txt",
    "004_3ce8492b22803378.txt",
)
NUMERALS = "一二三四五六"


def plain(text: str) -> str:
    """Words only: line breaks, spaces and the marks of the text extraction do not count."""
    return re.sub(r"\s+", "", re.sub(r"</?p>|\*\*", "", text))


def raw(name: str) -> str:
    return (SEEDS / name).read_text(encoding="utf-8")


def seed(name: str) -> str:
    return plain(raw(name))


def seed_of(definition: Definition) -> str:
    """The document of a definition, with the misprints mended that its pack declares."""
    assert definition.pack is not None
    text = seed(definition.pack.seed)
    for error in definition.pack.errata:
        assert text.count(error["printed"]) == 1
        text = text.replace(error["printed"], error["read"])
    return text


def between(text: str, start: str, end: str, *, after: str = "") -> str:
    """From `start` (included) to `end` (left out), looked for behind `after`."""
    base = text.index(after) if after else 0
    begin = text.index(start, base)
    return text[begin:text.index(end, begin + len(start))]


def clauses(text: str) -> list[str]:
    """The paragraphs （一） （二） … of a chapter, in order, each with its number."""
    found = [text.index("（一）")]
    for numeral in NUMERALS[1:]:
        place = text.find(f"（{numeral}）", found[-1])
        if place < 0:
            break
        found.append(place)
    return [text[begin:end] for begin, end in zip(found, [*found[1:], len(text)], strict=True)]

"""What the three renderers print: a document with every text resolved and every span placed."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

Number = int | Decimal


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What stands at the foot of an official document, and in a workbook what it was made from."""

    code: str
    url: str
    definition: str
    version: str
    sheet_id: str
    revision: int
    rendered_at: datetime


@dataclass(frozen=True, kw_only=True)
class Page:
    """A4, upright or lying; margins in millimetres as top, right, bottom, left."""

    landscape: bool = False
    margins_mm: tuple[float, float, float, float] = (24, 20, 25, 20)
    font_pt: float = 12

    @property
    def width_mm(self) -> float:
        """Return the width of the paper."""
        return 297 if self.landscape else 210

    @property
    def height_mm(self) -> float:
        """Return the height of the paper."""
        return 210 if self.landscape else 297

    @property
    def text_width_mm(self) -> float:
        """Return the width between the margins."""
        return self.width_mm - self.margins_mm[1] - self.margins_mm[3]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell of a grid; `key` names the figure or field it prints, if any."""

    row: int
    col: int
    text: str = ""
    rowspan: int = 1
    colspan: int = 1
    align: str = "left"
    valign: str = "middle"
    bold: bool = False
    indent: int = 0
    kind: str = "text"
    choices: tuple[str, ...] = ()
    key: str | None = None
    number: Number | None = None


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table: column widths in millimetres, least row heights, placed cells, head rows that repeat."""

    widths_mm: tuple[float, ...]
    heights_mm: tuple[float, ...]
    cells: tuple[Cell, ...]
    header_rows: int = 0
    borders: bool = True
    gap_mm: float = 4
    rows_from: str | None = None
    column_keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A piece of a line; `key` is set when it ends in one placeholder, `label` is what stands before it."""

    text: str
    key: str | None = None
    label: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Running text in one of the styles of `STYLES`; ``pieces`` (text, address) are the same text with its links."""

    text: str
    style: str = "body"
    pieces: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Prose:
    """Paragraphs that follow each other."""

    paragraphs: tuple[Paragraph, ...]
    gap_mm: float = 4


@dataclass(frozen=True)
class PageBreak:
    """The next block starts on a new page."""


Line = tuple[Part, ...]
Block = Grid | Prose | PageBreak


@dataclass(frozen=True, kw_only=True)
class Document:
    """A form or letter, ready to be printed in any format."""

    page: Page
    annex: str
    title: tuple[str, ...]
    number: str
    head: tuple[Line, ...]
    blocks: tuple[Block, ...]
    foot: tuple[Line, ...]
    note: tuple[str, ...]
    verification: Verification


INDENTED = frozenset({"body", "heading1", "heading2", "bullet"})
"""Styles whose first line stands in by two characters (GB/T 9704 7.3.3)."""

STYLES = ("body", "plain", "heading1", "heading2", "center", "right", "small", "bullet")

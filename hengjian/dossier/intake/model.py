"""What comes out of examining a file or reading a workbook."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

CellValue = str | int | Decimal | bool | date | datetime | time | None

FAULT_SHEET = "错误清单"


class Refused(ValueError):
    """A file that is not taken in; `reasons` are in Chinese, each with its remedy."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        self.reasons = reasons
        super().__init__("；".join(reasons))


@dataclass(frozen=True)
class Place:
    """Where a photo says it was taken (WGS 84 degrees, as text: nothing hashed is a float)."""

    latitude: str
    longitude: str


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A file looked at by its content; the original bytes stay with the caller, sealed and unchanged."""

    name: str
    sha256: str
    size: int
    media_type: str = ""
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    display: bytes | None = None
    display_media_type: str = ""
    width_px: int | None = None
    height_px: int | None = None
    pages: int | None = None
    signed: bool = False
    taken_at: str = ""
    place: Place | None = None

    @property
    def accepted(self) -> bool:
        """Say whether the file may be taken in."""
        return not self.refusals


@dataclass(frozen=True)
class CellFault:
    """One thing wrong with one cell; row and column count from 1."""

    sheet: str
    row: int
    column: int
    message: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """One worksheet. `rows[0][0]` is A1; merged cells carry their value in the first cell only."""

    sheet: str
    rows: tuple[tuple[CellValue, ...], ...]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    formulas: frozenset[tuple[int, int]] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    faults: tuple[CellFault, ...] = ()

    def at(self, row: int, column: int) -> CellValue:
        """Return the value of a cell counted from 1; None outside the table."""
        if 1 <= row <= len(self.rows) and 1 <= column <= len(self.rows[row - 1]):
            return self.rows[row - 1][column - 1]
        return None


@dataclass(frozen=True, kw_only=True)
class Workbook:
    """All worksheets and the defined names (name -> sheet, row, column from 1)."""

    tables: tuple[Table, ...]
    names: dict[str, tuple[str, int, int]] = field(default_factory=dict)

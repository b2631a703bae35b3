"""Reading the raw XML of worksheets for what must be known before their cells are loaded."""
from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from openpyxl.utils.cell import column_index_from_string

_CELL = re.compile(r"^\$?([A-Za-z]{1,3})\$?(\d{1,7})$")
_NAME = re.compile(r"^'?(.+?)'?!\$?([A-Z]{1,3})\$?(\d{1,7})$")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class RawSheet:
    """What the XML of one worksheet says of its size, merges, formulas and hidden rows."""

    last_row: int = 0
    last_column: int = 0
    cells: int = 0
    merged: list[list[int]] = field(default_factory=list)
    merged_area: int = 0
    formulas: list[list[int]] = field(default_factory=list)
    unsolved: list[list[int]] = field(default_factory=list)
    errors: list[list[int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    bad_refs: int = 0


def spot(reference: str) -> tuple[int, int] | None:
    """Return row and column (from 1) of a reference such as B12."""
    hit = _CELL.match(reference)
    return (int(hit.group(2)), column_index_from_string(hit.group(1).upper())) if hit else None


class _Scan:
    def __init__(self) -> None:
        self.sheet = RawSheet()
        self.row = self.column = 0
        self.in_cell = self.in_value = self.has_formula = self.has_value = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "row":
            self.row = int(attributes.get("r", self.row + 1))
            self.column = 0
            if attributes.get("hidden") in {"1", "true"}:
                self.sheet.hidden_rows.append(self.row)
        elif tag == "c":
            self._cell(attributes.get("r"))
            if attributes.get("t") == "e" and self.in_cell:
                self.sheet.errors.append([self.row, self.column])
        elif tag == "f" and self.in_cell:
            self.has_formula = True
        elif tag in {"v", "is"} and self.in_cell:
            self.in_value = True
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _cell(self, reference: str | None) -> None:
        place = spot(reference) if reference else (self.row, self.column + 1)
        if place is None:
            self.sheet.bad_refs += 1
            return
        self.row, self.column = place
        self.sheet.cells += 1
        self.sheet.last_row = max(self.sheet.last_row, self.row)
        self.sheet.last_column = max(self.sheet.last_column, self.column)
        self.in_cell, self.has_formula, self.has_value = True, False, False

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        top, bottom = spot(first), spot(last or first)
        if top is None or bottom is None:
            self.sheet.bad_refs += 1
            return
        self.sheet.merged.append([top[0], top[1], bottom[0], bottom[1]])
        self.sheet.merged_area += max(1, bottom[0] - top[0] + 1) * max(1, bottom[1] - top[1] + 1)

    def text(self, data: str) -> None:
        self.has_value = self.has_value or self.in_value

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] in {"v", "is"}:
            self.in_value = False
        if name.rpartition(":")[2] == "c" and self.in_cell:
            if self.has_formula:
                self.sheet.formulas.append([self.row, self.column])
                if not self.has_value:
                    self.sheet.unsolved.append([self.row, self.column])
            self.in_cell = False


class _Doubt(_Scan):
    """Looks for the first cell whose value no reader makes sense of."""

    def __init__(self, strings: int) -> None:
        super().__init__()
        self.strings, self.kind, self.held = strings, "n", ""
        self.first: tuple[int, int] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        super().start(name, attributes)
        tag = name.rpartition(":")[2]
        if tag == "c":
            self.kind = attributes.get("t", "n")
        if tag == "v":
            self.held = ""

    def text(self, data: str) -> None:
        super().text(data)
        if self.in_value:
            self.held += data

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "v" and self.in_cell and self.first is None and not self._is_readable():
            self.first = (self.row, self.column)
        super().end(name)

    def _is_readable(self) -> bool:
        try:
            if self.kind == "s":
                return 0 <= int(self.held) < self.strings
            return True
        except ValueError:
            return False


def first_unreadable(data: bytes, strings: int) -> tuple[int, int] | None:
    """Row and column of the first cell of a worksheet that cannot be read, where there are so many shared texts."""
    scanner = _Doubt(strings)
    _parsed(scanner, data)
    return scanner.first


def scan(data: bytes) -> RawSheet:
    """Scan the XML of one worksheet; ValueError when it is broken."""
    scanner = _Scan()
    _parsed(scanner, data)
    return scanner.sheet


def _parsed(scanner: _Scan, data: bytes) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = scanner.start
    parser.EndElementHandler = scanner.end
    parser.CharacterDataHandler = scanner.text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError("xml") from error


def _tree(archive: zipfile.ZipFile, part: str) -> Any:
    from defusedxml import ElementTree  # loaded only for workbooks

    return ElementTree.fromstring(archive.read(part), forbid_dtd=True)


def sheet_parts(archive: zipfile.ZipFile) -> tuple[list[tuple[str, str]], dict[str, list[Any]]]:
    """Return the parts of the worksheets by sheet name, and the defined names that point at one cell."""
    targets = {}
    for relation in _tree(archive, "xl/_rels/workbook.xml.rels"):
        target = relation.get("Target", "")
        targets[relation.get("Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    parts: list[tuple[str, str]] = []
    names: dict[str, list[Any]] = {}
    for item in _tree(archive, "xl/workbook.xml").iter():
        tag = item.tag.rpartition("}")[2]
        if tag == "sheet":
            parts.append((item.get("name", ""), targets.get(item.get(_RELATION), "")))
        elif tag == "definedName" and (hit := _NAME.match(item.text or "")):
            column = column_index_from_string(hit.group(2))
            names[item.get("name", "")] = [hit.group(1).replace("''", "'"), int(hit.group(3)), column]
    return parts, names

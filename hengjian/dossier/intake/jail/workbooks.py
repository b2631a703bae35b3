"""Reading the typed cells of a workbook, after its parts were looked into and its XML was found to be of a bearable size."""
from __future__ import annotations

import io
import json
import math
import re
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import python_calamine
from openpyxl.utils import get_column_letter

from hengjian.dossier.intake.jail.containers import scan as scan_container
from hengjian.dossier.intake.jail.sheets_xml import RawSheet, first_unreadable, scan, sheet_parts

_EXACT = 10**15
_STRING = re.compile(rb"<(?:\w{1,20}:)?si[\s>/]")
_LONGEST_TEXT = 32_767
Cell = str | list[str] | None
"""A cell on its way out: text as it is, everything else with its kind before it."""


def _limits(raw: RawSheet, options: dict[str, Any]) -> str | None:
    if raw.last_row > options["rows"] or raw.last_column > options["columns"]:
        return "size"
    if raw.merged_area > options["merged"]:
        return "merged"
    if raw.cells > options["cells"]:
        return "cells"
    return "broken" if raw.bad_refs else None


def _number(value: float) -> Cell:
    if math.isnan(value) or math.isinf(value):
        return ["fault", "number"]
    if abs(value) >= _EXACT:
        return ["fault", "digits"]
    if value == int(value):
        return ["int", str(int(value))]
    return ["dec", repr(round(value, 10))]


def cell_of(value: Any) -> Cell:
    """A value as it goes out."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return ["bool", "1" if value else ""]
    if isinstance(value, Decimal):
        return ["dec", str(value)]
    if isinstance(value, int) and abs(value) >= _EXACT:
        return ["fault", "digits"]
    if isinstance(value, (int, float)):
        return _number(float(value))
    if isinstance(value, datetime):
        # Excel keeps times as fractions: 45500.999999 means the next midnight.
        value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        return ["date", value.date().isoformat()] if value.time() == time() else ["datetime", value.isoformat()]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if isinstance(value, time):
        return ["time", value.replace(microsecond=0).isoformat()]
    if isinstance(value, timedelta):
        return str(value)
    return str(value)[:_LONGEST_TEXT]


def _rows(sheet: Any, raw: RawSheet) -> list[list[Any]]:
    """Return the rows from A1, with errors and formulas without a result marked."""
    rows = [[cell_of(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for spots, why in ((raw.unsolved, "formula"), (raw.errors, "error")):
        for row, column in spots:
            if row <= len(rows) and column <= len(rows[row - 1]):
                rows[row - 1][column - 1] = ["fault", why]
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def lines(rows: Iterable[list[Any]]) -> bytes:
    """Rows as lines of JSON: whoever reads them may stop between two."""
    return b"".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n" for row in rows)


def _where_it_breaks(data: bytes) -> dict[str, Any]:
    """Name the part or the first cell that cannot be read, as far as that can be told."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        strings = archive.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in archive.namelist() else b""
        for name, part in sheet_parts(archive)[0]:
            place = first_unreadable(archive.read(part), len(_STRING.findall(strings))) if part in archive.namelist() else None
            if place is not None:
                return {"fault": "cell", "sheet": name, "cell": f"{get_column_letter(place[1])}{place[0]}"}
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError):
        pass  # it is broken in another way
    return {"fault": "broken", "sheet": ""}


def workbook(data: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the sheets and the defined names, and the rows of all sheets as lines; `faults`, or `fault` with its place, say why not."""
    faults = scan_container(data)
    if faults:
        return {"faults": faults}, b""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts, names = sheet_parts(archive)
        raws: dict[str, RawSheet] = {}
        for name, part in parts:
            raws[name] = scan(archive.read(part)) if part in archive.namelist() else RawSheet()
            fault = _limits(raws[name], options)
            if fault:
                return {"fault": fault, "sheet": name}, b""
        if sum(raw.cells for raw in raws.values()) > options["cells"]:
            return {"fault": "cells", "sheet": parts[0][0]}, b""
        book = python_calamine.load_workbook(io.BytesIO(data))
        sheets, out = [], []
        for meta in book.sheets_metadata:
            if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            raw = raws[meta.name]
            rows = _rows(book.get_sheet_by_name(meta.name), raw)
            out.append(lines(rows))
            sheets.append({
                "name": meta.name, "hidden": meta.visible != python_calamine.SheetVisibleEnum.Visible,
                "rows": len(rows), "hidden_rows": raw.hidden_rows, "formulas": raw.formulas, "merged": raw.merged,
            })
    except (python_calamine.CalamineError, zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError):
        return _where_it_breaks(data), b""
    return {"sheets": sheets, "names": names}, b"".join(out)

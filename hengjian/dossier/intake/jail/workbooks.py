"""Reading the typed cells of a workbook, after its XML was found to be of a bearable size."""
from __future__ import annotations

import io
import math
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine

from hengjian.dossier.intake.jail.sheets_xml import RawSheet, scan, sheet_parts

_EXACT = 10**15
_LONGEST_TEXT = 32_767


def _limits(raw: RawSheet, options: dict[str, Any]) -> str | None:
    if raw.last_row > options["rows"] or raw.last_column > options["columns"]:
        return "size"
    if raw.merged_area > options["merged"]:
        return "merged"
    return "broken" if raw.bad_refs else None


def _number(value: float) -> list[str] | None:
    if math.isnan(value) or math.isinf(value):
        return ["fault", "number"]
    if abs(value) >= _EXACT:
        return ["fault", "digits"]
    if value == int(value):
        return ["int", str(int(value))]
    return ["dec", repr(round(value, 10))]


def _cell(value: Any) -> list[str] | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return ["bool", "1" if value else ""]
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
        return ["str", str(value)]
    return ["str", str(value)[:_LONGEST_TEXT]]


def _rows(sheet: Any, raw: RawSheet) -> list[list[Any]]:
    """Return the rows from A1, with errors and formulas without a result marked."""
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for spots, why in ((raw.unsolved, "formula"), (raw.errors, "error")):
        for row, column in spots:
            if row <= len(rows) and column <= len(rows[row - 1]):
                rows[row - 1][column - 1] = ["fault", why]
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def workbook(data: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the sheets with their cells and the defined names; `fault` and `sheet` say why not."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts, names = sheet_parts(archive)
        raws: dict[str, RawSheet] = {}
        for name, part in parts:
            raws[name] = scan(archive.read(part)) if part in archive.namelist() else RawSheet()
            fault = _limits(raws[name], options)
            if fault:
                return {"fault": fault, "sheet": name}, b""
        book = python_calamine.load_workbook(io.BytesIO(data))
        sheets = []
        for meta in book.sheets_metadata:
            if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            raw = raws[meta.name]
            sheets.append({
                "name": meta.name, "hidden": meta.visible != python_calamine.SheetVisibleEnum.Visible,
                "rows": _rows(book.get_sheet_by_name(meta.name), raw), "hidden_rows": raw.hidden_rows,
                "formulas": raw.formulas, "merged": raw.merged,
            })
    except (python_calamine.CalamineError, zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError) as error:
        return {"fault": "broken", "sheet": "", "detail": str(error)[:200]}, b""
    return {"sheets": sheets, "names": names}, b""

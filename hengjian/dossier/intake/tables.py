"""Spreadsheets: refused before parsing, read in a process of their own, handed back with the faults marked."""
from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.uploads import size_fault

from . import sandbox
from .containers import broken, busy, container_faults, content_faults, shape_faults
from .kinds import CSV, XLSX, is_two_in_one, media_type, why_not
from .model import FAULT_SHEET, CellFault, CellValue, Refused, Table, Workbook

MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_MERGED = 10_000
MOST_CELLS = 600_000
CSV_SHEET = "CSV"


def spreadsheet_preflight(data: bytes) -> tuple[str, ...]:
    """Return the reasons in Chinese for which bytes are refused as a workbook or CSV, before their cells are read."""
    reasons, kind = _preflight(data)
    return reasons or (container_faults(data) if kind == XLSX else ())


def _preflight(data: bytes) -> tuple[tuple[str, ...], str | None]:
    """What the first look says, and what the bytes are; the parts of a container are not looked into."""
    if not data:
        return (_("文件是空的（0 字节）。请检查后重新上传。"),), None
    too_large = size_fault(len(data))
    if too_large:
        return (too_large,), None
    if data.startswith(b"PK\x03\x04") and (faults := shape_faults(data)):
        return faults, None
    kind = media_type(data, "csv")
    if kind == CSV:
        return (), CSV
    if kind is None and not data.startswith(b"PK\x03\x04"):
        return (why_not(data, "xlsx"),), None
    if kind != XLSX:
        return (_("这不是表格文件。请上传 .xlsx 或 .csv 文件。"),), None
    if is_two_in_one(data, XLSX):
        return (_("文件结构异常：表格之后还附有其他内容。请另存后再上传。"),), None
    return (), XLSX


def _trouble(answer: dict[str, Any]) -> str:
    sheet = answer.get("sheet", "")
    if answer["fault"] == "size":
        return _("工作表“%(sheet)s”过大：最多 %(rows)s 行、%(columns)s 列。请删去空白行列或拆分后上传。") % {
            "sheet": sheet, "rows": MOST_ROWS, "columns": MOST_COLUMNS}
    if answer["fault"] == "cells":
        return _("表格过大：最多 %(cells)s 个有内容的单元格。请删去空白行列或拆分后上传。") % {"cells": MOST_CELLS}
    if answer["fault"] == "cell":
        return _("工作表“%(sheet)s”的单元格 %(cell)s 无法读取。请用 WPS 或 Excel 打开，重新填写此格后另存再上传。") % {"sheet": sheet, "cell": answer["cell"]}
    if answer["fault"] == "csv":
        return _("CSV 文件有一格内容过长或引号不成对，无法读取。请检查后重新上传。")
    if answer["fault"] == "merged":
        return _("工作表“%(sheet)s”的合并单元格范围过大。请取消整行整列的合并后上传。") % {"sheet": sheet}
    return broken()


def _cell_trouble(code: str) -> str:
    return {
        "digits": _("数字超过 15 位，末几位已被表格软件改为 0。请把该列设为“文本”格式后重新填写。"),
        "formula": _("公式没有计算结果。请用 WPS 或 Excel 打开、重新计算并保存，或改填数值。"),
        "error": _("单元格是错误值，无法读取。请改正公式或直接填写内容。"),
    }.get(code, _("单元格内容无法读取。请重新填写。"))


def value_of(held: str | list[str] | None) -> CellValue:
    """A cell as a jail sends it; what it could not read is empty."""
    if held is None or isinstance(held, str):
        return held
    kind, text = held
    if kind in _KINDS:
        return _KINDS[kind](text)
    return None


_KINDS: dict[str, Any] = {
    "int": int, "dec": Decimal, "bool": bool, "date": date.fromisoformat, "datetime": datetime.fromisoformat, "time": time.fromisoformat,
}


def _table(held: dict[str, Any], lines: Iterator[bytes]) -> Table:
    name, rows, faults = held["name"], [], []
    for number, line in enumerate(islice(lines, held["rows"]), 1):
        row = json.loads(line)
        rows.append(tuple(value_of(cell) for cell in row))
        faults += [
            CellFault(name, number, column, _cell_trouble(cell[1]))
            for column, cell in enumerate(row, 1) if isinstance(cell, list) and cell[0] == "fault"
        ]
    return Table(
        sheet=name, rows=tuple(rows), hidden=held["hidden"],
        hidden_rows=frozenset(held["hidden_rows"]), formulas=frozenset(map(tuple, held["formulas"])),
        merged=tuple(tuple(area) for area in held["merged"]), faults=tuple(faults),
    )


def _jailed(command: str, data: bytes, **options: Any) -> tuple[dict[str, Any], bytes]:
    """The answer of a parser. Raises Refused where it gives none."""
    try:
        answer, rest = sandbox.run(command, data, **options)
    except sandbox.Busy as error:
        raise Refused((busy(),)) from error
    except sandbox.ParserFailed as error:
        raise Refused((_("表格无法在限定的内存和时间内读取。请删去空白行列或拆分后上传。"),)) from error
    if answer.get("faults"):
        raise Refused(content_faults(answer["faults"]))
    return answer, rest


def _csv_table(data: bytes) -> Table:
    answer, rest = _jailed("package", data, name=CSV_SHEET, rows=MOST_ROWS - 1, columns=MOST_COLUMNS, notes=[])
    if "fault" in answer:
        raise Refused((_trouble({**answer, "sheet": CSV_SHEET}),))
    return Table(sheet=CSV_SHEET, rows=tuple(tuple(json.loads(line)) for line in io.BytesIO(rest)))


def open_workbook(data: bytes) -> Workbook:
    """Read all worksheets of an xlsx, or a CSV in UTF-8 or GB18030 as one sheet; formulas give their kept result.

    The sheet of faults that `mark_faults` adds is left out. Raises Refused with the reasons in Chinese.
    """
    reasons, kind = _preflight(data)
    if reasons:
        raise Refused(reasons)
    if kind == CSV:
        return Workbook(tables=(_csv_table(data),))
    answer, rest = _jailed("workbook", data, rows=MOST_ROWS, columns=MOST_COLUMNS, merged=MOST_MERGED, cells=MOST_CELLS)
    if "fault" in answer:
        raise Refused((_trouble(answer),))
    lines = iter(io.BytesIO(rest))
    tables = [_table(held, lines) for held in answer["sheets"]]
    names = {name: (at[0], at[1], at[2]) for name, at in answer["names"].items()}
    return Workbook(tables=tuple(one for one in tables if one.sheet != FAULT_SHEET), names=names)


def tables_of(name: str, data: bytes, *, rows: int, columns: int, notes: tuple[str, ...]) -> list[tuple[str, list[tuple[CellValue, ...]] | None]]:
    """The tables of a CSV or Parquet file, or of a package of them, by name; ``None`` for a part that is no table.

    Raises Refused with a word (encoding, csv, parquet, size, broken, busy, failed) and the name of the table that it is about.
    """
    try:
        answer, rest = sandbox.run("package", data, name=name, rows=rows, columns=columns, notes=notes)
    except sandbox.Busy as error:
        raise Refused(("busy", name)) from error
    except sandbox.ParserFailed as error:
        raise Refused(("failed", name)) from error
    if "fault" in answer:
        raise Refused((answer["fault"], answer["name"]))
    lines = iter(io.BytesIO(rest))
    return [
        (held["name"], [tuple(map(value_of, json.loads(line))) for line in islice(lines, held["rows"])] if held["known"] else None)
        for held in answer["tables"]
    ]


def read_workbook(data: bytes) -> list[Table]:
    """Read the worksheets of an xlsx or CSV file (see `open_workbook`)."""
    return list(open_workbook(data).tables)


def mark_faults(data: bytes, faults: Iterable[CellFault]) -> bytes:
    """Hand back the user's workbook: faulty cells red, a comment on each, a list of faults as first sheet.

    A CSV comes back as xlsx. Marks of an earlier round are taken away. Raises Refused.
    """
    reasons = spreadsheet_preflight(data)
    if reasons:
        raise Refused(reasons)
    held = [{"sheet": each.sheet, "row": each.row, "column": each.column, "message": each.message} for each in faults]
    tables = None
    if not data.startswith(b"PK\x03\x04"):
        table = _csv_table(data)
        tables = [{"sheet": table.sheet, "rows": table.rows}]
    return _jailed("mark", data, faults=held, title=FAULT_SHEET, tables=tables)[1]

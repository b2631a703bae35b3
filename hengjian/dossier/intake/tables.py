"""Spreadsheets: refused before parsing, read in a process of their own, handed back with the faults marked."""
from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.uploads import size_fault

from . import sandbox
from .containers import container_faults
from .kinds import CSV, TEXT, XLSX, as_text, is_two_in_one, media_type, why_not
from .model import FAULT_SHEET, CellFault, CellValue, Refused, Table, Workbook

MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_MERGED = 10_000
CSV_SHEET = "CSV"


def spreadsheet_preflight(data: bytes) -> tuple[str, ...]:
    """Return the reasons in Chinese for which bytes are refused as a workbook or CSV, without parsing them."""
    if not data:
        return (_("文件是空的（0 字节）。请检查后重新上传。"),)
    too_large = size_fault(len(data))
    if too_large:
        return (too_large,)
    kind = media_type(data, "csv")
    if kind == CSV:
        return ()
    if data.startswith(b"PK\x03\x04") and kind != XLSX:
        return container_faults(data) or (_("这不是表格文件。请上传 .xlsx 或 .csv 文件。"),)
    if kind != XLSX:
        return (why_not(data, "xlsx") if kind is None else _("这不是表格文件。请上传 .xlsx 或 .csv 文件。"),)
    if is_two_in_one(data, XLSX):
        return (_("文件结构异常：表格之后还附有其他内容。请另存后再上传。"),)
    return container_faults(data)


def _trouble(answer: dict[str, Any]) -> str:
    sheet = answer.get("sheet", "")
    if answer["fault"] == "size":
        return _("工作表“%(sheet)s”过大：最多 %(rows)s 行、%(columns)s 列。请删去空白行列或拆分后上传。") % {
            "sheet": sheet, "rows": MOST_ROWS, "columns": MOST_COLUMNS}
    if answer["fault"] == "merged":
        return _("工作表“%(sheet)s”的合并单元格范围过大。请取消整行整列的合并后上传。") % {"sheet": sheet}
    return _("文件结构异常或已损坏，无法读取。请用 WPS 或 Excel 打开后另存再上传。")


def _cell_trouble(code: str) -> str:
    return {
        "digits": _("数字超过 15 位，末几位已被表格软件改为 0。请把该列设为“文本”格式后重新填写。"),
        "formula": _("公式没有计算结果。请用 WPS 或 Excel 打开、重新计算并保存，或改填数值。"),
        "error": _("单元格是错误值，无法读取。请改正公式或直接填写内容。"),
    }.get(code, _("单元格内容无法读取。请重新填写。"))


def _value(held: list[str] | None) -> CellValue:
    if held is None or held[0] == "fault":
        return None
    kind, text = held
    if kind == "int":
        return int(text)
    if kind == "dec":
        return Decimal(text)
    if kind == "bool":
        return bool(text)
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "datetime":
        return datetime.fromisoformat(text)
    return time.fromisoformat(text) if kind == "time" else text


def _table(held: dict[str, Any]) -> Table:
    name = held["name"]
    faults = tuple(
        CellFault(name, number, column, _cell_trouble(cell[1]))
        for number, row in enumerate(held["rows"], 1)
        for column, cell in enumerate(row, 1) if cell and cell[0] == "fault"
    )
    return Table(
        sheet=name, rows=tuple(tuple(_value(cell) for cell in row) for row in held["rows"]), hidden=held["hidden"],
        hidden_rows=frozenset(held["hidden_rows"]), formulas=frozenset(map(tuple, held["formulas"])),
        merged=tuple(tuple(area) for area in held["merged"]), faults=faults,
    )


def _csv_table(data: bytes) -> Table:
    text = as_text(data) or ""
    first = text.partition("\n")[0]
    separator = max((",", "\t", ";"), key=first.count)
    try:
        rows = [tuple(value or None for value in row) for row in csv.reader(io.StringIO(text), delimiter=separator)]
    except csv.Error as error:
        raise Refused((_("CSV 文件有一格内容过长或引号不成对，无法读取。请检查后重新上传。"),)) from error
    if len(rows) > MOST_ROWS or max((len(row) for row in rows), default=0) > MOST_COLUMNS:
        raise Refused((_trouble({"fault": "size", "sheet": CSV_SHEET}),))
    return Table(sheet=CSV_SHEET, rows=tuple(rows))


def open_workbook(data: bytes) -> Workbook:
    """Read all worksheets of an xlsx, or a CSV in UTF-8 or GB18030 as one sheet; formulas give their kept result.

    The sheet of faults that `mark_faults` adds is left out. Raises Refused with the reasons in Chinese.
    """
    reasons = spreadsheet_preflight(data)
    if reasons:
        raise Refused(reasons)
    if media_type(data, "csv") in {CSV, TEXT}:
        return Workbook(tables=(_csv_table(data),))
    try:
        answer, _rest = sandbox.run("workbook", data, rows=MOST_ROWS, columns=MOST_COLUMNS, merged=MOST_MERGED)
    except sandbox.ParserFailed as error:
        raise Refused((_("表格无法在限定的内存和时间内读取。请删去空白行列或拆分后上传。"),)) from error
    if "fault" in answer:
        raise Refused((_trouble(answer),))
    tables = tuple(_table(held) for held in answer["sheets"] if held["name"] != FAULT_SHEET)
    return Workbook(tables=tables, names={name: (at[0], at[1], at[2]) for name, at in answer["names"].items()})


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
    if media_type(data, "csv") == CSV:
        table = _csv_table(data)
        tables = [{"sheet": table.sheet, "rows": table.rows}]
    try:
        _answer, marked = sandbox.run("mark", data, faults=held, title=FAULT_SHEET, tables=tables)
    except sandbox.ParserFailed as error:
        raise Refused((_("表格无法在限定的内存和时间内读取。请删去空白行列或拆分后上传。"),)) from error
    return marked

"""Marking faulty cells in the user's own workbook."""
from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

_AUTHOR = "衡鉴"
_RED = PatternFill("solid", start_color="FFFFC7CE", end_color="FFFFC7CE")
_HEADS = ("序号", "工作表", "行", "列", "单元格", "单元格内容", "问题与改法")
_WIDTHS = (6, 18, 6, 6, 8, 30, 60)


def _text(cell: Any, value: str) -> None:
    cell.value = value
    cell.data_type = "s"
    if value.startswith(("=", "+", "-", "@")):
        cell.quotePrefix = True


def _clear_old(book: Any) -> None:
    """Take away what an earlier round marked."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if not isinstance(cell, MergedCell) and cell.comment is not None and cell.comment.author == _AUTHOR:
                    cell.comment = None
                    cell.fill = PatternFill()


def _first_of(sheet: Any, row: int, column: int) -> Any:
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        for area in sheet.merged_cells.ranges:
            if cell.coordinate in area:
                return sheet.cell(area.min_row, area.min_col)
    return cell


def _from_rows(tables: list[dict[str, Any]]) -> Any:
    """Make a workbook of the rows of a CSV file."""
    book = Workbook()
    sheet = book.active
    sheet.title = tables[0]["sheet"][:31]
    for number, row in enumerate(tables[0]["rows"], 1):
        for column, value in enumerate(row, 1):
            if value:
                _text(sheet.cell(number, column), value)
    return book


def _list_of(book: Any, faults: list[dict[str, Any]], title: str, contents: list[str]) -> None:
    sheet = book.create_sheet(title, 0)
    for column, (head, width) in enumerate(zip(_HEADS, _WIDTHS, strict=True), 1):
        cell = sheet.cell(1, column, head)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, (fault, content) in enumerate(zip(faults, contents, strict=True), 1):
        spot = f"{get_column_letter(fault['column'])}{fault['row']}"
        sheet.cell(number + 1, 1, number)
        _text(sheet.cell(number + 1, 2), fault["sheet"])
        sheet.cell(number + 1, 3, fault["row"])
        sheet.cell(number + 1, 4, fault["column"])
        jump = sheet.cell(number + 1, 5)
        _text(jump, spot)
        if fault["sheet"] in book.sheetnames:
            quoted = fault["sheet"].replace("'", "''")
            jump.hyperlink = f"#'{quoted}'!{spot}"
            jump.font = Font(color="FF0563C1", underline="single")
        _text(sheet.cell(number + 1, 6), content)
        _text(sheet.cell(number + 1, 7), fault["message"])
        sheet.cell(number + 1, 7).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False


def mark(data: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the workbook with faults filled red, a comment on each and a list of them as first sheet."""
    tables = options.get("tables")
    book = _from_rows(tables) if tables else load_workbook(io.BytesIO(data))
    title = options["title"]
    if title in book.sheetnames:
        del book[title]
    _clear_old(book)
    faults = options["faults"]
    notes: dict[tuple[str, str], list[str]] = {}
    cells: dict[tuple[str, str], Any] = {}
    contents = []
    for fault in faults:
        if fault["sheet"] not in book.sheetnames:
            contents.append("")
            continue
        cell = _first_of(book[fault["sheet"]], fault["row"], fault["column"])
        contents.append("" if cell.value is None else str(cell.value)[:200])
        key = (fault["sheet"], cell.coordinate)
        cells[key] = cell
        notes.setdefault(key, []).append(fault["message"])
    for key, cell in cells.items():
        cell.fill = _RED
        cell.comment = Comment("\n".join(dict.fromkeys(notes[key])), _AUTHOR, height=90, width=280)
    _list_of(book, faults, title, contents)
    out = io.BytesIO()
    book.save(out)
    return {"marked": len(cells)}, out.getvalue()

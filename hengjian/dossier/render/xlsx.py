"""Printing a form as a workbook that looks like the official one and can be read back when filled."""
from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter

from .fonts import OFFICE_BODY, OFFICE_SANS, OFFICE_TITLE
from .marker import MARKER_SHEET, Marks, write_marker
from .marks import mark_lines, qr_png, weights
from .model import Cell, Document, Grid, Line, PageBreak, Paragraph, Prose, Verification
from .resolve import resolve
from .sheet_grid import SheetGrid, sheet_grid
from .wording import lines_needed

_POINTS_PER_MM = 72 / 25.4
_LINE_PT = 1.45
_FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
_HIDDEN_LIST_LIMIT = 255
_QR_PIXELS = 60
_QR_MM = 17


def _column_chars(width_mm: float) -> float:
    """Return the width that Excel counts in digits of its default font."""
    return max(0.5, width_mm / 25.4 * 96 / 7.0 - 0.71)


class _Sheet:
    """One worksheet while it is being written; `row` is the next free row."""

    def __init__(self, book: Any, document: Document, name: str) -> None:
        self.book, self.document = book, document
        self.sheet = book.add_worksheet(name)
        self.grid: SheetGrid = sheet_grid(document)
        self.row = 0
        self.marks = Marks(sheet=name)
        self._formats: dict[tuple[Any, ...], Any] = {}
        for column, width in enumerate(self.grid.widths_mm):
            self.sheet.set_column(column, column, _column_chars(width))

    def format(self, *, text: str = "", **wanted: Any) -> Any:
        """Return a cell format, made once; dangerous starts are quoted so that they stay text when edited."""
        base = {"font_name": OFFICE_BODY, "font_size": self.document.page.font_pt, "valign": "vcenter",
                "text_wrap": True, "quote_prefix": text.startswith(_FORMULA_STARTS), **wanted}
        key = tuple(sorted(base.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(base)
        return self._formats[key]

    def put(self, area: tuple[int, int, int, int], text: str, shape: Any, number: Any = None) -> None:
        """Write a text (never a formula) or a number over an area of cells."""
        top, left, bottom, right = area
        if (top, left) != (bottom, right):
            self.sheet.merge_range(top, left, bottom, right, "", shape)
        if number is not None:
            self.sheet.write_number(top, left, number, shape)
        elif text:
            self.sheet.write_string(top, left, text, shape)
        else:
            self.sheet.write_blank(top, left, None, shape)

    def whole(self, text: str, height_pt: float, **wanted: Any) -> None:
        """Write a text over the whole width and step to the next row."""
        self.sheet.set_row(self.row, height_pt)
        self.put((self.row, 0, self.row, self.grid.columns - 1), text, self.format(text=text, **wanted))
        self.row += 1

    def height_of(self, text: str, width_mm: float, font_pt: float) -> float:
        """Return the row height that a text needs in a merged cell, where Excel does not fit rows itself."""
        return min(400.0, lines_needed(text, width_mm, font_pt) * font_pt * _LINE_PT + 6)

    def line(self, line: Line) -> None:
        """Write the parts of a line beside each other and remember what can be read back."""
        size = self.document.page.font_pt
        height = 0.0
        for part, (left, right) in zip(line, self.grid.spans(weights(line)), strict=True):
            width = sum(self.grid.widths_mm[left:right + 1])
            height = max(height, self.height_of(part.text, width, size))
            self.put((self.row, left, self.row, right), part.text, self.format(text=part.text, align="left"))
            if part.key:
                self.marks.add_field(part.key, self.row, left, label=part.label)
        self.sheet.set_row(self.row, max(22.0, height))
        self.row += 1

    def gap(self, millimetres: float) -> None:
        """Leave an empty row of that height."""
        if millimetres > 0:
            self.sheet.set_row(self.row, millimetres * _POINTS_PER_MM)
            self.row += 1

    def table(self, grid: Grid) -> None:
        """Write a table or list and remember its places."""
        spans = self.grid.spans(grid.widths_mm)
        heights = [millimetres * _POINTS_PER_MM for millimetres in grid.heights_mm]
        for cell in grid.cells:
            width = sum(grid.widths_mm[cell.col:cell.col + cell.colspan])
            if cell.rowspan == 1:
                needed = self.height_of(cell.text, width - cell.indent * 4.2, self.document.page.font_pt)
                heights[cell.row] = max(heights[cell.row], needed)
        for offset, height in enumerate(heights):
            self.sheet.set_row(self.row + offset, height)
        for cell in grid.cells:
            self._cell(cell, grid, spans)
        if grid.rows_from:
            first = self.row + grid.header_rows
            self.marks.add_list(grid.rows_from, first, self.row + len(heights), [
                (key, spans[place][0]) for place, key in enumerate(grid.column_keys)])
            self.sheet.repeat_rows(self.row, first - 1)
            offered = {cell.col: cell.choices for cell in grid.cells if cell.row >= grid.header_rows and cell.choices}
            for col, choices in offered.items():
                self.choices(choices, (first, spans[col][0], self.row + len(heights) - 1, spans[col][0]))
        self.row += len(heights)

    def _cell(self, cell: Cell, grid: Grid, spans: list[tuple[int, int]]) -> None:
        left, right = spans[cell.col][0], spans[cell.col + cell.colspan - 1][1]
        top, bottom = self.row + cell.row, self.row + cell.row + cell.rowspan - 1
        wanted: dict[str, Any] = {"align": cell.align, "valign": "top" if cell.valign == "top" else "vcenter"}
        if grid.borders:
            wanted["border"] = 1
        if cell.bold:
            wanted["bold"] = True
        if cell.indent:
            wanted["indent"] = cell.indent * 2
        fills_in = cell.key is not None and cell.row >= grid.header_rows
        wanted["num_format"] = "0" if isinstance(cell.number, int) else ("General" if cell.number else "@")
        if fills_in and cell.number is None and cell.kind == "number":
            wanted["num_format"] = "General"
        self.put((top, left, bottom, right), cell.text, self.format(text=cell.text, **wanted), cell.number)
        if fills_in and not grid.rows_from and cell.key:
            self.choices(cell.choices, (top, left, top, left))
            self.marks.add_field(cell.key, top, left)

    def choices(self, choices: tuple[str, ...], area: tuple[int, int, int, int]) -> None:
        """Offer the choices as a drop-down list over an area."""
        if choices and len(",".join(choices)) <= _HIDDEN_LIST_LIMIT:
            self.sheet.data_validation(*area, {
                "validate": "list", "source": list(choices), "error_title": "填写有误",
                "error_message": f"只能填 {'、'.join(choices)}"})

    def prose(self, paragraph: Paragraph) -> None:
        """Write a paragraph over the whole width."""
        style, size = paragraph.style, self.document.page.font_pt
        text = paragraph.text
        if style in {"body", "heading1", "heading2"}:
            text = "\u3000\u3000" + text
        if style == "bullet":
            text = "\u3000\u3000• " + text
        wanted: dict[str, Any] = {"align": {"center": "center", "right": "right"}.get(style, "left")}
        if style in {"heading1", "heading2"}:
            wanted["bold"] = True
        if style == "heading1":
            wanted["font_name"] = OFFICE_SANS
        if style == "small":
            wanted["font_size"] = size - 2
        self.whole(text, self.height_of(text, self.document.page.text_width_mm, size), **wanted)


def _print_setup(sheet: Any, document: Document) -> None:
    page = document.page
    top, right, bottom, left = (millimetres / 25.4 for millimetres in page.margins_mm)
    sheet.set_paper(9)
    if page.landscape:
        sheet.set_landscape()
    sheet.set_margins(left=left, right=right, top=top, bottom=bottom)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    code = document.verification.code.replace("&", "&&")
    sheet.set_footer(f"&L&8核验码：{code}&R&8第 &P 页 共 &N 页")
    sheet.hide_gridlines(2)


def _foot(out: _Sheet, document: Document) -> None:
    size = document.page.font_pt
    for line in document.foot:
        out.line(line)
    for text in document.note:
        height = out.height_of(text, document.page.text_width_mm, size - 1.5)
        out.whole(text, height, align="left", font_size=size - 1.5)
    out.gap(3)
    code_row = out.row
    out.sheet.set_row(code_row, 50)
    last = out.grid.columns - 1
    scanned = bool(document.verification.url)
    left = next(place for place, edge in enumerate(out.grid.edges_mm) if edge >= _QR_MM or place == last) if scanned else 0
    text = "\n".join(mark_lines(document.verification))
    out.put((code_row, min(left, last), code_row, last), text, out.format(text=text, align="left", font_size=9))
    out.marks.end_row = code_row
    if not scanned:
        return
    image = qr_png(document.verification)
    width = int.from_bytes(image[16:20], "big")
    out.sheet.insert_image(code_row, 0, "qr.png", {
        "image_data": io.BytesIO(image), "x_offset": 2, "y_offset": 2,
        "x_scale": _QR_PIXELS / width, "y_scale": _QR_PIXELS / width, "description": "核验二维码",
        "object_position": 3})


def xlsx_of(document: Document) -> bytes:
    """Print a resolved document as a workbook; equal documents give equal bytes."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    made = document.verification.rendered_at.replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": "".join(document.title), "created": made, "author": "衡鉴"})
    name = (document.annex.replace(" ", "") or "表单")[:31].translate({ord(each): "-" for each in "[]:*?/\\'"})
    out = _Sheet(book, document, name)
    _print_setup(out.sheet, document)
    if document.annex:
        out.whole(document.annex, 22, align="left", font_name=OFFICE_SANS)
    for text in document.title:
        out.whole(text, 30, align="center", font_name=OFFICE_TITLE, font_size=18, text_wrap=False, shrink=True)
    if document.number:
        out.whole(document.number, 22, align="center")
    for line in document.head:
        out.line(line)
    breaks = []
    for place, block in enumerate(document.blocks):
        if isinstance(block, PageBreak):
            breaks.append(out.row)
            continue
        out.gap(block.gap_mm if place else 0)
        if isinstance(block, Prose):
            for paragraph in block.paragraphs:
                out.prose(paragraph)
        else:
            out.table(block)
    out.sheet.set_h_pagebreaks([row for row in breaks if row])
    out.gap(2)
    _foot(out, document)
    out.sheet.print_area(0, 0, out.row, out.grid.columns - 1)
    write_marker(book, out.marks, document.verification)
    book.close()
    return buffer.getvalue()


def render_xlsx(layout: Mapping[str, Any], payload: Mapping[str, Any], *, verification: Verification) -> bytes:
    """Print a form as xlsx from the layout of its pack and a payload.

    The hidden sheet `MARKER_SHEET` says what it was made from; `readback.read_filled` reads it back.
    Raises LayoutFault for a faulty layout.
    """
    return xlsx_of(resolve(layout, payload, verification=verification))


__all__ = ["MARKER_SHEET", "render_xlsx", "xlsx_of"]

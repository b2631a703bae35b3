"""Printing a form as a Word document."""
from __future__ import annotations

import io
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell

from .docx_parts import SIDES, TWIPS_PER_MM, add_field, element, link, row_shape, set_face, table_shape, tighten, write
from .fonts import OFFICE_SANS, OFFICE_TITLE
from .marks import mark_lines, qr_png, weights
from .model import Cell, Document, Grid, Line, Page, PageBreak, Paragraph, Verification
from .resolve import resolve
from .stable import stable_zip

_VALIGN = {"top": WD_CELL_VERTICAL_ALIGNMENT.TOP, "middle": WD_CELL_VERTICAL_ALIGNMENT.CENTER}


def _paper(section: Any, page: Page) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if page.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(page.width_mm), Mm(page.height_mm)
    top, right, bottom, left = page.margins_mm
    section.top_margin, section.right_margin = Mm(top), Mm(right)
    section.bottom_margin, section.left_margin = Mm(bottom), Mm(left)
    section.footer_distance = Mm(8)


def _footer(out: Any, document: Document) -> None:
    footer = out.sections[0].footer
    first = footer.paragraphs[0]
    tighten(first)
    width = document.page.text_width_mm
    mark = 16.0 if document.verification.url else 0.5
    widths = (mark, width - 35.0 - mark, 35.0)
    table = footer.add_table(1, 3, Mm(width))
    table_shape(table, widths, borders=False)
    for cell, each in zip(table.rows[0].cells, widths, strict=True):
        cell.width = Mm(each)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        tighten(cell.paragraphs[0])
    image, words, pages = (cell.paragraphs[0] for cell in table.rows[0].cells)
    if document.verification.url:
        image.add_run().add_picture(io.BytesIO(qr_png(document.verification)), width=Mm(12))
    write(words, "\n".join(mark_lines(document.verification)), size_pt=8.5)
    pages.alignment = SIDES["right"]
    write(pages, "第 ", size_pt=8.5)
    add_field(pages, "PAGE", 8.5)
    write(pages, " 页 共 ", size_pt=8.5)
    add_field(pages, "NUMPAGES", 8.5)
    write(pages, " 页", size_pt=8.5)
    first._element.getparent().remove(first._element)
    footer._element.append(_closing())


def _closing() -> Any:
    """Return the tiny paragraph that must follow a table at the end of a part."""
    paragraph, properties = element("p"), element("pPr")
    properties.append(element("spacing", before=0, after=0, line=20, lineRule="exact"))
    paragraph.append(properties)
    return paragraph


def _spacer(out: Any, millimetres: float) -> None:
    """Keep two tables apart: Word would join tables that touch."""
    paragraph = out.add_paragraph()
    tighten(paragraph)
    properties = paragraph._element.get_or_add_pPr()
    for old in properties.findall(qn("w:spacing")):
        properties.remove(old)
    height = max(20, round(millimetres * TWIPS_PER_MM))
    properties.append(element("spacing", before=0, after=0, line=height, lineRule="exact"))


def _line(out: Any, line: Line, document: Document) -> None:
    if len(line) == 1:
        paragraph = out.add_paragraph()
        tighten(paragraph, before_pt=3, after_pt=5)
        write(paragraph, line[0].text)
        return
    shares, width = weights(line), document.page.text_width_mm
    widths = tuple(width * share / sum(shares) for share in shares)
    table = out.add_table(1, len(line))
    table_shape(table, widths, borders=False)
    for cell, part, each in zip(table.rows[0].cells, line, widths, strict=True):
        cell.width = Mm(each)
        tighten(cell.paragraphs[0], before_pt=3, after_pt=5)
        write(cell.paragraphs[0], part.text)


def _fill(cell: Any, spec: Cell, size_pt: float) -> None:
    paragraph = cell.paragraphs[0]
    tighten(paragraph, pitch_pt=size_pt * 1.35, before_pt=2, after_pt=2)
    paragraph.alignment = SIDES[spec.align]
    if spec.indent:
        paragraph.paragraph_format.left_indent = Pt(size_pt * spec.indent)
    cell.vertical_alignment = _VALIGN[spec.valign]
    if spec.text:
        write(paragraph, spec.text, bold=spec.bold)


def _grid(out: Any, grid: Grid, size_pt: float) -> None:
    """Write the rows as XML of their own: `table.cell()` of python-docx takes quadratic time."""
    table = out.add_table(0, len(grid.widths_mm))
    table_shape(table, grid.widths_mm, borders=grid.borders)
    spots: dict[tuple[int, int], Cell] = {}
    for cell in grid.cells:
        for down in range(cell.rowspan):
            spots[(cell.row + down, cell.col)] = cell
    for number, height in enumerate(grid.heights_mm):
        row = table.add_row()
        row_shape(row, height, head=number < grid.header_rows)
        boxes = list(row._tr.tc_lst)
        for col in range(len(grid.widths_mm)):
            spec = spots.get((number, col))
            if spec is None:
                row._tr.remove(boxes[col])
                continue
            box = boxes[col]
            box.width = Mm(sum(grid.widths_mm[col:col + spec.colspan]))
            if spec.colspan > 1:
                box.grid_span = spec.colspan
            if spec.rowspan > 1:
                box.vMerge = "restart" if spec.row == number else "continue"
            held = _Cell(box, table)
            if spec.row == number:
                _fill(held, spec, size_pt)
            else:
                tighten(held.paragraphs[0])


def _prose(out: Any, spec: Paragraph, size_pt: float, *, stays: bool = False) -> None:
    """Write a paragraph; one that ``stays`` is on the page of the next: a signature is not torn from its date."""
    paragraph = out.add_paragraph()
    tighten(paragraph, pitch_pt=size_pt * 1.8)
    shape, style = paragraph.paragraph_format, spec.style
    if style in {"body", "heading1", "heading2"}:
        shape.first_line_indent = Pt(size_pt * 2)
    if style == "bullet":
        shape.left_indent, shape.first_line_indent = Pt(size_pt * 3), Pt(-size_pt)
    paragraph.alignment = SIDES.get(style, None)
    if style == "right":
        shape.right_indent = Pt(size_pt * 2)
    shape.keep_with_next = style.startswith("heading") or stays or None
    text = f"• {spec.text}" if style == "bullet" else spec.text
    bold = style in {"heading1", "heading2"}
    if style == "heading1":
        write(paragraph, text, bold=bold, face=OFFICE_SANS)
    elif spec.pieces:
        for words, url in spec.pieces:
            write(paragraph, words)
            if url:
                link(paragraph, url)
    else:
        write(paragraph, text, bold=bold, size_pt=size_pt - 2 if style == "small" else None)


def _opening(out: Any, document: Document) -> None:
    if document.annex:
        paragraph = out.add_paragraph()
        tighten(paragraph)
        write(paragraph, document.annex, face=OFFICE_SANS)
    for place, text in enumerate(document.title):
        paragraph = out.add_paragraph()
        tighten(paragraph, pitch_pt=28, before_pt=0 if place else 4, after_pt=6 if text is document.title[-1] else 0)
        paragraph.alignment = SIDES["center"]
        write(paragraph, text, size_pt=18, bold=True, face=OFFICE_TITLE)
    if document.number:
        paragraph = out.add_paragraph()
        tighten(paragraph, after_pt=8)
        paragraph.alignment = SIDES["center"]
        write(paragraph, document.number)


def _properties(out: Any, document: Document) -> None:
    made = document.verification.rendered_at.replace(tzinfo=None, microsecond=0)
    core = out.core_properties
    core.title, core.author, core.last_modified_by, core.comments = "".join(document.title), "衡鉴", "衡鉴", ""
    core.created = core.modified = made
    core.identifier = document.verification.code
    core.version = f"{document.verification.definition} {document.verification.version}"


def docx_of(document: Document) -> bytes:
    """Print a resolved document as Word; equal documents give equal bytes."""
    out = docx.Document()
    size = document.page.font_pt
    normal = out.styles["Normal"]
    normal.font.size = Pt(size)
    set_face(normal)
    # Without this Word sets Chinese punctuation as it is set in Taiwan.
    for held in out.styles.element.iter(qn("w:lang")):
        held.set(qn("w:eastAsia"), "zh-CN")
    _paper(out.sections[0], document.page)
    _properties(out, document)
    _opening(out, document)
    for line in document.head:
        _line(out, line, document)
    for place, block in enumerate(document.blocks):
        if isinstance(block, PageBreak):
            out.add_page_break()
            continue
        if place or (document.head and len(document.head[-1]) > 1):
            _spacer(out, block.gap_mm if place else 0)
        if isinstance(block, Grid):
            _grid(out, block, size)
        else:
            for each, after in zip_longest(block.paragraphs, block.paragraphs[1:]):
                _prose(out, each, size, stays=after is not None and after.style == "right")
    for line in document.foot:
        _spacer(out, 2)
        _line(out, line, document)
    for text in document.note:
        paragraph = out.add_paragraph()
        tighten(paragraph, pitch_pt=size * 1.3, before_pt=4)
        write(paragraph, text, size_pt=size - 1.5)
    if not document.note:
        _spacer(out, 0)
    _footer(out, document)
    buffer = io.BytesIO()
    out.save(buffer)
    return stable_zip(buffer.getvalue())


def render_docx(layout: Mapping[str, Any], payload: Mapping[str, Any], *, verification: Verification) -> bytes:
    """Print a form as docx from the layout of its pack and a payload.

    Raises LayoutFault for a faulty layout.
    """
    return docx_of(resolve(layout, payload, verification=verification))

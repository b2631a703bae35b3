"""Small pieces of WordprocessingML that python-docx has no words for."""
from __future__ import annotations

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_UNDERLINE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from .fonts import OFFICE_BODY, OFFICE_LATIN

SIDES = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
TWIPS_PER_MM = 1440 / 25.4


def element(tag: str, **attributes: str | int) -> Any:
    """Return an element of the w: name space."""
    made = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def set_face(target: Any, *, east_asia: str = OFFICE_BODY, latin: str = OFFICE_LATIN) -> None:
    """Name the faces of a run or style, the Chinese one in the eastAsia attribute that Word asks for."""
    properties = target.element.get_or_add_rPr() if hasattr(target, "element") else target._element.get_or_add_rPr()
    faces = properties.get_or_add_rFonts()
    for key, face in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", east_asia)):
        faces.set(qn(f"w:{key}"), face)


def write(paragraph: Any, text: str, *, size_pt: float | None = None, bold: bool = False,
          face: str = OFFICE_BODY) -> None:
    """Add text to a paragraph, breaking lines where it does."""
    for place, line in enumerate(text.split("\n")):
        run = paragraph.add_run()
        if place:
            run.add_break()
        run.add_text(line)
        run.bold = bold or None
        if size_pt:
            run.font.size = Pt(size_pt)
        set_face(run, east_asia=face)


def link(paragraph: Any, url: str) -> None:
    """Make the last run of a paragraph a link, marked by dots below it: figures of a draft lead to their rows."""
    run = paragraph.runs[-1]
    run.underline = WD_UNDERLINE.DOTTED
    held = OxmlElement("w:hyperlink")
    held.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run._element.addprevious(held)
    held.append(run._element)


def tighten(paragraph: Any, *, pitch_pt: float | None = None, before_pt: float = 0, after_pt: float = 0) -> None:
    """Set line pitch and the space around a paragraph; an exact pitch looks the same in every Chinese face."""
    shape = paragraph.paragraph_format
    shape.line_spacing = Pt(pitch_pt) if pitch_pt else 1.0
    shape.space_before, shape.space_after = Pt(before_pt), Pt(after_pt)


def add_field(paragraph: Any, instruction: str, size_pt: float) -> None:
    """Add a field such as PAGE, computed by the reader's program."""
    for kind, text in (("begin", None), (None, instruction), ("separate", None), ("text", "1"), ("end", None)):
        run = paragraph.add_run()
        run.font.size = Pt(size_pt)
        if kind == "text":
            run.add_text(str(text))
        elif kind:
            run._element.append(element("fldChar", fldCharType=kind))
        else:
            made = element("instrText")
            made.text = f" {text} "
            run._element.append(made)


def table_shape(table: Any, widths_mm: tuple[float, ...], *, borders: bool) -> None:
    """Fix the column widths and the borders of a table; Word insists on this order of the elements."""
    properties = table._tbl.tblPr
    for old in list(properties):
        if old.tag != qn("w:tblStyle"):
            properties.remove(old)
    properties.append(element("tblW", w=round(sum(widths_mm) * TWIPS_PER_MM), type="dxa"))
    properties.append(element("tblInd", w=0, type="dxa"))
    lines = element("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        lines.append(element(side, val="single" if borders else "nil", sz=4, space=0, color="000000"))
    properties.append(lines)
    properties.append(element("tblLayout", type="fixed"))
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w=85 if borders else 0, type="dxa"))
    properties.append(margins)
    grid = table._tbl.tblGrid
    for column, width in zip(grid.findall(qn("w:gridCol")), widths_mm, strict=True):
        column.set(qn("w:w"), str(round(width * TWIPS_PER_MM)))


def row_shape(row: Any, height_mm: float, *, head: bool) -> None:
    """Set the least height of a row; a head row repeats on each page; no row is torn in two."""
    properties = row._tr.get_or_add_trPr()
    properties.append(element("cantSplit"))
    properties.append(element("trHeight", val=round(height_mm * TWIPS_PER_MM), hRule="atLeast"))
    if head:
        properties.append(element("tblHeader"))

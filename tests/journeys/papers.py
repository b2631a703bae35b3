"""What stands in a downloaded document, and what the layout of the pack wants to stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2


def squeezed(text: str) -> str:
    """Without white space: a line that breaks in print is the same words."""
    return re.sub(r"\s", "", text)


def docx_words(path: Path) -> set[str]:
    """Each paragraph and each cell of a Word document."""
    document = docx.Document(str(path))
    found = {paragraph.text for paragraph in document.paragraphs}
    for table in document.tables:
        for row in table._tbl.tr_lst:
            found |= {"".join(node.text or "" for node in cell.iter() if node.tag.endswith("}t")) for cell in row.tc_lst}
    return found


def xlsx_words(path: Path) -> set[str]:
    """Each cell of the form's sheet of a workbook."""
    return {str(cell.value) for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for cell in row if cell.value is not None}


def pdf_words(path: Path) -> str:
    """All of a PDF, squeezed."""
    return squeezed("".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(path)))


def labels(layout: dict[str, Any]) -> list[str]:
    """Every word that the official form prints: titles, heads, cells, the heads of its list, notes; not what is filled in."""
    found = [*layout["title"], *layout["note"]]
    for line in (*layout["head"], *layout["foot"]):
        found += [part.partition("{")[0] for part in ([line] if isinstance(line, str) else line)]
    for block in layout["blocks"]:
        found += _of_block(block)
    return [one for one in found if one]


def _of_block(block: dict[str, Any]) -> Iterator[str]:
    for row in block.get("table", {}).get("rows", []):
        yield from (cell if isinstance(cell, str) else cell.get("text", "") for cell in row)
    if "list" in block:
        yield block["list"]["section_title"]
        yield from (column["title"] for column in block["list"]["columns"])


def workbook_rows(path: Path) -> list[list[str]]:
    """The filled cells of a workbook's form, row by row."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [[squeezed(str(cell.value)) for cell in row if cell.value is not None] for row in sheet.iter_rows()]


def document_rows(path: Path) -> list[list[str]]:
    """The filled cells of a Word document's tables, row by row."""
    found = []
    for table in docx.Document(str(path)).tables:
        for row in table._tbl.tr_lst:
            cells = ["".join(node.text or "" for node in cell.iter() if node.tag.endswith("}t")) for cell in row.tc_lst]
            found.append([squeezed(cell) for cell in cells if cell])
    return found


def figures_in_place(rows: list[list[str]], layout: dict[str, Any]) -> dict[str, str]:
    """The figures by key, each read from the cell right of its label, on a row that has all labels of the form's row."""
    found: dict[str, str] = {}
    for form_row in (row for block in layout["blocks"] for row in block.get("table", {}).get("rows", [])):
        texts = [squeezed(cell if isinstance(cell, str) else cell.get("text", "")) for cell in form_row]
        printed = next(row for row in rows if all(text in row for text in texts if text))
        place = 0
        for cell, text in zip(form_row, texts, strict=True):
            if text:
                place = printed.index(text, place)
            elif isinstance(cell, dict) and "value" in cell:
                found[cell["value"]] = printed[place + 1]
                place += 1
    return found

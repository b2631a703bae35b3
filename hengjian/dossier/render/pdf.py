"""Printing a form as PDF/A with Typst; data goes in as JSON and is never evaluated."""
from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from .fonts import BODY_STACK, SANS_STACK, TITLE_STACK, find_fonts
from .marks import mark_lines, qr_svg, weights
from .model import Block, Cell, Document, Grid, Line, Prose, Verification
from .resolve import resolve

_TEMPLATE = Path(__file__).with_name("form.typ")
LONG_CODE = re.compile(r"[0-9A-Za-z]{15,}")
_CELL_KEYS = ("row", "col", "rowspan", "colspan", "text", "align", "valign", "bold", "indent")


@lru_cache(maxsize=4)
def _fonts(folder: Path) -> Any:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


@lru_cache(maxsize=4)
def _families(folder: Path) -> frozenset[str]:
    return frozenset(_fonts(folder).families())


def _stack(names: tuple[str, ...], folder: Path) -> list[str]:
    held = _families(folder)
    return [name for name in names if name in held] or [names[-1]]


def _cell(cell: Cell) -> dict[str, Any]:
    return {**{key: getattr(cell, key) for key in _CELL_KEYS}, "text": LONG_CODE.sub(_breakable, cell.text)}


def _breakable(code: re.Match[str]) -> str:
    """Let a long code (统一社会信用代码) break in its middle where the column is narrow; typst breaks no run of digits."""
    middle = len(code[0]) // 2
    return f"{code[0][:middle]}\u200b{code[0][middle:]}"


def _line(line: Line) -> dict[str, Any]:
    return {"parts": [part.text for part in line], "weights": weights(line)}


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Grid):
        return {
            "type": "grid", "gap_mm": block.gap_mm, "widths_mm": block.widths_mm, "heights_mm": block.heights_mm,
            "header_rows": block.header_rows, "borders": block.borders,
            "cells": [_cell(cell) for cell in sorted(block.cells, key=lambda each: (each.row, each.col))],
        }
    if isinstance(block, Prose):
        return {"type": "prose", "gap_mm": block.gap_mm, "paragraphs": [asdict(each) for each in block.paragraphs]}
    return {"type": "break"}


def _data(document: Document, folder: Path) -> dict[str, Any]:
    page = document.page
    return {
        "width_mm": page.width_mm, "height_mm": page.height_mm, "margins_mm": page.margins_mm,
        "font_pt": page.font_pt, "annex": document.annex, "title": document.title, "number": document.number,
        "head": [_line(line) for line in document.head], "foot": [_line(line) for line in document.foot],
        "blocks": [_block(block) for block in document.blocks], "note": document.note,
        "marks": mark_lines(document.verification), "qr": qr_svg(document.verification) if document.verification.url else "",
        "fonts": {
            "body": _stack(BODY_STACK, folder), "title": _stack(TITLE_STACK, folder),
            "sans": _stack(SANS_STACK, folder),
        },
    }


def _compiled(data: str, folder: Path, stamp: int, **options: Any) -> bytes:
    compiler = typst.Compiler(
        input=_TEMPLATE.read_bytes(), root=str(_TEMPLATE.parent), font_paths=_fonts(folder), ignore_system_fonts=True,
        sys_inputs={"document": data})
    made = compiler.compile(format="pdf", timestamp=stamp, **options)
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single file")
    return made


def pdf_of(document: Document) -> bytes:
    """Print a resolved document; equal documents give equal bytes.

    PDF/A-2b, unless a character is in none of the fonts: then a plain PDF, as the archive profile forbids gaps.
    """
    folder = find_fonts()
    data = json.dumps(_data(document, folder), ensure_ascii=False)
    stamp = int(document.verification.rendered_at.timestamp())
    try:
        return _compiled(data, folder, stamp, pdf_standards="a-2b")
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return _compiled(data, folder, stamp)


def render_pdf(layout: Mapping[str, Any], payload: Mapping[str, Any], *, verification: Verification) -> bytes:
    """Print a form as PDF from the layout of its pack and a payload.

    Raises LayoutFault for a faulty layout, FontsMissing when there is no font folder.
    """
    return pdf_of(resolve(layout, payload, verification=verification))

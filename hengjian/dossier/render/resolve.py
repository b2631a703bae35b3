"""From a pack's layout and a payload to the document that every renderer prints."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .grids import LayoutFault, list_grid, table_grid
from .layout import check_layout
from .model import INDENTED, Block, Document, Line, Page, PageBreak, Paragraph, Prose, Verification
from .wording import clean, filled, part

Layout = Mapping[str, Any]
Payload = Mapping[str, Any]


def _page(spec: Mapping[str, Any]) -> Page:
    top, right, bottom, left = spec.get("margins_mm", (24, 20, 25, 20))
    return Page(
        landscape=spec.get("orientation", "portrait") == "landscape",
        margins_mm=(float(top), float(right), float(bottom), float(left)), font_pt=float(spec.get("font_pt", 12)),
    )


def _lines(specs: Iterable[Any], payload: Payload) -> tuple[Line, ...]:
    return tuple(
        tuple(part(str(piece), payload) for piece in (spec if isinstance(spec, (list, tuple)) else [spec]))
        for spec in specs
    )


def _paragraphs(specs: Iterable[Any], payload: Payload | None) -> tuple[Paragraph, ...]:
    """Each line that somebody typed is a paragraph of its own, with the indent of its style."""
    found: list[Paragraph] = []
    for spec in specs:
        held: Mapping[str, Any] = spec if isinstance(spec, Mapping) else {"text": str(spec)}
        text, style = str(held.get("text", "")), held.get("style", "body")
        text = clean(text) if payload is None else filled(text, payload)
        if style in INDENTED:
            lines = [line.strip() for line in text.split("\n") if line.strip()] or [""]
            pieces = tuple((clean(str(part["text"])), str(part.get("url", ""))) for part in held.get("pieces", ()))
            found += [Paragraph(line, style, pieces if "".join(words for words, _url in pieces) == line else ()) for line in lines]
        else:
            found.append(Paragraph(text, style))
    return tuple(found)


def _block(spec: Mapping[str, Any], payload: Payload, page: Page) -> Block:
    gap = float(spec.get("gap_mm", 4))
    if "table" in spec:
        return table_grid(spec["table"], payload, page.text_width_mm, gap)
    if "list" in spec:
        return list_grid(spec["list"], payload, page.text_width_mm, gap)
    if "paragraphs" in spec:
        return Prose(paragraphs=_paragraphs(spec["paragraphs"], payload), gap_mm=gap)
    if "paragraphs_from" in spec:
        held = (payload.get("paragraphs") or {}).get(spec["paragraphs_from"]) or []
        return Prose(paragraphs=_paragraphs(held, None), gap_mm=gap)
    return PageBreak()


def resolve(layout: Layout, payload: Payload, *, verification: Verification) -> Document:
    """Resolve every text and place every cell.

    Raises LayoutFault with the faults of the layout in Chinese.
    """
    faults = check_layout(layout)
    if faults:
        raise LayoutFault("；".join(faults))
    page = _page(layout.get("page") or {})
    return Document(
        page=page, annex=clean(str(layout.get("annex") or "")),
        title=tuple(filled(str(line), payload) for line in layout["title"]),
        number=filled(str(layout.get("number") or ""), payload),
        head=_lines(layout.get("head") or (), payload),
        blocks=tuple(_block(spec, payload, page) for spec in layout.get("blocks") or ()),
        foot=_lines(layout.get("foot") or (), payload),
        note=tuple(filled(str(line), payload) for line in layout.get("note") or ()),
        verification=verification,
    )

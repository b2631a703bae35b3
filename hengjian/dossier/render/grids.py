"""Placing the cells of a `table` or `list` block on a grid."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hengjian.base.plain_words import gettext as _

from .model import Cell, Grid
from .wording import clean, filled, found, numeric, worded

_LEAST_ROW_MM = 7.8


class LayoutFault(ValueError):
    """The layout of a pack cannot be printed; the text says where, in Chinese."""


def as_row(row: Any) -> tuple[list[Any], float]:
    """Return the cells and the least height of a row written either way."""
    if isinstance(row, Mapping):
        return list(row.get("cells", [])), float(row.get("height_mm", _LEAST_ROW_MM))
    return list(row), _LEAST_ROW_MM


def as_cell(cell: Any) -> dict[str, Any]:
    """Return a cell as a dict; a plain string is its text."""
    return dict(cell) if isinstance(cell, Mapping) else {"text": "" if cell is None else str(cell)}


def stretched(widths: Sequence[float], text_width_mm: float) -> tuple[float, ...]:
    """Stretch column widths to the width of the text."""
    whole = float(sum(widths))
    return tuple(round(width * text_width_mm / whole, 3) for width in widths)


def place(rows: Sequence[Any], columns: int, where: str) -> list[tuple[int, int, dict[str, Any]]]:
    """Give each cell its row and column as HTML does; a hole or an overlap is a fault."""
    taken: set[tuple[int, int]] = set()
    placed = []
    for number, row in enumerate(rows):
        cells, _height = as_row(row)
        col = 0
        for cell in map(as_cell, cells):
            while (number, col) in taken:
                col += 1
            height, width = int(cell.get("rowspan", 1)), int(cell.get("colspan", 1))
            spots = {(number + down, col + right) for down in range(height) for right in range(width)}
            if col + width > columns or number + height > len(rows) or spots & taken:
                raise LayoutFault(_("%(where)s第 %(number)s 行：单元格超出表格或互相重叠") % {"where": where, "number": number + 1})
            taken |= spots
            placed.append((number, col, cell))
            col += width
        missing = [each for each in range(columns) if (number, each) not in taken]
        if missing:
            raise LayoutFault(_("%(where)s第 %(number)s 行：第 %(missing)s 列没有单元格") % {"where": where, "number": number + 1, "missing": missing[0] + 1})
    return placed


def _cell(row: int, col: int, spec: Mapping[str, Any], payload: Mapping[str, Any]) -> Cell:
    key = spec.get("value")
    value = found(payload, key) if key else None
    text = filled(str(spec.get("text", "")), payload) if "text" in spec else worded(value)
    return Cell(
        row=row, col=col, text=text, key=key,
        rowspan=int(spec.get("rowspan", 1)), colspan=int(spec.get("colspan", 1)),
        align=spec.get("align", "center" if key else "left"), valign=spec.get("valign", "middle"),
        bold=bool(spec.get("bold", False)), indent=int(spec.get("indent", 0)),
        kind=spec.get("kind", "text"), choices=tuple(map(str, spec.get("choices", ()))),
        number=numeric(value) if "text" not in spec else None,
    )


def table_grid(spec: Mapping[str, Any], payload: Mapping[str, Any], width_mm: float, gap_mm: float) -> Grid:
    """Resolve a `table` block."""
    rows = spec["rows"]
    widths = stretched(spec["cols_mm"], width_mm)
    cells = [_cell(row, col, cell, payload) for row, col, cell in place(rows, len(widths), _("表格"))]
    return Grid(
        widths_mm=widths, heights_mm=tuple(as_row(row)[1] for row in rows), cells=tuple(cells),
        header_rows=int(spec.get("header_rows", 0)), borders=bool(spec.get("borders", True)), gap_mm=gap_mm,
    )


def _list_head(spec: Mapping[str, Any], payload: Mapping[str, Any]) -> list[Cell]:
    columns = spec["columns"]
    rows: list[list[Any]] = []
    if spec.get("section_title"):
        title = {"text": spec["section_title"], "colspan": len(columns), "bold": True, "align": "center"}
        rows.append([title])
    rows += spec.get("heads") or [[{"text": column.get("title", "")} for column in columns]]
    cells = []
    for row, col, cell in place(rows, len(columns), _("清单表头")):
        cells.append(_cell(row, col, {"align": "center", **cell}, payload))
    return cells


def _row_cells(row: Mapping[str, Any], at: int, number: int, columns: Sequence[Mapping[str, Any]]) -> list[Cell]:
    spans = row.get("_colspan") or {}
    cells, col = [], 0
    while col < len(columns):
        column = columns[col]
        key = column["key"]
        value: Any = number if key == "#" else row.get(key)
        width = min(max(1, int(spans.get(key, 1))), len(columns) - col)
        cells.append(Cell(
            row=at, col=col, colspan=width, text=worded(value), number=numeric(value),
            align=column.get("align", "left"), bold=bool(column.get("bold", False)),
            kind=column.get("kind", "text"), choices=tuple(map(str, column.get("choices", ()))), key=key,
        ))
        col += width
    return cells


def _merged(cells: list[Cell], columns: Sequence[Mapping[str, Any]]) -> list[Cell]:
    """Merge equal neighbours downwards in the columns that ask for it, coarser columns binding finer ones."""
    by_spot = {(cell.row, cell.col): cell for cell in cells}
    rows = sorted({cell.row for cell in cells})
    broken: set[int] = set()
    for col, column in enumerate(columns):
        if not column.get("merge"):
            continue
        head: Cell | None = None
        for row in rows:
            here = by_spot.get((row, col))
            joins = (
                head is not None and here is not None and here.text != "" and here.text == head.text
                and here.colspan == head.colspan and row not in broken and head.row + head.rowspan == row
            )
            if head is not None and here is not None and joins:
                head = replace(head, rowspan=head.rowspan + 1)
                by_spot[(head.row, col)] = head
                del by_spot[(row, col)]
            else:
                head = here
                broken.add(row)
    return list(by_spot.values())


def list_grid(spec: Mapping[str, Any], payload: Mapping[str, Any], width_mm: float, gap_mm: float) -> Grid:
    """Resolve a `list` block: heads, one line per row of the payload, blank lines up to `min_rows`."""
    columns = spec["columns"]
    cells = _list_head(spec, payload)
    heads = max(cell.row + cell.rowspan for cell in cells)
    rows: list[Mapping[str, Any]] = list((payload.get("rows") or {}).get(spec["rows_from"]) or [])
    body: list[Cell] = []
    number = 0
    for at, row in enumerate(rows, heads):
        if "_section" in row:
            body.append(Cell(row=at, col=0, colspan=len(columns), text=clean(str(row["_section"])), bold=True))
            continue
        number += 1
        body += _row_cells(row, at, number, columns)
    blanks = range(heads + len(rows), heads + max(len(rows), int(spec.get("min_rows", 0))))
    for at in blanks:
        body += [replace(cell, text="", number=None) for cell in _row_cells({}, at, 0, columns)]
    total = heads + len(rows) + len(blanks)
    return Grid(
        widths_mm=stretched([column["width_mm"] for column in columns], width_mm),
        heights_mm=(_LEAST_ROW_MM,) * total, cells=tuple(cells + _merged(body, columns)),
        header_rows=heads, borders=bool(spec.get("borders", True)), gap_mm=gap_mm, rows_from=spec["rows_from"],
        column_keys=tuple(column["key"] for column in columns),
    )

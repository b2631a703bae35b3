"""Reading a filled workbook back that `render_xlsx` had made."""
from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from hengjian.dossier.intake import CellFault, CellValue, Refused, Table, Workbook, open_workbook

from .marker import LIST_END_NAME, MARKER_FORMAT, MARKER_SHEET


@dataclass(frozen=True)
class FilledRow:
    """One line of a list and the worksheet row that it stands in."""

    row: int
    values: dict[str, CellValue]


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What a filled workbook says: what it was made from, its fields and its lists, each with its place."""

    definition: str
    version: str
    sheet_id: str
    revision: int
    worksheet: str
    fields: dict[str, CellValue] = field(default_factory=dict)
    rows: dict[str, list[FilledRow]] = field(default_factory=dict)
    field_places: dict[str, tuple[int, int]] = field(default_factory=dict)
    columns: dict[str, dict[str, int]] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    formulas: frozenset[tuple[int, int]] = frozenset()
    faults: tuple[CellFault, ...] = ()


def _marker_rows(book: Workbook) -> list[list[str]]:
    held = next((table for table in book.tables if table.sheet == MARKER_SHEET), None)
    rows = [["" if cell is None else str(cell) for cell in row] for row in held.rows] if held else []
    if not rows or rows[0][0] != MARKER_FORMAT or len(rows[0]) < 6:
        raise Refused((_("这不是从本系统下载的表样，或表样的标记已被删除。请重新下载表样，把内容粘贴进去后上传。"),))
    return rows


def _without_label(value: CellValue, label: str) -> CellValue:
    if not label or not isinstance(value, str):
        return value
    text = value.removeprefix(label) if value.startswith(label) else value.replace(":", "：").rpartition("：")[2]
    return text.strip() or None


def _list_rows(table: Table, head: int, after: int, columns: dict[str, int]) -> list[FilledRow]:
    """Read down to the end of the list, and past it as long as running numbers go on (pasted rows)."""
    keys = {key: column for key, column in columns.items() if key != "#"}
    number = columns.get("#")
    found = []
    row = head
    while row < len(table.rows):
        row += 1
        if row >= after and not (number and isinstance(table.at(row, number), int)):
            break
        values = {key: table.at(row, column) for key, column in keys.items()}
        if any(value is not None for value in values.values()):
            found.append(FilledRow(row, values))
    return found


def read_filled(data: bytes) -> Filled:
    """Read fields and lists of a filled workbook by its marks; rows that a user inserted are followed.

    Empty lines are left out. Raises Refused (in Chinese) for a bad file, one that was not made here, or one whose
    marks are gone.
    """
    book = open_workbook(data)
    marker = _marker_rows(book)
    _format, definition, version, sheet_id, revision, worksheet = marker[0][:6]
    table = next((each for each in book.tables if each.sheet == worksheet), None)
    if table is None:
        raise Refused((_("缺少工作表“%(sheet)s”，请勿改名或删除。") % {"sheet": worksheet},))
    out = Filled(
        definition=definition, version=version, sheet_id=sheet_id, revision=int(revision or 0), worksheet=worksheet,
        hidden_rows=table.hidden_rows, formulas=table.formulas, faults=table.faults)
    for kind, name, key, *rest in (row for row in marker[1:] if len(row) >= 3):
        place = book.names.get(name)
        if place is None or place[0] != worksheet:
            raise Refused((_("表样中“%(key)s”的位置已被删除。请重新下载表样后填写。") % {"key": key},))
        if kind == "field":
            out.fields[key] = _without_label(table.at(place[1], place[2]), rest[0] if rest else "")
            out.field_places[key] = (place[1], place[2])
        elif kind == "list":
            columns = {name: int(col) + 1 for name, _equals, col in (each.rpartition("=") for each in rest if each)}
            end = book.names.get(LIST_END_NAME + name.rpartition("_")[2], (worksheet, len(table.rows) + 1, 1))
            out.rows[key] = _list_rows(table, place[1], end[1], columns)
            out.columns[key] = columns
    return out

"""From a sheet as handed in to typed rows: its head is found, each cell is read, each fault has its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.normalising import normalise_text
from hengjian.registry.exchange.cells import CellRefused, is_blank, typed
from hengjian.registry.exchange.columns import TABLES, Column, TableSpec
from hengjian.registry.services.imports.model import ImportFault, TypedRow

HEAD_WITHIN = 10


@dataclass
class RawSheet:
    """A sheet, CSV or Parquet table: rows of cells, counted from 1 as people see them."""

    name: str
    rows: Sequence[Sequence[Any]]
    hidden_rows: frozenset[int] = frozenset()
    unreadable: dict[tuple[int, int], str] = field(default_factory=dict)


@dataclass
class Head:
    """Where the head of a sheet stands and which column holds what."""

    spec: TableSpec
    row: int
    places: dict[str, int]
    heads: dict[str, str]
    unknown: list[tuple[int, str]] = field(default_factory=list)
    doubled: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class ReadSheet:
    """A sheet read: which table it is, its typed rows, and what is wrong."""

    spec: TableSpec | None
    rows: list[TypedRow] = field(default_factory=list)
    refused: list[TypedRow] = field(default_factory=list)
    faults: list[ImportFault] = field(default_factory=list)


def _plain(value: Any) -> str:
    text = normalise_text(str(value)) if value is not None else ""
    return text.replace(" ", "").rstrip("*＊：:")


def _words(spec: TableSpec) -> dict[str, Column]:
    return {head: column for column in spec.columns for head in column.heads}


def _spec_named(name: str) -> TableSpec | None:
    plain = _plain(name)
    return next((one for one in TABLES.values() if plain in (one.name, one.sheet, *one.aliases)), None)


def find_head(sheet: RawSheet) -> Head | None:
    """Find which table a sheet is, by its name or its heads, and where its head stands; never by position."""
    named = _spec_named(sheet.name)
    best: tuple[int, Head] | None = None
    for spec in [named] if named else TABLES.values():
        words = _words(spec)
        for number, row in enumerate(sheet.rows[:HEAD_WITHIN], 1):
            hits = {words[_plain(cell)].key for cell in row if _plain(cell) in words}
            must = {one.key for one in spec.columns if one.required}
            if len(hits) >= 2 and (named or must <= hits) and (best is None or len(hits) > best[0]):
                best = len(hits), _head_at(spec, sheet, number, words)
    return best[1] if best else None


def _head_at(spec: TableSpec, sheet: RawSheet, number: int, words: dict[str, Column]) -> Head:
    head = Head(spec, number, {}, {})
    above = sheet.rows[number - 2] if number > 1 else ()
    for place, cell in enumerate(sheet.rows[number - 1], 1):
        # a head merged over two rows has its text in the upper one
        text = _plain(cell) or (_plain(above[place - 1]) if place <= len(above) else "")
        column = words.get(text)
        if column is None:
            if _plain(cell):
                head.unknown.append((place, _plain(cell)))
        elif column.key in head.places:
            head.doubled.append((place, text))
        else:
            head.places[column.key], head.heads[column.key] = place, text
    return head


def read_sheet(sheet: RawSheet) -> ReadSheet:
    """Read all rows of a sheet; nothing is guessed, every doubt becomes a fault at its cell."""
    head = find_head(sheet)
    if head is None:
        say = _("没有认出这张表，未导入。请使用导入模板的工作表名称和表头。")
        return ReadSheet(None, faults=[ImportFault(sheet.name, 1, 0, "", say, is_warning=True)])
    read = ReadSheet(head.spec, faults=_head_faults(sheet, head))
    if any(not one.is_warning for one in read.faults):
        return read
    for number, row in enumerate(sheet.rows[head.row :], head.row + 1):
        if any(not is_blank(_cell(row, place)) for key, place in head.places.items() if not _is_ignored(head, key)):
            _read_row(sheet, head, number, row, read)
    return read


def _is_ignored(head: Head, key: str) -> bool:
    return head.spec.column(key).kind == "ignored"


def _cell(row: Sequence[Any], place: int) -> Any:
    return row[place - 1] if place <= len(row) else None


def _head_faults(sheet: RawSheet, head: Head) -> list[ImportFault]:
    found = [
        ImportFault(sheet.name, head.row, 0, column.head, _("缺少“%(head)s”列，请按模板补上。") % {"head": column.head})
        for column in head.spec.columns if column.required and column.key not in head.places
    ]
    found += [
        ImportFault(sheet.name, head.row, place, text, _("表头“%(head)s”出现两次，请删去一列。") % {"head": text})
        for place, text in head.doubled
    ]
    return found + [
        ImportFault(sheet.name, head.row, place, text, _("不认识的列“%(head)s”，不导入。") % {"head": text[:20]}, True)
        for place, text in head.unknown
    ]


def _read_row(sheet: RawSheet, head: Head, number: int, row: Sequence[Any], read: ReadSheet) -> None:
    line = TypedRow(sheet.name, number, {}, head.places, head.heads)
    faults: list[ImportFault] = []
    for column in head.spec.columns:
        place = head.places.get(column.key)
        if place is None:
            continue
        unreadable = sheet.unreadable.get((number, place))
        cell = _cell(row, place)
        if unreadable:
            faults.append(line.fault(column.key, unreadable))
        elif not is_blank(cell):
            try:
                line.values[column.key] = typed(column, cell)
            except CellRefused as refusal:
                faults.append(line.fault(column.key, str(refusal)))
        elif column.required:
            faults.append(line.fault(column.key, _("不能为空，请填写。")))
    faults += _order_faults(head.spec, line)
    if number in sheet.hidden_rows:
        read.faults.append(line.fault("", _("这是隐藏行，照常导入；如不需要请删除。"), is_warning=True))
    read.faults += faults
    (read.refused if faults else read.rows).append(line)


def _order_faults(spec: TableSpec, line: TypedRow) -> Iterable[ImportFault]:
    for first, second in spec.in_order:
        start, end = line.values.get(first), line.values.get(second)
        if start and end and end < start:
            words = {"first": spec.column(first).head, "second": spec.column(second).head}
            yield line.fault(second, _("“%(second)s”早于“%(first)s”，请核对。") % words)

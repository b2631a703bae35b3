"""The round trip through Excel: a filled workbook is read, compared, and applied cell by cell as a person chooses."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput, Faults
from hengjian.dossier.intake import Refused, safe_name
from hengjian.dossier.render import Filled, FilledRow, read_filled
from hengjian.forms.models import Sheet, SheetLine, WorkbookReading
from hengjian.forms.queries import checklist_items, fillable_columns, sheet_lines
from hengjian.forms.services.filling import CellOutcome, CellWrite, fill_block, misfit, must_be_open

READ = title("forms.read_workbook", "导入工作簿")
APPLY = title("forms.apply_workbook", "采用工作簿的内容")

SPELLINGS = {
    "是": ("√", "✓", "✔", "y", "yes", "1"), "否": ("×", "✗", "✕", "x", "n", "no", "2"),
    "-": ("－", "—", "–", "/", "／", "不涉及", "3"), "不适用": ("-", "－", "—", "/", "／", "3"),
}


def read_workbook(sheet: Sheet, *, actor: Any, file_name: str, data: bytes) -> WorkbookReading:
    """Read a workbook that was downloaded from this sheet and filled in; keep what differs, change nothing yet.

    Raises:
        BadInput: not a workbook of this sheet or of this version, or cells that cannot be read, by row and column.
    """
    filled = _opened(sheet, data)
    with audited_action(READ, actor=actor) as act:
        must_be_open(act, sheet, actor)
        lines = list(sheet_lines(actor.scope, sheet))
        found, count = _compared(sheet, lines, filled)
        return act.add(WorkbookReading(
            sheet=sheet, file_name=safe_name(file_name), sha256=hashlib.sha256(data).hexdigest(), read_at=clock.now(),
            read_by_name=actor.name, line_count=count, same_count=count - len(found), found=found,
            settled_at=None if found else clock.now(),
        ).owned_by(sheet))


def apply_workbook(reading: WorkbookReading, *, actor: Any, chosen: Iterable[tuple[str, str]]) -> list[CellOutcome]:
    """Take the cells that were chosen over into the sheet; the others stay as they are. Settles the reading."""
    with audited_action(APPLY, actor=actor) as act:
        reading = act.take(reading)
        writes = [
            CellWrite(key, column, reading.found[key][column]) for key, column in chosen if column in reading.found.get(key, {})
        ]
        done = fill_block(reading.sheet, actor=actor, writes=writes)
        reading.settled_at = clock.now()
    return done


def _opened(sheet: Sheet, data: bytes) -> Filled:
    try:
        filled = read_filled(data)
    except Refused as refused:
        raise BadInput("file", str(refused)) from refused
    definition = sheet.definition
    if filled.definition != definition.code or filled.sheet_id != str(sheet.pk):
        raise BadInput("file", _("这个工作簿是另一单位或另一张表的，不能导入本表。请从本页下载表样填写。"))
    if filled.version != str(definition.version_number) or filled.revision != sheet.edition_count:
        raise BadInput("file", _("这个工作簿是按较早的版本下载的，此后本表已报送或更换版次。请重新下载，把内容粘贴进去后导入。"))
    faults = Faults()
    for fault in filled.faults:
        if fault.sheet == filled.worksheet:
            faults.add(_("第%(column)s列") % {"column": fault.column}, fault.message, row=fault.row, sheet=fault.sheet)
    faults.raise_if_any()
    return filled


def _compared(sheet: Sheet, lines: list[SheetLine], filled: Filled) -> tuple[dict[str, dict[str, str]], int]:
    rows_from = "items" if sheet.definition.kind == "checklist" else sheet.definition.body["list"]["rows_from"]
    columns = {one["key"]: one for one in fillable_columns(sheet.definition.body)}
    places = filled.columns.get(rows_from, {})
    match = _Matching(sheet, lines)
    faults, found, count = Faults(), {}, 0
    for row in filled.rows.get(rows_from, []):
        line = match.line_of(row)
        if line is None:
            faults.add(_("姓名或序号"), match.why_not(row), row=row.row, sheet=filled.worksheet)
            continue
        count += 1
        said = {key: _value(row.values.get(key), one, sheet) for key, one in columns.items() if key in places}
        for key, value in said.items():
            fault = misfit(sheet.definition, key, value)
            if fault:
                faults.add(columns[key]["label"], fault, row=row.row, sheet=filled.worksheet)
        differs = {key: value for key, value in said.items() if value != (line.values.get(key) or "")}
        if differs:
            found[line.key] = differs
    faults.raise_if_any()
    return found, count


def _value(given: Any, column: Mapping[str, Any], sheet: Sheet) -> str:
    text = "" if given is None else str(given).strip()
    if column.get("type") != "answer":
        return text
    marks = {printed: answer for answer, printed in (sheet.definition.body.get("answer_marks") or {}).items()}
    if text in marks:
        return str(marks[text])
    meant = (choice for choice in column["choices"] if text.lower() in SPELLINGS.get(choice, ()))
    return text if text in column["choices"] else next(meant, text)


class _Matching:
    """Finds the line of a row: by item, or by name; people of one name in their order on the sheet."""

    def __init__(self, sheet: Sheet, lines: list[SheetLine]) -> None:
        self.numbers = {item["no"]: item["key"] for item in checklist_items(sheet.definition.body)}
        self.by_key = {line.key: line for line in lines}
        self.by_name: dict[str, list[SheetLine]] = defaultdict(list)
        for line in lines:
            self.by_name["".join(line.label.split())].append(line)

    def line_of(self, row: FilledRow) -> SheetLine | None:
        key = row.values.get("key") or self.numbers.get(row.values.get("no"))
        if key:
            return self.by_key.pop(str(key), None)
        held = self.by_name.get("".join(str(row.values.get("name") or "").split()), [])
        return held.pop(0) if held else None

    def why_not(self, row: FilledRow) -> str:
        name = row.values.get("name")
        if name:
            return _("表中没有“%(name)s”，或这个姓名重复出现。请先在本页添加这一行，再导入。") % {"name": name}
        return _("这一行没有对应的人员或项目，请填写姓名，或恢复原来的序号。")

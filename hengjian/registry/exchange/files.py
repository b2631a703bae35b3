"""Opening what was handed in: a workbook, a CSV or Parquet file, or a package of them as zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from hengjian.base.errors import BadInput
from hengjian.dossier.intake import Refused, parts_of, read_workbook, spreadsheet_preflight, tables_of
from hengjian.dossier.intake.jail.zips import UNREADABLE
from hengjian.registry.exchange.columns import GUIDE_SHEET, ROSTER
from hengjian.registry.exchange.roster import take_apart
from hengjian.registry.exchange.sheets import RawSheet, read_sheet
from hengjian.registry.services.imports import model as m
from hengjian.registry.services.imports.model import ImportFault, TypedRow, TypedTables
from hengjian.registry.states import ImportKind

MOST_BYTES = 200 * 1024 * 1024
MOST_FILES = 60
MOST_ROWS = 500_000
MOST_COLUMNS = 200
PACKAGE_NOTES = (".yaml", ".yml", ".json", ".md", ".txt")
OF_PERSONS = (ROSTER, m.PEOPLE, m.EMPLOYMENTS)


@dataclass
class Parsed:
    """All typed rows of a file and what is wrong with its cells."""

    kind: str
    tables: TypedTables = field(default_factory=dict)
    faults: list[ImportFault] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    sheets: list[str] = field(default_factory=list)

    @property
    def stopping(self) -> list[ImportFault]:
        """Faults that stand in the way."""
        return [one for one in self.faults if not one.is_warning]

    def in_order(self, faults: Iterable[ImportFault]) -> list[ImportFault]:
        """Faults as a reader of the file meets them: by sheet, row and column."""
        places = {name: at for at, name in enumerate(self.sheets)}
        return sorted(faults, key=lambda one: (places.get(one.sheet, len(places)), one.row, one.column))

    @property
    def warnings(self) -> list[ImportFault]:
        """Faults that do not."""
        return [one for one in self.faults if one.is_warning]


def parse(file_name: str, data: bytes) -> Parsed:
    """Read a file into typed rows. Raises ``BadInput`` when the file as a whole cannot be taken."""
    if not data:
        raise BadInput("file", _("文件是空的（0字节），请检查后重新上传。"))
    kind = ImportKind.PACKAGE if _is_package(data) else ImportKind.WORKBOOK
    parsed = Parsed(kind)
    for sheet in _sheets(file_name, data, parsed):
        parsed.sheets.append(sheet.name)
        read = read_sheet(sheet)
        parsed.faults += read.faults
        if read.spec is None:
            continue
        if read.spec.name in OF_PERSONS:
            parsed.refused |= {row.values["person_id"] for row in read.refused if "person_id" in row.values}
        if read.spec.name == ROSTER:
            parsed.faults += take_apart(read.rows, parsed.tables)
        else:
            parsed.tables.setdefault(read.spec.name, []).extend(read.rows)
    _approvals_of_institutions(parsed.tables)
    if not parsed.tables and not parsed.stopping:
        raise BadInput("file", _("文件里没有认出任何一张表，请下载导入模板，照模板的工作表名称和表头填写。"))
    return parsed


def _is_package(data: bytes) -> bool:
    parts = parts_of(data) if data.startswith(b"PK\x03\x04") else None
    return parts is not None and "xl/workbook.xml" not in parts


def _sheets(file_name: str, data: bytes, parsed: Parsed) -> Iterator[RawSheet]:
    is_parquet = data.startswith(b"PAR1")
    if parsed.kind == ImportKind.PACKAGE or is_parquet or not (data.startswith(b"PK\x03\x04") or spreadsheet_preflight(data)):
        yield from _tables(Path(file_name).stem, data, parsed)
    else:
        yield from _workbook(data)


def _workbook(data: bytes) -> Iterator[RawSheet]:
    try:
        tables = read_workbook(data)
    except Refused as refused:
        raise BadInput("file", str(refused)) from refused
    for table in tables:
        if table.sheet != GUIDE_SHEET and any(cell is not None for row in table.rows for cell in row):
            unreadable = {(one.row, one.column): one.message for one in table.faults}
            yield RawSheet(table.sheet, table.rows, table.hidden_rows, unreadable)


def _tables(stem: str, data: bytes, parsed: Parsed) -> Iterator[RawSheet]:
    """The tables of a CSV or Parquet file, or of a package of them; they are taken apart in a process of their own."""
    if data.startswith(b"PK\x03\x04") and _is_too_large(data):
        raise BadInput("file", _("数据包过大：最多60个文件，解压后不超过200 MB，请拆分后导入。"))
    try:
        tables = tables_of(stem, data, rows=MOST_ROWS, columns=MOST_COLUMNS, notes=PACKAGE_NOTES)
    except Refused as refused:
        raise BadInput("file", _why(*refused.reasons)) from refused
    for name, rows in tables:
        if rows is None:
            say = _("不认识的文件，未导入。数据包里只放CSV或Parquet文件。")
            parsed.faults.append(ImportFault(name, 0, 0, "", say, is_warning=True))
        else:
            yield RawSheet(name, rows)


def _is_too_large(data: bytes) -> bool:
    try:
        parts = [one for one in zipfile.ZipFile(io.BytesIO(data)).infolist() if not one.is_dir()]
    except UNREADABLE:
        return False
    return len(parts) > MOST_FILES or sum(one.file_size for one in parts) > MOST_BYTES


def _why(fault: str, name: str) -> str:
    """What is wrong with a package or one of its tables, and what to do."""
    return {
        "encoding": _("%(name)s.csv 的编码不是UTF-8或GB18030，请另存后重新上传。"),
        "csv": _("%(name)s.csv 有一格内容过长或引号不成对，请检查后重新上传。"),
        "parquet": _("%(name)s.parquet 已损坏，无法读取，请重新导出。"),
        "size": _("%(name)s 超过50万行或200列，请拆分后导入。"),
        "failed": _("%(name)s 无法在限定的内存和时间内读取，请拆分后导入。"),
        "busy": _("正在查验的文件较多，这份还没有查验。请一分钟后再上传一次。"),
    }.get(fault, _("数据包已损坏或设有密码，无法读取，请重新打包后上传。")) % {"name": name}


def _approvals_of_institutions(tables: TypedTables) -> None:
    """An institution's row bounds one approval (contract: institutions.approval_no, issued_on, valid_until)."""
    names = {
        "institution_id": "institution_id", "approval_no": "approval_no", "approval_class": "approval_class",
        "approved_categories": "categories", "issued_on": "issued_on", "valid_until": "valid_until",
    }
    for row in tables.get(m.INSTITUTIONS, []):
        if row.values.get("approval_no"):
            part = TypedRow(
                row.sheet, row.number, {ours: row.values[key] for key, ours in names.items() if key in row.values},
                {ours: row.columns[key] for key, ours in names.items() if key in row.columns},
                {ours: row.heads[key] for key, ours in names.items() if key in row.heads},
            )
            part.values["derived"] = True
            tables.setdefault(m.APPROVALS, []).append(part)

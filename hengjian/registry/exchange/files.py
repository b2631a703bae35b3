"""Opening what was handed in: a workbook, a CSV or Parquet file, or a package of them as zip."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow
import pyarrow.parquet
from django.utils.translation import gettext as _

from hengjian.base.errors import BadInput
from hengjian.dossier.intake import Refused, parts_of, read_workbook, spreadsheet_preflight
from hengjian.registry.exchange.columns import GUIDE_SHEET, ROSTER
from hengjian.registry.exchange.roster import take_apart
from hengjian.registry.exchange.sheets import RawSheet, read_sheet
from hengjian.registry.services.imports import model as m
from hengjian.registry.services.imports.model import ImportFault, TypedRow, TypedTables
from hengjian.registry.states import ImportKind

MOST_BYTES = 200 * 1024 * 1024
MOST_FILES = 60
MOST_ROWS = 500_000
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
    if parsed.kind == ImportKind.PACKAGE:
        yield from _package(data, parsed)
    elif data.startswith(b"PAR1"):
        yield _parquet(Path(file_name).stem, data)
    elif not data.startswith(b"PK\x03\x04") and not spreadsheet_preflight(data):
        yield _csv(Path(file_name).stem, data)
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


def _package(data: bytes, parsed: Parsed) -> Iterator[RawSheet]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = [one for one in archive.infolist() if not one.is_dir()]
        if len(parts) > MOST_FILES or sum(one.file_size for one in parts) > MOST_BYTES:
            raise BadInput("file", _("数据包过大：最多60个文件，解压后不超过200 MB，请拆分后导入。"))
        for part in parts:
            path = PurePosixPath(part.filename.replace("\\", "/"))
            if path.suffix.lower() == ".csv":
                yield _csv(path.stem, archive.read(part))
            elif path.suffix.lower() == ".parquet":
                yield _parquet(path.stem, archive.read(part))
            elif path.suffix.lower() not in PACKAGE_NOTES:
                say = _("不认识的文件，未导入。数据包里只放CSV或Parquet文件。")
                parsed.faults.append(ImportFault(path.name, 0, 0, "", say, is_warning=True))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput("file", _("数据包已损坏或设有密码，无法读取，请重新打包后上传。")) from error


def _csv(name: str, data: bytes) -> RawSheet:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadInput("file", _("%(name)s.csv 的编码不是UTF-8或GB18030，请另存后重新上传。") % {"name": name})
    first = text.partition("\n")[0]
    separator = max((",", "\t"), key=first.count)
    try:
        rows = [tuple(row) for row in csv.reader(io.StringIO(text), delimiter=separator)]
    except csv.Error as error:
        raise BadInput("file", _("%(name)s.csv 有一格内容过长或引号不成对，请检查后重新上传。") % {"name": name}) from error
    return _within_limits(name, rows)


def _parquet(name: str, data: bytes) -> RawSheet:
    try:
        table = pyarrow.parquet.read_table(pyarrow.BufferReader(data))
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise BadInput("file", _("%(name)s.parquet 已损坏，无法读取，请重新导出。") % {"name": name}) from error
    if table.num_rows > MOST_ROWS:
        return _within_limits(name, range(table.num_rows))
    columns = [[_from_arrow(value) for value in column.to_pylist()] for column in table.columns]
    return RawSheet(name, [tuple(table.column_names), *zip(*columns, strict=True)])


def _from_arrow(value: Any) -> Any:
    if isinstance(value, float):
        return "" if value != value else repr(value)
    return ";".join(map(str, value)) if isinstance(value, list) else value


def _within_limits(name: str, rows: Any) -> RawSheet:
    if len(rows) > MOST_ROWS:
        raise BadInput("file", _("%(name)s 超过50万行，请拆分后导入。") % {"name": name})
    return RawSheet(name, rows)


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

"""Reading a package into DuckDB: every resource as `rows_<name>`, its cells as the contract's types, with the number of each row.

Text is staged as tables. Parquet is read where it lies, unless a row has to be set aside.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import python_calamine

from hengjian.screening.contract import Field, Resource, contract
from hengjian.screening.engine import cells
from hengjian.screening.engine.package import Package, Source, UnusablePackage, as_utf8

LONGEST_LINE = 10_000_000


@dataclass(frozen=True)
class Column:
    """A column of a source and the field that it fills."""

    head: str
    field: Field


@dataclass(frozen=True)
class Staged:
    """A resource that can be asked: the relation `rows_<name>` has the contract's columns, `_row` and `_unread`.

    The relation `cells_<name>` has the cells as they were written. first_row: what number a person gives the row 0.
    """

    resource: Resource
    source: Source
    columns: tuple[Column, ...]
    first_row: int
    unknown_heads: tuple[str, ...] = ()
    rejected_lines: tuple[int, ...] = ()

    @property
    def rejected(self) -> int:
        """Return how many lines had another number of columns than the head."""
        return len(self.rejected_lines)

    @property
    def missing(self) -> tuple[Field, ...]:
        """Return the fields that the source has no column for."""
        there = {one.field.name for one in self.columns}
        return tuple(one for one in self.resource.fields if one.name not in there)


class Reader:
    """Stages the resources of one package in a database."""

    def __init__(self, database: duckdb.DuckDBPyConnection, work: Path) -> None:
        self.database = database
        self.work = work

    def stage(self, source: Source) -> Staged:
        """Make a resource's rows askable; UnusablePackage when its file cannot be read at all."""
        resource = contract()[source.resource]
        reading = {"csv": self._stage_csv, "parquet": self._stage_parquet, "xlsx": self._stage_sheet}[source.format]
        try:
            return reading(resource, source)
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise UnusablePackage(f"{source.name}：读不出来（{first}）。请重新导出这个文件。") from error

    def _stage_csv(self, resource: Resource, source: Source) -> Staged:
        files = [as_utf8(path, self.work) for path in source.files]
        heads = self._heads_of(files, source)
        columns, unknown = matched(resource, heads, source)
        described = ", ".join(f"{_text(f'c{n}')}: 'VARCHAR'" for n in range(len(heads)))
        paths = "[" + ", ".join(_text(str(path)) for path in files) + "]"
        raw = (
            f"read_csv({paths}, columns = {{{described}}}, header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
            f"new_line = '\\n', max_line_size = {LONGEST_LINE}, null_padding = false, ignore_errors = true, store_rejects = true, "
            f"rejects_table = 'rejects_{resource.name}', rejects_scan = 'scans_{resource.name}', rejects_limit = 0)"
        )
        names = {one.head: f"c{n}" for n, head in enumerate(heads) for one in columns if one.head == head}
        self._make_text_table(resource, columns, names, raw)
        lines = self.database.execute(f'SELECT DISTINCT line FROM "rejects_{resource.name}" ORDER BY line').fetchall()
        return Staged(resource, source, columns, 2, unknown, tuple(row[0] for row in lines))

    def _heads_of(self, files: Iterable[Path], source: Source) -> list[str]:
        seen = []
        for path in files:
            with path.open(encoding="utf-8", newline="") as file:
                seen.append([head.strip() for head in next(csv.reader(file), [])])
        if any(one != seen[0] for one in seen):
            raise UnusablePackage(f"{source.name}：各部分的表头不一样。")
        if not seen[0]:
            raise UnusablePackage(f"{source.name}：是空文件，没有表头。")
        return seen[0]

    def _make_text_table(self, resource: Resource, columns: tuple[Column, ...], names: dict[str, str], raw: str) -> None:
        """Stage cells of text beside what they were read as; rows keep the order of the file, so their number is their place."""
        kept = ", ".join(f"{cells.text(names[one.head])} AS {_name(one.field.name)}" for one in columns)
        self.database.execute(f'CREATE OR REPLACE TABLE "cells_{resource.name}" AS SELECT {kept} FROM {raw}')
        self._make_rows(
            resource, columns, f'(SELECT *, rowid AS _row FROM "cells_{resource.name}")', dict.fromkeys(resource.field_names, "VARCHAR")
        )

    def _stage_sheet(self, resource: Resource, source: Source) -> Staged:
        rows = python_calamine.CalamineWorkbook.from_path(str(source.files[0])).get_sheet_by_name(source.sheet).to_python()
        filled = [n for n, row in enumerate(rows) if any(str(cell).strip() for cell in row)]
        if not filled:
            raise UnusablePackage(f"{source.name}：是空表，没有表头。")
        heads = [str(cell).strip() for cell in rows[filled[0]]]
        columns, unknown = matched(resource, heads, source)
        body = rows[filled[0] + 1 :]
        arrays = {one.field.name: pa.array([_cell(row[heads.index(one.head)]) for row in body], pa.string()) for one in columns}
        empty = pa.array(
            [not any(value for value in one) for one in zip(*(array.to_pylist() for array in arrays.values()), strict=True)], pa.bool_()
        )
        self.database.register("given_cells", pa.table(arrays | {"_empty": empty}))
        self.database.execute(f'CREATE OR REPLACE TABLE "cells_{resource.name}" AS SELECT * EXCLUDE (_empty) FROM given_cells')
        self.database.execute(
            f'CREATE OR REPLACE TABLE "empty_{resource.name}" AS SELECT row_number() OVER () - 1 AS _row, _empty FROM given_cells'
        )
        self.database.unregister("given_cells")
        numbered = f'(SELECT *, rowid AS _row FROM "cells_{resource.name}" WHERE rowid NOT IN (SELECT _row FROM "empty_{resource.name}" WHERE _empty))'
        self._make_rows(resource, columns, numbered, dict.fromkeys(resource.field_names, "VARCHAR"))
        return Staged(resource, source, columns, filled[0] + 2, unknown)

    def _stage_parquet(self, resource: Resource, source: Source) -> Staged:
        paths = "[" + ", ".join(_text(str(path)) for path in source.files) + "]"
        several = len(source.files) > 1
        raw = f"read_parquet({paths}, file_row_number = true, union_by_name = true{', filename = true' if several else ''})"
        types = {row[0]: row[1] for row in self.database.execute(f"DESCRIBE SELECT * FROM {raw}").fetchall()}
        columns, unknown = matched(resource, [name for name in types if name != "file_row_number" and not (several and name == "filename")], source)
        renamed = ", ".join(f"{_name(one.head)} AS {_name(one.field.name)}" for one in columns)
        part = f" + (list_position({paths}, filename) - 1) * (1::BIGINT << 40)" if several else ""
        self.database.execute(f'CREATE OR REPLACE VIEW "cells_{resource.name}" AS SELECT {renamed}, file_row_number{part} AS _row FROM {raw}')
        self._make_rows(resource, columns, f'"cells_{resource.name}"', {one.field.name: types[one.head] for one in columns}, view=True)
        return Staged(resource, source, columns, 1, unknown)

    def _make_rows(self, resource: Resource, columns: tuple[Column, ...], raw: str, types: dict[str, str], *, view: bool = False) -> None:
        """Make `rows_<name>`: the contract's columns, `_row`, and `_unread` where a cell that is written could not be read as its type."""
        there = {one.field.name for one in columns}
        values = {
            one.name: cells.convert(_name(one.name), types[one.name], one.type, one.sql_type)
            for one in resource.fields
            if one.name in there
        }
        read = [f"{values.get(one.name, f'NULL::{one.sql_type}')} AS {_name(one.name)}" for one in resource.fields]
        doubtful = [one for one in resource.fields if one.name in there and types[one.name] != one.sql_type]
        unread = " OR ".join(f"(({values[one.name]}) IS NULL AND {_name(one.name)} IS NOT NULL)" for one in doubtful) or "false"
        kind = "VIEW" if view else "TABLE"
        self.database.execute(
            f'CREATE OR REPLACE {kind} "rows_{resource.name}" AS SELECT {", ".join(read)}, _row, {unread} AS _unread FROM {raw}'
        )


def stage_all(reader: Reader, package: Package) -> dict[str, Staged]:
    """Stage every resource of a package."""
    return {name: reader.stage(source) for name, source in package.sources.items()}


def matched(resource: Resource, heads: list[str], source: Source) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """Return the columns that fill a field, by English name or Chinese title, and the heads that fill none.

    UnusablePackage when two columns fill one field, or a column of the key is missing.
    """
    by_head = {one.title: one for one in resource.fields} | {one.name: one for one in resource.fields}
    found = [Column(head, by_head[head]) for head in heads if head in by_head]
    names = [one.field.name for one in found]
    if doubled := {name for name in names if names.count(name) > 1}:
        raise UnusablePackage(f"{source.name}：有两列都是“{'、'.join(sorted(resource[name].title for name in doubled))}”，请只留一列。")
    if lacking := [name for name in resource.key if name not in names]:
        said = "、".join(f"{resource[name].title}（{name}）" for name in lacking)
        raise UnusablePackage(f"{source.name}：缺少{said}这一列，没有它认不出是哪一行。请补上，或把这个文件移出数据包。")
    return tuple(found), tuple(head for head in heads if head not in by_head and head)


def _cell(value: object) -> str | None:
    """A cell of a workbook as the text that a person sees in it."""
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() or None


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"

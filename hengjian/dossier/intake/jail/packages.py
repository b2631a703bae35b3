"""Reading CSV and Parquet, alone or as a package: rows of cells within limits, nothing is guessed."""
from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from hengjian.dossier.intake.jail.workbooks import Cell, cell_of, lines
from hengjian.dossier.intake.jail.zips import UNREADABLE

_SEPARATORS = (",", "\t", ";")
_QUOTED = re.compile(r'"[^"]*"')
_FORMULA = set("=+-@\t\r\n＝＋－＠")


class _Refused(Exception):
    """Why a table is not taken: a word, and the name of the table."""


def _text_of(name: str, data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _Refused("encoding", name)


def _csv(name: str, data: bytes, options: dict[str, Any]) -> Iterator[list[Cell]]:
    text = _text_of(name, data)
    first = _QUOTED.sub("", text.partition("\n")[0])
    separator = max(_SEPARATORS, key=first.count)
    if any(line.count(separator) >= options["columns"] for line in text.splitlines()):
        raise _Refused("size", name)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield [_unquoted(value) or None for value in row]
    except csv.Error as error:
        raise _Refused("csv", name) from error


def _unquoted(value: str) -> str:
    """Without the mark that exports put before what a spreadsheet would take for a formula."""
    return value[1:] if value.startswith("'") and value[1:2] in _FORMULA else value


def _arrow(value: Any) -> Cell:
    if isinstance(value, float):
        return None if value != value else repr(value)
    if isinstance(value, list):
        return ";".join(map(str, value))
    if isinstance(value, int) and not isinstance(value, bool):
        return ["int", str(value)]
    return cell_of(value.decode("utf-8", "replace") if isinstance(value, bytes) else value)


def _parquet(name: str, data: bytes, options: dict[str, Any]) -> Iterator[list[Cell]]:
    import pyarrow  # loaded only where there is such a table
    import pyarrow.parquet  # likewise

    try:
        table = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(data))
        if table.metadata.num_rows > options["rows"] or table.metadata.num_columns > options["columns"]:
            raise _Refused("size", name)
        yield list(table.schema_arrow.names)
        for batch in table.iter_batches(batch_size=1000, use_threads=False):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield [_arrow(value) for value in row]
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
        raise _Refused("parquet", name) from error


def _tables(data: bytes, options: dict[str, Any]) -> Iterator[tuple[str, Iterator[list[Cell]] | None]]:
    """The tables of a file by name; ``None`` for a part that is no table."""
    if data.startswith(b"PAR1"):
        yield options["name"], _parquet(options["name"], data, options)
        return
    if not data.startswith(b"PK\x03\x04"):
        yield options["name"], _csv(options["name"], data, options)
        return
    archive = zipfile.ZipFile(io.BytesIO(data))
    for part in archive.infolist():
        path = PurePosixPath(part.filename.replace("\\", "/"))
        if part.is_dir() or path.suffix.lower() in options["notes"]:
            continue
        if path.suffix.lower() == ".csv":
            yield path.stem, _csv(path.stem, archive.read(part), options)
        elif path.suffix.lower() == ".parquet":
            yield path.stem, _parquet(path.stem, archive.read(part), options)
        else:
            yield path.name, None


def package(data: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the tables with the number of their rows, and all rows as lines; `fault` and `name` say why not."""
    told, out = [], []
    try:
        for name, rows in _tables(data, options):
            count = 0
            if rows is not None:
                for row in rows:
                    count += 1
                    if count > options["rows"] + 1 or len(row) > options["columns"]:
                        raise _Refused("size", name)
                    out.append(lines([row]))
            told.append({"name": name, "rows": count, "known": rows is not None})
    except _Refused as refused:
        return {"fault": refused.args[0], "name": refused.args[1]}, b""
    except UNREADABLE:
        return {"fault": "broken", "name": ""}, b""
    return {"tables": told}, b"".join(out)

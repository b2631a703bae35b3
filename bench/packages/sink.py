"""Where tables go: one Parquet or CSV file for each resource of the contract, in row groups, in the contract's types."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import yaml

CONTRACT = Path(__file__).resolve().parents[2] / "hengjian" / "screening" / "datapackage.yaml"
BESIDE = ("truth", "cases")
"""Files beside the resources."""
TYPES = {
    "string": pa.string(), "date": pa.date32(), "datetime": pa.timestamp("us"), "number": pa.float64(),
    "integer": pa.int64(), "boolean": pa.bool_(),
}  # fmt: skip


@cache
def contract() -> dict[str, dict[str, Any]]:
    """Return the resources of the contract by name."""
    return {one["name"]: one for one in yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))["resources"]}


@cache
def schema_of(resource: str) -> pa.Schema:
    """Return the columns of a resource."""
    return pa.schema([(field["name"], TYPES[field["type"]]) for field in contract()[resource]["schema"]["fields"]])


def column(values: Any, kind: pa.DataType) -> pa.Array:
    """Return an Arrow column; times and dates come as whole numbers, of which the smallest is null."""
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values
    if isinstance(values, np.ndarray) and pa.types.is_timestamp(kind):
        return pa.array(values.astype("datetime64[s]"), type=pa.timestamp("s")).cast(kind)
    if isinstance(values, np.ndarray) and pa.types.is_date(kind):
        return pa.array(values.astype("datetime64[D]"))
    if isinstance(values, np.ndarray) and pa.types.is_floating(kind):
        return pa.array(values, mask=np.isnan(values), type=kind)
    return pa.array(values, type=kind)


class Sink:
    """Writes the tables of one package."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder, self.kind = folder, kind
        self.writers: dict[str, Any] = {}
        self.rows: dict[str, int] = {}
        folder.mkdir(parents=True, exist_ok=True)
        for name in (*contract(), *BESIDE):  # of an earlier package, perhaps in the other format
            for suffix in ("csv", "parquet"):
                (folder / f"{name}.{suffix}").unlink(missing_ok=True)

    def write(self, resource: str, columns: Mapping[str, Any]) -> None:
        """Append rows to a resource; columns that are not given are null."""
        schema = schema_of(resource)
        length = len(next(iter(columns.values())))
        unknown = set(columns) - set(schema.names)
        if unknown:
            raise KeyError(f"{resource} has no {sorted(unknown)}")
        arrays = [column(columns[f.name], f.type) if f.name in columns else pa.nulls(length, f.type) for f in schema]
        self.put(resource, pa.table(arrays, schema=schema))

    def put(self, name: str, table: pa.Table) -> None:
        """Append a table to a file, which need not be a resource."""
        table = _as_text(table) if self.kind == "csv" else table
        if name not in self.writers:
            path = self.folder / f"{name}.{self.kind}"
            self.writers[name] = (
                pa.csv.CSVWriter(path, table.schema, write_options=pa.csv.WriteOptions(quoting_style="needed"))
                if self.kind == "csv" else pa.parquet.ParquetWriter(path, table.schema)
            )  # fmt: skip
        self.writers[name].write_table(table)
        self.rows[name] = self.rows.get(name, 0) + table.num_rows

    def close(self) -> None:
        """Finish all files; a resource without rows still has its file."""
        for name in contract():
            if name not in self.writers:
                self.put(name, schema_of(name).empty_table())
        for writer in self.writers.values():
            writer.close()


def _as_text(table: pa.Table) -> pa.Table:
    """Times as ISO 8601 with a T, as the contract writes them."""
    for at, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(at, field.name, pc.strftime(table.column(at).cast(pa.timestamp("s")), "%Y-%m-%dT%H:%M:%S"))
    return table

"""Apache Spark, for data that one machine's DuckDB has outgrown; needs the extra `spark` and Java 17."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa

_hash = ibis.udf.scalar.builtin(lambda key, value: None, name="xxhash64", signature=((dt.int64, dt.float64), dt.int64))
_row_keys = ibis.udf.scalar.builtin(lambda: None, name="monotonically_increasing_id", signature=((), dt.int64))
_other_base = ibis.udf.scalar.builtin(lambda digits, old, new: None, name="conv", signature=((dt.string, dt.int32, dt.int32), dt.string))

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
    "spark.sql.ansi.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "ERROR",
}


class SparkMissing(Exception):
    """Spark or its Java is not installed; the text says what to install."""


class SparkEngine:
    """Runs expressions on Spark over the Parquet files of a package that has been read and checked."""

    name = "spark"

    def __init__(self, folder: Path, *, memory: str | None = None, threads: int | None = None, session: Any = None) -> None:
        self.folder = folder
        self._own = session is None
        self.session = session or start_session(folder, memory=memory, threads=threads)
        self.connection = ibis.pyspark.connect(self.session)
        self._cached: list[Any] = []

    def read(self, name: str, files: Path) -> None:
        """Make a table of a Parquet file or a folder of parts."""
        self.session.read.parquet(str(files)).createOrReplaceTempView(name)

    def table(self, name: str) -> ir.Table:
        """Return a table by name."""
        return self.connection.table(name)

    def keep(self, name: str, expression: ir.Table) -> ir.Table:
        """Compute a table once and return it.

        In a file, not in Spark's cache: cached plans nest in each other, until the text of the plan alone fills the memory.
        """
        target = str(self.folder / "kept" / name)
        self.session.sql(self.connection.compile(expression)).write.mode("overwrite").parquet(target)
        self.session.read.parquet(target).createOrReplaceTempView(name)
        return self.connection.table(name)

    def register(self, name: str, rows: pa.Table) -> ir.Table:
        """Make a table of rows in memory."""
        return self._cache(name, self.session.createDataFrame(rows))

    def _cache(self, name: str, frame: Any) -> ir.Table:
        frame = frame.persist()
        frame.createOrReplaceTempView(name)
        self._cached.append(frame)
        return self.connection.table(name)

    def hashed(self, key: ir.Value, value: ir.Value) -> ir.IntegerValue:
        """Return 64 bits of a whole number and a figure; they differ from engine to engine, so no finding may show them."""
        return _hash(key.cast("int64"), value.cast("float64"))

    def row_keys(self) -> ir.IntegerValue:
        """Return a whole number of its own for each row of a table that is about to be kept."""
        return _row_keys()

    def hex_number(self, digits: ir.StringValue) -> ir.IntegerValue:
        """Return the number that at most 15 hexadecimal digits stand for."""
        return _other_base(digits, 16, 10).cast("int64")

    def fetch(self, expression: ir.Table) -> pa.Table:
        """Return the rows of an expression."""
        return self.connection.to_pyarrow(expression)

    def close(self) -> None:
        """Let go of what was kept, and of the session where it is ours."""
        for frame in self._cached:
            frame.unpersist()
        if self._own:
            self.session.stop()


def start_session(folder: Path, *, memory: str | None = None, threads: int | None = None) -> Any:
    """Start Spark in this process; SparkMissing says what is not installed."""
    try:
        from pyspark.sql import SparkSession  # an extra: the other engine goes without it
    except ImportError as error:
        raise SparkMissing("没有安装 Spark：请用 requirements/spark.txt 安装（pyspark），再试一次") from error
    cores = int(threads or os.cpu_count() or 2)
    building = SparkSession.builder.master(f"local[{cores}]").appName("hengjian")
    settings = SETTINGS | {
        "spark.local.dir": str(folder / "spark"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.shuffle.partitions": str(cores * 2),
        "spark.driver.memory": _jvm_memory(memory),
    }
    for name, value in settings.items():
        building = building.config(name, value)
    try:
        return building.getOrCreate()
    except Exception as error:  # whatever a missing or broken Java raises
        raise SparkMissing(f"Spark 没有启动（需要 Java 17，Debian 上是 openjdk-17-jre-headless）：{error}") from error


def _jvm_memory(memory: str | None) -> str:
    return (memory or "4GB").upper().replace("GB", "g").replace("MB", "m").replace(" ", "")

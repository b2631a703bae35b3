"""Cells of text as values: the expressions by which DuckDB reads what people write in CSV files and workbooks.

The contract asks for ISO 8601; what offices really write is read too (2026/3/5, 2026年3月5日, 20260305, 1,234.50, 是), anything else is
a fault that is told. A time with an offset is brought to Beijing time.
"""

from __future__ import annotations

DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%Y-%m", "%Y/%m", "%Y%m", "%Y年%m月")
TIME_FORMATS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d %H:%M",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y%m%d%H%M%S",
    *DATE_FORMATS,
)
TRUE_WORDS, FALSE_WORDS = ("true", "t", "1", "yes", "y", "是"), ("false", "f", "0", "no", "n", "否")
_DAY_LENGTH, _FULL_TIME = 10, 19


def text(column: str) -> str:
    """Return a cell without the blanks around it; an empty one is null."""
    return f"nullif(trim({column}), '')"


def read(column: str, kind: str) -> str:
    """Return the expression that reads a cell of text as a type of the contract; null where it cannot be read."""
    cell = text(column)
    return READERS[kind](cell) if kind in READERS else cell


def _date(cell: str) -> str:
    plain = f"CASE WHEN length({cell}) <= {_DAY_LENGTH} THEN try_cast({cell} AS DATE) END"
    midnight = (
        f"CASE WHEN try_cast({cell} AS TIMESTAMP) = date_trunc('day', try_cast({cell} AS TIMESTAMP)) THEN try_cast({cell} AS DATE) END"
    )
    return f"coalesce({plain}, try_strptime({cell}, {list(DATE_FORMATS)})::DATE, {midnight})"


def _datetime(cell: str) -> str:
    zoned = f"length({cell}) > {_FULL_TIME} AND ({cell}[-1] = 'Z' OR {cell}[-6] IN ('+', '-') OR {cell}[-3] IN ('+', '-'))"
    moved = f"timezone('Asia/Shanghai', try_cast({cell} AS TIMESTAMP WITH TIME ZONE))"
    return f"CASE WHEN {zoned} THEN {moved} ELSE coalesce(try_cast({cell} AS TIMESTAMP), try_strptime({cell}, {list(TIME_FORMATS)})) END"


def _number(cell: str) -> str:
    read_as = f"coalesce(try_cast({cell} AS DOUBLE), try_cast(replace(replace({cell}, ',', ''), '，', '') AS DOUBLE))"
    return f"CASE WHEN isfinite({read_as}) THEN {read_as} END"


def _integer(cell: str) -> str:
    number = _number(cell)
    return f"CASE WHEN {number} = floor({number}) THEN try_cast({number} AS BIGINT) END"


def _boolean(cell: str) -> str:
    return f"CASE WHEN lower({cell}) IN {TRUE_WORDS} THEN true WHEN lower({cell}) IN {FALSE_WORDS} THEN false END"


READERS = {"date": _date, "datetime": _datetime, "number": _number, "integer": _integer, "boolean": _boolean}

# How a column of a Parquet file that has another type is brought to the contract's, by (its type's beginning, the contract's type).
CASTS = {
    ("TIMESTAMP WITH TIME ZONE", "datetime"): "timezone('Asia/Shanghai', {column})",
    ("TIMESTAMP WITH TIME ZONE", "date"): "timezone('Asia/Shanghai', {column})::DATE",
    ("DOUBLE", "number"): "CASE WHEN isfinite({column}) THEN {column} END",
    ("FLOAT", "number"): "CASE WHEN isfinite({column}) THEN {column}::DOUBLE END",
    ("DOUBLE", "integer"): "CASE WHEN {column} = floor({column}) THEN try_cast({column} AS BIGINT) END",
    ("FLOAT", "integer"): "CASE WHEN {column} = floor({column}) THEN try_cast({column} AS BIGINT) END",
}


def convert(column: str, has: str, kind: str, wanted: str) -> str:
    """Return the expression that brings a typed column to the contract's type. has, wanted: DuckDB types."""
    if has == "VARCHAR":
        return read(column, kind) if kind != "string" else f"nullif({column}, '')"
    if pattern := CASTS.get((has, kind)):
        return pattern.format(column=column)
    return column if has == wanted else f"try_cast({column} AS {wanted})"

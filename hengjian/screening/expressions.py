"""Expressions that many rules share; each compiles to the same meaning on DuckDB and on Spark."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.datatypes as dtypes
import ibis.expr.types as ir

if TYPE_CHECKING:
    from hengjian.screening.tables import Tables

EARTH_KM = 6371.0088
SECONDS_A_DAY = 86_400


def distance_km(latitude: Any, longitude: Any, other_latitude: Any, other_longitude: Any) -> ir.FloatingValue:
    """Return the great-circle distance in kilometres of two places in degrees (haversine); null where a coordinate is null."""
    north, east = (other_latitude - latitude).radians() / 2, (other_longitude - longitude).radians() / 2
    chord = north.sin().pow(2) + latitude.radians().cos() * other_latitude.radians().cos() * east.sin().pow(2)
    return 2 * EARTH_KM * _at_most_one(chord).sqrt().asin()


def _at_most_one(chord: Any) -> Any:
    """Rounding can lift the chord of antipodes above one, where the arc sine ends."""
    return ibis.ifelse(chord > 1.0, 1.0, chord)


def seconds_between(earlier: Any, later: Any) -> ir.IntegerValue:
    """Return the seconds from one time to another, negative when they run backwards."""
    return later.epoch_seconds() - earlier.epoch_seconds()


def in_minutes(seconds: Any) -> ir.FloatingValue:
    """Return seconds as minutes. Spark takes 60.0 for a decimal and would divide to six digits: the seconds are a double before."""
    return seconds.cast("float64") / 60


def minutes_between(earlier: Any, later: Any) -> ir.FloatingValue:
    """Return the minutes from one time to another."""
    return in_minutes(seconds_between(earlier, later))


def day_number(day: Any) -> ir.IntegerValue:
    """Return a date as its number of days since 1970, so that days can be subtracted on every engine."""
    return (day.cast("timestamp").epoch_seconds() / SECONDS_A_DAY).floor().cast("int64")


def days_between(earlier: Any, later: Any) -> ir.IntegerValue:
    """Return how many days later one date is than another: the start is day 0."""
    return day_number(later) - day_number(earlier)


def month_number(day: Any) -> ir.IntegerValue:
    """Return a month as a running number, so that consecutive months differ by one."""
    return (day.year() * 12 + day.month() - 1).cast("int64")


def literal_day(day: dt.date) -> ir.DateScalar:
    """Return a date as a literal of the date type."""
    return ibis.literal(day, type="date")


def identifiers(table: ir.Table, column: str, name: str) -> ir.Table:
    """Return the table with one row for each identifier in a column that holds several, separated by ';'.

    Blanks around them are dropped, and so are rows that name nobody; one named twice in a row counts once.
    """
    parted = table.mutate(**{name: table[column].replace(" ", "").split(";").unique().unnest()})
    return parted.filter(parted[name].notnull() & (parted[name] != ""))


def lists(column: Any, code: Any) -> ir.BooleanValue:
    """Return whether a column of codes separated by ';' holds a code exactly (2000 does not cover 2300); false for null."""
    spaceless = ibis.literal(";").concat(column.replace(" ", ""), ";")
    return spaceless.contains(ibis.literal(";").concat(code, ";")).fill_null(False)


def with_workdays(tables: Tables, table: ir.Table, start: str, end: str, name: str) -> ir.Table:
    """Return the table with the working days from a date column to another: the day after the start is the first.

    Null where a date is null or outside the calendar.
    """
    days = tables.workdays
    first = days.select(**{f"_{name}_from": days.day, f"_{name}_low": days.number})
    last = days.select(**{f"_{name}_to": days.day, f"_{name}_high": days.number})
    joined = table.left_join(first, table[start] == first[f"_{name}_from"])
    joined = joined.left_join(last, joined[end] == last[f"_{name}_to"])
    counted = joined.mutate(**{name: joined[f"_{name}_high"] - joined[f"_{name}_low"]})
    return counted.drop(*(f"_{name}_{part}" for part in ("from", "low", "to", "high")))


def later_than(tables: Tables, table: ir.Table, start: str, end: str, allowed: Any) -> ir.Table:
    """Return the rows between whose dates lie more working days than are allowed, with `workdays`.

    Working days are never more than days: few rows meet the calendar.
    """
    doubtful = table.filter(days_between(table[start], table[end]) > allowed)
    return with_workdays(tables, doubtful, start, end, "workdays").filter(ibis._.workdays > allowed)


def each_day(table: ir.Table, first: str, last: str) -> ir.ArrayValue:
    """Return an array of the running numbers (days or months) from one column to another, both included, to be unnested.

    Rows whose numbers run backwards are left out before: Spark refuses to count down.
    """
    return ibis.range(table[first], table[last] + 1)


def month_start(number: Any) -> ir.DateValue:
    """Return the first day of a month that is given as its running number."""
    return ibis.date((number // 12).cast("int32"), (number % 12 + 1).cast("int32"), 1)


def first_of_each(table: ir.Table, subject: str, order: Sequence[Any], **gathered: Any) -> ir.Table:
    """Return one row for each subject, its first in an order, with lists of something over all of its rows; for small groups."""
    everything = ibis.window(group_by=subject)
    place = ibis.row_number().over(ibis.window(group_by=subject, order_by=list(order)))
    placed = table.mutate(_place=place, **{name: value.collect().over(everything) for name, value in gathered.items()})
    return placed.filter(placed._place == 0).drop("_place")


def first_rows(table: ir.Table, by: str, order: list[str], most: int) -> ir.Table:
    """Return the first rows of each group, as many as a reader can take in, with their `place` from 0 and the number of `rows_in_all`."""
    place = ibis.row_number().over(ibis.window(group_by=by, order_by=order))
    counted = table.mutate(rows_in_all=ibis._.count().over(ibis.window(group_by=by)), place=place)
    return counted.filter(counted.place < most)


bit_count = ibis.udf.scalar.builtin(lambda bits: 0, name="bit_count", signature=((dtypes.int64,), dtypes.int8))
_bit_or = ibis.udf.agg.builtin(lambda bits: 0, name="bit_or", signature=((dtypes.int64,), dtypes.int64))
# Ibis has no exclusive or of a column for Spark; DuckDB hashes to unsigned numbers, Spark to signed ones.
_BIT_XOR = {kind: ibis.udf.agg.builtin(lambda bits: 0, name="bit_xor", signature=((kind,), kind)) for kind in (dtypes.int64, dtypes.uint64)}


def bit_xor(column: Any, where: Any = None) -> ir.IntegerScalar:
    """Return the exclusive or of all numbers of a column; null for none."""
    return _BIT_XOR[column.type().copy(nullable=True)](column, where=where)


def bit_or(column: Any) -> ir.IntegerScalar:
    """Return the bits that are set in any number of a column; null for none."""
    return _bit_or(column)

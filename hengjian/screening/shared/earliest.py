"""The earliest rows of a group, so that many equal rows need not meet each other in pairs."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir


def with_earliest(table: ir.Table, group: str, owner: str, time: str, row: str) -> ir.Table:
    """Return of each group the earliest row, and the earliest that belongs to another owner than that one.

    Whatever the owner of a later row is: if the group has an earlier row of another owner, one of these two is such a row, and no row
    of another owner is earlier.
    """
    order = [table[time], table[row]]
    first = table.mutate(_first=table[owner].first().over(group_by=group, order_by=order))
    place = ibis.row_number().over(group_by=[group, first[owner] == first["_first"]], order_by=[first[time], first[row]])
    return first.mutate(_place=place).filter(ibis._["_place"] == 0).drop("_first", "_place")

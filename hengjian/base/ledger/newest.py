"""The newest entries of some actions, however rare they are among the others."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from hengjian.base.models.ledger import LedgerEntry

# The newest of each action by its index, then the newest of these. One WHERE with all actions makes databases walk back
# through the whole ledger in order of time, where the actions are rare.
_OF_ONE = (
    "SELECT * FROM (SELECT id, at FROM ledger_entry WHERE action = %s AND object_type <> %s ORDER BY at DESC, id DESC LIMIT %s) AS newest"
)


def newest_of(actions: Iterable[str], most: int, *, but_about: str = "") -> list[LedgerEntry]:
    """Return the newest entries of these actions, the newest first, without those about one type of object."""
    wanted = sorted(set(actions))
    if not wanted:
        return []
    sql = " UNION ALL ".join([_OF_ONE] * len(wanted)) + " ORDER BY at DESC, id DESC LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(value for one in wanted for value in (one, but_about, most)), most])
        ids = [row[0] for row in cursor.fetchall()]
    return list(LedgerEntry.objects.filter(pk__in=ids).order_by("-at", "-id"))

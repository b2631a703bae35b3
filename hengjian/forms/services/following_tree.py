"""Sheets that may still be filled follow a change in the tree of authorities; what was filed keeps the path of its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db.models import Q

from hengjian.base import clock
from hengjian.base.reseating import Follower, Reseat, follows_the_tree, tells_frozen
from hengjian.base.scope import EVERYTHING, inside
from hengjian.forms.models import CellRemark, Sheet, SheetEdition, SheetLine, WorkbookReading


def _open(_reseat: Reseat) -> Q:
    return Q(locked=False)


def _of_open_sheets(_reseat: Reseat) -> Q:
    return Q(sheet__locked=False)


follows_the_tree(
    Follower(Sheet, _open), Follower(SheetLine, _of_open_sheets), Follower(CellRemark, _of_open_sheets), Follower(WorkbookReading, _of_open_sheets),
)


@tells_frozen
def last_sheet_filed(paths: Sequence[str], since: date) -> date | None:
    """The last day on which a sheet was filed at one of the paths or below it."""
    there = Q(pk__in=[])
    for path in paths:
        there |= inside("org_area", path)
    begin = datetime.combine(since, time.min, tzinfo=clock.SHANGHAI)
    held = SheetEdition.objects.within(EVERYTHING).filter(there, filed_at__gte=begin).order_by("-filed_at")
    last = held.values_list("filed_at", flat=True).first()
    return clock.local_date(last) if last else None

"""Budgets of tries: so many at once, then one every so often. In the database, so that no process and no restart forgets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from hengjian.base import clock, crypto
from hengjian.base.models import Budget

LONGEST = timedelta(days=2)
"""After this long without a try every budget is full again, and its row is forgotten."""


@dataclass(frozen=True)
class Allowance:
    """``most`` tries at once; each that was spent comes back after ``every``. All of them within ``LONGEST``."""

    most: int
    every: timedelta

    def left(self, row: Budget | None, now: datetime) -> float:
        """How many tries a budget holds now; without a row it is full."""
        if row is None:
            return float(self.most)
        return min(float(self.most), row.left + max(now - row.at, timedelta()) / self.every)

    def wait(self, left: float) -> timedelta:
        """How long until there is a whole try."""
        return max(1 - left, 0) * self.every


Wanted = Mapping[str, Allowance]
"""Budgets by name; a try is spent of all of them or of none."""


def _key(name: str) -> str:
    return crypto.mac("budget", name.encode()).hex()[:32]


def _waits(wanted: Mapping[str, Allowance], rows: Mapping[str, Budget], now: datetime) -> timedelta:
    return max((allowed.wait(allowed.left(rows.get(key), now)) for key, allowed in wanted.items()), default=timedelta())


def spend(wanted: Wanted) -> timedelta:
    """Spend one try of each budget before it is made; return how long to wait when one of them holds none.

    Whoever has to wait costs no write. The row is locked, so that tries made at the same time are counted one by one.
    """
    keyed = {_key(name): allowed for name, allowed in sorted(wanted.items())}
    if (wait := _waits(keyed, Budget.objects.in_bulk(list(keyed)), clock.real_now())) > timedelta():
        return wait
    with transaction.atomic():
        now = clock.real_now()
        full = [Budget(key=key, left=float(allowed.most), at=now) for key, allowed in keyed.items()]
        Budget.objects.bulk_create(full, ignore_conflicts=True)
        rows = {row.key: row for row in Budget.objects.select_for_update().filter(key__in=keyed).order_by("key")}
        if (wait := _waits(keyed, rows, now)) > timedelta():
            return wait
        for key, allowed in keyed.items():
            Budget.objects.filter(key=key).update(left=allowed.left(rows[key], now) - 1, at=now)
    return timedelta()


def give_back(wanted: Wanted) -> None:
    """Give back the try that was spent: it turned out to be none."""
    with transaction.atomic():
        now = clock.real_now()
        keyed = {_key(name): allowed for name, allowed in wanted.items()}
        for row in Budget.objects.select_for_update().filter(key__in=keyed).order_by("key"):
            allowed = keyed[row.key]
            Budget.objects.filter(key=row.key).update(left=min(allowed.left(row, now) + 1, float(allowed.most)), at=now)


def fill(*names: str) -> None:
    """Fill budgets up again."""
    Budget.objects.filter(key__in=[_key(name) for name in names]).delete()


def forget_full_budgets() -> int:
    """Delete the budgets that must be full again; return how many."""
    return Budget.objects.filter(at__lt=clock.real_now() - LONGEST).delete()[0]

"""Rows of the present follow when the tree of authorities changes; each app says which of its rows those are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from hengjian.base.actions import Action
from hengjian.base.models.rows import Row
from hengjian.base.scope import EVERYTHING, inside


@dataclass(frozen=True)
class Reseat:
    """Where the present rows of an area go: a whole branch of the tree, or single organisations whose seat changes.

    ``closed`` is the authority that ends with it, ``successor`` the one that carries its business on.
    """

    old: str
    new: str
    org_ids: frozenset[UUID] = frozenset()
    closed: UUID | None = None
    successor: UUID | None = None

    def path(self, held: str) -> str:
        """The path as it is afterwards; one that lies elsewhere stays."""
        return self.new + held[len(self.old):] if held.startswith(self.old) else held


Live = Callable[[Reseat], Q]


def always(_reseat: Reseat) -> Q:
    """Every row of the table is of the present: registers."""
    return Q()


@dataclass(frozen=True)
class Follower:
    """Rows of one table that follow: which are of the present, which columns hold paths, what else changes in them.

    Attributes:
        columns: columns that hold paths; of a single organisation that moves, ``org_columns``.
        owner: the column of the organisation.
        change: given the change of the tree, makes what else changes in a row (its paths are new already); ``fields`` names the columns.
        stays: rows that cannot follow because their like is there already.
    """

    model: type[Row]
    live: Live = always
    columns: tuple[str, ...] = ("area", "org_area")
    org_columns: tuple[str, ...] | None = None
    owner: str = "org_id"
    change: Callable[[Reseat], Callable[[Any], None]] | None = None
    fields: tuple[str, ...] = ()
    stays: Live | None = None

    def found(self, reseat: Reseat) -> Any:
        """The rows that a change reaches."""
        reached = Q(pk__in=[])
        for column in self.columns:
            reached |= inside(column, reseat.old)
        if reseat.org_ids:
            seat = self.columns[-1]
            reached = inside(seat, reseat.old) & Q(**{f"{self.owner}__in": sorted(reseat.org_ids, key=str)})
        manager: Any = self.model.objects
        held = manager.within(EVERYTHING).filter(reached & self.live(reseat))
        return held.exclude(self.stays(reseat)) if self.stays else held

    def follow(self, act: Action, reseat: Reseat) -> int:
        """Give the rows their new paths, set-wise, one ledger entry each; return how many."""
        columns = self.org_columns if reseat.org_ids and self.org_columns is not None else self.columns
        rows = list(self.found(reseat))
        change = self.change(reseat) if self.change is not None and rows else None

        def seat(row: Any) -> None:
            for column in columns:
                setattr(row, column, reseat.path(getattr(row, column)))
            if change is not None:
                change(row)

        act.change_many(rows, seat, fields=(*columns, *self.fields))
        return len(rows)


Step = Callable[[Action, Reseat], None]
FrozenTeller = Callable[[Sequence[str], date], "date | None"]

_followers: list[Follower] = []
_before: list[Step] = []
_frozen: list[FrozenTeller] = []


def follows_the_tree(*followers: Follower) -> None:
    """Register rows that follow; the order of registration is the order in which they do."""
    known = {one.model for one in _followers}
    _followers.extend(one for one in followers if one.model not in known)


def before_rows_follow(step: Step) -> Step:
    """Register what an app does inside the same action before its rows follow: rows that end, papers that pass on."""
    if step not in _before:
        _before.append(step)
    return step


def tells_frozen(tell: FrozenTeller) -> FrozenTeller:
    """Register who knows since when something is frozen: ``tell(paths, since)`` is the last such day, or ``None``."""
    if tell not in _frozen:
        _frozen.append(tell)
    return tell


def rows_follow(act: Action, reseat: Reseat) -> int:
    """Let every registered row of the present follow a change, inside the action that is open."""
    for step in _before:
        step(act, reseat)
    return sum(one.follow(act, reseat) for one in _followers)


def rows_there(reseat: Reseat) -> list[tuple[str, int]]:
    """How many rows of the present a change would reach, by the name of their table; the authority's own rows left out."""
    found = []
    for one in _followers:
        held = one.found(reseat)
        count = held.exclude(**{one.owner: reseat.closed}).count() if reseat.closed else held.count()
        if count:
            found.append((str(one.model._meta.verbose_name), count))
    return found


def frozen_since(paths: Sequence[str], since: date) -> date | None:
    """The last day from ``since`` on at which something was frozen at one of the paths or above or below it."""
    days = [day for tell in _frozen if (day := tell(paths, since)) is not None]
    return max(days, default=None)

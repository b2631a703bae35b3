"""What a viewer may see: areas of the tree of authorities and single organisations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q


def inside(field: str, path: str) -> Q:
    """Rows whose ``field`` (a materialised path ending in ``/``) lies at or below ``path``.

    Written as a half-open range so that a plain index serves it on both databases.
    """
    return Q(**{f"{field}__gte": path, f"{field}__lt": path[:-1] + "0"})


def path_inside(path: str, ancestor: str) -> bool:
    """Whether ``path`` lies at or below ``ancestor``."""
    return path.startswith(ancestor)


@dataclass(frozen=True)
class Scope:
    """Rows done in, or by an organisation at home in, ``areas``; and rows of ``org_ids``.

    Source: 沪市监特种〔2024〕317号 一(三) (注册在本辖区以及在本辖区内开展检验业务).
    """

    areas: tuple[str, ...] = ()
    org_ids: frozenset[UUID] = frozenset()
    everything: bool = False

    def condition(self, prefix: str = "") -> Q:
        """The filter of this scope over a scoped table; ``prefix`` walks to a parent row."""
        seen = Q(**{f"{prefix}org_id__in": sorted(self.org_ids, key=str)})
        for area in self.areas:
            seen |= inside(f"{prefix}area", area) | inside(f"{prefix}org_area", area)
        return seen

    def holds(self, row: object) -> bool:
        """Whether a row in memory lies in this scope; rows without an owner belong to the system."""
        if self.everything:
            return True
        org_id = getattr(row, "org_id", None)
        if org_id in self.org_ids and org_id is not None:
            return True
        return self.covers(getattr(row, "area", "")) or self.covers(getattr(row, "org_area", ""))

    def covers(self, path: str) -> bool:
        """Whether an area path lies in this scope's areas."""
        return bool(path) and (self.everything or any(path_inside(path, area) for area in self.areas))

    def joined(self, others: Iterable[Scope]) -> Scope:
        """This scope and the others together."""
        scopes = [self, *others]
        return Scope(
            tuple(dict.fromkeys(a for s in scopes for a in s.areas)),
            frozenset(o for s in scopes for o in s.org_ids),
            any(s.everything for s in scopes),
        )


EVERYTHING = Scope(everything=True)
NOTHING = Scope()

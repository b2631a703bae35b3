"""Which rows belong to an authority after changes in the tree: rows keep the path of their day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q

from hengjian.base.scope import Scope, inside
from hengjian.parties.actors import areas_of_each
from hengjian.parties.models import AuthorityEdition


@dataclass(frozen=True)
class Place:
    """The paths that belong to an authority today, and those below them that went elsewhere."""

    paths: tuple[str, ...]
    gone: tuple[str, ...]

    def holds(self, area: str) -> bool:
        """Whether a row of this area belongs here."""
        return area.startswith(self.paths) and not (self.gone and area.startswith(self.gone))

    def condition(self, field: str) -> Q:
        """The same as a filter."""
        here, left = Q(pk__in=[]), Q(pk__in=[])
        for path in self.paths:
            here |= inside(field, path)
        for path in self.gone:
            left |= inside(field, path)
        return here & ~left if self.gone else here


def place_at(scope: Scope, path: str) -> Place:
    """The place of the authority at a path: what came to it brings its rows along, what left took them away."""
    return places_at(scope, [path])[0]


def places_at(scope: Scope, paths: Iterable[str]) -> list[Place]:
    """The places of many authorities, in two queries."""
    wanted = list(paths)
    moved = AuthorityEdition.objects.within(scope).exclude(path=F("authority__path")).order_by()
    known, areas = set(moved.values_list("authority__path", "path")), areas_of_each(wanted)
    return [Place(areas[path], tuple(sorted({was for now, was in known if _left(path, now, was)}))) for path in wanted]


def _left(path: str, now: str, was: str) -> bool:
    return was.startswith(path) and was != path and not now.startswith(path)

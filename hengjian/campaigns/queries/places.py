"""Which rows belong to an authority after changes in the tree: rows keep the path of their day."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from hengjian.base.scope import Scope, inside
from hengjian.parties.actors import areas_of
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
    left = AuthorityEdition.objects.within(scope).filter(inside("path", path)).exclude(inside("authority__path", path))
    paths = areas_of(path)
    return Place(paths, tuple(sorted({one for one in left.values_list("path", flat=True) if one != path})))

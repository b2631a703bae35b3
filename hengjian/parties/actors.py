"""Who is acting: an account in one of its posts, with the scope that the post gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING, NOTHING, Scope, inside
from hengjian.parties.models import Account, AuthorityEdition, FormerSeat, Post
from hengjian.parties.states import AUTHORITY_ROLES, PLATFORM_ADMINS, REGULATORS


@dataclass(frozen=True)
class Actor:
    """An account acting in one post."""

    id: UUID | None
    name: str
    post_id: UUID | None
    role: str
    post_title: str
    org_id: UUID | None
    org_name: str
    area: str
    level: str
    scope: Scope
    is_authority: bool

    def holds(self, *roles: str, org_id: object = None) -> bool:
        """Whether the current post is one of ``roles`` (in that organisation or authority, when given)."""
        return self.role in roles and (org_id is None or org_id == self.org_id)

    @property
    def is_regulator(self) -> bool:
        """监管员 or 分管负责人 of an authority."""
        return self.role in REGULATORS

    def supervises(self, row: object) -> bool:
        """Whether the actor is a regulator in whose area the row's work or seat lies."""
        return self.is_regulator and self.scope.holds(row)


def posts_today(account: Account) -> list[Post]:
    """The posts that the account holds today, oldest first."""
    today = clock.today()
    held = Post.objects.within(EVERYTHING).filter(account=account, valid_from__lte=today).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
    return list(held.select_related("authority", "organisation").order_by("valid_from", "id"))


def actor_for(account: Account, post: Post) -> Actor:
    """The actor that an account is in one of its posts."""
    authority, organisation = post.authority, post.organisation
    area = authority.path if authority else organisation.area if organisation else ""
    return Actor(
        id=account.id, name=account.name, post_id=post.id, role=post.role, post_title=post.shown_title,
        org_id=post.authority_id or post.organisation_id,
        org_name=post.holder_name, area=area, level=authority.level if authority else "",
        scope=scope_of(post), is_authority=post.role in AUTHORITY_ROLES,
    )


def scope_of(post: Post) -> Scope:
    """What a post may see: an authority its areas of today and of the past and units that came to it, an organisation itself."""
    if post.role in PLATFORM_ADMINS:
        return NOTHING
    if post.authority is not None:
        return Scope(areas=areas_of(post.authority.path), org_ids=frozenset({post.authority.id, *came_to(post.authority.path)}))
    if post.organisation_id is not None:
        return Scope(org_ids=frozenset({post.organisation_id}))
    return NOTHING


def areas_of(path: str) -> tuple[str, ...]:
    """The path itself, and paths that authorities now below it had before they came here.

    Rows keep the path of their day, so a county that changed its city brings its history along.
    """
    return areas_of_each([path])[path]


def areas_of_each(paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The areas of each path, in one query: how many authorities there are does not matter, only how many moved."""
    wanted = list(paths)
    moved = AuthorityEdition.objects.within(EVERYTHING).exclude(path=F("authority__path")).order_by()
    known = set(moved.values_list("authority__path", "path"))
    return {
        path: (path, *sorted({was for now, was in known if now.startswith(path) and not was.startswith(path)})) for path in wanted
    }


def came_to(path: str) -> frozenset[UUID]:
    """Organisations seated at a path that were seated elsewhere before: they bring their history along."""
    from_elsewhere = FormerSeat.objects.within(EVERYTHING).filter(inside("organisation__area", path)).exclude(inside("area", path))
    return frozenset(from_elsewhere.values_list("organisation_id", flat=True))


def own_actor(account: Account) -> Actor:
    """A person acting on its own account, whatever post it holds or does not hold."""
    return Actor(account.id, account.name, None, "", "本人", None, "", "", "", NOTHING, False)


def everything_actor(name: str = "系统") -> Actor:
    """The system as an actor, for jobs and the demonstration."""
    return Actor(None, name, None, "system", "系统", None, "系统", "", "", EVERYTHING, True)

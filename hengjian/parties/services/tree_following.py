"""What follows a change of the tree at once: seats of organisations, posts, and the rows of the apps above."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from hengjian.base import clock
from hengjian.base.actions import Action, audited_action, title
from hengjian.base.errors import OutOfScope
from hengjian.base.reseating import Follower, Reseat, follows_the_tree, rows_follow
from hengjian.base.scope import EVERYTHING
from hengjian.parties.models import Account, Authority, AuthorityEdition, FormerSeat, Organisation, Post

FOLLOW = title("parties.follow_tree", "随监管层级调整改变辖区")


def _posts_that_count(_reseat: Reseat) -> Q:
    return Q(valid_to__isnull=True) | Q(valid_to__gte=clock.today())


follows_the_tree(
    Follower(Organisation, columns=("area",), owner="pk"),
    Follower(Post, _posts_that_count, columns=("area",), owner="organisation_id"),
)


def rows_follow_in_their_own_action(reseats: list[Reseat], *, actor: Any, reason: str) -> int:
    """Let the rows of the present follow changes that are saved already, in the same transaction.

    All of them go, also those that whoever keeps the tree may not read: what an authority below is drafting.

    Raises:
        OutOfScope: the tree there is not the actor's to change.
    """
    if not all(actor.scope.covers(path) for reseat in reseats for path in (reseat.old, reseat.new)):
        raise OutOfScope("tree")
    keeper = actor if actor.scope.everything else replace(actor, scope=EVERYTHING)
    count = 0
    for reseat in reseats:
        with audited_action(FOLLOW, actor=keeper, reason=reason) as act:
            count += rows_follow(act, reseat)
    return count


def posts_pass_on(act: Action, closed: Authority, successor: Authority | None, on: date) -> None:
    """Posts in an authority that is closed end the day before; with a successor their holders go on in it."""
    counting = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    held = list(Post.objects.within(EVERYTHING).filter(counting, authority=closed))
    last = on - timedelta(days=1)
    there = set(Post.objects.within(EVERYTHING).filter(counting, authority=successor).values_list("account_id", "role")) if successor else set()
    if successor is not None:
        act.add_many([
            Post(account_id=post.account_id, role=post.role, title=post.title, authority=successor, area=successor.path,
                 valid_from=max(on, post.valid_from), valid_to=post.valid_to, granted_by_id=act.actor.id)
            for post in held if (post.account_id, post.role) not in there
        ])

    def end(post: Post) -> None:
        post.valid_from, post.valid_to = min(post.valid_from, last), last

    act.change_many(held, end, fields=("valid_from", "valid_to"))
    accounts = list(Account.objects.within(EVERYTHING).filter(pk__in={post.account_id for post in held}))
    act.change_many(accounts, _other_rights, fields=("rights_version",))


def _other_rights(account: Account) -> None:
    account.rights_version += 1


def follow_late_rows(*, actor: Any) -> int:
    """Rows of the present that were written with a path of the past, while a change was under way or taken up again."""
    stale = {
        one.path: present_path(one.authority)
        for one in AuthorityEdition.objects.within(EVERYTHING).select_related("authority__successor")
        if one.path != present_path(one.authority)
    }
    branches = [Reseat(old, stale[old]) for old in sorted(stale, key=len, reverse=True)]
    seats: dict[tuple[str, str], set[UUID]] = {}
    for left in FormerSeat.objects.within(EVERYTHING).select_related("organisation"):
        if left.area != left.organisation.area:
            seats.setdefault((left.area, left.organisation.area), set()).add(left.organisation_id)
    single = [Reseat(old, new, frozenset(ids)) for (old, new), ids in sorted(seats.items())]
    return rows_follow_in_their_own_action([*single, *branches], actor=actor, reason="")


def present_path(authority: Authority) -> str:
    """The path of an authority, or of the one that carries on the business of a closed one."""
    return authority.successor.path if authority.successor is not None else authority.path

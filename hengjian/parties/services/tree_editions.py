"""Editions of authorities: for each authority and day exactly one, none reaching back over another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import Action
from hengjian.base.errors import BadInput
from hengjian.base.reseating import frozen_since
from hengjian.base.scope import EVERYTHING
from hengjian.parties.models import Authority, AuthorityEdition

DAY = timedelta(days=1)


def shown(day: date) -> str:
    """A day as refusals write it."""
    return _("%(year)s年%(month)s月%(day)s日") % {"year": day.year, "month": day.month, "day": day.day}


def current_edition(authority: Authority) -> AuthorityEdition | None:
    """The edition that is open."""
    return AuthorityEdition.objects.within(EVERYTHING).filter(authority=authority, valid_to=None).order_by("-valid_from").first()


def begins_on(authority: Authority) -> date:
    """Since when the authority stands as it does."""
    held = current_edition(authority)
    return held.valid_from if held is not None else authority.valid_from


def parent_path(path: str) -> str:
    """The path one level up."""
    return path[: path.rstrip("/").rfind("/") + 1]


def must_fit(authorities: Iterable[Authority], on: date, *, path_changes: bool, beside: Iterable[str] = ()) -> None:
    """Refuse a day that reaches back before the present edition or before something frozen, or a second move in a day.

    Args:
        beside: paths of others whose frozen tables the change would touch.

    Raises:
        BadInput: with the earliest day that is possible.
    """
    rows = list(authorities)
    for one in rows:
        since = begins_on(one)
        if on < since:
            raise BadInput("on", _("“%(name)s”现在的名称和隶属从%(day)s起，不能追溯到这一天之前；请填这一天或以后的日期。") % {"name": one.name, "day": shown(since)})
        if path_changes and on == since and _path_is_of_today(one):
            raise BadInput("on", _("“%(name)s”从%(day)s起刚设立或调整过隶属，同一天不能再调整；请填以后的日期。") % {"name": one.name, "day": shown(since)})
    if on < clock.today():
        last = frozen_since([*(one.path for one in rows), *beside], on)
        if last is not None:
            raise BadInput("on", _("%(day)s已有报送定稿的表，不能追溯到这之前调整；请填%(next)s或以后的日期。") % {"day": shown(last), "next": shown(last + DAY)})


def _path_is_of_today(authority: Authority) -> bool:
    """Whether the open edition alone knows the present path: overwritten, nobody would find the rows of that morning."""
    held = current_edition(authority)
    if held is None:
        return False
    earlier = AuthorityEdition.objects.within(EVERYTHING).filter(authority=authority).exclude(pk=held.pk)
    return not earlier.filter(path=held.path).exists()


def begin_edition(act: Action, authority: Authority, on: date, was: dict[str, Any]) -> None:
    """Open the edition of how the authority stands from a day on; ``was`` holds name and path of the days before."""
    wanted = {"name": authority.name, "path": authority.path, "parent_path": parent_path(authority.path)}
    held = current_edition(authority)
    if held is not None and held.valid_from == on:
        row = act.take(held)
        for name, value in wanted.items():
            setattr(row, name, value)
        return
    if held is not None:
        act.take(held).valid_to = on - DAY
    elif authority.valid_from < on:
        act.add(AuthorityEdition(authority=authority, valid_from=authority.valid_from, valid_to=on - DAY, parent_path=parent_path(was["path"]), **was))
    act.add(AuthorityEdition(authority=authority, valid_from=on, **wanted))


def end_edition(act: Action, authority: Authority, on: date) -> None:
    """End the open edition: the authority is no more from that day on."""
    held = current_edition(authority)
    if held is None:
        if authority.valid_from < on:
            act.add(AuthorityEdition(authority=authority, name=authority.name, path=authority.path, parent_path=parent_path(authority.path),
                                     valid_from=authority.valid_from, valid_to=on - DAY))
    elif held.valid_from >= on:
        act.remove(held)
    else:
        act.take(held).valid_to = on - DAY

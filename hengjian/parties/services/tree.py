"""The tree of authorities: changes are effective-dated, past days can be looked up.

A change of today (or of a day since which nothing was frozen) takes effect at once: tree and editions first, then the
rows of the present follow in the same transaction. One dated ahead is kept until its day (``tree_pending``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import Action, all_or_nothing, audited_action, title
from hengjian.base.errors import BadInput, NotAllowed, OutOfScope
from hengjian.base.reseating import Reseat, frozen_since, rows_there
from hengjian.base.scope import EVERYTHING, inside
from hengjian.parties import policy
from hengjian.parties.models import Authority, FormerSeat, Organisation, TreeChange
from hengjian.parties.services.tree_editions import DAY, begin_edition, end_edition, must_fit, shown
from hengjian.parties.services.tree_following import posts_pass_on, rows_follow_in_their_own_action
from hengjian.parties.states import Level, TreeChangeKind, TreeChangeState

ADD = title("parties.add_authority", "设立监管部门")
MOVE = title("parties.move_authority", "调整隶属关系")
RENAME = title("parties.rename_authority", "更改名称")
CLOSE = title("parties.close_authority", "撤销监管部门")
RESEAT = title("parties.reseat_organisations", "单位划转")
PLAN = title("parties.plan_tree_change", "登记待生效的层级调整")
FARTHEST = timedelta(days=3 * 366)
RANK = {Level.COUNTY: 0, Level.CITY: 1, Level.PROVINCE: 2}


def _allow(actor: Any, *places: Authority | None) -> None:
    """The tree is changed by the province's administrator, and within that province alone."""
    if not policy.may_change_tree(actor):
        raise NotAllowed(_("须由省级单位管理员办理。"))
    for one in places:
        if one is not None and not actor.scope.covers(one.path):
            raise OutOfScope(f"authority {one.pk}")


def _must_be_open(field: str, *authorities: Authority | None) -> None:
    for one in authorities:
        if one is not None and one.valid_to is not None:
            raise BadInput(field, _("“%(name)s”已经撤销，请选择现在的监管部门。") % {"name": one.name})


def _keep(kind: TreeChangeKind, authority: Authority, *, actor: Any, on: date, reason: str, target: Authority | None = None, **body: Any) -> None:
    """Keep a change for its day."""
    if on > clock.today() + FARTHEST:
        raise BadInput("on", _("日期太远：待生效的调整最多提前三年登记。"))
    twin = TreeChange.objects.within(EVERYTHING).filter(kind=kind, authority=authority, on=on, state=TreeChangeState.PENDING)
    if kind in {TreeChangeKind.RENAME, TreeChangeKind.MOVE, TreeChangeKind.CLOSE} and twin.exists():
        raise BadInput("on", _("“%(name)s”在%(day)s已登记了同样的调整，请先撤回那一项。") % {"name": authority.name, "day": shown(on)})
    with audited_action(PLAN, actor=actor, reason=reason) as act:
        act.add(TreeChange(kind=kind, authority=authority, target=target, on=on, body=body, reason=reason, asked_by_id=actor.id,
                           asked_by_name=actor.name, asked_at=clock.now()))


def add_authority(*, actor: Any, parent: Authority | None, key: str, name: str, area_name: str, short_name: str, level: str,
                  valid_from: date, region_code: str = "", phone: str = "", uscc: str = "") -> Authority:
    """Set up an authority below ``parent``; ``key`` need not be a GB/T 2260 code (开发区没有区划代码).

    Dated ahead it is kept until its day; then the parent is returned.
    """
    _allow(actor, parent)
    key, name = key.strip(), name.strip()
    if not key or "/" in key:
        raise BadInput("key", _("请填写辖区代号，不能含“/”。"))
    if Authority.objects.within(EVERYTHING).filter(key=key).exists():
        raise BadInput("key", _("代号“%(key)s”已被使用。") % {"key": key})
    _must_be_open("parent", parent)
    if parent is not None and valid_from > clock.today():
        waiting = TreeChange.objects.within(EVERYTHING).filter(kind=TreeChangeKind.ADD, state=TreeChangeState.PENDING)
        if any(one.body.get("key") == key for one in waiting):
            raise BadInput("key", _("代号“%(key)s”已用于一个待设立的部门。") % {"key": key})
        _keep(TreeChangeKind.ADD, parent, actor=actor, on=valid_from, reason="", key=key, name=name, area_name=area_name, short_name=short_name,
              level=level, region_code=region_code, phone=phone, uscc=uscc)
        return parent
    if parent is not None and clock.today() > valid_from and (last := frozen_since([parent.path], valid_from)):
        raise BadInput("valid_from", _("%(day)s已有报送定稿的表，不能追溯到这之前设立；请填%(next)s或以后的日期。") % {"day": shown(last), "next": shown(last + DAY)})
    with audited_action(ADD, actor=actor) as act:
        row = Authority(name=name, area_name=area_name, short_name=short_name, key=key, level=level, parent=parent, region_code=region_code,
                        path=(parent.path if parent else "") + key + "/", valid_from=valid_from, phone=phone, uscc=uscc)
        act.add(row)
        begin_edition(act, row, valid_from, {})
    return row


def rename_authority(authority: Authority, *, actor: Any, name: str, on: date, reason: str) -> Authority:
    """Change the name from a day on; tables before that day keep the old one."""
    _allow(actor, authority)
    name = name.strip()
    _must_be_open("name", authority)
    if name == authority.name:
        raise BadInput("name", _("新名称和现在的一样。"))
    must_fit([authority], on, path_changes=False)
    if on > clock.today():
        _keep(TreeChangeKind.RENAME, authority, actor=actor, on=on, reason=reason, name=name)
        return authority
    with audited_action(RENAME, actor=actor, reason=reason) as act:
        row = act.take(authority)
        was = {"name": row.name, "path": row.path}
        row.name = name
        begin_edition(act, row, on, was)
    return row


@all_or_nothing
def move_authority(authority: Authority, *, actor: Any, parent: Authority, on: date, reason: str) -> Authority:
    """Put an authority, with all below it, under another one from a day on; its rows of the present go with it.

    What is finished, filed or frozen keeps the path of its day.
    """
    _allow(actor, authority, parent)
    _must_be_open("parent", authority, parent)
    if parent.path.startswith(authority.path):
        raise BadInput("parent", _("不能归到自己或自己的下级之下。"))
    if authority.parent_id == parent.pk:
        raise BadInput("parent", _("“%(name)s”现在就在“%(parent)s”之下。") % {"name": authority.name, "parent": parent.name})
    if RANK[Level(parent.level)] <= RANK[Level(authority.level)]:
        raise BadInput("parent", _("%(level)s部门不能归到%(above)s部门之下。") % {"level": authority.get_level_display(), "above": parent.get_level_display()})
    branch = list(Authority.objects.within(EVERYTHING).filter(inside("path", authority.path), valid_to__isnull=True))
    must_fit(branch, on, path_changes=True, beside=[parent.path])
    if on > clock.today():
        _keep(TreeChangeKind.MOVE, authority, actor=actor, on=on, reason=reason, target=parent)
        return authority
    reseat = Reseat(authority.path, parent.path + authority.key + "/")
    with audited_action(MOVE, actor=actor, reason=reason) as act:
        _move_branch(act, reseat, on)
        act.take(authority).parent = parent
    rows_follow_in_their_own_action([reseat], actor=actor, reason=reason)
    return Authority.objects.within(EVERYTHING).get(pk=authority.pk)  # type: ignore[no-any-return]


def _move_branch(act: Action, reseat: Reseat, on: date, *, below_only: bool = False) -> None:
    """New paths for an authority and all below it, closed ones included; editions for those that are there."""
    found = Authority.objects.within(EVERYTHING).filter(inside("path", reseat.old)).order_by("path")
    for one in found.exclude(path=reseat.old) if below_only else found:
        row = act.take(one)
        was = {"name": row.name, "path": row.path}
        row.path = reseat.path(row.path)
        if row.valid_to is None:
            begin_edition(act, row, on, was)


@all_or_nothing
def close_authority(authority: Authority, *, actor: Any, on: date, reason: str, successor: Authority | None = None) -> Authority:
    """Close an authority from a day on. With a successor everything goes to it: what lies below, units, posts, open matters.

    Without one, nothing may be left in it.
    """
    _allow(actor, authority, successor)
    _must_be_open("successor", authority, successor)
    if successor is not None and (successor.path.startswith(authority.path) or successor.level != authority.level):
        raise BadInput("successor", _("承接单位须是同一层级的另一个监管部门。"))
    branch = list(Authority.objects.within(EVERYTHING).filter(inside("path", authority.path), valid_to__isnull=True))
    must_fit(branch, on, path_changes=successor is not None, beside=[successor.path] if successor else [])
    _must_be_free(authority, on)
    if successor is None and len(branch) > 1:
        raise BadInput("successor", _("下级部门尚未划转，不能撤销；请先调整它们的隶属，或者选择承接单位。"))
    if on > clock.today():
        _keep(TreeChangeKind.CLOSE, authority, actor=actor, on=on, reason=reason, target=successor)
        return authority
    reseat = Reseat(authority.path, successor.path if successor else "", closed=authority.pk, successor=successor.pk if successor else None)
    if successor is None and (left := rows_there(reseat)):
        said = _("、").join(_("%(what)s%(n)s项") % {"what": what, "n": count} for what, count in left[:4])
        raise BadInput("successor", _("该部门还有%(what)s，请选择承接单位，或者先把它们划转出去。") % {"what": said})
    with audited_action(CLOSE, actor=actor, reason=reason) as act:
        _close(act, authority, successor, reseat, on)
    if successor is not None:
        rows_follow_in_their_own_action([reseat], actor=actor, reason=reason)
    return Authority.objects.within(EVERYTHING).get(pk=authority.pk)  # type: ignore[no-any-return]


def _close(act: Action, authority: Authority, successor: Authority | None, reseat: Reseat, on: date) -> None:
    row = act.take(authority)
    posts_pass_on(act, row, successor, on)
    end_edition(act, row, on)
    row.valid_to = on - DAY
    if successor is None:
        return
    for child in Authority.objects.within(EVERYTHING).filter(parent=authority, valid_to__isnull=True):
        act.take(child).parent = successor
    _move_branch(act, reseat, on, below_only=True)
    row.successor, row.path = successor, f"{successor.path}{row.key}/"
    for earlier in Authority.objects.within(EVERYTHING).filter(successor=authority):
        act.take(earlier).successor = successor


def _must_be_free(authority: Authority, on: date) -> None:
    """Refuse while another pending change counts on the authority from that day on."""
    waiting = TreeChange.objects.within(EVERYTHING).filter(state=TreeChangeState.PENDING, on__gte=on, target=authority)
    if (one := waiting.select_related("authority").first()) is not None:
        raise BadInput("on", _("待生效的“%(change)s”涉及该部门，请先撤回那一项。") % {"change": one})


@all_or_nothing
def reseat_organisations(authority: Authority, *, actor: Any, organisations: Sequence[Organisation], target: Authority, on: date, reason: str) -> Authority:
    """Seat organisations of an authority under another one from a day on: a zone carved out, a unit that moved house.

    Their rows of the present go with them; whoever supervises them now sees their history.
    """
    _allow(actor, authority, target)
    _must_be_open("target", authority, target)
    if not organisations:
        raise BadInput("organisations", _("请选择要划转的单位。"))
    if target.path == authority.path:
        raise BadInput("target", _("请选择另一个监管部门。"))
    if outside := next((one for one in organisations if not one.area.startswith(authority.path)), None):
        raise BadInput("organisations", _("“%(name)s”不在“%(authority)s”的辖区内。") % {"name": outside.name, "authority": authority.name})
    if on < clock.today() and (last := frozen_since([authority.path, target.path], on)):
        raise BadInput("on", _("%(day)s已有报送定稿的表，不能追溯到这之前调整；请填%(next)s或以后的日期。") % {"day": shown(last), "next": shown(last + DAY)})
    if on > clock.today():
        ids = [str(one.pk) for one in organisations]
        _keep(TreeChangeKind.RESEAT, authority, actor=actor, on=on, reason=reason, target=target, organisations=ids)
        return authority
    late = FormerSeat.objects.within(EVERYTHING).filter(organisation__in=list(organisations), valid_to__gte=on - DAY).select_related("organisation").first()
    if late is not None:
        raise BadInput("on", _("“%(name)s”在这一天或之后已经划转过，请填以后的日期。") % {"name": late.organisation.name})
    seats: dict[str, set[Any]] = {}
    for one in organisations:
        seats.setdefault(one.area, set()).add(one.pk)
    with audited_action(RESEAT, actor=actor, reason=reason) as act:
        act.add_many([FormerSeat(organisation=one, area=one.area, valid_to=on - DAY) for one in organisations if one.area != target.path])
    reseats = [Reseat(old, target.path, frozenset(ids)) for old, ids in sorted(seats.items()) if old != target.path]
    rows_follow_in_their_own_action(reseats, actor=actor, reason=reason)
    return authority

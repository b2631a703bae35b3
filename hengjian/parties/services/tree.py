"""The tree of authorities: changes are effective-dated, past days can be looked up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.scope import EVERYTHING, inside
from hengjian.parties import policy
from hengjian.parties.models import Authority, AuthorityEdition

ADD = title("parties.add_authority", "设立监管部门")
MOVE = title("parties.move_authority", "调整隶属关系")
RENAME = title("parties.rename_authority", "更改名称")
CLOSE = title("parties.close_authority", "撤销监管部门")


def _edition(authority: Authority, since: date) -> AuthorityEdition:
    parent = authority.parent.path if authority.parent else ""
    return AuthorityEdition(authority=authority, name=authority.name, path=authority.path, parent_path=parent, valid_from=since)


def add_authority(*, actor: Any, parent: Authority | None, key: str, name: str, area_name: str, short_name: str, level: str,
                  valid_from: date, region_code: str = "", phone: str = "", uscc: str = "") -> Authority:
    """Set up an authority below ``parent``; ``key`` need not be a GB/T 2260 code (开发区没有区划代码)."""
    if not key or "/" in key:
        raise BadInput("辖区代号", "请填写辖区代号，不能含“/”。")
    if Authority.objects.within(EVERYTHING).filter(key=key).exists():
        raise BadInput("辖区代号", f"代号“{key}”已被使用。")
    with audited_action(ADD, actor=actor) as act:
        act.require(policy.may_change_tree(actor), "须由省级单位管理员办理。")
        row = Authority(name=name, area_name=area_name, short_name=short_name, key=key, level=level, parent=parent, region_code=region_code,
                        path=(parent.path if parent else "") + key + "/", valid_from=valid_from, phone=phone, uscc=uscc)
        act.add(row)
        act.add(_edition(row, valid_from))
    return row


def _end_edition(act: Any, authority: Authority, on: date) -> None:
    current = AuthorityEdition.objects.within(EVERYTHING).filter(authority=authority, valid_to=None).first()
    if current is not None:
        act.take(current).valid_to = max(on - timedelta(days=1), current.valid_from)


def rename_authority(authority: Authority, *, actor: Any, name: str, on: date, reason: str) -> Authority:
    """Change the name from a day on; tables before that day keep the old one."""
    with audited_action(RENAME, actor=actor, reason=reason) as act:
        act.require(policy.may_change_tree(actor), "须由省级单位管理员办理。")
        row = act.take(authority)
        _end_edition(act, row, on)
        row.name = name.strip()
        act.add(_edition(row, on))
    return row


def move_authority(authority: Authority, *, actor: Any, parent: Authority, on: date, reason: str) -> Authority:
    """Put an authority, with all below it, under another one from a day on. Rows keep the path of their day."""
    if parent.path.startswith(authority.path):
        raise BadInput("上级", "不能归到自己的下级之下。")
    with audited_action(MOVE, actor=actor, reason=reason) as act:
        act.require(policy.may_change_tree(actor), "须由省级单位管理员办理。")
        old = authority.path
        new = parent.path + authority.key + "/"
        for one in Authority.objects.within(EVERYTHING).filter(inside("path", old)).order_by("path"):
            row = act.take(one)
            _end_edition(act, row, on)
            row.path = new + row.path[len(old):]
            if row.pk == authority.pk:
                row.parent = parent
            parent_path = row.path[: row.path.rstrip("/").rfind("/") + 1]
            act.add(AuthorityEdition(authority=row, name=row.name, path=row.path, parent_path=parent_path, valid_from=on))
    return Authority.objects.within(EVERYTHING).get(pk=authority.pk)


def close_authority(authority: Authority, *, actor: Any, on: date, reason: str) -> Authority:
    """Close an authority from a day on; nothing below it may be left."""
    below = Authority.objects.within(EVERYTHING).filter(parent=authority, valid_to=None)
    if below.exists():
        raise BadInput("监管部门", "下级部门尚未划转，不能撤销。")
    with audited_action(CLOSE, actor=actor, reason=reason) as act:
        act.require(policy.may_change_tree(actor), "须由省级单位管理员办理。")
        row = act.take(authority)
        row.valid_to = on
        _end_edition(act, row, on + timedelta(days=1))
    return row

"""Regions of an import against the tree of authorities.

The tree is kept by the province's administrator: in that post (or as the system) a region that has no authority yet
is set up with one; for everybody else it is a fault, with the way to have it mended.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING
from hengjian.base.wording import in_chinese
from hengjian.parties.models import Authority, AuthorityEdition
from hengjian.parties.policy import may_change_tree
from hengjian.parties.states import Level
from hengjian.registry.services.imports import model as m

_SIX = re.compile(r"\d{6}")
_BELOW = {Level.CITY: (Level.PROVINCE,), Level.COUNTY: (Level.CITY, Level.PROVINCE)}


@dataclass
class Places:
    """Areas by what a file may call them: region code, key of the authority, its name or its area's."""

    paths: dict[str, str]
    authorities: dict[str, Authority] = field(default_factory=dict)

    @classmethod
    def read(cls, tables: m.TypedTables) -> Places:
        """Read the tree of authorities; regions of the file give further names to areas of the same code."""
        places = cls({})
        for one in Authority.objects.within(EVERYTHING).filter(valid_to__isnull=True).order_by("-path"):
            places.add(one)
        for row in tables.get(m.REGIONS, []):
            path = places.paths.get(str(row.values.get("code", "")))
            if path and row.values.get("name"):
                places.paths.setdefault(row.values["name"], path)
        return places

    def add(self, one: Authority) -> None:
        """Let the file call an authority by any of its names."""
        for name in (one.area_name, one.short_name, one.name, one.key, one.region_code, six_digits(one.region_code)):
            if name:
                self.paths[name] = one.path
        if one.region_code:
            self.authorities[six_digits(one.region_code)] = one

    def of(self, called: str) -> str:
        """The path of an area; empty when there is no authority for it."""
        return self.paths.get(called, "")


def six_digits(code: str) -> str:
    """A region code as GB/T 2260 writes it: the short form of a province or city (43, 4301) filled up with zeros."""
    return code.ljust(6, "0") if code.isdigit() else code


def level_of(code: str) -> Level:
    """The level that a region code stands for."""
    return Level.PROVINCE if code.endswith("0000") else Level.CITY if code.endswith("00") else Level.COUNTY


def plan_regions(plan: m.Plan, rows: list[m.TypedRow], actor: Any, places: Places) -> None:
    """Compare the rows with the tree; plan the authorities that are missing, where the actor keeps the tree."""
    seen: dict[str, int] = {}
    for row in sorted(rows, key=lambda one: [Level.PROVINCE, Level.CITY, Level.COUNTY].index(_level(one))):
        code = row.values["code"]
        if not _SIX.fullmatch(code):
            plan.refuse(row, "code", _("区划代码应为6位数字，例如430100。"))
        elif code in seen:
            plan.refuse(row, "code", _("与第%(row)d行的区划代码重复，请只留一行。") % {"row": seen[code]})
        elif code in places.authorities:
            _known(plan, row, places.authorities[code])
        elif not may_change_tree(actor):
            plan.refuse(row, "code", _(
                "监管层级里还没有这个区划。请删除此行；确需增设的，由省级单位管理员导入“行政区划”表，或在“监管层级”页设立，然后重新上传。"
            ))
        else:
            _new(plan, row, places)
        seen.setdefault(code, row.number)


def _level(row: m.TypedRow) -> Level:
    said = row.values.get("level")
    return Level(said) if said in Level.values else level_of(row.values["code"])


def _known(plan: m.Plan, row: m.TypedRow, held: Authority) -> None:
    """The tree is not changed by a row that says otherwise: renaming and moving take effect from a day, with a reason."""
    plan.batch(m.REGIONS).unchanged += 1
    name, upper = row.values.get("name"), row.values.get("parent_code")
    if name and name not in (held.area_name, held.name, held.short_name):
        plan.warn(row, "name", _("监管层级里登记为“%(name)s”，此行不作改动；更名由省级单位管理员在“监管层级”页办理。") % {"name": held.area_name})
    if upper and held.parent is not None and upper not in (held.parent.region_code, six_digits(held.parent.region_code)):
        plan.warn(row, "parent_code", _("监管层级里隶属“%(name)s”，此行不作改动；划转由省级单位管理员在“监管层级”页办理。") % {
            "name": held.parent.area_name})


def _new(plan: m.Plan, row: m.TypedRow, places: Places) -> None:
    code, level = row.values["code"], _level(row)
    if level is Level.PROVINCE:
        plan.refuse(row, "code", _("省级监管部门在系统初始化时设立，不能导入；请删除此行，或核对区划代码。"))
        return
    upper = six_digits(row.values.get("parent_code") or code[: 2 if level is Level.CITY else 4])
    parent = places.authorities.get(upper)
    if parent is None:
        plan.refuse(row, "parent_code", _("监管层级和本表里都没有上级区划%(code)s，请补上这一行，或核对上级代码。") % {"code": upper})
    elif parent.level not in _BELOW[level]:
        plan.refuse(row, "level", _("%(level)s不能设在“%(name)s”之下，请核对级别和上级代码。") % {
            "level": level.label, "name": parent.area_name})
    else:
        made = authority_for(row.values["name"], code, level, parent)
        places.add(made)
        plan.batch(m.REGIONS).new.append(made)
        edition = AuthorityEdition(
            authority=made, name=made.name, path=made.path, parent_path=parent.path, valid_from=made.valid_from
        )
        plan.batch(m.EDITIONS).new.append(edition)
        plan.warn(row, "name", _("将设立“%(name)s”，从今天起生效；名称不同的，请导入后在“监管层级”页更名。") % {"name": made.name})


@in_chinese
def authority_for(area: str, code: str, level: Level, parent: Authority) -> Authority:
    """The authority of a region, named as they are named."""
    return Authority(
        name=_("%(area)s市场监督管理局") % {"area": area}, area_name=area[:40], short_name=_("%(area)s局") % {"area": area[:19]},
        key=code, region_code=code, level=level, parent=parent, path=f"{parent.path}{code}/", valid_from=clock.today(),
    )

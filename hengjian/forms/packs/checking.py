"""Checking packs beyond their shape: totals, references, indicators, unique codes, order of deadlines, layouts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from hengjian.base.plain_words import gettext as _
from hengjian.dossier.render import check_layout
from hengjian.forms.packs.campaign import CampaignTemplate, Deadline, Lists
from hengjian.forms.packs.definitions import (
    Checklist,
    Definition,
    Field,
    LineList,
    Roster,
    ScoredChecklist,
    Statistics,
)
from hengjian.forms.packs.faults import Fault
from hengjian.forms.packs.reading import BUILT_IN, read_folder
from hengjian.forms.packs.vocabulary import ACCOUNT_VALUES, INDICATORS, LEVELS, REGISTRY_VALUES

Found = Iterator[tuple[str, str]]


def check(folders: Iterable[Path | str] | None = None, *, indicators: Collection[str] = INDICATORS) -> list[Fault]:
    """Check packs; none named: the built-in ones. Extra folders are checked together with the built-in.

    `indicators`: names of the figures that the platform can count. Returns every fault, empty when all is sound.
    """
    places = [BUILT_IN, *(Path(each) for each in folders or () if Path(each).resolve() != BUILT_IN.resolve())]
    definitions: list[Definition] = []
    faults: list[Fault] = []
    for place in places:
        found, wrong = read_folder(place)
        definitions += found
        faults += wrong
    return faults + check_definitions(definitions, indicators=indicators)


def check_definitions(definitions: list[Definition], *, indicators: Collection[str] = INDICATORS) -> list[Fault]:
    """Check definitions against each other and each in itself."""
    known = Counter(each.reference for each in definitions)
    faults: list[Fault] = []
    for each in definitions:
        found: list[tuple[str, str]] = []
        if known[each.reference] > 1:
            found.append(("code", _("代码“%(code)s”第%(version)s版出现了%(count)s次") % {
                "code": each.code, "version": each.version, "count": known[each.reference]}))
        if each.pack and not each.code.startswith(f"{each.pack.pack}."):
            found.append(("code", _("代码应以“%(pack)s.”开头，现为“%(code)s”") % {"pack": each.pack.pack, "code": each.code}))
        found += _provenance(each, known)
        found += _layouts(each)
        if isinstance(each, Roster):
            found += _roster(each)
        elif isinstance(each, Checklist):
            found += _checklist(each)
        elif isinstance(each, ScoredChecklist):
            found += _scored(each)
        elif isinstance(each, Statistics):
            found += _statistics(each, indicators)
        elif isinstance(each, CampaignTemplate):
            found += _campaign(each, known)
        faults += [Fault(each.origin or each.code, place, say) for place, say in found]
    return faults


def _provenance(definition: Definition, known: Collection[tuple[str, int]]) -> Found:
    if definition.provenance is None:
        return
    if definition.verified:
        yield "verified", _("写有来源说明（provenance）的定义，措辞不全出自本文件，verified 应为 false")
    codes = {code for code, _version in known}
    for code in definition.provenance.borrowed_from:
        if code not in codes:
            yield "provenance.borrowed_from", _("没有代码为“%(code)s”的定义") % {"code": code}


def _layouts(definition: Definition) -> Found:
    if isinstance(definition, Lists):
        for number, each in enumerate(definition.document["lists"], 1):
            yield from ((f"lists[{number}].layout", say) for say in check_layout(each["layout"]))
    elif definition.layout is not None:
        yield from (("layout", say) for say in check_layout(definition.layout))


def _values(layout: Any) -> set[str]:
    """Keys that a layout prints in its cells."""
    if isinstance(layout, dict):
        own = {layout["value"]} if isinstance(layout.get("value"), str) else set()
        return own.union(*(_values(each) for each in layout.values())) if layout else own
    if isinstance(layout, list):
        return set().union(*(_values(each) for each in layout)) if layout else set()
    return set()


def _twice(names: Iterable[str], place: str, what: str) -> Found:
    for name, count in Counter(names).items():
        if count > 1:
            yield place, _("%(what)s“%(name)s”出现了%(count)s次") % {"what": what, "name": name, "count": count}


def _sources(fields: Iterable[Any], place: str) -> Found:
    for each in fields:
        if getattr(each, "personal", False) and not each.from_:
            # What is typed into a form is not encrypted field by field; who is meant comes from the register, masked there.
            yield f"{place}.{each.key}", _("个人信息（personal）只能由名录或账号预填（from），不能在表里手填")
        for kind, name in (each.from_ or {}).items():
            known = {"registry": REGISTRY_VALUES, "account": ACCOUNT_VALUES}.get(kind)
            if known is not None and name not in known:
                yield f"{place}.{each.key}", _("系统没有可以预填的“%(name)s”（%(kind)s）") % {"name": name, "kind": kind}


def _fields(head: tuple[Field, ...], foot: tuple[Field, ...], line_list: LineList | None) -> Found:
    yield from _twice([each.key for each in (*head, *foot)], "head", _("字段"))
    yield from _sources((*head, *foot), "head")
    if line_list:
        yield from _twice([each.key for each in line_list.columns], "list.columns", _("栏"))
        yield from _sources(line_list.columns, "list.columns")


def _answers(definition: Roster | Checklist) -> Found:
    for name in ("na", "problem_when"):
        if getattr(definition, name) not in definition.answers:
            yield name, _("“%(answer)s”不在 answers 中") % {"answer": getattr(definition, name)}


def _roster(roster: Roster) -> Found:
    yield from _fields(roster.head, roster.foot, roster.list_)
    yield from _answers(roster)
    for mark in roster.answer_marks or {}:
        if mark not in roster.answers:
            yield "answer_marks", _("“%(mark)s”不在 answers 中") % {"mark": mark}
    columns = {each.key for each in roster.list_.columns if each.type == "answer"}
    rows = [each.key for each in roster.summary.rows]
    yield from _twice(rows, "summary.rows", _("汇总项"))
    yield from _sources(roster.summary.rows, "summary.rows")
    for row in roster.summary.rows:
        count = row.from_.get("count")
        for column, answer in count.items() if isinstance(count, Mapping) else ():
            if column not in columns:
                yield f"summary.rows.{row.key}", _("清单没有可以计数的栏“%(column)s”") % {"column": column}
            if answer not in roster.answers:
                yield f"summary.rows.{row.key}", _("“%(answer)s”不在 answers 中") % {"answer": answer}
    for key in sorted(set(rows) - _values(roster.layout)):
        yield "layout", _("版式没有印出汇总项“%(key)s”") % {"key": key}


def _checklist(checklist: Checklist) -> Found:
    yield from _fields(checklist.head, checklist.foot, checklist.approvals)
    yield from _answers(checklist)
    yield from _twice([each.key for each in checklist.items], "sections", _("检查项"))
    for item in checklist.items:
        if item.problem_when and item.problem_when not in checklist.answers:
            yield f"sections.{item.key}", _("“%(problem_when)s”不在 answers 中") % {"problem_when": item.problem_when}


def _scored(sheet: ScoredChecklist) -> Found:
    yield from _fields(sheet.head, sheet.foot, None)
    yield from _twice([each.key for each in sheet.groups], "groups", _("一级指标"))
    plain = sum(each.points for each in sheet.groups if not each.bonus)
    bonus = sum(each.points for each in sheet.groups if each.bonus)
    if plain != sheet.scoring.total:
        yield "groups", _("各组分值合计%(plain)s，应为%(total)s") % {"plain": plain, "total": sheet.scoring.total}
    if bonus != sheet.scoring.bonus:
        yield "groups", _("加分合计%(bonus)s，应为%(asked)s") % {"bonus": bonus, "asked": sheet.scoring.bonus}
    numbers = [each.n for each in sheet.items]
    if numbers != list(range(1, len(numbers) + 1)):
        yield "items", _("序号应从1起连续编排")
    for group in sheet.groups:
        items = [each for each in sheet.items if each.group == group.key]
        if not items:
            yield f"groups.{group.key}", _("没有检查项")
        points = sum(each.points or 0 for each in items)
        if sheet.scoring.of == "item" and points != group.points:
            yield f"groups.{group.key}", _("各项分值合计%(points)s，应为%(asked)s") % {"points": points, "asked": group.points}
    keys = {each.key for each in sheet.groups}
    for item in sheet.items:
        if item.group not in keys:
            yield f"items[{item.n}]", _("没有一级指标“%(group)s”") % {"group": item.group}
        if "/".join(item.by) != item.method:
            yield f"items[{item.n}]", _("by 与印出的督查方式“%(method)s”不一致") % {"method": item.method}


def _statistics(table: Statistics, indicators: Collection[str]) -> Found:
    yield from _fields(table.head, table.foot, table.list_)
    cells = {each.key for each in table.cells}
    sides = {each.key for each in table.sides}
    yield from _twice([each.key for each in table.cells], "cells", _("数字"))
    yield from _twice([each.key for each in table.rules], "rules", _("校验规则"))
    for cell in table.cells:
        if cell.indicator not in indicators:
            yield f"cells.{cell.key}", _("系统没有名为“%(indicator)s”的指标") % {"indicator": cell.indicator}
        if cell.side not in sides:
            yield f"cells.{cell.key}", _("没有分栏“%(side)s”") % {"side": cell.side}
        if cell.of and (cell.of not in cells or cell.of == cell.key):
            yield f"cells.{cell.key}", _("所属的数字“%(of)s”不存在") % {"of": cell.of}
    for rule in table.rules:
        some = () if rule.cells == "all" else tuple(rule.cells)
        for name in filter(None, (rule.left, rule.right, *rule.of, *rule.any, *some)):
            if name not in cells:
                yield f"rules.{rule.key}", _("没有数字“%(name)s”") % {"name": name}
        if rule.list_ and rule.list_ != table.list_.rows_from:
            yield f"rules.{rule.key}", _("没有清单“%(list)s”") % {"list": rule.list_}
    for key in sorted(cells - _values(table.layout)):
        yield "layout", _("版式没有印出数字“%(key)s”") % {"key": key}


def _campaign(campaign: CampaignTemplate, known: Collection[tuple[str, int]]) -> Found:
    used = {each.code for each in campaign.forms}
    for form in campaign.forms:
        if (form.code, form.version) not in known:
            yield "forms", _("没有代码为“%(code)s”第%(version)s版的定义") % {"code": form.code, "version": form.version}
        if not set(form.by) <= set(campaign.levels):
            yield "forms", _("“%(code)s”的填报层级不在 levels 中") % {"code": form.code}
    for task in (*campaign.tasks, *campaign.requirements):
        for code in task.forms:
            if code not in used:
                yield f"tasks.{task.key}", _("表单“%(code)s”没有列入 forms") % {"code": code}
    tasks = (*campaign.tasks, *campaign.requirements)
    named = [task.key for task in tasks] + [each.key for task in tasks for each in task.subtasks]
    yield from _twice(named, "tasks", _("任务"))
    yield from _twice([each.key for each in campaign.deadlines], "deadlines", _("期限"))
    for before, after in zip(campaign.phases, campaign.phases[1:], strict=False):
        if (after.starts_on or after.ends_on) < before.ends_on:
            yield f"phases.{after.key}", _("阶段“%(title)s”早于前一阶段“%(earlier)s”") % {"title": after.title, "earlier": before.title}
    for phase in campaign.phases:
        if phase.starts_on and phase.starts_on > phase.ends_on:
            yield f"phases.{phase.key}", _("起始日期晚于截止日期")
    by = {each.code: set(each.by) for each in campaign.forms} | {each.key: set(each.by) for each in campaign.reports}
    for deadline in campaign.deadlines:
        yield from _deadline(campaign, deadline, by)


def _deadline(campaign: CampaignTemplate, deadline: Deadline, by: dict[str, set[str]]) -> Found:
    place = f"deadlines.{deadline.key}"
    if deadline.form not in by:
        yield place, _("“%(form)s”既不是 forms 中的表单，也不是 reports 中的报告") % {"form": deadline.form}
    elif deadline.from_ not in by[deadline.form]:
        yield place, _("“%(form)s”不由 %(from)s 填报") % {"form": deadline.form, "from": deadline.from_}
    if LEVELS.index(deadline.from_) >= LEVELS.index(deadline.to):
        yield place, _("应由下级报上级")
    for level in (deadline.from_, deadline.to):
        if level not in campaign.levels:
            yield place, _("层级“%(level)s”不在 levels 中") % {"level": level}
    if not deadline.dates:
        yield place, _("没有任何报送日期")
    for day in deadline.dates:
        if day > campaign.ends_on or (campaign.starts_on and day < campaign.starts_on):
            yield place, _("%(day)s不在行动起止日期之内") % {"day": day}
    for upper in campaign.deadlines:
        same = upper.form == deadline.form and upper.round == deadline.round and upper.from_ == deadline.to
        if same and deadline.dates and upper.dates and deadline.dates[-1] > upper.dates[-1]:
            yield place, _("期限晚于上一级报送“%(key)s”的期限") % {"key": upper.key}
    for earlier in campaign.deadlines:
        same = earlier.form == deadline.form and (earlier.from_, earlier.to) == (deadline.from_, deadline.to)
        dated = earlier.dates and deadline.dates
        if same and dated and earlier.round < deadline.round and earlier.dates[0] >= deadline.dates[0]:
            yield place, _("第%(round)s次期限不晚于第%(earlier)s次") % {"round": deadline.round, "earlier": earlier.round}

"""Checking packs beyond their shape: totals, references, indicators, unique codes, order of deadlines, layouts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

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
            found.append(("code", f"代码“{each.code}”第{each.version}版出现了{known[each.reference]}次"))
        if each.pack and not each.code.startswith(f"{each.pack.pack}."):
            found.append(("code", f"代码应以“{each.pack.pack}.”开头，现为“{each.code}”"))
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
        yield "verified", "写有来源说明（provenance）的定义，措辞不全出自本文件，verified 应为 false"
    codes = {code for code, _ in known}
    for code in definition.provenance.borrowed_from:
        if code not in codes:
            yield "provenance.borrowed_from", f"没有代码为“{code}”的定义"


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
    yield from ((place, f"{what}“{name}”出现了{count}次") for name, count in Counter(names).items() if count > 1)


def _sources(fields: Iterable[Any], place: str) -> Found:
    for each in fields:
        for kind, name in (each.from_ or {}).items():
            known = {"registry": REGISTRY_VALUES, "account": ACCOUNT_VALUES}.get(kind)
            if known is not None and name not in known:
                yield f"{place}.{each.key}", f"系统没有可以预填的“{name}”（{kind}）"


def _fields(head: tuple[Field, ...], foot: tuple[Field, ...], line_list: LineList | None) -> Found:
    yield from _twice([each.key for each in (*head, *foot)], "head", "字段")
    yield from _sources((*head, *foot), "head")
    if line_list:
        yield from _twice([each.key for each in line_list.columns], "list.columns", "栏")
        yield from _sources(line_list.columns, "list.columns")


def _answers(definition: Roster | Checklist) -> Found:
    for name in ("na", "problem_when"):
        if getattr(definition, name) not in definition.answers:
            yield name, f"“{getattr(definition, name)}”不在 answers 中"


def _roster(roster: Roster) -> Found:
    yield from _fields(roster.head, roster.foot, roster.list_)
    yield from _answers(roster)
    for mark in roster.answer_marks or {}:
        if mark not in roster.answers:
            yield "answer_marks", f"“{mark}”不在 answers 中"
    columns = {each.key for each in roster.list_.columns if each.type == "answer"}
    rows = [each.key for each in roster.summary.rows]
    yield from _twice(rows, "summary.rows", "汇总项")
    yield from _sources(roster.summary.rows, "summary.rows")
    for row in roster.summary.rows:
        count = row.from_.get("count")
        for column, answer in count.items() if isinstance(count, Mapping) else ():
            if column not in columns:
                yield f"summary.rows.{row.key}", f"清单没有可以计数的栏“{column}”"
            if answer not in roster.answers:
                yield f"summary.rows.{row.key}", f"“{answer}”不在 answers 中"
    for key in sorted(set(rows) - _values(roster.layout)):
        yield "layout", f"版式没有印出汇总项“{key}”"


def _checklist(checklist: Checklist) -> Found:
    yield from _fields(checklist.head, checklist.foot, checklist.approvals)
    yield from _answers(checklist)
    yield from _twice([each.key for each in checklist.items], "sections", "检查项")
    for item in checklist.items:
        if item.problem_when and item.problem_when not in checklist.answers:
            yield f"sections.{item.key}", f"“{item.problem_when}”不在 answers 中"


def _scored(sheet: ScoredChecklist) -> Found:
    yield from _fields(sheet.head, sheet.foot, None)
    yield from _twice([each.key for each in sheet.groups], "groups", "一级指标")
    plain = sum(each.points for each in sheet.groups if not each.bonus)
    bonus = sum(each.points for each in sheet.groups if each.bonus)
    if plain != sheet.scoring.total:
        yield "groups", f"各组分值合计{plain}，应为{sheet.scoring.total}"
    if bonus != sheet.scoring.bonus:
        yield "groups", f"加分合计{bonus}，应为{sheet.scoring.bonus}"
    numbers = [each.n for each in sheet.items]
    if numbers != list(range(1, len(numbers) + 1)):
        yield "items", "序号应从1起连续编排"
    for group in sheet.groups:
        items = [each for each in sheet.items if each.group == group.key]
        if not items:
            yield f"groups.{group.key}", "没有检查项"
        points = sum(each.points or 0 for each in items)
        if sheet.scoring.of == "item" and points != group.points:
            yield f"groups.{group.key}", f"各项分值合计{points}，应为{group.points}"
    keys = {each.key for each in sheet.groups}
    for item in sheet.items:
        if item.group not in keys:
            yield f"items[{item.n}]", f"没有一级指标“{item.group}”"
        if "/".join(item.by) != item.method:
            yield f"items[{item.n}]", f"by 与印出的督查方式“{item.method}”不一致"


def _statistics(table: Statistics, indicators: Collection[str]) -> Found:
    yield from _fields(table.head, table.foot, table.list_)
    cells = {each.key for each in table.cells}
    sides = {each.key for each in table.sides}
    yield from _twice([each.key for each in table.cells], "cells", "数字")
    yield from _twice([each.key for each in table.rules], "rules", "校验规则")
    for cell in table.cells:
        if cell.indicator not in indicators:
            yield f"cells.{cell.key}", f"系统没有名为“{cell.indicator}”的指标"
        if cell.side not in sides:
            yield f"cells.{cell.key}", f"没有分栏“{cell.side}”"
        if cell.of and (cell.of not in cells or cell.of == cell.key):
            yield f"cells.{cell.key}", f"所属的数字“{cell.of}”不存在"
    for rule in table.rules:
        some = () if rule.cells == "all" else tuple(rule.cells)
        for name in filter(None, (rule.left, rule.right, *rule.of, *rule.any, *some)):
            if name not in cells:
                yield f"rules.{rule.key}", f"没有数字“{name}”"
        if rule.list_ and rule.list_ != table.list_.rows_from:
            yield f"rules.{rule.key}", f"没有清单“{rule.list_}”"
    for key in sorted(cells - _values(table.layout)):
        yield "layout", f"版式没有印出数字“{key}”"


def _campaign(campaign: CampaignTemplate, known: Collection[tuple[str, int]]) -> Found:
    used = {each.code for each in campaign.forms}
    for form in campaign.forms:
        if (form.code, form.version) not in known:
            yield "forms", f"没有代码为“{form.code}”第{form.version}版的定义"
        if not set(form.by) <= set(campaign.levels):
            yield "forms", f"“{form.code}”的填报层级不在 levels 中"
    for task in (*campaign.tasks, *campaign.requirements):
        for code in task.forms:
            if code not in used:
                yield f"tasks.{task.key}", f"表单“{code}”没有列入 forms"
    tasks = (*campaign.tasks, *campaign.requirements)
    named = [task.key for task in tasks] + [each.key for task in tasks for each in task.subtasks]
    yield from _twice(named, "tasks", "任务")
    yield from _twice([each.key for each in campaign.deadlines], "deadlines", "期限")
    for before, after in zip(campaign.phases, campaign.phases[1:], strict=False):
        if (after.starts_on or after.ends_on) < before.ends_on:
            yield f"phases.{after.key}", f"阶段“{after.title}”早于前一阶段“{before.title}”"
    for phase in campaign.phases:
        if phase.starts_on and phase.starts_on > phase.ends_on:
            yield f"phases.{phase.key}", "起始日期晚于截止日期"
    by = {each.code: set(each.by) for each in campaign.forms} | {each.key: set(each.by) for each in campaign.reports}
    for deadline in campaign.deadlines:
        yield from _deadline(campaign, deadline, by)


def _deadline(campaign: CampaignTemplate, deadline: Deadline, by: dict[str, set[str]]) -> Found:
    place = f"deadlines.{deadline.key}"
    if deadline.form not in by:
        yield place, f"“{deadline.form}”既不是 forms 中的表单，也不是 reports 中的报告"
    elif deadline.from_ not in by[deadline.form]:
        yield place, f"“{deadline.form}”不由 {deadline.from_} 填报"
    if LEVELS.index(deadline.from_) >= LEVELS.index(deadline.to):
        yield place, "应由下级报上级"
    for level in (deadline.from_, deadline.to):
        if level not in campaign.levels:
            yield place, f"层级“{level}”不在 levels 中"
    if not deadline.dates:
        yield place, "没有任何报送日期"
    for day in deadline.dates:
        if day > campaign.ends_on or (campaign.starts_on and day < campaign.starts_on):
            yield place, f"{day}不在行动起止日期之内"
    for upper in campaign.deadlines:
        same = upper.form == deadline.form and upper.round == deadline.round and upper.from_ == deadline.to
        if same and deadline.dates and upper.dates and deadline.dates[-1] > upper.dates[-1]:
            yield place, f"期限晚于上一级报送“{upper.key}”的期限"
    for earlier in campaign.deadlines:
        same = earlier.form == deadline.form and (earlier.from_, earlier.to) == (deadline.from_, deadline.to)
        dated = earlier.dates and deadline.dates
        if same and dated and earlier.round < deadline.round and earlier.dates[0] >= deadline.dates[0]:
            yield place, f"第{deadline.round}次期限不晚于第{earlier.round}次"

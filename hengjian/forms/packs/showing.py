"""A definition as text that a person reads in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from hengjian.forms.packs.campaign import CampaignTemplate, Deadline, Lists, Task
from hengjian.forms.packs.definitions import Checklist, Definition, Roster, ScoredChecklist, Statistics
from hengjian.forms.packs.reading import find

LEVEL_WORDS = {"institution": "机构", "county": "县级", "city": "市级", "province": "省级"}
EFFECT_WORDS = {"block": "不符不能报送", "warn": "不符提醒"}


def show(code: str, version: int | None = None, *, extra: Iterable[Path | str] = ()) -> str:
    """Describe a definition in readable Chinese; raise KeyError when there is none of that code and version."""
    return describe(find(code, version, extra=extra))


def describe(definition: Definition) -> str:
    """Describe a definition in readable Chinese."""
    lines = [*_top(definition), ""]
    if isinstance(definition, Roster):
        lines += _roster(definition)
    elif isinstance(definition, Checklist):
        lines += _checklist(definition)
    elif isinstance(definition, ScoredChecklist):
        lines += _scored(definition)
    elif isinstance(definition, Statistics):
        lines += _statistics(definition)
    elif isinstance(definition, CampaignTemplate):
        lines += _campaign(definition)
    elif isinstance(definition, Lists):
        lines += [f"{each.title}：{'、'.join(column.label for column in each.columns)}" for each in definition.lists]
    return "\n".join(lines).rstrip() + "\n"


def _top(definition: Definition) -> Iterator[str]:
    source = definition.source
    yield definition.title
    yield f"代码 {definition.code}　第{definition.version}版　种类 {definition.kind}"
    if definition.pack:
        yield f"发文机关 {definition.pack.issuer}"
    place = "，".join(part for part in (source.part, source.clause) if part)
    day = f"{source.date.year}年{source.date.month}月{source.date.day}日" if source.date else "日期未见"
    yield f"来源 《{source.doc}》{source.number or '文号未见'}，{day}{'，' + place if place else ''}"
    yield "措辞 已与所存文件核对" if definition.verified else "措辞 未核对官方文本"
    if definition.provenance:
        yield f"出处说明 {definition.provenance.say}"
    yield from (f"注 {note}" for note in definition.notes)
    yield f"摘要 {definition.digest}"


def _roster(roster: Roster) -> Iterator[str]:
    yield roster.summary.title
    yield from (f"  {row.label}" for row in roster.summary.rows)
    yield roster.list_.title
    yield "  " + "｜".join(column.label for column in roster.list_.columns)
    yield f"  可填：{'、'.join(roster.mark(each) for each in roster.answers)}"
    yield roster.instructions


def _checklist(checklist: Checklist) -> Iterator[str]:
    if checklist.hint:
        yield checklist.hint
    for section in checklist.sections:
        yield " ".join(part for part in (section.seq, section.intro or section.title, section.clause) if part)
        for topic in section.topics:
            if topic.mark or topic.title:
                yield f"  {topic.mark}{topic.title}"
            for item in topic.items:
                proof = f"（须附证明材料{item.evidence}份）" if item.evidence else ""
                yield f"    {item.key} {item.mark}{item.text}{proof}"
    answers = "、".join(checklist.answers)
    yield f"共{len(checklist.items)}项，可填：{answers}；填“{checklist.problem_when}”的成为待整改问题"


def _scored(sheet: ScoredChecklist) -> Iterator[str]:
    bonus = f"，另加分{sheet.scoring.bonus}分" if sheet.scoring.bonus else ""
    yield f"满分{sheet.scoring.total}分{bonus}"
    for group in sheet.groups:
        yield f"{group.category}　{group.printed}"
        for item in sheet.items:
            if item.group != group.key:
                continue
            yield f"  {item.n} {item.title}（{item.method}）"
            yield from (f"    {each.mark}{each.text}" for each in item.requirements)


def _statistics(table: Statistics) -> Iterator[str]:
    yield table.figures_title
    for side in table.sides:
        yield f"  {side.label}"
        yield from (f"    {cell.label}　指标 {cell.indicator}" for cell in table.cells if cell.side == side.key)
    yield table.list_.title
    yield "  " + "｜".join(column.label for column in table.list_.columns)
    yield table.instructions
    yield "校验"
    yield from (f"  {rule.say}（{EFFECT_WORDS[rule.effect]}）" for rule in table.rules)


def _campaign(campaign: CampaignTemplate) -> Iterator[str]:
    begin = campaign.starts_on.isoformat() if campaign.starts_on else "起始日期未见"
    yield f"起止 {begin} 至 {campaign.ends_on.isoformat()}"
    yield f"对象 {campaign.audience_text}"
    if campaign.phases:
        yield "阶段"
        yield from (f"  {each.mark}{each.title}（{each.printed}）" for each in campaign.phases)
    yield "任务"
    for task in (*campaign.tasks, *campaign.requirements):
        yield from _task(task)
    yield "期限"
    yield from (f"  {_deadline(each)}" for each in campaign.deadlines)
    if campaign.coverage:
        yield "全覆盖清单"
        yield from (f"  {each.title}（{each.clause}）" for each in campaign.coverage)
    yield f"联系人 {campaign.contacts_note or '未写'}"


def _task(task: Task) -> Iterator[str]:
    yield f"  {task.clause} {task.title}"
    for each in task.subtasks:
        words = each.title or each.text
        yield f"    {each.mark}{words if len(words) <= 60 else words[:60] + '……'}"


def _deadline(deadline: Deadline) -> str:
    if deadline.recurring:
        when = f"每月{'日、'.join(map(str, deadline.recurring.days))}日"
    else:
        when = deadline.due.isoformat() if deadline.due else ""
    way = f"{LEVEL_WORDS[deadline.from_]}报{LEVEL_WORDS[deadline.to]}"
    return f"{when} {way} {deadline.title}（原文“{deadline.printed}”，{deadline.clause}）"

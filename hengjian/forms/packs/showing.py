"""A definition as text that a person reads in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from hengjian.base.plain_words import gettext as _
from hengjian.forms.packs.campaign import CampaignTemplate, Deadline, Lists, Task
from hengjian.forms.packs.definitions import Checklist, Definition, Roster, ScoredChecklist, Statistics
from hengjian.forms.packs.reading import find


def level_words(level: str) -> str:
    """What a level is called."""
    return {"institution": _("机构"), "county": _("县级"), "city": _("市级"), "province": _("省级")}[level]


def effect_words(effect: str) -> str:
    """What happens when a rule is not kept."""
    return {"block": _("不符不能报送"), "warn": _("不符提醒")}[effect]


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
        for each in definition.lists:
            lines.append(_("%(title)s：%(columns)s") % {"title": each.title, "columns": "、".join(column.label for column in each.columns)})
    return "\n".join(lines).rstrip() + "\n"


def _top(definition: Definition) -> Iterator[str]:
    source = definition.source
    yield definition.title
    yield _("代码 %(code)s　第%(version)s版　种类 %(kind)s") % {
        "code": definition.code, "version": definition.version, "kind": definition.kind,
    }
    if definition.pack:
        yield _("发文机关 %(issuer)s") % {"issuer": definition.pack.issuer}
    place = _("，").join(part for part in (source.part, source.clause) if part)
    day = _("%(year)s年%(month)s月%(day)s日") % {
        "year": source.date.year, "month": source.date.month, "day": source.date.day,
    } if source.date else _("日期未见")
    yield _("来源 《%(doc)s》%(number)s，%(day)s%(place)s") % {
        "doc": source.doc, "number": source.number or _("文号未见"), "day": day, "place": _("，") + place if place else "",
    }
    yield _("措辞 已与所存文件核对") if definition.verified else _("措辞 未核对官方文本")
    if definition.provenance:
        yield _("出处说明 %(say)s") % {"say": definition.provenance.say}
    yield from (_("注 %(note)s") % {"note": note} for note in definition.notes)
    yield _("摘要 %(digest)s") % {"digest": definition.digest}


def _roster(roster: Roster) -> Iterator[str]:
    yield roster.summary.title
    yield from (f"  {row.label}" for row in roster.summary.rows)
    yield roster.list_.title
    yield "  " + "｜".join(column.label for column in roster.list_.columns)
    yield _("  可填：%(names)s") % {"names": "、".join(roster.mark(each) for each in roster.answers)}
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
                proof = _("（须附证明材料%(evidence)s份）") % {"evidence": item.evidence} if item.evidence else ""
                yield f"    {item.key} {item.mark}{item.text}{proof}"
    answers = "、".join(checklist.answers)
    yield _("共%(count)s项，可填：%(answers)s；填“%(problem)s”的成为待整改问题") % {
        "count": len(checklist.items), "answers": answers, "problem": checklist.problem_when,
    }


def _scored(sheet: ScoredChecklist) -> Iterator[str]:
    bonus = _("，另加分%(bonus)s分") % {"bonus": sheet.scoring.bonus} if sheet.scoring.bonus else ""
    yield _("满分%(total)s分%(bonus)s") % {"total": sheet.scoring.total, "bonus": bonus}
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
        for cell in table.cells:
            if cell.side == side.key:
                yield _("    %(label)s　指标 %(indicator)s") % {"label": cell.label, "indicator": cell.indicator}
    yield table.list_.title
    yield "  " + "｜".join(column.label for column in table.list_.columns)
    yield table.instructions
    yield _("校验")
    yield from (f"  {rule.say}（{effect_words(rule.effect)}）" for rule in table.rules)


def _campaign(campaign: CampaignTemplate) -> Iterator[str]:
    begin = campaign.starts_on.isoformat() if campaign.starts_on else _("起始日期未见")
    yield _("起止 %(begin)s 至 %(end)s") % {"begin": begin, "end": campaign.ends_on.isoformat()}
    yield _("对象 %(audience)s") % {"audience": campaign.audience_text}
    if campaign.phases:
        yield _("阶段")
        yield from (f"  {each.mark}{each.title}（{each.printed}）" for each in campaign.phases)
    yield _("任务")
    for task in (*campaign.tasks, *campaign.requirements):
        yield from _task(task)
    yield _("期限")
    yield from (f"  {_deadline(each)}" for each in campaign.deadlines)
    if campaign.coverage:
        yield _("全覆盖清单")
        yield from (f"  {each.title}（{each.clause}）" for each in campaign.coverage)
    yield _("联系人 %(contacts)s") % {"contacts": campaign.contacts_note or _("未写")}


def _task(task: Task) -> Iterator[str]:
    yield f"  {task.clause} {task.title}"
    for each in task.subtasks:
        words = each.title or each.text
        yield f"    {each.mark}{words if len(words) <= 60 else words[:60] + '……'}"


def when_words(deadline: Deadline) -> str:
    """When a deadline falls: its day, or its days of each month."""
    if deadline.recurring:
        return _("每月%(names)s日") % {"names": _("日、").join(map(str, deadline.recurring.days))}
    return deadline.due.isoformat() if deadline.due else ""


def _deadline(deadline: Deadline) -> str:
    when = when_words(deadline)
    way = _("%(lower)s报%(upper)s") % {"lower": level_words(deadline.from_), "upper": level_words(deadline.to)}
    return _("%(when)s %(way)s %(title)s（原文“%(printed)s”，%(clause)s）") % {
        "when": when, "way": way, "title": deadline.title, "printed": deadline.printed, "clause": deadline.clause,
    }

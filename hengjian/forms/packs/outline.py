"""A definition as parts with tables, as a page draws it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hengjian.base.plain_words import gettext as _
from hengjian.forms.packs.campaign import CampaignTemplate, Lists, Task
from hengjian.forms.packs.definitions import Checklist, Definition, Field, Roster, ScoredChecklist, Statistics
from hengjian.forms.packs.showing import effect_words, level_words, when_words

Row = tuple[str, ...]


@dataclass(frozen=True)
class OutlinePart:
    """One part: its title, a table (heads may be empty), and what is said below it."""

    title: str
    heads: Row = ()
    rows: tuple[Row, ...] = ()
    note: str = ""


def outline(definition: Definition) -> list[OutlinePart]:
    """The parts of a definition in the order of its document."""
    if isinstance(definition, Roster):
        found = _roster(definition)
    elif isinstance(definition, Checklist):
        found = _checklist(definition)
    elif isinstance(definition, ScoredChecklist):
        found = _scored(definition)
    elif isinstance(definition, Statistics):
        found = _statistics(definition)
    elif isinstance(definition, CampaignTemplate):
        found = _campaign(definition)
    elif isinstance(definition, Lists):
        found = (OutlinePart(each.title, (_("栏目"),), tuple((column.label,) for column in each.columns)) for each in definition.lists)
    else:
        found = iter(())
    foot = [OutlinePart(_("表头和表尾"), (), (), _("、").join(_labels(definition)))] if _labels(definition) else []
    return [*found, *foot]


def _labels(definition: Definition) -> list[str]:
    head: tuple[Field, ...] = getattr(definition, "head", ())
    foot: tuple[Field, ...] = getattr(definition, "foot", ())
    return [each.label for each in (*head, *foot)]


def _one_by_one(labels: Iterable[str]) -> tuple[Row, ...]:
    return tuple((each,) for each in labels)


def _roster(roster: Roster) -> Iterator[OutlinePart]:
    yield OutlinePart(roster.summary.title, (_("汇总项"),), _one_by_one(row.label for row in roster.summary.rows))
    answers = _("可填：%(answers)s") % {"answers": _("、").join(roster.mark(each) for each in roster.answers)}
    columns = _one_by_one(column.label for column in roster.list_.columns)
    yield OutlinePart(roster.list_.title, (_("栏目"),), columns, f"{answers}\n{roster.instructions}")


def _checklist(checklist: Checklist) -> Iterator[OutlinePart]:
    for section in checklist.sections:
        rows: list[Row] = []
        for topic in section.topics:
            for at, item in enumerate(topic.items):
                proof = _("须附%(n)s份") % {"n": item.evidence} if item.evidence else ""
                rows.append((item.key, "" if at else f"{topic.mark}{topic.title}", f"{item.mark}{item.text}", proof))
        title = " ".join(part for part in (section.seq, section.intro or section.title, section.clause) if part)
        yield OutlinePart(title, (_("序号"), _("项目"), _("对照内容"), _("证明材料")), tuple(rows))
    said = _("共%(count)s项，可填：%(answers)s；填“%(problem)s”的成为待整改问题") % {
        "count": len(checklist.items), "answers": _("、").join(checklist.answers), "problem": checklist.problem_when,
    }
    yield OutlinePart(_("填写"), (), (), "\n".join(part for part in (checklist.hint, said) if part))


def _scored(sheet: ScoredChecklist) -> Iterator[OutlinePart]:
    bonus = _("，另加分%(bonus)s分") % {"bonus": sheet.scoring.bonus} if sheet.scoring.bonus else ""
    yield OutlinePart(_("满分%(total)s分%(bonus)s") % {"total": sheet.scoring.total, "bonus": bonus})
    for group in sheet.groups:
        rows = tuple(
            (str(item.n), item.title, "\n".join(f"{each.mark}{each.text}" for each in item.requirements), item.method)
            for item in sheet.items if item.group == group.key
        )
        title = group.printed if group.category == group.title else f"{group.category}　{group.printed}"
        yield OutlinePart(title, (_("序号"), _("二级指标"), _("工作要求"), _("督查方式")), rows)


def _statistics(table: Statistics) -> Iterator[OutlinePart]:
    for side in table.sides:
        rows = tuple((cell.label, cell.indicator) for cell in table.cells if cell.side == side.key)
        yield OutlinePart(side.label, (_("数字"), _("指标")), rows)
    yield OutlinePart(table.list_.title, (_("栏目"),), _one_by_one(column.label for column in table.list_.columns), table.instructions)
    yield OutlinePart(_("校验"), (_("规则"), _("不符时")), tuple((rule.say, effect_words(rule.effect)) for rule in table.rules))


def _campaign(campaign: CampaignTemplate) -> Iterator[OutlinePart]:
    begin = campaign.starts_on.isoformat() if campaign.starts_on else _("起始日期未见")
    facts = [_("起止 %(begin)s 至 %(end)s") % {"begin": begin, "end": campaign.ends_on.isoformat()}]
    facts.append(_("对象 %(audience)s") % {"audience": campaign.audience_text})
    facts.append(_("联系人 %(contacts)s") % {"contacts": campaign.contacts_note or _("未写")})
    yield OutlinePart(_("范围"), (), (), "\n".join(facts))
    if campaign.phases:
        phases = tuple((each.mark, each.title, each.printed) for each in campaign.phases)
        yield OutlinePart(_("阶段"), (_("序号"), _("名称"), _("时间")), phases)
    tasks = tuple((task.clause, task.title, _text_of(task)) for task in (*campaign.tasks, *campaign.requirements))
    yield OutlinePart(_("任务"), (_("条款"), _("名称"), _("内容")), tasks)
    deadlines = tuple(
        (when_words(each), _("%(lower)s报%(upper)s") % {"lower": level_words(each.from_), "upper": level_words(each.to)},
         each.title, each.printed, each.clause)
        for each in campaign.deadlines
    )
    yield OutlinePart(_("期限"), (_("日期"), _("报送"), _("材料"), _("原文"), _("条款")), deadlines)
    if campaign.coverage:
        yield OutlinePart(_("全覆盖清单"), (_("名称"), _("条款")), tuple((each.title, each.clause) for each in campaign.coverage))


def _text_of(task: Task) -> str:
    parts = [f"{each.mark}{each.title}{each.text}" for each in task.subtasks]
    return "\n".join(part for part in (task.text, *parts) if part)

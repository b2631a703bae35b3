"""The annexes in the packs against the documents: no item missing, none reworded, none out of order."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest
from python_calamine import CalamineWorkbook

from hengjian.dossier.render import Verification, render_xlsx
from hengjian.forms.packs import Checklist, Roster, ScoredChecklist, Statistics, find, load, printed_rows
from tests.forms.packs_seeds import CONDUCT, DONGYING, HEILONGJIANG, HUNAN, SHANGHAI, between, clauses, plain, raw, seed

MARK = Verification(
    code="HJ-0000-0000", url="https://example.invalid/v", definition="test", version="1", sheet_id="0", revision=1,
    rendered_at=datetime(2024, 7, 1, tzinfo=UTC),
)


def form_words(definition: Roster | Statistics) -> str:
    """All words of a form in the order in which a reader meets them."""
    words = "".join(f"{each.label}：" for each in definition.head)
    if isinstance(definition, Roster):
        words += definition.summary.title + "".join(row.label for row in definition.summary.rows)
    else:
        words += definition.figures_title
        for side in definition.sides:
            words += side.label + "".join(cell.label for cell in definition.cells if cell.side == side.key)
    words += definition.list_.title + "".join(column.label for column in definition.list_.columns)
    words += "".join(f"{each.label}：" for each in definition.foot)
    return plain(words + definition.instructions)


def printed_words(layout: dict, rows: list[dict]) -> str:
    """All words of the blank form as the renderer prints it."""
    data = render_xlsx(layout, {"figures": {}, "fields": {}, "rows": {"items": rows}}, verification=MARK)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    return plain("".join(str(value) for row in sheet.to_python() for value in row if isinstance(value, str)))


TABLES = [
    ("cn-37-05.2024-40.annex1", DONGYING, "附件1单位名称", "附件2单位名称"),
    ("cn-37-05.2024-40.annex2", DONGYING, "附件2单位名称", None),
    ("cn-31.2024-317.annex2", SHANGHAI, "附件2特种设备", "附件3上海市"),
    ("cn-31.2024-317.annex4", SHANGHAI, "附件4特种设备", None),
    ("cn-43.2024-standardisation.annex2", HUNAN, "附件2特种设备", None),
]


def annex(document: str, start: str, end: str | None) -> str:
    text = seed(document)
    begin = text.rindex(start)
    return text[text.index("单位名称（盖章）", begin):text.index(end, begin) if end else len(text)]


@pytest.mark.parametrize(("code", "document", "start", "end"), TABLES)
def test_a_table_has_every_word_of_its_annex_in_order(code, document, start, end):
    definition = find(code)
    assert isinstance(definition, Roster | Statistics)
    assert form_words(definition) == annex(document, start, end)


@pytest.mark.parametrize(("code", "document", "start", "end"), TABLES)
def test_a_table_is_printed_with_every_word_of_its_annex_in_order(code, document, start, end):
    layout = find(code).layout
    assert layout is not None
    words = annex(document, start, end)
    printed = re.sub(r"\d+(?=填表人姓名|\d*填表人姓名)", "", printed_words(layout, []))
    assert words in printed


@pytest.mark.parametrize(("code", "document"), [(code, document) for code, document, _, _ in TABLES])
def test_the_title_of_a_table_stands_in_its_document(code, document):
    definition = find(code)
    assert plain(definition.title) in seed(document)
    assert definition.layout is not None
    assert plain("".join(definition.layout["title"])) == plain(definition.title)


def test_hunan_annex_1_is_the_form_of_dongying_and_says_so():
    hunan, dongying, shanghai = (
        find(code) for code in ("cn-43.2024-standardisation.annex1", "cn-37-05.2024-40.annex1", "cn-31.2024-317.annex2")
    )
    assert isinstance(hunan, Roster)
    assert isinstance(dongying, Roster)
    assert isinstance(shanghai, Roster)
    assert "（一）自查情况汇总" not in seed(HUNAN)
    assert plain(hunan.title) in seed(HUNAN)
    assert form_words(hunan) == form_words(dongying) == form_words(shanghai).replace("“—”", "“-”")
    assert hunan.layout == dongying.layout
    assert not hunan.verified
    assert hunan.provenance is not None
    assert hunan.provenance.borrowed_from == (dongying.code, shanghai.code)


def test_the_mark_for_what_does_not_apply_is_the_one_printed():
    shanghai, dongying = find("cn-31.2024-317.annex2"), find("cn-37-05.2024-40.annex1")
    assert isinstance(shanghai, Roster)
    assert isinstance(dongying, Roster)
    assert [shanghai.mark(each) for each in shanghai.answers] == ["是", "否", "—"]
    assert [dongying.mark(each) for each in dongying.answers] == ["是", "否", "-"]


def rows_of_annex(number: int) -> list[list[str]]:
    text = re.split(r"^附件 (\d)$", raw(SHANGHAI), flags=re.MULTILINE)
    lines = text[text.index(str(number)) + 1].splitlines()
    return [[plain(cell) for cell in line.split("\t")] for line in lines if "\t" in line]


def test_shanghai_annex_1_has_every_check_of_the_document():
    definition = find("cn-31.2024-317.annex1")
    assert isinstance(definition, Checklist)
    rows = rows_of_annex(1)
    assert [each.label for each in definition.head] == rows[0][1:2] + [cell for cell in rows[0][2:] if cell]
    assert [rows[1][0], *(cell for cell in rows[1][1:] if cell)] == [
        definition.approvals.label, *(each.label for each in definition.approvals.columns),
    ]
    assert list(definition.columns) == [cell for cell in rows[2] if cell]
    printed = [[cell for cell in row if cell] for row in rows[3:]]
    expected = []
    for section in definition.sections:
        for number, topic in enumerate(section.topics):
            words = "".join(f"{item.mark}{item.text}" for item in topic.items)
            opening = [section.seq, section.title] if number == 0 else []
            expected.append([*opening, *([topic.title] if topic.title else []), words])
    assert expected == printed
    assert [len(re.findall(r"\(\d\)", row[-1])) or 1 for row in printed] == [
        len(topic.items) for section in definition.sections for topic in section.topics
    ]
    assert len(definition.sections) == 5


def test_shanghai_annex_3_has_42_items_with_every_requirement_of_the_document():
    definition = find("cn-31.2024-317.annex3")
    assert isinstance(definition, ScoredChecklist)
    rows = rows_of_annex(3)
    heads = {tuple(row) for row in rows if row[0] == "序号"}
    assert heads == {tuple(definition.columns)}
    groups = {group.key: group for group in definition.groups}
    category = group = ""
    expected = []
    for row in rows:
        if not row[0].isdigit():
            continue
        category, group = row[1] or category, row[2] or group
        if row[1] and not row[2]:
            group = category
        requirements = re.split(r"(?=\(\d\))", row[4])
        expected.append((int(row[0]), category, group, row[3], [each for each in requirements if each], row[5]))
    assert [
        (item.n, groups[item.group].category, groups[item.group].printed, item.title,
         [f"{each.mark}{each.text}" for each in item.requirements], item.method)
        for item in definition.items
    ] == expected
    assert [item.n for item in definition.items] == list(range(1, 43))


def test_the_points_of_the_score_sheet_are_those_printed():
    definition = find("cn-31.2024-317.annex3")
    assert isinstance(definition, ScoredChecklist)
    printed = [
        (name, int(points), bool(bonus))
        for name, points, bonus in dict.fromkeys(
            match for row in rows_of_annex(3) if row[0].isdigit()
            for match in re.findall(r"^(.+)\((\d+)(,加分)?\)$", row[2])
        )
    ]
    assert [(group.title, group.points, group.bonus) for group in definition.groups] == printed
    assert [group.points for group in definition.groups] == [10, 20, 30, 10, 18, 3, 7, 2, 5]
    assert (definition.scoring.total, definition.scoring.bonus) == (100, 5)


@pytest.mark.parametrize("code", ["cn-31.2024-317.annex1", "cn-31.2024-317.annex3"])
def test_the_printed_checklists_have_every_word(code):
    definition = find(code)
    assert isinstance(definition, Checklist | ScoredChecklist)
    assert definition.layout is not None
    printed = printed_words(definition.layout, printed_rows(definition))
    assert plain("".join(definition.layout["title"])) in seed(SHANGHAI)
    if isinstance(definition, Checklist):
        words = [f"{item.mark}{item.text}" for item in definition.items] + [each.label for each in definition.head]
    else:
        words = [f"{each.mark}{each.text}" for item in definition.items for each in item.requirements]
        words += [item.title for item in definition.items] + [group.printed for group in definition.groups]
    assert [each for each in (*words, *definition.columns) if each not in printed] == []


def pieces(code: str, clause: str) -> str:
    """Words of one clause in one checklist, title first."""
    definition = find(code)
    assert isinstance(definition, Checklist)
    return "".join(
        section.title + section.intro
        + "".join(topic.mark + "".join(item.text for item in topic.items) for topic in section.topics)
        for section in definition.sections if section.clause == clause
    )


CONDUCT_LISTS = {
    "一（一）": ["notification-authority", "inspection-institution"],
    "一（二）": ["licensing-authority"],
    "一（三）": ["inspection-institution", "supervising-authority"],
    "一（四）": ["appraisal-body", "supervising-authority"],
    "一（五）": ["exam-institution", "supervising-authority"],
}


def test_the_conduct_checklists_together_are_the_five_clauses_word_for_word():
    text = seed(CONDUCT)
    chapter = text[text.index("一、抓好重点环节行风监督"):text.index("二、完善行风建设长效机制")]
    written = [
        "".join(pieces(f"cn-43.2023-conduct.{name}", clause) for name in names) for clause, names in CONDUCT_LISTS.items()
    ]
    assert written == clauses(chapter)


def test_the_three_lists_are_those_of_the_conduct_notice():
    names = re.findall(r"形成(.+?)，建立整改工作台账", seed(CONDUCT))[0].split("、")
    assert [each["title"] for each in find("cn-43.2023-conduct.lists").document["lists"]] == names


def test_the_heilongjiang_checklists_are_their_clauses_word_for_word():
    text = seed(HEILONGJIANG)
    chapter = between(text, "三、专项治理工作主要内容", "四、时间安排")
    first, second, _ = clauses(chapter)
    assert pieces("cn-23.2012-127.authority-list", "三（一）") == first
    assert pieces("cn-23.2012-127.institution-list", "三（二）") == second
    definition = find("cn-23.2012-127.institution-list")
    assert isinstance(definition, Checklist)
    marks = [topic.mark for section in definition.sections for topic in section.topics]
    assert marks == re.findall(r"[：；]([一二三四五]是)", second)


@pytest.mark.parametrize("code", [each.code for each in load() if isinstance(each, Checklist) and each.own_words])
def test_own_checklists_print_every_item(code):
    definition = find(code)
    assert isinstance(definition, Checklist)
    assert definition.layout is not None
    printed = printed_words(definition.layout, printed_rows(definition))
    assert [item.text for item in definition.items if item.text not in printed] == []

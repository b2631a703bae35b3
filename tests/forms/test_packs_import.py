"""A checklist drawn up in Excel becomes a pack, or every fault is named by sheet, row and column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import yaml

from hengjian.forms.packs import (
    Checklist,
    PackFaults,
    ScoredChecklist,
    check,
    find,
    import_pack,
    import_xlsx,
    printed_rows,
)

HEADS = ["序号", "分类", "项目", "要求", "检查方式", "分值", "证明材料"]
ABOUT = [
    ["表名", "气瓶检验机构检查表"], ["代码", "local.cylinder-check"], ["发文机关", "澜川省市场监督管理局"],
    ["文件名称", "气瓶检验专项检查方案"], ["文号", "澜市监特〔2025〕3号"], ["日期", "2025-03-01"],
]


def book(path: Path, rows: list[list[Any]], *, heads: list[str] = HEADS, about: list[list[str]] | None = None) -> Path:
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("检查表")
        sheet.merge_range(0, 0, 0, len(heads) - 1, "气瓶检验机构检查表")
        for number, row in enumerate([heads, *rows], 1):
            sheet.write_row(number, 0, row)
        if about:
            notes = workbook.add_worksheet("说明")
            for number, row in enumerate(about):
                notes.write_row(number, 0, row)
    return path


SCORED = [
    [1, "资源条件", "人员", "(1) 检验员数量应符合要求；\n(2) 责任师资格应符合要求。", "资料", 6, "人员名册"],
    [2, "", "设备", "检验设备应与核准项目相适应。", "资料、现场", 4, ""],
    [3, "检验质量", "报告", "报告结论应准确。", "资料", 10, "抽查报告清单"],
    ["", "", "", "报告应及时归档。", "", "", ""],
]


def test_a_scored_checklist_comes_in_with_its_points(tmp_path):
    files = import_pack(book(tmp_path / "气瓶.xlsx", SCORED, about=ABOUT))
    place = tmp_path / "packs" / "cylinder"
    place.mkdir(parents=True)
    for name, text in files.items():
        (place / name).write_text(text, encoding="utf-8")
    assert check([tmp_path / "packs"]) == []
    sheet = find("local.cylinder-check", extra=[tmp_path / "packs"])
    assert isinstance(sheet, ScoredChecklist)
    assert (sheet.title, sheet.verified, sheet.source.number) == ("气瓶检验机构检查表", False, "澜市监特〔2025〕3号")
    assert sheet.pack is not None
    assert sheet.pack.issuer == "澜川省市场监督管理局"
    assert [(each.title, each.points) for each in sheet.groups] == [("资源条件", 10), ("检验质量", 10)]
    assert sheet.scoring.total == 20
    assert [(each.n, each.title, each.by, each.points, each.proof) for each in sheet.items] == [
        (1, "人员", ("资料",), 6, "人员名册"), (2, "设备", ("资料", "现场"), 4, ""), (3, "报告", ("资料",), 10, "抽查报告清单"),
    ]
    assert [(each.mark, each.text) for item in sheet.items for each in item.requirements] == [
        ("(1)", "检验员数量应符合要求；"), ("(2)", "责任师资格应符合要求。"), ("", "检验设备应与核准项目相适应。"),
        ("", "报告结论应准确。"), ("", "报告应及时归档。"),
    ]
    assert printed_rows(sheet)[0]["requirements"] == "(1)检验员数量应符合要求；\n(2)责任师资格应符合要求。"


def test_without_points_it_becomes_a_self_check(tmp_path):
    heads = ["序号", "分类", "项目", "要求", "检查方式", "证明材料"]
    rows = [row[:5] + row[6:] for row in SCORED]
    text = import_xlsx(book(tmp_path / "自查.xlsx", rows, heads=heads), code="local.own-check", title="自查表")
    document = yaml.safe_load(text)
    assert (document["kind"], document["code"], document["title"]) == ("checklist", "local.own-check", "自查表")
    place = tmp_path / "packs" / "own"
    place.mkdir(parents=True)
    for name, words in import_pack(tmp_path / "自查.xlsx", code="local.own-check").items():
        (place / name).write_text(words, encoding="utf-8")
    assert check([tmp_path / "packs"]) == []
    checklist = find("local.own-check", extra=[tmp_path / "packs"])
    assert isinstance(checklist, Checklist)
    assert checklist.title == "自查"
    assert [section.title for section in checklist.sections] == ["资源条件", "检验质量"]
    assert [(each.key, each.text, each.evidence) for each in checklist.items] == [
        ("1.1.1", "检验员数量应符合要求；", 1), ("1.1.2", "责任师资格应符合要求。", 1),
        ("1.2.1", "检验设备应与核准项目相适应。", 0), ("2.1.1", "报告结论应准确。", 1), ("2.1.2", "报告应及时归档。", 0),
    ]
    assert [row for row in printed_rows(checklist) if "_section" in row] == [
        {"_section": "资源条件"}, {"_section": "检验质量"},
    ]


def test_the_same_workbook_gives_the_same_text(tmp_path):
    path = book(tmp_path / "表.xlsx", SCORED, about=ABOUT)
    assert import_xlsx(path) == import_xlsx(path)


FAULTS = [
    ([["一", "资源条件", "人员", "应符合要求。", "资料", 6, ""]], ["“检查表”表第3行A列（序号）：序号“一”应是数字"]),
    ([[1, "资源条件", "人员", "", "资料", 6, ""]], ["“检查表”表第3行D列（要求）：没有写要求"]),
    ([[1, "资源条件", "", "应符合要求。", "资料", 6, ""]], ["“检查表”表第3行C列（项目）：没有写项目"]),
    ([[1, "", "人员", "应符合要求。", "资料", 6, ""]], ["“检查表”表第3行B列（分类）：没有写分类"]),
    (
        [[1, "资源条件", "人员", "应符合要求。", "资料", 2.5, ""], [2, "资源条件", "设备", "", "资料", "", ""]],
        [
            "“检查表”表第3行F列（分值）：分值“2.5”应是整数",
            "“检查表”表第4行D列（要求）：没有写要求",
            "“检查表”表第4行F列（分值）：没有写分值",
        ],
    ),
    ([], ["“检查表”表：表头以下没有检查项"]),
]


@pytest.mark.parametrize(("rows", "expected"), FAULTS)
def test_every_fault_is_named_by_sheet_row_and_column(tmp_path, rows, expected):
    with pytest.raises(PackFaults) as refused:
        import_xlsx(book(tmp_path / "表.xlsx", rows))
    assert [f"{each.place}：{each.say}" for each in refused.value.faults] == expected
    assert {each.file for each in refused.value.faults} == {"表.xlsx"}


def test_missing_heads_are_named(tmp_path):
    with pytest.raises(PackFaults, match="没有找到表头“要求”，请把各栏名称写在前20行中的同一行"):
        import_xlsx(book(tmp_path / "表.xlsx", [[1, "人员"]], heads=["序号", "项目"]))


def test_an_unknown_note_is_named(tmp_path):
    with pytest.raises(PackFaults, match="“说明”表第1行：不认识的说明“印章”"):
        import_xlsx(book(tmp_path / "表.xlsx", SCORED, about=[["印章", "有"]]))


def test_a_code_that_cannot_be_one_is_refused(tmp_path):
    with pytest.raises(PackFaults, match="code：“气瓶”不合规定的写法"):
        import_xlsx(book(tmp_path / "表.xlsx", SCORED), code="气瓶")


def test_what_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "表.xlsx"
    path.write_text("<html>", encoding="utf-8")
    with pytest.raises(PackFaults, match="内容却是网页。请用 WPS 或 Excel 打开，另存为"):
        import_xlsx(path)

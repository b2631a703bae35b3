"""The language of layouts: faults found, merges, letters, lines, values."""
from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import docx
import openpyxl
import pdfplumber
import pypdfium2
import pytest
from django.test import override_settings
from docx.shared import Pt

from hengjian.dossier.render import (
    FontsMissing,
    check_layout,
    find_fonts,
    render_docx,
    render_pdf,
    render_xlsx,
    resolve,
)
from hengjian.dossier.render.model import Grid
from hengjian.dossier.render.wording import lines_needed, worded
from tests.dossier.forms import ANNEX_1, ANNEX_2, MARK

SCORED: dict[str, Any] = {
    "page": {"orientation": "landscape"}, "title": ["监督检查表"],
    "blocks": [{"list": {"rows_from": "items", "columns": [
        {"key": "work", "title": "工作分类", "width_mm": 20, "merge": True},
        {"key": "first", "title": "一级指标", "width_mm": 30, "merge": True},
        {"key": "second", "title": "二级指标", "width_mm": 30},
        {"key": "requirement", "title": "工作要求", "width_mm": 120},
    ], "heads": [[{"text": "分类", "colspan": 2}, "二级指标", "工作要求"]]}}],
}
ITEMS = [
    {"work": "基础工作", "first": "资源条件", "second": "人员"},
    {"work": "基础工作", "first": "资源条件", "second": "设备"},
    {"work": "基础工作", "first": "社会责任", "second": "公开"},
    {"_section": "另列"},
    {"work": "专项工作", "first": "社会责任", "_colspan": {"second": 2}, "second": "全部"},
]
LETTER: dict[str, Any] = {
    "title": ["特种设备安全监察指令书"], "number": "（{city}）市监特令〔{year}〕第 {number} 号",
    "blocks": [
        {"paragraphs": [{"text": "{unit_name}：", "style": "plain"}, "{facts}", {"text": "一、要求", "style": "heading1"},
                        {"text": "（盖章）", "style": "right"}]},
        {"table": {"cols_mm": [1, 1], "borders": False, "rows": [{"cells": ["安全监察员：", "证号："], "height_mm": 20}]}},
        {"page_break": True},
        {"paragraphs_from": "body"},
    ],
}


def grid(layout: dict[str, Any], payload: dict[str, Any]) -> Grid:
    block = resolve(layout, payload, verification=MARK).blocks[0]
    assert isinstance(block, Grid)
    return block


def test_sound_layouts_have_no_faults() -> None:
    assert [check_layout(layout) for layout in (ANNEX_1, ANNEX_2, SCORED, LETTER)] == [[], [], [], []]


@pytest.mark.parametrize(("layout", "fault"), [
    ({}, "版式：缺少标题 title（每行一项的列表）"),
    ({"title": ["甲"], "colour": 1}, "版式：不认识的项“colour”"),
    ({"title": ["甲"], "page": {"orientation": "up"}}, "版式 page：orientation 只能是 portrait、landscape"),
    ({"title": ["甲"], "blocks": [{}]}, "第 1 块：应恰有 table、list、paragraphs、paragraphs_from、page_break 中的一个"),
    ({"title": ["甲"], "blocks": [{"table": {"cols_mm": [1]}}]}, "第 1 块：没有行"),
    ({"title": ["甲"], "blocks": [{"table": {"cols_mm": [1, 1], "rows": [["a"]]}}]},
     "第 1 块第 1 行：第 2 列没有单元格"),
    ({"title": ["甲"], "blocks": [{"table": {"cols_mm": [1], "rows": [["a", "b"]]}}]},
     "第 1 块第 1 行：单元格超出表格或互相重叠"),
    ({"title": ["甲"], "blocks": [{"table": {"cols_mm": [1], "rows": [[{"text": "a", "value": "b"}]]}}]},
     "第 1 块第 1 行：text 与 value 只能有一个"),
    ({"title": ["甲"], "blocks": [{"list": {"columns": [{"key": "a", "width_mm": 1}]}}]},
     "第 1 块：清单缺少 columns 或 rows_from"),
    ({"title": ["甲"], "blocks": [{"list": {"rows_from": "x", "columns": [{"key": "a", "width_mm": 1}] * 2}}]},
     "第 1 块：列的 key 有重复"),
    ({"title": ["甲"], "blocks": [{"paragraphs": [{"text": "a", "style": "huge"}]}]}, "第 1 块第 1 段：没有“huge”这种样式"),
])
def test_each_fault_is_named_with_its_place(layout: dict[str, Any], fault: str) -> None:
    assert check_layout(layout) == [fault]


def test_equal_neighbours_merge_but_not_across_a_coarser_boundary() -> None:
    held = grid(SCORED, {"rows": {"items": ITEMS}})
    spans = {(cell.text, cell.row): (cell.rowspan, cell.colspan) for cell in held.cells if cell.row >= 1}
    assert spans[("基础工作", 1)] == (3, 1)
    assert spans[("资源条件", 1)] == (2, 1)
    assert spans[("社会责任", 3)] == (1, 1)
    assert spans[("另列", 4)] == (1, 4)
    assert spans[("社会责任", 5)] == (1, 1)
    assert spans[("全部", 5)] == (1, 2)


def test_a_landscape_list_with_merged_heads_prints_in_all_formats() -> None:
    payload = {"rows": {"items": ITEMS}}
    page = pypdfium2.PdfDocument(render_pdf(SCORED, payload, verification=MARK))[0]
    assert page.get_width() > page.get_height()
    sheet = openpyxl.load_workbook(io.BytesIO(render_xlsx(SCORED, payload, verification=MARK))).worksheets[0]
    assert sheet.page_setup.orientation == "landscape"
    assert render_docx(SCORED, payload, verification=MARK)[:2] == b"PK"


def test_a_letter_has_its_number_its_paragraphs_and_two_pages() -> None:
    payload = {
        "fields": {"city": "云州", "year": 2024, "number": 3, "unit_name": "某公司", "facts": "{city} 不再展开"},
        "paragraphs": {"body": [{"text": "第二页 {city}", "style": "body"}]},
    }
    document = pypdfium2.PdfDocument(render_pdf(LETTER, payload, verification=MARK))
    texts = [page.get_textpage().get_text_bounded() for page in document]
    assert len(texts) == 2
    assert "（云州）市监特令〔2024〕第 3 号" in texts[0]
    assert "{city} 不再展开" in texts[0]
    assert "第二页 {city}" in texts[1]
    assert render_docx(LETTER, payload, verification=MARK)[:2] == b"PK"
    assert render_xlsx(LETTER, payload, verification=MARK)[:2] == b"PK"


def _line_starts(data: bytes) -> dict[str, float]:
    """How far each line of a PDF's first page stands from the left margin, in characters, by its first two signs."""
    with pdfplumber.open(io.BytesIO(data)) as book:
        page = book.pages[0]
        margin, size = 20 * 72 / 25.4, 12
        return {line["text"][:2]: round((line["x0"] - margin) / size, 1) for line in page.extract_text_lines()}


def test_each_line_of_a_letter_that_was_typed_stands_in_by_two_characters() -> None:
    facts = "一是记录缺失，" + "没有按期填写，" * 8 + "\n\n　　二是人员未到场。"
    payload = {"fields": {"unit_name": "某公司", "facts": facts}}
    starts = _line_starts(render_pdf(LETTER, payload, verification=MARK))
    assert (starts["某公"], starts["一是"], starts["二是"]) == (0, 2, 2)
    word = docx.Document(io.BytesIO(render_docx(LETTER, payload, verification=MARK)))
    shapes = {one.text[:2]: one.paragraph_format for one in word.paragraphs if one.text}
    assert [shapes[head].first_line_indent for head in ("某公", "一是", "二是")] == [None, Pt(24), Pt(24)]
    assert shapes["一、"].keep_with_next is True  # before the seal, and a heading
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(LETTER, payload, verification=MARK))).worksheets[0]
    cells = [str(cell.value) for row in book.iter_rows() for cell in row if cell.value]
    assert "　　二是人员未到场。" in cells


def test_a_signature_is_not_torn_from_its_date() -> None:
    for lines in range(24, 34):
        layout = {**LETTER, "blocks": [{"paragraphs": [
            *[f"第{number}段。" for number in range(lines)], "执法人员：某某", {"text": "某某局（印章）", "style": "right"},
            {"text": "2024年7月1日", "style": "right"}]}]}
        pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(render_pdf(layout, {}, verification=MARK))]
        last = next(text for text in pages if "2024年7月1日" in text.replace(" ", ""))
        assert "执法人员" in last, lines
        assert "（印章）" in last, lines


@pytest.mark.parametrize(("value", "text"), [
    (None, ""), (True, "是"), (False, "否"), (0, "0"), (Decimal("1.50"), "1.50"), (Decimal("1E+3"), "1000"),
    (date(2024, 7, 1), "2024年7月1日"), (datetime(2024, 7, 1, 16, 30, tzinfo=UTC), "2024年7月2日 00:30"),
    (["甲", "乙"], "甲、乙"), ("  原样 ", "  原样 "),
])
def test_values_are_worded_as_in_a_form(value: Any, text: str) -> None:
    assert worded(value) == text


def test_row_heights_follow_the_length_of_the_text() -> None:
    assert lines_needed("", 20, 12) == 1
    assert lines_needed("四个汉字", 20, 12) == 1
    assert lines_needed("一共是八个汉字呀", 20, 12) == 2
    assert lines_needed("甲\n乙\n丙", 60, 12) == 3


def test_missing_fonts_are_told_in_chinese(tmp_path: Any) -> None:
    with override_settings(FONT_DIR=tmp_path), pytest.raises(FontsMissing, match=r"没有找到中文字体.*make setup"):
        find_fonts()

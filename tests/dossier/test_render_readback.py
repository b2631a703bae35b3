"""A workbook that was downloaded, filled and handed in again."""
from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from hengjian.dossier.intake import Refused
from hengjian.dossier.render import read_filled, render_docx, render_xlsx
from tests.dossier.forms import ANNEX_1, ANNEX_1_PAYLOAD, ANNEX_2, ANNEX_2_PAYLOAD, MARK


def changed(data: bytes, change: Any) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_filled_form_comes_back_as_it_was() -> None:
    filled = read_filled(render_xlsx(ANNEX_1, ANNEX_1_PAYLOAD, verification=MARK))
    assert (filled.definition, filled.version, filled.sheet_id, filled.revision) == (
        "national-2024/annex", "1", "0190a6b2", 3)
    assert filled.fields == {
        "unit_name": "青麓恒固气瓶检验有限公司", "people_total": 42, "people_registered": 40, "people_insured": 38,
        "staffing_met": "是", "people_checked": 38, "employment_problems": 2, "education_problems": 1,
        "title_problems": 0, "filler_name": "许若谷", "filler_phone": "138****5678", "filled_on": "2024年7月20日"}
    names = [row.values["name"] for row in filled.rows["people"]]
    assert names == [row["name"] for row in ANNEX_1_PAYLOAD["rows"]["people"]]
    assert filled.rows["people"][6].values == {
        "name": "罗知微", "employed_here": "否", "education_true": "是", "title_true": "-",
        "remark": "2024年4月离职未办理变更，7月20日提交取消执业公示"}
    assert filled.rows["people"][0].row == 15


def test_the_statistics_table_comes_back_with_its_18_figures() -> None:
    filled = read_filled(render_xlsx(ANNEX_2, ANNEX_2_PAYLOAD, verification=MARK))
    figures = {key: filled.fields[key] for key in ANNEX_2_PAYLOAD["figures"]}
    assert figures == ANNEX_2_PAYLOAD["figures"]
    assert len(figures) == 18
    assert [row.values for row in filled.rows["institutions"]] == ANNEX_2_PAYLOAD["rows"]["institutions"]


def test_cells_filled_by_hand_are_read_where_the_marks_say() -> None:
    def fill(book: Any) -> None:
        sheet = book.worksheets[0]
        sheet["A3"] = "单位名称（盖章）： 新名字公司 "
        sheet["B15"], sheet["C15"] = "沈砚秋", "是"
        sheet["B17"] = "周以宁"

    filled = read_filled(changed(render_xlsx(ANNEX_1, {}, verification=MARK), fill))
    assert filled.fields["unit_name"] == "新名字公司"
    assert [(row.row, row.values["name"]) for row in filled.rows["people"]] == [(15, "沈砚秋"), (17, "周以宁")]


def test_rows_pasted_past_the_end_are_read_while_their_numbers_go_on() -> None:
    def paste(book: Any) -> None:
        sheet = book.worksheets[0]
        for area in [area for area in sheet.merged_cells.ranges if area.min_row >= 15]:
            sheet.unmerge_cells(str(area))
        for number in range(1, 41):
            sheet.cell(14 + number, 1, number)
            sheet.cell(14 + number, 2, f"甲{number}")
            sheet.cell(14 + number, 3, "是")

    filled = read_filled(changed(render_xlsx(ANNEX_1, {}, verification=MARK), paste))
    assert [row.values["name"] for row in filled.rows["people"]] == [f"甲{number}" for number in range(1, 41)]


def test_a_workbook_without_marks_is_refused_with_advice() -> None:
    def unmark(book: Any) -> None:
        del book["_hengjian"]

    with pytest.raises(Refused, match="不是从本系统下载的表样"):
        read_filled(changed(render_xlsx(ANNEX_1, {}, verification=MARK), unmark))


def test_a_renamed_worksheet_is_refused_with_its_name() -> None:
    def rename(book: Any) -> None:
        book.worksheets[0].title = "另名"

    with pytest.raises(Refused, match="缺少工作表“附件1”"):
        read_filled(changed(render_xlsx(ANNEX_1, {}, verification=MARK), rename))


def test_a_word_file_is_refused() -> None:
    with pytest.raises(Refused, match="这不是表格文件"):
        read_filled(render_docx(ANNEX_1, {}, verification=MARK))


def test_a_list_that_moved_down_is_still_found() -> None:
    """Rows that a user inserts move the defined names; Excel does that itself, here it is done by hand."""
    def shift(book: Any) -> None:
        for name in list(book.defined_names.values()):
            sheet, _, cell = name.attr_text.rpartition("!")
            column, row = cell.replace("$", " ").split()
            if int(row) > 14:
                name.attr_text = f"{sheet}!${column}${int(row) + 2}"
        book.worksheets[0].insert_rows(15, 2)
        book.worksheets[0].cell(15, 2, "插入甲")

    filled = read_filled(changed(render_xlsx(ANNEX_1, ANNEX_1_PAYLOAD, verification=MARK), shift))
    assert [row.values["name"] for row in filled.rows["people"]][:2] == ["插入甲", "沈砚秋"]
    assert len(filled.rows["people"]) == 10

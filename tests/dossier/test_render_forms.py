"""The official forms in three formats: same words, merged heads, nothing evaluated."""
from __future__ import annotations

import io
import re
from copy import deepcopy
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest

from hengjian.dossier.render import LayoutFault, render_docx, render_pdf, render_xlsx, resolve
from tests.dossier.forms import ANNEX_1, ANNEX_1_PAYLOAD, ANNEX_2, ANNEX_2_PAYLOAD, MARK

PAYLOADS = [
    "=1+1", "=cmd|'/c calc'!A1", "+1", "-1+2", "@SUM(A1)", "\t=1+1", "＝1+1", '=HYPERLINK("http://x.example","y")',
    "#eval(read(\"x\"))", "$x^2$", "*bold* _it_ `raw`", "{{7*7}}", "{% x %}", "{unit_name}", "<b>&amp;</b>", "\\u{41}",
    "@ref", "//comment", "[#set text(red)]", "'", '"', "http://x.example/", "0012", "1e5", "#REF!", "𠮷㛃堃", "Ⅱ级·•",
]


def pdf_text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def docx_texts(data: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(data))
    found = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        for row in table._tbl.tr_lst:
            found += ["".join(node.text or "" for node in cell.iter() if node.tag.endswith("}t")) for cell in row.tc_lst]
    return [text for text in found if text]


def form_sheet(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


def xlsx_texts(data: bytes) -> list[str]:
    return [str(cell.value) for row in form_sheet(data).iter_rows() for cell in row if cell.value is not None]


def words_of(layout: dict[str, Any], payload: dict[str, Any]) -> list[str]:
    document = resolve(layout, payload, verification=MARK)
    found = [document.annex, *document.title, *document.note]
    found += [part.text for line in (*document.head, *document.foot) for part in line]
    for block in document.blocks:
        found += [cell.text for cell in block.cells]  # type: ignore[union-attr]
    return [text for text in found if text]


@pytest.mark.parametrize(("layout", "payload"), [(ANNEX_1, ANNEX_1_PAYLOAD), (ANNEX_2, ANNEX_2_PAYLOAD)])
def test_the_three_formats_have_the_same_words(layout: dict[str, Any], payload: dict[str, Any]) -> None:
    words = sorted(words_of(layout, payload))
    mark = [f"核验码：{MARK.code}　第 3 版\n扫码核验：{MARK.url}"]
    assert sorted(xlsx_texts(render_xlsx(layout, payload, verification=MARK))) == sorted(words + mark)
    assert sorted(docx_texts(render_docx(layout, payload, verification=MARK))) == words
    printed = squeezed(pdf_text(render_pdf(layout, payload, verification=MARK)))
    assert [word for word in words if squeezed(word) not in printed] == []


def test_annex_1_keeps_the_merges_of_the_official_form() -> None:
    sheet = form_sheet(render_xlsx(ANNEX_1, ANNEX_1_PAYLOAD, verification=MARK))
    at = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}
    areas = {str(area).partition(":")[0]: area for area in sheet.merged_cells.ranges}

    def size(text: object) -> tuple[int, int]:
        area = areas.get(at[text].coordinate)
        return (area.max_row - area.min_row + 1, area.max_col - area.min_col + 1) if area else (1, 1)

    assert size("特种设备检验检测机构自查情况统计表") == (1, sheet.max_column)
    assert size("（一）自查情况汇总") == (1, sheet.max_column)
    assert size("共排查检验检测人员总数")[0] == 3
    assert at["4.是否持续满足《核准规则》规定的人员资源条件"].font.name == "仿宋"
    assert at["特种设备检验检测机构自查情况统计表"].font.name == "方正小标宋简体"
    assert at[42].data_type == "n"


def test_annex_2_has_a_side_head_over_seven_rows_in_word() -> None:
    document = docx.Document(io.BytesIO(render_docx(ANNEX_2, ANNEX_2_PAYLOAD, verification=MARK)))
    table = document.tables[0]
    heads = [row.tc_lst[0] for row in table._tbl.tr_lst[1:8]]
    assert [head.vMerge for head in heads] == ["restart"] + ["continue"] * 6
    assert table._tbl.tr_lst[0].tc_lst[0].grid_span == 5
    assert 'w:eastAsia="仿宋"' in document.styles["Normal"].element.xml


def test_the_workbook_is_set_up_for_printing() -> None:
    sheet = form_sheet(render_xlsx(ANNEX_1, ANNEX_1_PAYLOAD, verification=MARK))
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
    assert sheet.print_title_rows == "$13:$14"
    assert MARK.code in sheet.oddFooter.left.text
    choices = {(str(each.sqref), each.formula1) for each in sheet.data_validations.dataValidation}
    three = '"是,否,-"'
    assert choices == {("H8", '"是,否"'), ("C15:C23", three), ("D15:D23", three), ("F15:F23", three)}


@pytest.mark.parametrize("text", PAYLOADS)
def test_text_is_never_evaluated(text: str) -> None:
    payload = deepcopy(ANNEX_1_PAYLOAD)
    payload["rows"]["people"] = [{"name": text, "employed_here": "是", "remark": text}]
    payload["fields"]["unit_name"] = text
    shown = text.replace("\t", " ")
    sheet = form_sheet(render_xlsx(ANNEX_1, payload, verification=MARK))
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == shown]
    assert [cell.data_type for cell in cells] == ["s", "s"]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f" or cell.hyperlink]
    assert docx_texts(render_docx(ANNEX_1, payload, verification=MARK)).count(shown) == 2
    if text != "𠮷㛃堃":  # 𠮷 is in none of the free fonts
        assert squeezed(f"单位名称（盖章）：{text}") in squeezed(
            pdf_text(render_pdf(ANNEX_1, payload, verification=MARK)))


def test_dangerous_starts_stay_text_when_the_user_edits_the_cell() -> None:
    payload = deepcopy(ANNEX_1_PAYLOAD)
    payload["rows"]["people"] = [{"name": "=1+1"}]
    sheet = form_sheet(render_xlsx(ANNEX_1, payload, verification=MARK))
    assert [cell.quotePrefix for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"] == [True]


def test_a_name_that_no_font_has_still_prints() -> None:
    payload = deepcopy(ANNEX_1_PAYLOAD)
    payload["rows"]["people"] = [{"name": "𠮷"}]
    assert render_pdf(ANNEX_1, payload, verification=MARK).startswith(b"%PDF-")


def test_control_characters_and_direction_overrides_are_dropped() -> None:
    payload = deepcopy(ANNEX_1_PAYLOAD)
    payload["fields"]["unit_name"] = "甲\x00\x08\u202e乙\ufeff"
    assert "单位名称（盖章）：甲乙" in xlsx_texts(render_xlsx(ANNEX_1, payload, verification=MARK))
    assert "单位名称（盖章）：甲乙" in docx_texts(render_docx(ANNEX_1, payload, verification=MARK))


def test_a_list_of_300_people_repeats_its_heads_on_each_page() -> None:
    payload = deepcopy(ANNEX_1_PAYLOAD)
    payload["rows"]["people"] = [{"name": f"甲{number}", "employed_here": "是"} for number in range(300)]
    document = pypdfium2.PdfDocument(render_pdf(ANNEX_1, payload, verification=MARK))
    pages = [squeezed(page.get_textpage().get_text_bounded()) for page in document]
    assert len(pages) > 8
    assert [page.count("初次取证时提交的学历是否真实") for page in pages[:-1]] == [1] * (len(pages) - 1)
    assert f"第{len(pages)}页共{len(pages)}页" in pages[-1]
    table = docx.Document(io.BytesIO(render_docx(ANNEX_1, payload, verification=MARK))).tables[2]
    heads = [row for row in table._tbl.tr_lst if row.xpath("./w:trPr/w:tblHeader")]
    assert (len(table._tbl.tr_lst), len(heads)) == (302, 2)


def test_equal_input_gives_equal_bytes() -> None:
    for render in (render_xlsx, render_docx, render_pdf):
        first = render(ANNEX_2, ANNEX_2_PAYLOAD, verification=MARK)
        assert render(ANNEX_2, ANNEX_2_PAYLOAD, verification=MARK) == first


def test_the_pdf_claims_the_archive_profile() -> None:
    data = render_pdf(ANNEX_2, ANNEX_2_PAYLOAD, verification=MARK)
    assert b"<pdfaid:part>2</pdfaid:part>" in data
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in data


def test_a_blank_form_prints_blanks() -> None:
    texts = xlsx_texts(render_xlsx(ANNEX_1, {}, verification=MARK))
    assert "单位名称（盖章）：" in texts
    sheet = form_sheet(render_xlsx(ANNEX_1, {}, verification=MARK))
    assert sheet.max_row == form_sheet(render_xlsx(ANNEX_1, ANNEX_1_PAYLOAD, verification=MARK)).max_row - 1


def test_a_faulty_layout_is_refused_with_its_place() -> None:
    broken = deepcopy(ANNEX_1)
    del broken["blocks"][0]["table"]["rows"][1][1]
    with pytest.raises(LayoutFault, match="第 1 块第 2 行：第 4 列没有单元格"):
        render_xlsx(broken, {}, verification=MARK)

"""Cells as spreadsheets really keep them, from the bytes of a workbook to the words of the refusal."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from hengjian.base.errors import BadInput
from hengjian.registry import exchange
from hengjian.registry.exchange.importing import faults_of
from tests import factories
from tests.campaigns import scenes
from tests.dossier import files
from tests.factories import World

pytestmark = pytest.mark.django_db
GOOD = "11010519491231002X"
HEADS = ("姓名", "身份证号", "岗位", "入职日期")


@pytest.fixture
def world(clock: Any) -> World:
    return factories.world()


def _with_day(cell: str, *, of_1904: bool = False) -> bytes:
    """A roster of one person whose day of joining is this cell of XML; style 1 is a date."""
    book = openpyxl.Workbook()
    book.active.title = "人员花名册"
    book.active.append(HEADS)
    book.active.append(("沈砚秋", GOOD, "其他", "X"))
    book.active["D3"].number_format = "yyyy-mm-dd"
    book.active["D3"] = 1
    out = io.BytesIO()
    book.save(out)
    archive = zipfile.ZipFile(io.BytesIO(out.getvalue()))
    sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    start = sheet.index('<c r="D2"')
    sheet = sheet[:start] + cell + sheet[sheet.index("</c>", start) + 4 :]
    last = sheet.index('<row r="3"')
    sheet = sheet[:last] + sheet[sheet.index("</row>", last) + 6 :]
    parts = {"xl/worksheets/sheet1.xml": sheet.encode()}
    if of_1904:
        parts["xl/workbook.xml"] = archive.read("xl/workbook.xml").replace(b"<workbookPr/>", b'<workbookPr date1904="1"/>')
    return files.with_parts(out.getvalue(), parts)


def _day(value: str) -> str:
    return f'<c r="D2" s="1"><v>{value}</v></c>'


@pytest.mark.parametrize(("cell", "of_1904", "said"), [
    (_day("45500"), False, ""), (_day("45500.999999"), False, ""), (_day("44038"), True, ""),
    (_day("60"), False, "日期应在1950年至"), (_day("-1"), False, ""), (_day("2958466"), False, ""), (_day("NaN"), False, ""),
    ('<c r="D2" t="d"><v>2024-13-45</v></c>', False, "没有这一天，请核对年月日。"), ('<c r="D2" t="d"><v>2024-07-01</v></c>', False, ""),
    ('<c r="D2" t="inlineStr"><is><t>2024年7月</t></is></c>', False, "不是完整的日期"), ('<c r="D2" t="inlineStr"><is><t>2024.7.1</t></is></c>', False, ""),
    ('<c r="D2"><v>45500</v></c>', False, "不是完整的日期"),
])
def test_case_14_dates_as_a_spreadsheet_keeps_them(world: World, cell: str, of_1904: bool, said: str) -> None:
    run = exchange.check_file(actor=world.clerk(world.institutions[0]), file_name="名册.xlsx", data=_with_day(cell, of_1904=of_1904))
    faults = [one for one in faults_of(run) if not one.is_warning]
    if cell in {_day("-1"), _day("2958466"), _day("NaN")}:
        assert [(one.sheet, one.row, one.head) for one in faults] == [("人员花名册", 2, "入职日期")]
        return
    assert [(one.sheet, one.row, one.head) for one in faults] == ([("人员花名册", 2, "入职日期")] if said else [])
    assert not said or said in faults[0].message


@pytest.mark.parametrize(("cell", "said"), [
    ('<c r="D2" t="s"><v>999999</v></c>', "工作表“人员花名册”的单元格 D2 无法读取。请用 WPS 或 Excel 打开，重新填写此格后另存再上传。"),
])
def test_case_15_a_cell_that_breaks_the_sheet_is_named(world: World, cell: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        exchange.check_file(actor=world.clerk(world.institutions[0]), file_name="名册.xlsx", data=_with_day(cell))
    assert str(refused.value) == said


@pytest.mark.parametrize(("cell", "said"), [
    ('<c r="D2" t="e"><v>#REF!</v></c>', "单元格是错误值，无法读取。请改正公式或直接填写内容。"),
    ('<c r="D2"><v>1e400</v></c>', "单元格内容无法读取。请重新填写。"),
    ('<c r="D2"><v>430102199003071234</v></c>', "数字超过 15 位，末几位已被表格软件改为 0。请把该列设为“文本”格式后重新填写。"),
    ('<c r="D2"><f>1+1</f></c>', "公式没有计算结果。请用 WPS 或 Excel 打开、重新计算并保存，或改填数值。"),
])
def test_case_15_cells_that_cannot_be_read_are_named(world: World, cell: str, said: str) -> None:
    run = exchange.check_file(actor=world.clerk(world.institutions[0]), file_name="名册.xlsx", data=_with_day(cell))
    assert [(one.sheet, one.row, one.head, one.message) for one in faults_of(run)] == [("人员花名册", 2, "入职日期", said)]


@pytest.mark.parametrize(("given", "head", "said"), [
    ({"证书编号": "T1"}, "级别", "有证书编号而没有级别，请填写级别。"), ({"级别": "检验员"}, "证书编号", "有级别而没有证书编号，请填写证书编号。"),
    ({"毕业院校": "澜川工学院"}, "学历", "有毕业院校或毕业证书编号而没有学历，请填写学历。"),
])
def test_case_16_a_line_that_says_half_of_a_paper_is_told_what_is_missing(world: World, given: dict[str, str], head: str, said: str) -> None:
    line = {"姓名": "沈砚秋", "身份证号": GOOD, "岗位": "其他", "入职日期": "2024-01-01", **given}
    heads = list(dict.fromkeys([*line, "证书编号", "级别", "学历", "毕业院校"]))
    data = files.xlsx([heads, [line.get(one) for one in heads]], title="人员花名册")
    run = exchange.check_file(actor=world.clerk(world.institutions[0]), file_name="名册.xlsx", data=data)
    assert [(one.row, one.head, one.message) for one in faults_of(run) if not one.is_warning] == [(2, head, said)]


def test_case_17_a_hidden_row_comes_in_and_is_named(world: World) -> None:
    book = openpyxl.Workbook()
    book.active.title = "人员花名册"
    for line in (HEADS, ("沈砚秋", GOOD, "其他", "2024-01-01")):
        book.active.append(line)
    book.active.row_dimensions[2].hidden = True
    out = io.BytesIO()
    book.save(out)
    run = exchange.check_file(actor=world.clerk(world.institutions[0]), file_name="名册.xlsx", data=out.getvalue())
    assert (run.state, [(one.row, one.message, one.is_warning) for one in faults_of(run)]) == ("checked", [(2, "这是隐藏行，照常导入；如不需要请删除。", True)])


def test_case_21_limits_are_told_before_the_upload(world: World) -> None:
    page = scenes.signed_in(world.clerk(world.institutions[0])).get(reverse("registry:imports")).content.decode()
    assert "Excel工作簿、CSV、Parquet，或数据交换包（zip），不超过30 MB；Excel每张工作表最多2万行、100列" in page

"""Workbooks: refused before parsing, read within limits, handed back with their faults."""
from __future__ import annotations

import io
import stat
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from hengjian.dossier.intake import (
    FAULT_SHEET,
    CellFault,
    Refused,
    examine,
    mark_faults,
    open_workbook,
    read_workbook,
    spreadsheet_preflight,
)
from tests.dossier import files

BOMB = b"<x>" + b"0" * (32 * 1024 * 1024)
CONTENT_TYPES = "[Content_Types].xml"


def duplicated() -> bytes:
    out = io.BytesIO(files.xlsx())
    with zipfile.ZipFile(out, "a") as made, pytest.warns(UserWarning, match="Duplicate name"):
        made.writestr("xl/workbook.xml", b"<x/>")
    return out.getvalue()


def lying() -> bytes:
    """Return a container whose directory says a part is smaller than it is."""
    data = bytearray(files.with_parts(files.xlsx(), {"xl/extra.xml": b"A" * 5000}))
    at = data.rindex(b"xl/extra.xml") - 46 + 24
    data[at:at + 4] = (100).to_bytes(4, "little")
    return bytes(data)


BAD_WORKBOOKS = {
    "bomb": (files.with_parts(files.xlsx(), {"xl/big.xml": BOMB}), "疑似压缩炸弹"),
    "large": (files.with_parts(files.xlsx(), {f"xl/big{n}.xml": BOMB for n in range(3)}), "解压后过大（超过 64 MB）"),
    "parts": (files.with_parts(files.xlsx(), {f"xl/p{n}.xml": b"<x/>" for n in range(501)}), "内部部件过多"),
    "traversal": (files.with_parts(files.xlsx(), {"../../x.xml": b"<x/>"}), "内部路径不合法"),
    "absolute": (files.with_parts(files.xlsx(), {"/etc/x.xml": b"<x/>"}), "内部路径不合法"),
    "symlink": (files.with_parts(files.xlsx(), {"xl/l.xml": b"/etc"}, {"external_attr": (stat.S_IFLNK | 0o777) << 16,
                                                                    "create_system": 3}), "符号链接"),
    "lying": (lying(), "文件结构异常"),
    "doctype": (files.with_parts(files.xlsx(), {"xl/sharedStrings.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}),
                "部件 xl/sharedStrings.xml 含有 DOCTYPE"),
    "doctype utf-16": (files.with_parts(files.xlsx(), {"xl/styles.xml": "<!DOCTYPE a><a/>".encode("utf-16")}),
                       "部件 xl/styles.xml 含有 DOCTYPE"),
    "macro": (files.with_parts(files.xlsx(), {"xl/vbaProject.bin": b"x"}), "部件 xl/vbaProject.bin：含有宏"),
    "macro type": (files.with_parts(files.xlsx(), {CONTENT_TYPES: b"<Types>application/vnd.ms-excel.sheet."
                                                   b"macroEnabled.main+xml</Types>"}), "含有宏"),
    "ole": (files.with_parts(files.xlsx(), {"xl/embeddings/oleObject1.bin": b"x"}), "OLE"),
    "activex": (files.with_parts(files.xlsx(), {"xl/activeX/activeX1.xml": b"<x/>"}), "ActiveX"),
    "external book": (files.with_parts(files.xlsx(), {"xl/externalLinks/externalLink1.xml": b"<x/>"}), "外部工作簿"),
    "external": (files.with_parts(files.xlsx(), {"xl/worksheets/_rels/sheet1.xml.rels": files.external("image")}),
                 "引用了外部文件或模板"),
    "connection": (files.with_parts(files.xlsx(), {"xl/connections.xml": b"<x/>"}), "外部数据连接"),
    "dde": (files.with_sheet_xml('<row r="1"><c r="A1"><f>cmd|\'/c calc\'!A0</f><v>1</v></c></row>'), "DDE"),
    "broken": (files.xlsx()[:900], "已损坏"),
    "empty": (b"", "文件是空的"),
    "picture": (files.photo(), "这不是表格文件"),
    "word": (files.docx(), "这不是表格文件"),
    "web page": (b"<html><table></table></html>", "内容却是网页"),
}


@pytest.mark.parametrize("kind", list(BAD_WORKBOOKS))
def test_bad_workbooks_are_refused_before_they_are_parsed(kind: str) -> None:
    data, reason = BAD_WORKBOOKS[kind]
    assert reason in "".join(spreadsheet_preflight(data))
    with pytest.raises(Refused):
        read_workbook(data)
    if kind not in {"picture", "word"}:
        assert examine("a.xlsx", data).accepted is False


def test_duplicate_parts_are_refused() -> None:
    assert spreadsheet_preflight(duplicated()) == ("文件结构异常：内部部件重名。",)


def test_a_bomb_is_refused_in_milliseconds() -> None:
    begun = time.monotonic()
    spreadsheet_preflight(BAD_WORKBOOKS["bomb"][0])
    assert time.monotonic() - begun < 0.5


@pytest.mark.parametrize(("data", "reason"), [
    (files.docx(extra={"word/_rels/settings.xml.rels": files.external("attachedTemplate")}), "外部文件或模板"),
    (files.docx('<w:p><w:r><w:instrText>DDEAUTO c:\\x "y"</w:instrText></w:r></w:p>'), "读取外部内容的域"),
    (files.docx('<w:p><w:fldSimple w:instr=" INCLUDETEXT x "/></w:p>'), "读取外部内容的域"),
    (files.docx(extra={"word/vbaProject.bin": b"x"}), "含有宏"),
    (files.docx(extra={"word/embeddings/a.bin": b"x"}), "OLE"),
    (files.docx(extra={"word/footnotes.xml": b"<!DOCTYPE a><a/>"}), "DOCTYPE"),
])
def test_bad_word_files_are_refused(data: bytes, reason: str) -> None:
    assert reason in "".join(examine("a.docx", data).refusals)


def test_hyperlinks_are_allowed() -> None:
    data = files.docx(extra={"word/_rels/document.xml.rels": files.external("hyperlink")})
    assert examine("a.docx", data).refusals == ()


@pytest.mark.parametrize(("data", "reason"), [
    (files.with_sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>',
                          after='<mergeCells><mergeCell ref="A1:XFD2000"/></mergeCells>'), "合并单元格范围过大"),
    (files.with_sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "最多 20000 行、100 列"),
    (files.with_sheet_xml('<row r="1"><c r="CW1"><v>1</v></c></row>'), "最多 20000 行、100 列"),
    (files.with_sheet_xml('<row r="1"><c r="A1" t="s"><v>999999</v></c></row>'), "工作表“Sheet1”的单元格 A1 无法读取"),
    (files.with_sheet_xml('<row r="1"><c r="A1"><v>1</c></row>'), "已损坏"),
])
def test_sizes_and_broken_sheets_end_in_a_refusal(data: bytes, reason: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Refused, match=reason):
        read_workbook(data)
    assert time.monotonic() - begun < 20


def test_a_false_dimension_does_no_harm() -> None:
    data = files.with_sheet_xml('<row r="1"><c r="A1"><v>7</v></c></row>')
    data = files.with_parts(data, {"xl/worksheets/sheet1.xml": zipfile.ZipFile(io.BytesIO(data)).read(
        "xl/worksheets/sheet1.xml").replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')})
    assert read_workbook(data)[0].rows == ((7,),)


def test_cells_come_typed_and_in_their_place() -> None:
    data = files.xlsx([
        ["文本", 3, 2.5, True, date(2024, 7, 1), datetime(2024, 7, 1, 9, 30), None, "  原样 "],
        [], ["0012", "=1+1", 430102199003071234, "-"]], title="名单")
    (table,) = read_workbook(data)
    assert table.sheet == "名单"
    assert table.rows[0] == (
        "文本", 3, Decimal("2.5"), True, date(2024, 7, 1), datetime(2024, 7, 1, 9, 30), None, "  原样 ")
    assert [type(value) for value in table.rows[0][:4]] == [str, int, Decimal, bool]
    assert (table.at(3, 1), table.at(3, 4), table.at(99, 1)) == ("0012", "-", None)
    assert table.formulas == {(3, 2)}
    assert {(fault.row, fault.column): fault.message[:8] for fault in table.faults} == {
        (3, 2): "公式没有计算结果", (3, 3): "数字超过 15 "}


def test_errors_are_faults_of_their_cell() -> None:
    (table,) = read_workbook(files.with_sheet_xml(
        '<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1"><f>1/0</f><v>4</v></c></row>'))
    assert (table.rows, [(fault.row, fault.column) for fault in table.faults]) == (((None, 4),), [(1, 1)])


def test_hidden_sheets_and_rows_and_merges_are_told() -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append(["c", "d"])
    book.active.row_dimensions[2].hidden = True
    book.active.merge_cells("A1:B1")
    book.create_sheet("藏").sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    first, second = read_workbook(out.getvalue())
    assert (first.hidden, first.hidden_rows, first.merged) == (False, {2}, ((1, 1, 1, 2),))
    assert (second.sheet, second.hidden, second.rows) == ("藏", True, ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_is_read_in_both_encodings(encoding: str, separator: str) -> None:
    text = f"姓名{separator}身份证号\n堃翀{separator}430102199003071234\n{separator}=1+1\n"
    (table,) = read_workbook(text.encode(encoding))
    assert table.rows == (("姓名", "身份证号"), ("堃翀", "430102199003071234"), (None, "=1+1"))


def test_too_many_rows_of_csv_are_refused() -> None:
    with pytest.raises(Refused, match="最多 20000 行"):
        read_workbook(b"a,b\n" * 20_001)


def marked(data: bytes, faults: list[CellFault]) -> Any:
    return openpyxl.load_workbook(io.BytesIO(mark_faults(data, faults)))


def test_faults_are_marked_red_with_a_comment_and_a_list() -> None:
    data = files.xlsx([["姓名", "状态"], ["沈砚秋", "有"], ["=danger", "是"]], title="名单")
    faults = [CellFault("名单", 2, 2, "只能填 是、否、-"), CellFault("名单", 3, 1, "=不是姓名"),
              CellFault("没有", 1, 1, "缺少此表"), CellFault("名单", 2, 2, "第二条")]
    book = marked(data, faults)
    assert book.sheetnames == [FAULT_SHEET, "名单"]
    cell = book["名单"]["B2"]
    assert (cell.value, cell.fill.start_color.rgb) == ("有", "FFFFC7CE")
    assert cell.comment.text == "只能填 是、否、-\n第二条"
    assert book["名单"]["B3"].fill.fill_type is None
    rows = [[cell.value for cell in row] for row in book[FAULT_SHEET].iter_rows()]
    assert rows[0] == ["序号", "工作表", "行", "列", "单元格", "单元格内容", "问题与改法"]
    assert rows[1] == [1, "名单", 2, 2, "B2", "有", "只能填 是、否、-"]
    assert rows[2] == [2, "名单", 3, 1, "A3", "=danger", "=不是姓名"]
    assert rows[3] == [3, "没有", 1, 1, "A1", None, "缺少此表"]
    assert [cell.data_type for cell in book[FAULT_SHEET][3]][5:] == ["s", "s"]


def test_a_second_round_clears_the_marks_of_the_first() -> None:
    data = files.xlsx([["姓名"], ["甲"], ["乙"]], title="名单")
    again = mark_faults(mark_faults(data, [CellFault("名单", 2, 1, "一")]), [CellFault("名单", 3, 1, "二")])
    book = openpyxl.load_workbook(io.BytesIO(again))
    assert book.sheetnames == [FAULT_SHEET, "名单"]
    assert (book["名单"]["A2"].comment, book["名单"]["A2"].fill.fill_type) == (None, None)
    assert book["名单"]["A3"].comment.text == "二"
    assert [table.sheet for table in read_workbook(again)] == ["名单"]


def test_a_fault_inside_a_merge_is_marked_on_its_first_cell() -> None:
    book = openpyxl.Workbook()
    book.active.title = "名单"
    book.active["A1"] = "甲"
    book.active.merge_cells("A1:B2")
    out = io.BytesIO()
    book.save(out)
    assert marked(out.getvalue(), [CellFault("名单", 2, 2, "错")])["名单"]["A1"].comment.text == "错"


def test_a_csv_comes_back_as_a_workbook() -> None:
    book = marked("姓名,状态\n甲,有\n".encode("gb18030"), [CellFault("CSV", 2, 2, "只能填 是、否、-")])
    assert book["CSV"]["B2"].comment.text == "只能填 是、否、-"
    assert book["CSV"]["A2"].value == "甲"


def test_a_bad_workbook_is_not_marked() -> None:
    with pytest.raises(Refused, match="疑似压缩炸弹"):
        mark_faults(BAD_WORKBOOKS["bomb"][0], [])


def test_5000_rows_are_read_quickly() -> None:
    data = files.xlsx([["姓名", "单位", "证书", "状态"], *[["甲", "乙", f"T-{n}", "是"] for n in range(5000)]])
    begun = time.monotonic()
    book = open_workbook(data)
    assert len(book.tables[0].rows) == 5001
    assert time.monotonic() - begun < 15

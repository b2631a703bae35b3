"""Workbooks and packages made to hurt whoever opens them, each with the words it is refused with."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable

import pyarrow
import pyarrow.parquet

from tests.dossier import files
from tests.dossier.test_intake_tables import BOMB, duplicated, lying
from tests.registry.books import package, workbook

LAUGHS = "<!DOCTYPE a [<!ENTITY b 'ha'>" + "".join(f"<!ENTITY b{n} '&b{n - 1};&b{n - 1};'>" for n in range(1, 30)).replace("&b0;", "&b;") + "]><a>&b29;</a>"
XXE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
Maker = Callable[[], bytes]


def cell(inner: str) -> bytes:
    """A workbook of one row with this XML in it."""
    return files.with_sheet_xml(f'<row r="1">{inner}</row>')


def stored(data: bytes) -> bytes:
    """The same parts, not packed: their size alone gives nothing away."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for name in source.namelist():
            made.writestr(name, source.read(name))
    return out.getvalue()


def many_cells() -> bytes:
    """More cells than may be, each with another text, so that it packs no better than an honest file."""
    chance = random.Random(2)
    rows = ("".join(f'<c t="inlineStr"><is><t>{chance.randbytes(3).hex()}</t></is></c>' for _n in range(100)) for _row in range(6101))
    return files.with_sheet_xml("".join(f"<row>{row}</row>" for row in rows))


def shared_text() -> bytes:
    """Twenty thousand cells that each point at the same longest text."""
    text = random.Random(1).randbytes(16_000).hex()
    data = workbook(Sheet1=[(text,)])
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_001))
    xml = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'
    return files.with_parts(data, {"xl/worksheets/sheet1.xml": xml.encode()})


def many_sheets() -> bytes:
    """Five thousand sheets that are all the same part."""
    source = zipfile.ZipFile(io.BytesIO(files.xlsx([["姓名"] * 50] * 400)))
    book = source.read("xl/workbook.xml").decode()
    start = book.index("<sheet ")
    one = book[start : book.index("/>", start) + 2]
    many = "".join(one.replace('name="Sheet1"', f'name="S{n}"').replace('sheetId="1"', f'sheetId="{n}"') for n in range(1, 5000))
    return files.with_parts(stored(files.xlsx([["姓名"] * 50] * 400)), {"xl/workbook.xml": book.replace(one, many).encode()})


def parquet_bomb() -> bytes:
    out = io.BytesIO()
    text = "x" * 30_000
    column = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 400_000, pyarrow.int32()), pyarrow.array([text]))
    pyarrow.parquet.write_table(pyarrow.table({"person_id": column, "name": column}), out)
    return out.getvalue()


HOSTILE: dict[str, tuple[str, Maker, str]] = {
    "zip bomb": ("花名册.xlsx", lambda: files.with_parts(files.xlsx(), {"xl/big.xml": BOMB}), "疑似压缩炸弹"),
    "too large inside": ("花名册.xlsx", lambda: files.with_parts(files.xlsx(), {f"xl/big{n}.xml": BOMB for n in range(3)}), "超过 64 MB"),
    "zip in zip": ("花名册.xlsx", lambda: files.with_parts(files.xlsx(), {"xl/more.zip": files.xlsx()}), "部件 xl/more.zip：夹带了其他文件"),
    "many parts": ("花名册.xlsx", lambda: files.with_parts(files.xlsx(), {f"xl/p{n}.xml": b"<x/>" for n in range(3000)}), "内部部件过多"),
    "double parts": ("花名册.xlsx", duplicated, "内部部件重名"),
    "lying size": ("花名册.xlsx", lying, "文件结构异常"),
    "huge merge": ("花名册.xlsx", lambda: files.with_sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>', after='<mergeCells><mergeCell ref="A1:XFD2000"/></mergeCells>'), "工作表“Sheet1”的合并单元格范围过大"),
    "far cell": ("花名册.xlsx", lambda: files.with_sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "工作表“Sheet1”过大：最多 20000 行、100 列"),
    "doctype": ("花名册.xlsx", lambda: files.with_parts(files.xlsx(), {"xl/styles.xml": XXE.encode("utf-16")}), "部件 xl/styles.xml 含有 DOCTYPE"),
    "billion laughs": ("花名册.xlsx", lambda: files.with_parts(files.xlsx(), {"xl/sharedStrings.xml": LAUGHS.encode()}), "部件 xl/sharedStrings.xml 含有 DOCTYPE"),
    "formula of bars": ("花名册.xlsx", lambda: cell(f'<c r="A1"><f>{"|" * 1_900_000}</f><v>1</v></c>'), "没有认出"),
    "fields without end": ("花名册.xlsx", lambda: files.with_parts(files.xlsx(), {"word/x.xml": b"<w:instrText>" * 140_000}), "文件结构异常或已损坏"),
    "deep XML": ("花名册.xlsx", lambda: files.with_parts(files.xlsx(), {"xl/x.xml": b"<a>" * 600_000}), "文件结构异常或已损坏"),
    "text that is not there": ("花名册.xlsx", lambda: cell('<c r="A1" t="s"><v>999999</v></c>'), "工作表“Sheet1”的单元格 A1 无法读取"),
    "more cells than allowed": ("花名册.xlsx", many_cells, "请删去空白行列或拆分后上传"),  # too many, or too long to count where the machine is busy
    "one text everywhere": ("花名册.xlsx", shared_text, "限定的内存和时间内"),
    "one sheet everywhere": ("花名册.xlsx", many_sheets, "限定的内存和时间内"),
    "parquet that unfolds": ("people.parquet", parquet_bomb, "people 无法在限定的内存和时间内读取"),
    "a row of commas": ("people.csv", lambda: b"person_id,name\n" + b"," * 8_000_000, "超过50万行或200列"),
    "a package of commas": ("包.zip", lambda: package(people=[("person_id", "name"), ("," * 3_000_000,)]), "people 超过50万行或200列"),
}

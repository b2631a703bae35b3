"""Parsers in processes of their own: few at once, none that freezes the server, nothing hidden from them by writing it otherwise."""

from __future__ import annotations

import io
import random
import threading
import time
import zipfile
from typing import Any

import pytest

from hengjian.dossier.intake import Refused, examine, open_workbook, read_workbook, sandbox, spreadsheet_preflight
from tests.dossier import files

PIPES = "|" * 1_900_000


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sandbox, "_WAIT_SECONDS", 0.05)
    held = sandbox._Queue(1, 1)
    monkeypatch.setattr(sandbox, "_queue", lambda: held)
    return held


def test_whoever_comes_on_top_is_sent_away_with_words(queue: Any) -> None:
    inside, out = threading.Event(), threading.Event()

    def hold() -> None:
        with queue.turn():
            inside.set()
            out.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    assert inside.wait(10)
    with pytest.raises(Refused, match="正在查验的文件较多，这份还没有查验。请一分钟后再上传一次。"):
        open_workbook(files.xlsx())
    assert "正在查验的文件较多" in "".join(examine("a.jpg", files.photo()).refusals)
    out.set()
    holder.join()
    assert read_workbook(files.xlsx())[0].rows[0][0] == "姓名"
    assert queue.inside == 0


def test_never_more_at_once_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = sandbox._Queue(2, 20)
    monkeypatch.setattr(sandbox, "_queue", lambda: queue)
    running, most, lock = [0], [0], threading.Lock()

    def answer(*_asked: Any) -> tuple[bytes, bytes]:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.02)
        with lock:
            running[0] -= 1
        return b'{"faults": []}\n', b""

    monkeypatch.setattr(sandbox, "_answer_of", answer)
    threads = [threading.Thread(target=sandbox.run, args=("container", b"")) for _n in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (most[0], queue.inside) == (2, 0)


@pytest.mark.parametrize(("part", "content"), [
    ("xl/worksheets/sheet9.xml", f"<w><f>{PIPES}</f></w>"),
    ("word/x.xml", "<w:instrText>" * 140_000),
    ("xl/_rels/x.xml.rels", "<Relationship TargetMode" * 80_000),
])
def test_a_text_made_to_hold_up_a_search_does_not(part: str, content: str) -> None:
    data = files.with_parts(files.xlsx(), {part: content.encode()})
    begun = time.process_time()
    spreadsheet_preflight(data)
    assert time.process_time() - begun < 1  # of this process: it is the server


def _with(part: str, xml: str, encoding: str = "utf-8") -> bytes:
    return files.with_parts(files.xlsx(), {part: xml.encode(encoding)})


@pytest.mark.parametrize(("data", "said"), [
    (_with("xl/_rels/x.xml.rels", '<R><Relationship Type="image" TargetMode="Ext&#101;rnal" Target="http://x.example"/></R>'), "引用了外部文件"),
    (_with("xl/_rels/x.xml.rels", '<R><Relationship Type="image" TargetMode="external" Target="http://x.example"/></R>'), "引用了外部文件"),
    (_with("xl/worksheets/s9.xml", "<w><f>cmd&#124;'/c calc'&#33;A0</f></w>"), "DDE"),
    (_with("xl/worksheets/s9.xml", "<w><definedName>cmd|'/c calc'!A0</definedName></w>"), "DDE"),
    (_with("xl/x.xml", '<?xml version="1.0" encoding="cp037"?><!DOCTYPE a><a/>', "cp037"), "文件结构异常"),
    (_with("xl/x.xml", '<?xml version="1.0" encoding="utf-7"?><a/>'), "文件结构异常"),
])
def test_what_is_written_otherwise_is_seen_too(data: bytes, said: str) -> None:
    assert said in "".join(spreadsheet_preflight(data))
    with pytest.raises(Refused, match=said):
        open_workbook(data)


def test_a_field_of_word_is_read_across_its_runs() -> None:
    run = '<w:r><w:instrText xml:space="preserve">{}</w:instrText></w:r>'
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    split = files.docx(f"<w:p>{begin}{run.format(' DDE')}{run.format('AUTO x')}</w:p>")
    apart = files.docx(f"<w:p>{begin}{run.format(' PAGE ')}{begin}{run.format(' NUMPAGES ')}</w:p>")
    assert "读取外部内容的域" in "".join(examine("a.docx", split).refusals)
    assert examine("a.docx", apart).refusals == ()


@pytest.mark.parametrize("formula", ["'甲|乙'!A1", 'IF(A1="a|b!",1,2)', "A1&amp;\"|\"&amp;B1"])
def test_formulas_with_a_bar_in_a_name_or_a_text_are_no_dde(formula: str) -> None:
    data = files.with_sheet_xml(f'<row r="1"><c r="A1"><f>{formula}</f><v>4</v></c></row>')
    assert read_workbook(data)[0].rows == ((4,),)


def test_a_list_of_a_hundred_thousand_parts_is_not_even_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for number in range(6000):
            made.writestr(f"xl/{number:06d}.xml", b"")
    begun = time.process_time()
    assert spreadsheet_preflight(out.getvalue()) == ("文件结构异常：内部部件过多。请用 WPS 或 Excel 打开后另存再上传。",)
    assert time.process_time() - begun < 0.1


def test_more_cells_than_the_server_would_hold_are_refused() -> None:
    row = "".join(f'<c t="inlineStr"><is><t>{n}</t></is></c>' for n in range(100))
    xml = "".join(f'<row r="{n}">{row}</row>' for n in range(1, 6102))
    data = zipfile_of_sheet(xml)
    with pytest.raises(Refused, match="最多 600000 个有内容的单元格"):
        read_workbook(data)


def zipfile_of_sheet(xml: str) -> bytes:
    """Stored, not deflated, so that its size alone does not refuse it."""
    source = zipfile.ZipFile(io.BytesIO(files.with_sheet_xml(xml)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for name in source.namelist():
            made.writestr(name, source.read(name))
    return out.getvalue()


def test_an_answer_larger_than_agreed_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sandbox._ANSWER_MB, "workbook", 1)
    with pytest.raises(Refused, match="限定的内存和时间"):
        read_workbook(files.xlsx([[random.Random(n).randbytes(15_000).hex()] for n in range(40)]))

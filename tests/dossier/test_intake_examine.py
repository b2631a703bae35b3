"""What may come in as evidence, and what may not."""
from __future__ import annotations

import hashlib
import io
import time
from typing import Any

import pytest
from PIL import Image

from hengjian.dossier.intake import examine, safe_name, spreadsheet_preflight
from hengjian.dossier.render import render_docx, render_pdf, render_xlsx
from tests.dossier import files
from tests.dossier.forms import ANNEX_1, ANNEX_1_PAYLOAD, MARK


def test_our_own_documents_come_in() -> None:
    for name, render, kind in (
            ("a.pdf", render_pdf, "application/pdf"),
            ("a.xlsx", render_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            ("a.docx", render_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")):
        data = render(ANNEX_1, ANNEX_1_PAYLOAD, verification=MARK)
        found = examine(name, data)
        assert (found.accepted, found.refusals, found.warnings, found.media_type) == (True, (), (), kind)
        assert (found.sha256, found.size) == (hashlib.sha256(data).hexdigest(), len(data))


@pytest.mark.parametrize(("kind", "media_type", "shown"), [
    ("JPEG", "image/jpeg", "image/jpeg"), ("PNG", "image/png", "image/png"), ("WEBP", "image/webp", "image/png"),
    ("TIFF", "image/tiff", "image/png")])
def test_pictures_are_decoded_and_encoded_anew(kind: str, media_type: str, shown: str) -> None:
    found = examine(f"照片.{kind.lower()}", files.photo(kind))
    assert (found.refusals, found.media_type, found.display_media_type) == ((), media_type, shown)
    assert (found.width_px, found.height_px) == (64, 48)
    assert Image.open(io.BytesIO(found.display or b"")).size == (64, 48)


def test_the_place_is_taken_out_of_the_copy_and_kept_apart() -> None:
    data = files.photo(place=True)
    found = examine("现场.jpg", data)
    assert found.place is not None
    assert (found.place.latitude, found.place.longitude) == ("28.2250000", "112.9375000")
    assert found.taken_at == "2024:07:20 09:15:00"
    assert b"SECRETMAKER" in data
    shown = Image.open(io.BytesIO(found.display or b""))
    assert (dict(shown.getexif()), shown.size) == ({}, (48, 64))
    assert b"SECRETMAKER" not in (found.display or b"")


def test_large_pictures_are_shown_smaller() -> None:
    found = examine("a.png", files.photo("PNG", (6000, 3000)))
    assert (found.width_px, Image.open(io.BytesIO(found.display or b"")).size) == (6000, (2560, 1280))


def test_a_picture_of_400_megapixels_is_refused_before_it_is_decoded() -> None:
    data = files.huge_png()
    assert len(data) < 1024
    found = examine("a.png", data)
    assert found.refusals == ("图片像素过大（超过 5000 万像素）。请缩小后重新上传。",)
    assert examine("a.png", files.huge_png(9000, 6000)).refusals == found.refusals


@pytest.mark.parametrize("kind", list(files.BAD_PDFS))
def test_active_pdfs_are_refused_with_the_reason(kind: str) -> None:
    data, reason = files.BAD_PDFS[kind]
    found = examine("a.pdf", data)
    assert found.accepted is False
    assert reason in "".join(found.refusals)


def test_a_plain_pdf_says_how_many_pages_it_has() -> None:
    found = examine("a.pdf", files.pdf(pages=3))
    assert (found.refusals, found.pages, found.signed) == ((), 3, False)


def test_active_content_in_a_compressed_object_is_found() -> None:
    data = files.pdf_with_compressed_action()
    assert b"/JavaScript" not in data
    assert examine("a.pdf", data).refusals == (
        "PDF 含有脚本（JavaScript）。请用“打印为 PDF”的方式重新生成后上传。",)


@pytest.mark.parametrize(("name", "data", "reason"), [
    ("空.pdf", b"", "文件是空的（0 字节）"),
    ("a.html", b"<html><script>alert(1)</script></html>", "网页或矢量图"),
    ("a.jpg", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="x"/>', "网页或矢量图"),
    ("a.txt", b"hello <script>alert(1)</script>", "网页或矢量图"),
    ("a.xlsx", b"<html><table><tr><td>1</td></tr></table></html>", "文件名是表格，内容却是网页"),
    ("a.exe", b"MZ\x90\0\x03", "可执行程序"),
    ("a.pdf", b"\x7fELF\x02\x01", "可执行程序"),
    ("a.sh", b"#!/bin/sh\nrm -rf /", "可执行程序"),
    ("名单.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版表格（.xls、.et）"),
    ("名单.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "另存为“Excel 工作簿（.xlsx）”"),
    ("信.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版 Word"),
    ("密.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
    ("a.gif", b"GIF89a\x01\0\x01\0", "GIF"),
    ("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
    ("a.bin", bytes(range(256)), "无法识别文件内容"),
    ("a.zip", files.with_parts(files.xlsx(), {"xl/workbook.xml": None}), "不接受压缩包"),
    ("a.jpg", b"\xff\xd8\xff\xe0broken", "文件已损坏或结构异常"),
])
def test_other_files_are_refused_with_advice(name: str, data: bytes, reason: str) -> None:
    found = examine(name, data)
    assert found.accepted is False
    assert found.display is None
    assert reason in "".join(found.refusals)


@pytest.mark.parametrize(("name", "data"), [
    ("a.jpg", files.photo() + b"<script>alert(1)</script>"),
    ("a.png", files.photo("PNG") + files.xlsx()),
    ("a.jpg", files.photo() + files.pdf()),
    ("a.pdf", files.pdf() + files.xlsx()),
    ("a.pdf", files.pdf().replace(b"%PDF-1.3\n", b"%PDF-1.3\n<html><body>", 1)),
    ("a.xlsx", files.xlsx() + b"MZ trailing"),
])
def test_two_files_in_one_are_refused(name: str, data: bytes) -> None:
    assert "多重格式" in "".join(examine(name, data).refusals)


def test_a_wrong_ending_is_told_and_the_content_counts() -> None:
    found = examine("扫描件.pdf", files.photo())
    assert (found.accepted, found.media_type) == (True, "image/jpeg")
    assert found.warnings == ("文件名后缀是“pdf”，按内容识别为 image/jpeg。",)


def test_texts_come_in_utf_8_and_in_gb18030() -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        found = examine("说明.txt", "堃翀：说明".encode(encoding))
        assert (found.media_type, (found.display or b"").decode()) == ("text/plain", "堃翀：说明")


def test_too_large_a_file_is_refused_by_its_size(settings: Any) -> None:
    settings.UPLOAD_MAX_MB = 1
    assert examine("a.txt", b"x" * 2_000_000).refusals == ("文件过大（超过1 MB），请压缩或拆分后上传。",)
    assert spreadsheet_preflight(b"x" * 2_000_000) == ("文件过大（超过1 MB），请压缩或拆分后上传。",)


@pytest.mark.parametrize(("given", "safe"), [
    ("../../etc/passwd", "passwd"), ("C:\\a\\b.pdf", "b.pdf"), ("a\0b\u202efdp.exe", "abfdp.exe"), ("CON", "_CON"),
    ("nul.txt", "_nul.txt"), ("  . ", "未命名文件"), ("😀 报告.pdf", "😀 报告.pdf"), ('a<b>"c".pdf', "a_b__c_.pdf"),
    ("长" * 300 + ".pdf", "长" * 116 + ".pdf")])
def test_names_are_made_safe(given: str, safe: str) -> None:
    assert safe_name(given) == safe


def test_a_parser_that_dies_is_a_refusal_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from hengjian.dossier.intake import sandbox
    monkeypatch.setitem(sandbox._MEMORY_MB, "picture", 10)
    assert examine("a.jpg", files.photo()).refusals == ("文件已损坏或结构异常，无法安全读取。请重新导出后上传。",)


def test_a_bad_file_costs_little_time() -> None:
    begun = time.monotonic()
    examine("a.png", files.huge_png())
    assert time.monotonic() - begun < 5

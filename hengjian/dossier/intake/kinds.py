"""Telling what a file is by its content, never by its name."""
from __future__ import annotations

import io
import re
import zipfile

from django.utils.translation import gettext as _

from .jail.zips import UNREADABLE

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JPEG, PNG, WEBP, TIFF = "image/jpeg", "image/png", "image/webp", "image/tiff"
CSV, TEXT = "text/csv", "text/plain"
IMAGES = frozenset({JPEG, PNG, WEBP, TIFF})
SPREADSHEETS = frozenset({XLSX, CSV})

_MARKUP = re.compile(rb"<\s*(?:!doctype|html|svg|script|iframe|body|head|table|\?xml|\?php|%)", re.IGNORECASE)
_ACTIVE = re.compile(rb"<\s*(?:html|svg|script|iframe|object|embed)[\s>/]", re.IGNORECASE)
_END_OF_ZIP = b"PK\x05\x06"
_ZIP64 = b"PK\x06\x07"
_MOST_DIRECTORY = 256 * 1024


def directory_is_bearable(data: bytes) -> bool:
    """Say whether the list of parts of a zip is short enough to be read: a few bytes tell, before anything is taken apart."""
    end = data.rfind(_END_OF_ZIP, max(0, len(data) - 65_557))
    if end < 0 or len(data) < end + 22:
        return False
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    return size <= _MOST_DIRECTORY and _ZIP64 not in data[max(0, end - 20) : end]


def parts_of(data: bytes) -> frozenset[str] | None:
    """Names of the parts of a zip; ``None`` when it cannot be read (zipfile calls a version it does not know not implemented)."""
    if not directory_is_bearable(data):
        return None
    try:
        return frozenset(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except UNREADABLE:
        return None


def _office_kind(data: bytes) -> str | None:
    names = parts_of(data) or frozenset()
    if "xl/workbook.xml" in names:
        return XLSX
    return DOCX if "word/document.xml" in names else None


def as_text(data: bytes) -> str | None:
    """Decode text in UTF-8 (with or without mark) or GB18030; None when it is neither."""
    if b"\0" in data:
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def media_type(data: bytes, extension: str) -> str | None:
    """Return the media type of an accepted kind, None for all others (see `why_not`)."""
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith((b"II*\0", b"MM\0*")):
        return TIFF
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"PK\x03\x04"):
        return _office_kind(data)
    if data.startswith((b"MZ", b"\x7fELF", b"#!")):
        return None
    text = as_text(data)
    if text is None or _MARKUP.match(text.lstrip()[:200].encode()) or _ACTIVE.search(data):
        return None
    if any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in text[:100_000]):
        return None
    return CSV if extension in {"csv", "tsv"} else TEXT


def why_not(data: bytes, extension: str) -> str:
    """Say in Chinese why a file of another kind is refused and what to do instead."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            return _("文件设有打开密码或加密保护，无法读取。请取消密码后重新上传。")
        if extension in {"doc", "wps"}:
            return _("这是旧版 Word（.doc、.wps）文件。请用 WPS 或 Word 打开，另存为 .docx 后重新上传。")
        return _("这是旧版表格（.xls、.et）文件。请用 WPS 或 Excel 打开，另存为“Excel 工作簿（.xlsx）”后重新上传。")
    if data[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc"}:
        return _("这是 HEIC 照片。请在手机相机设置中选“兼容性最佳”，或转存为 JPG 后重新上传。")
    if data.startswith((b"MZ", b"\x7fELF", b"#!")):
        return _("这是可执行程序，不能上传。")
    if data.startswith(b"GIF8"):
        return _("不接受 GIF 动图。请另存为 JPG 或 PNG 后重新上传。")
    if data.startswith(b"PK\x03\x04"):
        return _("不接受压缩包或此类文件（OFD 请先转为 PDF）。请解压后逐个上传其中的图片、PDF、xlsx 或 docx。")
    text = as_text(data)
    if text is not None and (_MARKUP.match(text.lstrip()[:200].encode()) or _ACTIVE.search(data)):
        if extension in {"xls", "xlsx", "et"}:
            return _("文件名是表格，内容却是网页。请用 WPS 或 Excel 打开，另存为“Excel 工作簿（.xlsx）”后重新上传。")
        return _("内容是网页或矢量图（HTML、SVG、XML），可能含脚本，不能上传。请截图或转为 PDF。")
    return _("无法识别文件内容。可上传：JPG、PNG、WebP、TIFF 图片，PDF，xlsx，docx，csv，txt。")


def is_two_in_one(data: bytes, kind: str) -> bool:
    """Say whether the bytes are a second kind of file too: a picture that is also a page, PDF or archive."""
    if kind in {XLSX, DOCX}:
        end = data.rfind(_END_OF_ZIP)
        return end < 0 or end + 22 + int.from_bytes(data[end + 20 : end + 22], "little") != len(data)
    if kind in {CSV, TEXT}:
        return False
    end = data.rfind(_END_OF_ZIP, max(0, len(data) - 65_557))
    if end >= 0 and end + 22 + int.from_bytes(data[end + 20 : end + 22], "little") == len(data):
        return True
    if kind == PDF:
        return _ACTIVE.search(data[:2048]) is not None or data.startswith(b"%PDF-") is False
    return b"%PDF-" in data or _ACTIVE.search(data) is not None

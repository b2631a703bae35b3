"""Good and bad files, made on the spot."""
from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import openpyxl
from PIL import ExifTags, Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def xlsx(rows: list[list[Any]] | None = None, title: str = "Sheet1") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows if rows is not None else [["姓名", "证书号"], ["沈砚秋", "T-01"]]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_parts(data: bytes, parts: Mapping[str, bytes | None], infos: Mapping[str, Any] | None = None) -> bytes:
    """Return a container with parts added, replaced, or (None) left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            if name not in parts:
                made.writestr(name, source.read(name))
        for name, content in parts.items():
            if content is not None:
                info = zipfile.ZipInfo(name)
                info.compress_type = zipfile.ZIP_DEFLATED
                for key, value in (infos or {}).items():
                    setattr(info, key, value)
                made.writestr(info, content)
    return out.getvalue()


def with_sheet_xml(inner: str, *, after: str = "") -> bytes:
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
        f'2006/main"><sheetData>{inner}</sheetData>{after}</worksheet>')
    return with_parts(xlsx(), {"xl/worksheets/sheet1.xml": xml.encode()})


def docx(body: str = "<w:p><w:r><w:t>正文</w:t></w:r></w:p>", extra: Mapping[str, bytes] | None = None) -> bytes:
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
        'Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>')
    rels = (f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
            f'Type="{RELS}/officeDocument" Target="word/document.xml"/></Relationships>')
    document = ('<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/'
                f'main"><w:body>{body}</w:body></w:document>')
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in (("[Content_Types].xml", types), ("_rels/.rels", rels), ("word/document.xml", document)):
            made.writestr(name, text)
        for name, content in (extra or {}).items():
            made.writestr(name, content)
    return out.getvalue()


def external(kind: str) -> bytes:
    return (f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}"><Relationship Id="r9" Type="{RELS}/{kind}" '
            'Target="http://x.example/evil" TargetMode="External"/></Relationships>').encode()


def photo(kind: str = "JPEG", size: tuple[int, int] = (64, 48), *, place: bool = False, mode: str = "RGB") -> bytes:
    image = Image.new(mode, size, 128 if mode in {"L", "I;16"} else (10, 120, 200, 255)[: len(mode)])
    options: dict[str, Any] = {}
    if place:
        exif = Image.Exif()
        exif[ExifTags.Base.Make] = "SECRETMAKER"
        exif[ExifTags.Base.DateTime] = "2024:07:20 09:15:00"
        exif[ExifTags.Base.Orientation] = 6
        exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (28.0, 13.0, 30.0), 3: "E", 4: (112.0, 56.0, 15.0)})
        options["exif"] = exif
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def huge_png(width: int = 20_000, height: int = 20_000) -> bytes:
    """Return a picture that is small on disk and large in memory."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def pdf(change: Any = None, pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _each in range(pages):
        writer.add_blank_page(100, 100)
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _open_action(writer: PdfWriter, **entries: Any) -> None:
    action = DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})
    writer._root_object[NameObject("/OpenAction")] = action


def _javascript(writer: PdfWriter) -> None:
    _open_action(writer, S=NameObject("/JavaScript"), JS=TextStringObject("app.alert(1)"))


def _launch(writer: PdfWriter) -> None:
    _open_action(writer, S=NameObject("/Launch"), F=TextStringObject("calc.exe"))


def _submit(writer: PdfWriter) -> None:
    _open_action(writer, S=NameObject("/SubmitForm"), F=TextStringObject("http://x.example"))


def _xfa(writer: PdfWriter) -> None:
    writer._root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/XFA"): ArrayObject()})


def _media(writer: PdfWriter) -> None:
    annotation = DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject("/RichMedia"),
        NameObject("/Rect"): ArrayObject([NumberObject(0)] * 4)})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(annotation)])


def pdf_with_compressed_action() -> bytes:
    """Return a PDF whose script lies in a compressed object stream, found through a cross-reference stream."""
    action = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
    packed = zlib.compress(b"4 0 " + action)
    bodies = {
        1: b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>", 2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
        5: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed + b"\nendstream",
    }
    out, places = b"%PDF-1.7\n", {}
    for number, body in bodies.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    places[6] = len(out)
    rows = [(0, 0, 255), *((1, places[n], 0) if n != 4 else (2, 5, 0) for n in range(1, 7))]
    table = b"".join(struct.pack(">BIB", *row) for row in rows)
    head = b"<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    out += b"6 0 obj\n" + head + table + b"\nendstream\nendobj\n"
    return out + b"startxref\n%d\n%%%%EOF\n" % places[6]


BAD_PDFS = {
    "javascript": (pdf(_javascript), "PDF 含有脚本（JavaScript）"),
    "hidden name": (pdf(_javascript).replace(b"/JavaScript", b"/Java#53cript"), "PDF 含有脚本（JavaScript）"),
    "launch": (pdf(_launch), "PDF 含有启动外部程序的动作"),
    "submit": (pdf(_submit), "PDF 含有向外提交数据的动作"),
    "attachment": (pdf(lambda writer: writer.add_attachment("a.exe", b"MZ")), "PDF 夹带了附件"),
    "xfa": (pdf(_xfa), "PDF 是动态表单（XFA）"),
    "media": (pdf(_media), "PDF 含有音视频或三维内容"),
    "password": (pdf(lambda writer: writer.encrypt("x")), "PDF 设有密码或加密保护"),
    "pages": (pdf(pages=501), "PDF 共 501 页，最多 500 页"),
    "broken": (b"%PDF-1.7\nnothing here", "文件已损坏或结构异常"),
}

"""Looking into xlsx and docx containers before any parser does."""
from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

_MOST_PARTS = 500
_MOST_BYTES = 64 * 1024 * 1024
_MOST_RATIO = 100
_RATIO_FROM = 2 * 1024 * 1024
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_EXTERNAL = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*\bTargetMode\s*=\s*[\"']External[\"'][^>]*>", re.IGNORECASE)
_HYPERLINK = re.compile(rb"\bType\s*=\s*[\"'][^\"']*/relationships/hyperlink[\"']", re.IGNORECASE)
_DDE_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*>[^<]*\|[^<]*!", re.IGNORECASE)
_WORD_FIELD = re.compile(rb"\b(?:DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK)\b")
_INSTRUCTION = re.compile(rb"<w:instrText[^>]*>(.*?)</w:instrText>|w:instr\s*=\s*\"([^\"]*)\"", re.DOTALL)
_XML_ENDINGS = (".xml", ".rels", ".vml")


def _names_to_refuse() -> tuple[tuple[re.Pattern[str], str], ...]:
    return (
        (re.compile(r"vbaproject|vbadata|macrosheets/|dialogsheets/", re.I), _("含有宏")),
        (re.compile(r"activex/", re.I), _("含有 ActiveX 控件")),
        (re.compile(r"embeddings/|oleobject", re.I), _("嵌有其他文件（OLE 对象）")),
        (re.compile(r"externallinks/", re.I), _("链接了外部工作簿")),
        (re.compile(r"(^|/)connections\.xml$|querytables/", re.I), _("含有外部数据连接")),
        (re.compile(r"afchunk|\.(exe|dll|js|vbs|html?|mht|zip|rar|7z|jar|docm|xlsm)$", re.I), _("夹带了其他文件")),
    )


def _shape_faults(archive: zipfile.ZipFile) -> Iterator[str]:
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS:
        yield _("文件结构异常：内部部件过多（%(count)s 个）。") % {"count": len(parts)}
    if [name for name, times in Counter(part.filename.lower() for part in parts).items() if times > 1]:
        yield _("文件结构异常：内部部件重名。")
    size = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if size > _MOST_BYTES:
        yield _("文件解压后过大（超过 64 MB）。请拆分后上传。")
    elif size > _RATIO_FROM and size / packed > _MOST_RATIO:
        yield _("文件结构异常：压缩比过高，疑似压缩炸弹。请删去空白行列后另存再上传。")
    for part in parts:
        name = part.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name or "\0" in part.orig_filename:
            yield _("文件结构异常：内部路径不合法（%(part)s）。") % {"part": part.filename[:60]}
        if stat.S_ISLNK(part.external_attr >> 16):
            yield _("文件结构异常：内部含有符号链接（%(part)s）。") % {"part": part.filename[:60]}
        if part.flag_bits & 1:
            yield _("文件设有密码。请取消密码后重新上传。")


def _content_faults(name: str, data: bytes) -> Iterator[str]:
    plain = data.replace(b"\0", b"")
    if _DOCTYPE.search(plain):
        yield _("部件 %(part)s 含有 DOCTYPE 声明，不能读取。请用 WPS 或 Excel 另存后再上传。") % {"part": name}
    if name.endswith(".rels"):
        outside = [hit for hit in _EXTERNAL.findall(plain) if not _HYPERLINK.search(hit)]
        if outside:
            yield _("部件 %(part)s 引用了外部文件或模板。请断开链接后另存再上传。") % {"part": name}
    if name == "[Content_Types].xml" and b"macroenabled" in plain.lower():
        yield _("部件 %(part)s：含有宏。请另存为不含宏的格式后上传。") % {"part": name}
    if b"<ddeLink" in plain or _DDE_FORMULA.search(plain):
        yield _("部件 %(part)s 含有 DDE 链接。请删除后另存再上传。") % {"part": name}
    if name.startswith("word/"):
        for hit in _INSTRUCTION.findall(plain):
            if _WORD_FIELD.search(hit[0] or hit[1]):
                yield _("部件 %(part)s 含有会读取外部内容的域。请删除后另存再上传。") % {"part": name}
                break


def container_faults(data: bytes) -> tuple[str, ...]:
    """Return the reasons in Chinese for which an xlsx or docx container is refused; empty when it may be parsed."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        faults = list(_shape_faults(archive))
        if faults:
            return tuple(dict.fromkeys(faults))
        refuse = _names_to_refuse()
        for part in archive.infolist():
            for pattern, why in refuse:
                if pattern.search(part.filename):
                    text = _("部件 %(part)s：%(why)s。请删除后另存再上传。")
                    faults.append(text % {"part": part.filename, "why": why})
            content = archive.read(part)
            if part.filename.lower().endswith(_XML_ENDINGS):
                faults += _content_faults(part.filename, content)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError, zlib.error):
        return (_("文件结构异常或已损坏，无法读取。请用 WPS 或 Excel 打开后另存再上传。"),)
    return tuple(dict.fromkeys(faults))

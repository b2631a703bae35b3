"""Looking into xlsx and docx containers before any parser does."""
from __future__ import annotations

import io
import re
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from . import sandbox
from .jail.zips import UNREADABLE
from .kinds import directory_is_bearable

_MOST_PARTS = 500
_MOST_BYTES = 64 * 1024 * 1024
_MOST_RATIO = 100
_RATIO_FROM = 2 * 1024 * 1024
_END_OF_ZIP = b"PK\x05\x06"


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


def _words(fault: str, part: str) -> str:
    said = {
        "doctype": _("部件 %(part)s 含有 DOCTYPE 声明，不能读取。请用 WPS 或 Excel 另存后再上传。"),
        "external": _("部件 %(part)s 引用了外部文件或模板。请断开链接后另存再上传。"),
        "macro": _("部件 %(part)s：含有宏。请另存为不含宏的格式后上传。"),
        "dde": _("部件 %(part)s 含有 DDE 链接。请删除后另存再上传。"),
        "field": _("部件 %(part)s 含有会读取外部内容的域。请删除后另存再上传。"),
    }
    return said[fault] % {"part": part} if fault in said else broken()


def broken() -> str:
    """What is said of a file that no parser makes sense of."""
    return _("文件结构异常或已损坏，无法读取。请用 WPS 或 Excel 打开后另存再上传。")


def busy() -> str:
    """What is said when too many files are being examined at this moment."""
    return _("正在查验的文件较多，这份还没有查验。请一分钟后再上传一次。")


def shape_faults(data: bytes) -> tuple[str, ...]:
    """Return the reasons in Chinese for which the list of parts alone refuses an xlsx or docx container; nothing is unpacked."""
    if _END_OF_ZIP not in data[-65_557:]:
        return (broken(),)
    if not directory_is_bearable(data):
        return (_("文件结构异常：内部部件过多。请用 WPS 或 Excel 打开后另存再上传。"),)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        faults = list(_shape_faults(archive))
    except UNREADABLE:
        return (broken(),)
    if not faults:
        text = _("部件 %(part)s：%(why)s。请删除后另存再上传。")
        faults = [text % {"part": part.filename, "why": why} for part in archive.infolist() for pattern, why in _names_to_refuse() if pattern.search(part.filename)]
    return tuple(dict.fromkeys(faults))


def content_faults(found: list[list[str]]) -> tuple[str, ...]:
    """The reasons in Chinese for what the scan of the parts has found."""
    return tuple(dict.fromkeys(_words(fault, part) for fault, part in found))


def container_faults(data: bytes) -> tuple[str, ...]:
    """Return the reasons in Chinese for which an xlsx or docx container is refused; empty when it may be parsed.

    The list of parts is looked at here; what is in them is read in a process of its own.
    """
    faults = shape_faults(data)
    if faults:
        return faults
    try:
        answer, _rest = sandbox.run("container", data)
    except sandbox.Busy:
        return (busy(),)
    except sandbox.ParserFailed:
        return (broken(),)
    return content_faults(answer["faults"])

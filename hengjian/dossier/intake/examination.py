"""Examining a file that someone hands in, before it becomes evidence."""
from __future__ import annotations

import hashlib
from dataclasses import replace

from django.utils.translation import gettext as _

from hengjian.base.uploads import size_fault

from . import sandbox
from .containers import busy, container_faults
from .kinds import DOCX, IMAGES, PDF, XLSX, as_text, is_two_in_one, media_type, why_not
from .model import Examined, Place
from .names import extension, safe_name

MOST_PAGES = 500

_ENDINGS = {
    "image/jpeg": {"jpg", "jpeg", "jpe", "jfif"}, "image/png": {"png"}, "image/webp": {"webp"},
    "image/tiff": {"tif", "tiff"}, PDF: {"pdf"}, XLSX: {"xlsx"}, DOCX: {"docx"},
    "text/csv": {"csv", "tsv"}, "text/plain": {"txt", "csv", "md", "log", ""},
}


def _active(code: str) -> str:
    return {
        "javascript": _("PDF 含有脚本（JavaScript）"), "launch": _("PDF 含有启动外部程序的动作"),
        "embedded": _("PDF 夹带了附件"), "xfa": _("PDF 是动态表单（XFA）"),
        "submit": _("PDF 含有向外提交数据的动作"), "media": _("PDF 含有音视频或三维内容"),
    }[code]


def _unreadable(found: Examined) -> Examined:
    return replace(found, refusals=(_("文件已损坏或结构异常，无法安全读取。请重新导出后上传。"),))


def _picture(found: Examined, data: bytes) -> Examined:
    answer, display = sandbox.run("picture", data)
    if answer.get("fault") == "pixels":
        return replace(found, refusals=(_("图片像素过大（超过 5000 万像素）。请缩小后重新上传。"),))
    if "fault" in answer:
        return _unreadable(found)
    place = answer["place"]
    return replace(
        found, display=display, display_media_type=answer["display_media_type"], width_px=answer["width"],
        height_px=answer["height"], taken_at=answer["taken_at"], place=Place(**place) if place else None)


def _portable(found: Examined, data: bytes) -> Examined:
    answer, _rest = sandbox.run("portable", data)
    if answer.get("fault") == "encrypted":
        return replace(found, refusals=(_("PDF 设有密码或加密保护，无法查验。请取消保护后重新上传。"),))
    if "fault" in answer:
        return _unreadable(found)
    found = replace(found, pages=answer["pages"], signed=answer["signed"])
    advice = _("请用“打印为 PDF”的方式重新生成后上传。")
    refusals = [f"{_active(code)}。{advice}" for code in answer["active"]]
    if answer["pages"] > MOST_PAGES:
        refusals.append(_("PDF 共 %(pages)s 页，最多 %(most)s 页。请拆分后上传。") % {
            "pages": answer["pages"], "most": MOST_PAGES})
    return replace(found, refusals=tuple(refusals))


def _look_inside(found: Examined, data: bytes) -> Examined:
    kind = found.media_type
    if is_two_in_one(data, kind):
        return replace(found, refusals=(_("文件内还夹有另一种文件（多重格式），不能上传。请另存或截图后重新上传。"),))
    if kind in {XLSX, DOCX}:
        return replace(found, refusals=container_faults(data))
    if kind not in IMAGES and kind != PDF:
        text = as_text(data) or ""
        return replace(found, display=text.encode(), display_media_type="text/plain; charset=utf-8")
    try:
        return _picture(found, data) if kind in IMAGES else _portable(found, data)
    except sandbox.Busy:
        return replace(found, refusals=(busy(),))
    except sandbox.ParserFailed:
        return _unreadable(found)


def examine(name: str, data: bytes) -> Examined:
    """Look at a file by its content and say whether it may be taken in.

    Returns its hash, size, kind, bytes for display (pictures encoded anew and without camera data, texts as UTF-8),
    where and when a photo says it was taken, and the reasons in Chinese for which it is refused. Never raises for
    bad content. Pictures, PDF and workbooks are decoded in a process of their own.
    """
    found = Examined(name=safe_name(name), sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    if not data:
        return replace(found, refusals=(_("文件是空的（0 字节）。请检查后重新上传。"),))
    too_large = size_fault(len(data))
    if too_large:
        return replace(found, refusals=(too_large,))
    ending = extension(name)
    kind = media_type(data, ending)
    if kind is None:
        faults = container_faults(data) if data.startswith(b"PK\x03\x04") else ()
        return replace(found, refusals=(*faults, why_not(data, ending)) if faults else (why_not(data, ending),))
    found = replace(found, media_type=kind)
    if ending not in _ENDINGS[kind]:
        text = _("文件名后缀是“%(ending)s”，按内容识别为 %(kind)s。")
        found = replace(found, warnings=(text % {"ending": ending or _("（无）"), "kind": kind},))
    return _look_inside(found, data)

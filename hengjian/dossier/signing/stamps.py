"""Drawing the visible part of a certificate seal."""
from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import typst

from hengjian.dossier.render.fonts import BODY_STACK, find_fonts

from .model import SealRequest

_TEMPLATE = Path(__file__).with_name("stamp.typ")


def stamp_page(request: SealRequest) -> bytes:
    """Return a one-page PDF of the size of the box: organisation, meaning, time.

    Raises FontsMissing when there is no font folder.
    """
    if request.box_mm is None:
        raise ValueError("an invisible seal has no stamp")
    local = request.signed_at.astimezone(ZoneInfo("Asia/Shanghai"))
    lines = [request.meaning, f"签章时间：{local:%Y-%m-%d %H:%M:%S}", "本章由单位数字证书生成，以验章结果为准"]
    folder = find_fonts()
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    stack = [name for name in BODY_STACK if name in set(fonts.families())] or [BODY_STACK[-1]]
    stamp = {
        "width_mm": request.box_mm[2], "height_mm": request.box_mm[3], "organisation": request.organisation,
        "lines": [line for line in lines if line], "fonts": stack,
    }
    compiler = typst.Compiler(
        input=_TEMPLATE.read_bytes(), root=str(_TEMPLATE.parent), font_paths=fonts, ignore_system_fonts=True,
        sys_inputs={"stamp": json.dumps(stamp, ensure_ascii=False)})
    made = compiler.compile(format="pdf", timestamp=int(request.signed_at.timestamp()))
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single file")
    return made

"""Where the fonts lie and which families an official document asks for."""
from __future__ import annotations

from pathlib import Path

from hengjian.base.plain_words import gettext as _

# What Office and WPS call the faces of GB/T 9704; the reader's machine has them, we ship none of them.
OFFICE_BODY = "仿宋"
OFFICE_TITLE = "方正小标宋简体"
OFFICE_SANS = "黑体"
OFFICE_LATIN = "Times New Roman"

# For pdf: what the site has put into the font folder first, then the free faces that the build puts there.
BODY_STACK = ("FangSong", "仿宋", "FangSong_GB2312", "仿宋_GB2312", "STFangsong", "Noto Serif SC")
TITLE_STACK = ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "Noto Serif SC")
SANS_STACK = ("SimHei", "黑体", "Noto Sans SC")

_SUFFIXES = {".ttf", ".otf", ".ttc"}


class FontsMissing(RuntimeError):
    """No usable font folder; the text tells the operator in Chinese what to do."""


def font_folder() -> Path:
    """Return the folder named by the settings, else `var/fonts` beside the package."""
    from django.conf import settings  # lazily: rendering is plain Python and is also used outside Django

    default = Path(__file__).resolve().parents[3] / "var" / "fonts"
    if not settings.configured:
        return default
    return Path(settings.FONT_DIR)


def find_fonts() -> Path:
    """Return the font folder.

    Raises FontsMissing when it holds no font with Chinese glyphs by name.
    """
    folder = font_folder()
    if not folder.is_dir() or not any(each.suffix.lower() in _SUFFIXES for each in folder.rglob("*")):
        raise FontsMissing(_(
            "没有找到中文字体：%(folder)s。请运行 make setup 获取 Noto Serif SC 与 Noto Sans SC（400、700 两种字重），"
            "或把本单位有权使用的仿宋、小标宋、黑体字体文件放入该文件夹，再重试。"
        ) % {"folder": folder})
    return folder

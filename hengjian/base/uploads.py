"""How large a file may be that somebody hands in: one setting, told and kept everywhere."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024


def most_bytes() -> int:
    """The largest file that is taken, in bytes (``HENGJIAN_UPLOAD_MB``)."""
    return int(settings.UPLOAD_MAX_MB) * MEGABYTE


def most_said() -> str:
    """The same in words, as pages print it: ``30 MB``."""
    return f"{settings.UPLOAD_MAX_MB} MB"


def size_fault(size: int) -> str:
    """Say in words that a file of this size is too large; empty when it may be taken."""
    if size <= most_bytes():
        return ""
    return _("文件过大（超过%(most)s），请压缩或拆分后上传。") % {"most": most_said()}

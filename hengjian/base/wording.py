"""Official texts are Chinese, whatever language the page is read in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.utils import translation

P = ParamSpec("P")
T = TypeVar("T")
CHINESE = "zh-hans"


def in_chinese(write: Callable[P, T]) -> Callable[P, T]:
    """Let a function word what it returns or stores in Chinese: documents, messages, the draft of a report."""

    @wraps(write)
    def worded(*args: P.args, **kwargs: P.kwargs) -> T:
        if translation.get_language() == CHINESE:  # to change to it again costs more than many a word
            return write(*args, **kwargs)
        with translation.override(CHINESE):
            return write(*args, **kwargs)

    return worded

"""Official texts are Chinese, whatever language the page is read in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.utils import translation

P = ParamSpec("P")
T = TypeVar("T")


def in_chinese(write: Callable[P, T]) -> Callable[P, T]:
    """Let a function word what it returns or stores in Chinese: documents, messages, the draft of a report."""

    @wraps(write)
    def worded(*args: P.args, **kwargs: P.kwargs) -> T:
        with translation.override("zh-hans"):
            return write(*args, **kwargs)

    return worded

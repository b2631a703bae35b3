"""What a text from outside is brought to before anything else sees it, and what a spreadsheet is kept from taking for a formula."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as noop

# No eye sees them, no pen writes them: controls but tab and line ends, what turns the direction of writing, halves of a character.
_UNSEEN = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-|[+-]?\d+(?:\.\d+)?%?")
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
MOST_JSON = 4 * 1024 * 1024
MOST_DEPTH = 20


class Unreadable(Exception):
    """What was sent cannot be read at all. Answered with ``status`` (400, 413, 415); nothing was done."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


def seen(text: str) -> str:
    """A text without what nobody sees. Raises ``Unreadable`` for a NUL, which is no text anywhere."""
    if "\0" in text:
        raise Unreadable(400, noop("内容里有空字符（NUL），无法接收。请重新输入后提交。"))
    return _UNSEEN.sub("", text)


def says_enough(text: str, least: int = 5) -> bool:
    """Whether a reason says something: so many signs that can be seen, and two letters or figures among them."""
    kinds = [unicodedata.category(sign)[0] for sign in text]
    return sum(kind not in "ZC" for kind in kinds) >= least and sum(kind in "LN" for kind in kinds) >= 2


def harmless_cell(text: str) -> str:
    """A text that a spreadsheet takes for text when it opens it as CSV; figures stay figures."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def whole_number(text: Any) -> int | None:
    """A number of at most nine digits as it stands in an address or a form; ``None`` when it is none."""
    return int(text) if _WHOLE.fullmatch(str(text)) else None


def json_of(request: HttpRequest) -> Any:
    """What was sent as JSON, its texts without what nobody sees. Raises ``Unreadable``."""
    if request.content_type != "application/json":
        raise Unreadable(415, noop("内容类型应为 application/json。"))
    if len(request.body) > MOST_JSON:
        raise Unreadable(413, noop("一次提交的内容过多（超过4 MB），请分几次提交。"))
    if _depth(request.body) > MOST_DEPTH:
        raise Unreadable(400, noop("内容嵌套过深，无法识别。请刷新页面后重新操作。"))
    try:
        return _seen_in(json.loads(request.body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite))
    except (ValueError, RecursionError) as error:
        raise Unreadable(400, noop("内容无法识别，请刷新页面后重新操作。")) from error


def _depth(body: bytes) -> int:
    """How deep brackets are nested at most, those within texts counted too: it is a bound, not a measure."""
    deepest = depth = 0
    for sign in re.findall(rb"[\[{\]}]", body):
        depth += 1 if sign in b"[{" else -1
        deepest = max(deepest, depth)
        if deepest > MOST_DEPTH:
            break
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) != len(pairs):
        raise ValueError("a name stands twice")
    return held


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


def _seen_in(value: Any) -> Any:
    if isinstance(value, str):
        return seen(value)
    if isinstance(value, list):
        return [_seen_in(one) for one in value]
    return {seen(key): _seen_in(one) for key, one in value.items()} if isinstance(value, dict) else value

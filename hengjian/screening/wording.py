"""How figures and rows are said in Chinese: in a finding's sentence, in the workbook, in the report."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hengjian.screening.rule import Rule, Values

SHOWN_ITEMS = 5


class _Blank(dict[str, Any]):
    """What a sentence says where the evidence has nothing."""

    def __missing__(self, key: str) -> str:
        return "（无）"


def said(value: Any) -> str:
    """Return a value as a reader would write it; lists are cut after five with their number."""
    if value is None:
        return "（无）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return _said_number(value)
    if isinstance(value, dict):
        return "，".join(f"{said(part)}" for part in value.values() if part is not None)
    if isinstance(value, list | tuple | set):
        shown = "、".join(said(one) for one in list(value)[:SHOWN_ITEMS])
        return shown if len(value) <= SHOWN_ITEMS else f"{shown}等{len(value)}项"
    return str(value)


def _said_number(value: float) -> str:
    if value != value:
        return "（无）"
    if value and abs(value) < 0.01:
        return f"{value:.2g}"
    return f"{value:.2f}".rstrip("0").rstrip(".")


def sentence(rule: Rule, values: Values, evidence: dict[str, Any]) -> str:
    """Return the rule's sentence with the figures of one finding in it."""
    words = {name: said(value) for name, value in (vars(values) | evidence).items()}
    return rule.says.format_map(_Blank(words))

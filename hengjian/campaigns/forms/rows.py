"""Tables that are typed row by row: read from a form, grown by a row, cut by a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

Rows = list[dict[str, Any]]


def rows_of(post: QueryDict, name: str, fields: Sequence[str]) -> Rows:
    """Read the rows of one table: a hidden ``name`` per row holds its index, cells are ``name-index-field``.

    Rows without a single word are left out; a cell that the page does not show is not in the row.
    """
    found = []
    for index in post.getlist(name):
        sent = {field: f"{name}-{index}-{field}" for field in fields}
        row = {field: post.get(cell, "").strip() for field, cell in sent.items() if cell in post}
        if any(row.values()):
            found.append(row)
    return found


def cut_and_grow(post: QueryDict, tables: Mapping[str, Rows]) -> dict[str, Rows]:
    """Apply the buttons “添加一行” (``add=table``) and “移除” (``remove=table:number``)."""
    changed = {name: list(rows) for name, rows in tables.items()}
    name, _sep, number = post.get("remove", "").partition(":")
    if name in changed and number.isdigit() and int(number) < len(changed[name]):
        del changed[name][int(number)]
    added = post.get("add", "")
    if added in changed:
        changed[added].append({"is_new": True})
    return changed


def wants_more(post: QueryDict) -> bool:
    """Whether the form was sent to add or cut a row only."""
    return bool(post.get("add") or post.get("remove"))


def day_of(value: str) -> date | None:
    """A date as the browser sends it; ``None`` when empty or no date."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def day_fault(value: str, what: str) -> str:
    """What is wrong with a date that was typed, or nothing."""
    return "" if not value or day_of(value) else _("%(what)s“%(value)s”不是日期，请按2024-07-31的样子填写。") % {"what": what, "value": value}

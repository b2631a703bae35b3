"""Tables that are typed row by row: read from a form, grown by a row, cut by a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from hengjian.base.errors import BadInput
from hengjian.campaigns.recurring import planned

Rows = list[dict[str, Any]]
REPEAT = ("days", "until")
"""Cells that make several dates of one: days of the month, and the day after which there is none."""


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


def cut_and_grow(post: QueryDict, tables: Mapping[str, Rows], rounds_above: Mapping[str, int] | None = None) -> dict[str, Rows]:
    """Apply the buttons “添加一行” (``add=table``), “移除” (``remove=table:number``) and “按月分期” (``repeat=table:number``).

    Args:
        rounds_above: the last round in which the level above asks for each form: repetitions count on from there.
    """
    changed = {name: list(rows) for name, rows in tables.items()}
    name, _sep, number = post.get("remove", "").partition(":")
    if name in changed and number.isdigit() and int(number) < len(changed[name]):
        del changed[name][int(number)]
    added = post.get("add", "")
    if added in changed:
        changed[added].append({"is_new": True})
    name, _sep, number = post.get("repeat", "").partition(":")
    if name in changed and number.isdigit() and int(number) < len(changed[name]):
        place = int(number)
        changed[name][place : place + 1] = _repeated(changed[name][place], rounds_above or {})
    return changed


def _repeated(row: dict[str, Any], rounds_above: Mapping[str, int]) -> Rows:
    """A row with a date for each day of the month that was asked for (``days``, ``until``); as it was when those cannot be read.

    Where the level above asks for the form too, the first date keeps its round and the others take none of its rounds:
    a return of each month must not stand for the one that the level above waits for.
    """
    try:
        days = planned(day_of(row.get("due", "")), day_of(row.get("until", "")), row.get("days", ""))
    except BadInput as refusal:
        return [{**row, "said": refusal.faults[0].message}]
    plain, first = without_repeat(row), row.get("due", "")
    found: Rows = []
    for n, day in enumerate(days, start=1):
        of_first = {"key": row.get("key", "")} if n == 1 else {"key": ""}
        printed = {"printed": row["printed"] if day.isoformat() == first else ""} if "printed" in row else {}
        found.append({**plain, **of_first, **printed, "due": day.isoformat(), "round": _round(n, row, rounds_above)})
    return found


def _round(number: int, row: Mapping[str, Any], rounds_above: Mapping[str, int]) -> str:
    taken = rounds_above.get(str(row.get("form", "")))
    if taken is None:
        return str(number)
    return str(row.get("round") or 1) if number == 1 else str(taken + number - 1)


def same_round_faults(rows: Rows) -> list[tuple[int, str]]:
    """Rows that ask the same filers for the same form in the same round as a row above them, by their number."""
    seen: dict[tuple[str, str, str], int] = {}
    found = []
    for number, row in enumerate(rows, start=1):
        if row.get("is_new") or not row.get("form"):
            continue
        named = (row["form"], row.get("from", ""), str(row.get("round", 1)))
        if named in seen:
            said = _("和第%(other)s项是同一张表的同一期（第%(round)s期），请改期次，或者移除一项。")
            found.append((number, said % {"other": seen[named], "round": named[2]}))
        seen.setdefault(named, number)
    return found


def without_repeat(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row without the cells that only ask for its repetition."""
    return {name: value for name, value in row.items() if name not in {*REPEAT, "said"}}


def repeat_fault(row: Mapping[str, Any]) -> str:
    """What is wrong with a row whose repetition was typed and not carried out, or nothing."""
    return _("填了“每月几日”却没有分期，请点“按月分期”，或者把它清空。") if row.get("days") or row.get("until") else ""


def keyed(rows: Rows, stem: str) -> Rows:
    """Give rows without a key one that no other row has."""
    taken = {row.get("key") for row in rows}
    free = (name for n in count(1) if (name := f"{stem}_{n}") not in taken)
    return [row if row.get("key") or row.get("is_new") else {**row, "key": next(free)} for row in rows]


def round_of(row: Mapping[str, Any]) -> int:
    """The round as it was typed; the first where there is none."""
    return int(row["round"]) or 1 if row.get("round", "").isdigit() else 1


def wants_more(post: QueryDict) -> bool:
    """Whether the form was sent to add, cut or repeat a row only."""
    return any(post.get(button) for button in ("add", "remove", "repeat"))


def day_of(value: str) -> date | None:
    """A date as the browser sends it; ``None`` when empty or no date."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def day_fault(value: str, what: str) -> str:
    """What is wrong with a date that was typed, or nothing."""
    return "" if not value or day_of(value) else _("%(what)s“%(value)s”不是日期，请按2024-07-31的样子填写。") % {"what": what, "value": value}

"""What goes into the printed form of a sheet: the layout of its definition and a payload for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from hengjian.forms.packs import Checklist, parse, printed_rows
from hengjian.forms.queries import ANSWER, CORRECTION, PROBLEM, checklist_items

Plain = dict[str, Any]


def printed_sheet(body: Mapping[str, Any], payload: Mapping[str, Any]) -> tuple[Plain, Plain]:
    """Give layout and render payload of a sheet, from its definition and what an edition freezes."""
    head = {key: value for key, value in payload["head"].items() if not isinstance(value, list)}
    fields = {
        **head, "filler_name": payload["filler_name"], "filler_phone": payload["filler_phone"],
        "filled_on": date.fromisoformat(payload["filled_on"]) if payload["filled_on"] else None,
    }
    rows = {key: _with_days(body, key, value) for key, value in payload["head"].items() if isinstance(value, list)}
    if body["kind"] == "roster":
        rows[body["list"]["rows_from"]] = _people(body, payload["lines"])
    else:
        rows["items"] = _items(body, payload["lines"])
    return dict(body["layout"]), {"figures": _marked(body, payload["summary"]), "fields": fields, "rows": rows}


def _with_days(body: Mapping[str, Any], key: str, lines: list[Plain]) -> list[Plain]:
    """Lines of a table in the head, with their days as days, so that they are printed like every other day."""
    table = body.get(key)
    columns = table.get("columns", []) if isinstance(table, Mapping) else []
    days = {one["key"] for one in columns if one.get("type") == "date"}
    return [{name: date.fromisoformat(value) if name in days and value else value for name, value in line.items()} for line in lines]


def filling_sheet(body: Mapping[str, Any], payload: Mapping[str, Any]) -> tuple[Plain, Plain]:
    """Give layout and payload of the workbook that is filled in Excel and handed back.

    The official form where it has one line per answer; a checklist that prints several items in one row gets a row for
    each item, in the words and order of the form.
    """
    layout, printed = printed_sheet(body, payload)
    if body["kind"] != "checklist":
        return layout, printed
    values = {line["key"]: line["values"] for line in payload["lines"]}
    if body.get("own_words"):
        return layout, printed
    printed["rows"]["items"] = [
        {"key": item["key"], "section": item["section"], "topic": item["topic"], "method": f"{item['mark']}{item['text']}",
         **{column: values.get(item["key"], {}).get(column, "") for column in (ANSWER, PROBLEM, CORRECTION)}}
        for item in checklist_items(body)
    ]
    return {**layout, "blocks": [*layout["blocks"][:-1], {"gap_mm": 0, "list": _item_list(body)}]}, printed


def _item_list(body: Mapping[str, Any]) -> Plain:
    _number, what, method, found, corrected = body["columns"]
    return {
        "rows_from": "items",
        "columns": [
            {"key": "key", "title": "序号", "width_mm": 14, "align": "center"},
            {"key": "section", "title": what, "width_mm": 24, "merge": True},
            {"key": "topic", "title": what, "width_mm": 30, "merge": True},
            {"key": "method", "title": method, "width_mm": 84},
            {"key": ANSWER, "title": "自查结果", "width_mm": 18, "align": "center", "choices": list(body["answers"])},
            {"key": PROBLEM, "title": found, "width_mm": 44},
            {"key": CORRECTION, "title": corrected, "width_mm": 44},
        ],
    }


def _marked(body: Mapping[str, Any], summary: Mapping[str, Any]) -> Plain:
    return {key: value for key, value in summary.items() if value is not None}


def _people(body: Mapping[str, Any], lines: list[Plain]) -> list[Plain]:
    marks = body.get("answer_marks") or {}
    return [
        {"name": line["label"], **{key: marks.get(value, value) for key, value in line["values"].items()}} for line in lines
    ]


def _items(body: Mapping[str, Any], lines: list[Plain]) -> list[Plain]:
    definition = parse(body)
    assert isinstance(definition, Checklist)
    values = {line["key"]: line["values"] for line in lines}
    marks = {item["key"]: item["mark"] for item in checklist_items(body)}
    found = []
    for row in printed_rows(definition):
        keys = row.get("keys", [])
        if len(keys) == 1 and body.get("own_words"):
            found.append({**row, **values.get(keys[0], {})})
        else:
            found.append({**row, **{column: _joined(keys, column, values, marks, body) for column in (PROBLEM, CORRECTION)}})
    return found


def _joined(keys: list[str], column: str, values: Plain, marks: Mapping[str, str], body: Mapping[str, Any]) -> str:
    """What was written to the items of one printed row, each behind its mark; 不适用 is printed where the problem would stand."""
    said = []
    for key in keys:
        line = values.get(key, {})
        text = line.get(column, "")
        if column == PROBLEM and not text and line.get(ANSWER) == body["na"]:
            text = body["na"]
        if text:
            said.append(f"{marks.get(key, '') if len(keys) > 1 else ''}{text}")
    return "\n".join(said)

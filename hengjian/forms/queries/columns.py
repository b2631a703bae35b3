"""Columns and items of a definition, and what an answer in them means. Pure functions over plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Values = Mapping[str, Any]

ANSWER, PROBLEM, CORRECTION = "answer", "problem", "correction"
"""Columns of a checklist line. The official tables print the last two; the answer is ours (see the notes of the packs)."""


def line_columns(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Columns that are filled in line by line: of a roster as written, of a checklist answer, problem and correction."""
    if body.get("kind") == "checklist":
        found, corrected = body["columns"][-2:]
        return [
            {"key": ANSWER, "label": "自查结果", "type": "answer", "choices": list(body["answers"])},
            {"key": PROBLEM, "label": found, "type": "long_text"},
            {"key": CORRECTION, "label": corrected, "type": "long_text"},
        ]
    columns = body.get("list", {}).get("columns", [])
    answers = body.get("answers", [])
    return [{**one, "choices": one.get("choices") or answers} if one.get("type") == "answer" else one for one in columns]


def fillable_columns(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Columns that a person fills in: neither the running number nor what the register gives."""
    return [one for one in line_columns(body) if one.get("type") != "seq" and not one.get("from")]


def answer_columns(body: Mapping[str, Any]) -> list[str]:
    """Keys of the columns that are answered 是 / 否 / - (or 不适用)."""
    return [one["key"] for one in line_columns(body) if one.get("type") == "answer"]


def is_answered(values: Values, columns: Iterable[str]) -> bool:
    """Whether every answer column of a line is filled in."""
    return all(values.get(column) for column in columns)


def problem_answer(body: Mapping[str, Any], line_key: str = "") -> str:
    """The answer that is a problem: of the form, or of the item where the item says otherwise."""
    if body.get("kind") == "checklist":
        item = next((one for one in checklist_items(body) if one["key"] == line_key), {})
        return str(item.get("problem_when") or body["problem_when"])
    return str(body.get("problem_when", "否"))


def problem_columns(body: Mapping[str, Any], line_key: str, values: Values) -> list[str]:
    """Columns of a line whose answer is a problem."""
    bad = problem_answer(body, line_key)
    return [column for column in answer_columns(body) if values.get(column) == bad]


def checklist_items(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The items of a checklist in the order of the document.

    Returns one dict per item: what the pack says of it (key, mark, text, evidence, hint, problem_when …), and with it
    ``section`` and ``topic`` (titles as printed), ``clause``, and ``no``, its running number.
    """
    found: list[dict[str, Any]] = []
    for section in body.get("sections", []):
        for topic in section.get("topics", []):
            for place, item in enumerate(topic.get("items", [])):
                mark = (topic.get("mark", "") if place == 0 else "") + item.get("mark", "")
                found.append({
                    **item, "mark": mark, "no": len(found) + 1, "topic": topic.get("title", ""),
                    "section": section.get("title") or section.get("intro") or "", "clause": section.get("clause", ""),
                })
    return found


def unanswered(columns: Iterable[str], lines: Iterable[tuple[int, Values]]) -> list[int]:
    """Positions of the lines that are not completely answered."""
    wanted = list(columns)
    return [position for position, values in lines if not is_answered(values, wanted)]

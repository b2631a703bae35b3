"""Figures of a sheet computed from its lines: they can never disagree with the list. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Values = Mapping[str, Any]


def answer_columns(body: Mapping[str, Any]) -> list[str]:
    """Keys of the columns of a roster that are answered 是 / 否 / -."""
    return [column["key"] for column in body.get("list", {}).get("columns", []) if column.get("type") == "answer"]


def is_answered(values: Values, columns: Iterable[str]) -> bool:
    """Whether every answer column of a line is filled in."""
    return all(values.get(column) for column in columns)


def roster_summary(body: Mapping[str, Any], lines: Iterable[Values], registry: Mapping[str, Any]) -> dict[str, Any]:
    """Compute the summary block of a roster.

    Args:
        body: the definition; each summary row says where it comes ``from``.
        lines: the values of the lines.
        registry: figures that only the registry knows (practice_registered, insured_continuously, staffing_met).

    Returns:
        key → count of people, or 是/否, or ``None`` where the registry has no figure.
    """
    held = list(lines)
    columns = answer_columns(body)
    found: dict[str, Any] = {}
    for row in body["summary"]["rows"]:
        source = row["from"]
        if "registry" in source:
            found[row["key"]] = registry.get(source["registry"])
        elif source["count"] == "lines":
            found[row["key"]] = len(held)
        elif source["count"] == "answered":
            found[row["key"]] = sum(is_answered(values, columns) for values in held)
        else:
            wanted = source["count"].items()
            found[row["key"]] = sum(all(values.get(c) == answer for c, answer in wanted) for values in held)
    return found


def checklist_items(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The items of a checklist in the order of the document, whatever the nesting of its sections.

    Returns one dict per item: key, text, section (title), group (title of the row it stands in).
    """
    found: list[dict[str, Any]] = []
    for section in body.get("sections", []):
        groups = section.get("groups") or section.get("rows") or [section]
        for group in groups:
            for item in group.get("items", []):
                found.append({**item, "section": section.get("title", ""), "group": group.get("title", "")})
    return found


def unanswered(columns: Iterable[str], lines: Iterable[tuple[int, Values]]) -> list[int]:
    """Positions of the lines that are not completely answered."""
    wanted = list(columns)
    return [position for position, values in lines if not is_answered(values, wanted)]

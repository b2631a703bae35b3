"""Figures of a sheet computed from its lines: they can never disagree with the list. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hengjian.forms.queries import ANSWER, CORRECTION, answer_columns, checklist_items, is_answered

Values = Mapping[str, Any]

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


def checklist_summary(body: Mapping[str, Any], lines: Iterable[tuple[str, Values]]) -> dict[str, int]:
    """Count the items of a checklist: all, answered, not applicable, problems, problems with a correction written."""
    held = list(lines)
    bad = {item["key"]: item.get("problem_when") or body["problem_when"] for item in checklist_items(body)}
    problems = [values for key, values in held if values.get(ANSWER) and values[ANSWER] == bad.get(key, body["problem_when"])]
    return {
        "items_total": len(held),
        "items_answered": sum(bool(values.get(ANSWER)) for _key, values in held),
        "items_not_applicable": sum(values.get(ANSWER) == body["na"] for _key, values in held),
        "problems": len(problems),
        "problems_corrected": sum(bool(values.get(CORRECTION)) for values in problems),
    }

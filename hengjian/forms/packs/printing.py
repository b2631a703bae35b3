"""The fixed rows of a form, as its layout expects them; the caller adds what was filled in, by `key`."""

from __future__ import annotations

from typing import Any

from hengjian.forms.packs.definitions import Checklist, ScoredChecklist, Topic


def printed_rows(definition: Checklist | ScoredChecklist) -> list[dict[str, Any]]:
    """Give the rows of `rows_from: items`, words as in the document.

    Official self-check: one row per topic, `keys` lists its items. Own-words checklist: one row per item.
    Score sheet: one row per item. Columns: see `layout`; `keys` are for the caller and are not printed.
    """
    if isinstance(definition, ScoredChecklist):
        return _score_rows(definition)
    return _item_rows(definition) if definition.own_words else _topic_rows(definition)


def _score_rows(sheet: ScoredChecklist) -> list[dict[str, Any]]:
    groups = {each.key: each for each in sheet.groups}
    return [
        {
            "keys": [each.key for each in item.requirements],
            "no": item.n,
            "category": groups[item.group].category,
            "group": groups[item.group].printed,
            "indicator": item.title,
            "requirements": "\n".join(f"{each.mark}{each.text}" for each in item.requirements),
            "method": item.method,
        }
        for item in sheet.items
    ]


def _topic_rows(checklist: Checklist) -> list[dict[str, Any]]:
    rows = []
    for section in checklist.sections:
        for topic in section.topics:
            row: dict[str, Any] = {
                "keys": [each.key for each in topic.items],
                "no": section.seq,
                "section": section.title,
                "topic": topic.title,
                "method": _words(topic),
            }
            if not topic.title:
                row["_colspan"] = {"section": 2}
            rows.append(row)
    return rows


def _words(topic: Topic) -> str:
    return "\n".join(f"{each.mark}{each.text}" for each in topic.items)


def _item_rows(checklist: Checklist) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    number = 0
    for section in checklist.sections:
        heading = section.intro or section.title
        if heading:
            rows.append({"_section": heading})
        for topic in section.topics:
            for place, item in enumerate(topic.items):
                number += 1
                mark = topic.mark if place == 0 else ""
                rows.append({"keys": [item.key], "no": number, "method": f"{mark}{item.mark}{item.text}"})
    return rows

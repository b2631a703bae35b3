"""Editions held against each other, and a workbook that was handed back held against the sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hengjian.base.scope import Scope
from hengjian.campaigns.models import Submission
from hengjian.forms import queries as forms
from hengjian.forms.models import SheetEdition, WorkbookReading


@dataclass(frozen=True)
class Changed:
    """One value in two versions."""

    key: str
    label: str
    column: str
    column_label: str
    before: Any
    after: Any
    position: int = 0
    by: str = ""


@dataclass(frozen=True)
class Comparison:
    """Two editions: the figures and the cells that differ, lines that came or went."""

    figures: tuple[Changed, ...]
    cells: tuple[Changed, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


def compared(submission: Submission, first: SheetEdition, second: SheetEdition) -> Comparison:
    """What changed from one edition to another."""
    assert submission.sheet is not None
    body = submission.sheet.definition.body
    labels = {one["key"]: one.get("label", one["key"]) for one in forms.line_columns(body)}
    before, after = first.payload, second.payload
    old, new = ({line["key"]: line for line in payload["lines"]} for payload in (before, after))
    names = {row["key"]: row["label"] for row in body.get("summary", {}).get("rows", [])}
    figures = tuple(
        Changed(key, "", key, names.get(key, key), before["summary"].get(key), value)
        for key, value in after["summary"].items() if before["summary"].get(key) != value
    )
    cells = tuple(
        Changed(one.line_key, one.label, one.column, labels.get(one.column, one.column), one.before, one.after,
                (new.get(one.line_key) or old[one.line_key])["position"])
        for one in forms.difference(before, after)
    )
    return Comparison(
        figures, cells, tuple(new[key]["label"] for key in new if key not in old), tuple(old[key]["label"] for key in old if key not in new)
    )


def last_reading(scope: Scope, submission: Submission) -> WorkbookReading | None:
    """The workbook handed back last, settled or not."""
    return WorkbookReading.objects.within(scope).filter(sheet=submission.sheet).select_related("sheet__definition").first()


def reading_differences(scope: Scope, submission: Submission, reading: WorkbookReading | None) -> list[Changed]:
    """What a workbook says and the sheet, as it stands now, does not."""
    if reading is None or reading.settled_at is not None or submission.sheet is None:
        return []
    labels = {one["key"]: one.get("label", one["key"]) for one in forms.line_columns(submission.sheet.definition.body)}
    found = []
    for line in forms.sheet_lines(scope, submission.sheet).filter(key__in=list(reading.found)):
        for column, value in reading.found[line.key].items():
            mine = line.values.get(column) or ""
            if mine != value:
                found.append(Changed(
                    line.key, line.label, column, labels.get(column, column), mine, value, line.position, line.marks.get(column, {}).get("by", "")
                ))
    return found

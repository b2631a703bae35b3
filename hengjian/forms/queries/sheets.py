"""Reads of definitions and sheets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hengjian.base.errors import OutOfScope
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.forms.models import CellRemark, FormDefinition, Sheet, SheetEdition, SheetLine, WorkbookReading


@dataclass(frozen=True)
class CellDifference:
    """One cell that differs between two editions of a sheet."""

    line_key: str
    label: str
    column: str
    before: Any
    after: Any


def definition(scope: Scope, code: str, version_number: int | None = None) -> FormDefinition:
    """One definition, the newest version unless told; definitions are open to everybody.

    Raises:
        OutOfScope: no such definition is loaded.
    """
    found = FormDefinition.objects.within(EVERYTHING).filter(code=code)
    if version_number is not None:
        found = found.filter(version_number=version_number)
    newest = found.order_by("-version_number").first()
    if newest is None:
        raise OutOfScope(f"definition {code}")
    return newest


def definitions(scope: Scope, kind: str | None = None) -> QuerySet[FormDefinition]:
    """All definitions loaded, by code and version."""
    found = FormDefinition.objects.within(EVERYTHING)
    return found.filter(kind=kind) if kind else found


def sheet(scope: Scope, sheet_id: UUID) -> Sheet:
    """One sheet with its definition. Raises ``OutOfScope``."""
    found = Sheet.objects.within(scope).select_related("definition").filter(pk=sheet_id).first()
    if found is None:
        raise OutOfScope(f"sheet {sheet_id}")
    return found


def sheet_lines(scope: Scope, of: Sheet) -> QuerySet[SheetLine]:
    """The lines of a sheet in order."""
    return SheetLine.objects.within(scope).filter(sheet=of).order_by("position", "id")


def editions(scope: Scope, of: Sheet) -> QuerySet[SheetEdition]:
    """All editions that were filed, oldest first."""
    return SheetEdition.objects.within(scope).filter(sheet=of).order_by("number")


def open_remarks(scope: Scope, of: Sheet) -> QuerySet[CellRemark]:
    """Remarks that are not settled yet."""
    return CellRemark.objects.within(scope).filter(sheet=of, settled=False)


def remarks(scope: Scope, of: Sheet) -> QuerySet[CellRemark]:
    """All remarks on a sheet, oldest first."""
    return CellRemark.objects.within(scope).filter(sheet=of)


def open_reading(scope: Scope, of: Sheet) -> WorkbookReading | None:
    """The latest workbook handed back whose differences nobody has settled yet."""
    return WorkbookReading.objects.within(scope).filter(sheet=of, settled_at__isnull=True).order_by("-read_at", "-id").first()


def payload_of(of: Sheet, lines: list[SheetLine], summary: dict[str, Any]) -> dict[str, Any]:
    """A sheet as plain data: what an edition freezes. The filler's telephone stays masked."""
    return {
        "definition": {"code": of.definition.code, "version": of.definition.version_number, "digest": of.definition.digest},
        "subject": of.subject_label,
        "head": of.head,
        "filler_name": of.filler_name,
        "filler_phone": str(of.filler_phone),
        "filled_on": of.filled_on.isoformat() if of.filled_on else None,
        "summary": summary,
        "lines": [
            {"key": line.key, "position": line.position, "label": line.label,
             "subject_id": str(line.subject_id) if line.subject_id else None, "values": line.values}
            for line in lines
        ],
    }


def difference(before: dict[str, Any], after: dict[str, Any]) -> list[CellDifference]:
    """Cell by cell, what changed from one payload to another; lines come in the later one's order."""
    old = {line["key"]: line for line in before["lines"]}
    new = {line["key"]: line for line in after["lines"]}
    found: list[CellDifference] = []
    for key, line in new.items():
        was = old.get(key, {"values": {}})["values"]
        for column in dict.fromkeys([*was, *line["values"]]):
            if (was.get(column) or "") != (line["values"].get(column) or ""):
                found.append(CellDifference(key, line["label"], column, was.get(column), line["values"].get(column)))
    for key, line in old.items():
        if key not in new:
            found += [CellDifference(key, line["label"], column, value, None) for column, value in line["values"].items()]
    return found

"""A self-check as its official form: for the screen, for paper, and as the workbook that is filled in Excel."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from hengjian.base import clock
from hengjian.base.errors import OutOfScope
from hengjian.base.scope import Scope
from hengjian.campaigns.models import Submission
from hengjian.campaigns.queries import selfcheck as queries
from hengjian.dossier.render import Document, Verification, render_xlsx, resolve
from hengjian.dossier.render.model import Cell, Grid
from hengjian.forms import queries as forms
from hengjian.forms.documents import filling_sheet, printed_sheet


@dataclass(frozen=True)
class OfficialTable:
    """A table of the form, row by row."""

    head: tuple[tuple[Cell, ...], ...]
    body: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Official:
    """The form with its lines of text and its tables."""

    document: Document
    tables: tuple[OfficialTable, ...]
    is_wide: bool


def _payload(scope: Scope, submission: Submission) -> dict[str, Any]:
    sheet = submission.sheet
    if sheet is None:
        raise OutOfScope(f"submission {submission.pk} has no sheet")
    filed = forms.editions(scope, sheet).last() if submission.state in ("filed", "accepted") else None
    if filed is not None:
        return dict(filed.payload)  # the sheet is locked: the form says what was filed, with the figures of that day
    lines = list(forms.sheet_lines(scope, sheet))
    grounds = queries.sheet_grounds(scope, submission, lines)
    return forms.payload_of(sheet, lines, queries.summary_of(submission, lines, grounds))


def _marks(submission: Submission) -> Verification:
    """A form that is not filed yet bears no code; its marker says of which sheet and edition it is."""
    sheet = submission.sheet
    assert sheet is not None
    definition = sheet.definition
    return Verification(
        code="未报送", url="", definition=definition.code, version=str(definition.version_number), sheet_id=str(sheet.pk),
        revision=sheet.edition_count, rendered_at=clock.now(),
    )


def filling_workbook(scope: Scope, submission: Submission) -> tuple[str, bytes]:
    """File name and bytes of the workbook to be filled in."""
    payload = _payload(scope, submission)
    assert submission.sheet is not None
    definition = submission.sheet.definition
    layout, printed = filling_sheet(definition.body, payload)
    name = f"{submission.target.institution.name}　{definition.title}.xlsx"
    return name, render_xlsx(layout, printed, verification=_marks(submission))


def official(scope: Scope, submission: Submission) -> Official:
    """The official form of a sheet as it stands, resolved for a page."""
    assert submission.sheet is not None
    layout, printed = printed_sheet(submission.sheet.definition.body, _payload(scope, submission))
    document = resolve(layout, printed, verification=_marks(submission))
    tables = tuple(_table(block) for block in document.blocks if isinstance(block, Grid))
    return Official(document, tables, document.page.landscape)


def _table(grid: Grid) -> OfficialTable:
    rows: dict[int, list[Cell]] = defaultdict(list)
    for cell in sorted(grid.cells, key=lambda one: (one.row, one.col)):
        rows[cell.row].append(cell)
    ordered = [tuple(rows[number]) for number in sorted(rows)]
    heads = sum(number < grid.header_rows for number in rows)
    return OfficialTable(tuple(ordered[:heads]), tuple(ordered[heads:]))

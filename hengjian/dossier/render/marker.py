"""The hidden sheet and the defined names by which a filled workbook is known again."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from .model import Verification

MARKER_SHEET = "_hengjian"
MARKER_FORMAT = "hengjian-form-1"
FIELD_NAME = "hj_f_"
LIST_NAME = "hj_l_"
LIST_END_NAME = "hj_e_"
END_NAME = "hj_end"


@dataclass
class Marks:
    """Where the fields and lists of a worksheet stand (rows and columns from 0)."""

    sheet: str
    fields: list[tuple[str, int, int, str]] = field(default_factory=list)
    lists: list[tuple[str, int, int, list[tuple[str, int]]]] = field(default_factory=list)
    end_row: int = 0

    def add_field(self, key: str, row: int, col: int, label: str = "") -> None:
        """Remember the place of a field and the label that stands before its value."""
        if all(key != held[0] for held in self.fields):
            self.fields.append((key, row, col, label))

    def add_list(self, rows_from: str, first_row: int, after: int, columns: Sequence[tuple[str, int]]) -> None:
        """Remember the first line of a list, the line after its last, and the worksheet column of each key."""
        self.lists.append((rows_from, first_row, after, [*columns]))


def write_marker(book: Any, marks: Marks, verification: Verification) -> None:
    """Write the hidden sheet and one defined name per place; names move with rows that a user inserts."""
    sheet = book.add_worksheet(MARKER_SHEET)
    sheet.very_hidden()
    quoted = "'" + marks.sheet.replace("'", "''") + "'!"
    rows: list[tuple[str, ...]] = [
        (MARKER_FORMAT, verification.definition, verification.version, verification.sheet_id,
         str(verification.revision), marks.sheet),
    ]
    for number, (key, row, col, label) in enumerate(marks.fields, 1):
        rows.append(("field", f"{FIELD_NAME}{number}", key, label))
        book.define_name(f"{FIELD_NAME}{number}", "=" + quoted + xl_rowcol_to_cell(row, col, True, True))
    for number, (rows_from, first, after, columns) in enumerate(marks.lists, 1):
        name = f"{LIST_NAME}{number}"
        rows.append(("list", name, rows_from, *(f"{key}={col}" for key, col in columns)))
        # The row of heads: a user may delete the first line of the list, but not its heads.
        book.define_name(name, "=" + quoted + xl_rowcol_to_cell(max(0, first - 1), 0, True, True))
        book.define_name(f"{LIST_END_NAME}{number}", "=" + quoted + xl_rowcol_to_cell(after, 0, True, True))
    book.define_name(END_NAME, "=" + quoted + xl_rowcol_to_cell(marks.end_row, 0, True, True))
    for at, texts in enumerate(rows):
        for col, text in enumerate(texts):
            sheet.write_string(at, col, text)

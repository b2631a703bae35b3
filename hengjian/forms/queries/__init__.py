"""Reads of definitions and sheets."""

from hengjian.forms.queries.answered import are_answered
from hengjian.forms.queries.columns import (
    ANSWER,
    CORRECTION,
    PROBLEM,
    answer_columns,
    checklist_items,
    fillable_columns,
    is_answered,
    line_columns,
    problem_answer,
    problem_columns,
    unanswered,
)
from hengjian.forms.queries.library import DocumentGroup, definitions_by_document, issuer_of
from hengjian.forms.queries.sheets import (
    CellDifference,
    definition,
    definitions,
    difference,
    editions,
    open_reading,
    open_remarks,
    payload_of,
    remarks,
    sheet,
    sheet_lines,
)

__all__ = [
    "ANSWER", "CORRECTION", "PROBLEM", "CellDifference", "DocumentGroup", "answer_columns", "are_answered", "checklist_items", "definition", "definitions",
    "definitions_by_document",
    "difference", "editions", "fillable_columns", "is_answered", "issuer_of", "line_columns", "open_reading", "open_remarks", "payload_of",
    "problem_answer", "problem_columns", "remarks", "sheet", "sheet_lines", "unanswered",
]

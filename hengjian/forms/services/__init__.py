"""Writes of forms: definitions loaded, sheets opened, filled, frozen, remarked, and read back from workbooks."""

from hengjian.forms.services.definitions import load_definitions
from hengjian.forms.services.filling import CellOutcome, CellWrite, column_label, fill_block, fill_cell, fill_cells
from hengjian.forms.services.remarks import answer_remark, remark_cell, settle_remark
from hengjian.forms.services.sheets import (
    LineDraft,
    add_line,
    fill_head,
    freeze_sheet,
    open_sheet,
    remove_line,
    sign_filler,
    unlock_sheet,
)
from hengjian.forms.services.workbooks import apply_workbook, read_workbook

__all__ = [
    "CellOutcome", "CellWrite", "LineDraft", "add_line", "answer_remark", "apply_workbook", "column_label", "fill_block",
    "fill_cell", "fill_cells", "fill_head", "freeze_sheet", "load_definitions", "open_sheet", "read_workbook", "remark_cell",
    "remove_line", "settle_remark", "sign_filler", "unlock_sheet",
]

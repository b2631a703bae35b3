"""Writes of forms: definitions loaded, sheets opened, filled, frozen, remarked."""

from hengjian.forms.services.definitions import load_definitions
from hengjian.forms.services.remarks import answer_remark, remark_cell, settle_remark
from hengjian.forms.services.sheets import (
    LineDraft,
    add_line,
    fill_cell,
    fill_cells,
    fill_head,
    freeze_sheet,
    open_sheet,
    remove_line,
    sign_filler,
    unlock_sheet,
)

__all__ = [
    "LineDraft", "add_line", "answer_remark", "fill_cell", "fill_cells", "fill_head", "freeze_sheet",
    "load_definitions", "open_sheet", "remark_cell", "remove_line", "settle_remark", "sign_filler", "unlock_sheet",
]

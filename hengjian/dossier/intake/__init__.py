"""Files on their way in: examined by content, read within limits, handed back with their faults."""
from .examination import examine
from .kinds import parts_of
from .model import FAULT_SHEET, CellFault, CellValue, Examined, Place, Refused, Table, Workbook
from .names import safe_name
from .tables import mark_faults, open_workbook, read_workbook, spreadsheet_preflight, tables_of

__all__ = [
    "FAULT_SHEET", "CellFault", "CellValue", "Examined", "Place", "Refused", "Table", "Workbook", "examine",
    "mark_faults", "open_workbook", "parts_of", "read_workbook", "safe_name", "spreadsheet_preflight", "tables_of",
]

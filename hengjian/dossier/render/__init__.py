"""Official documents: one layout and one payload, printed as xlsx, docx and pdf with the same words."""
from .docx import docx_of, render_docx
from .fonts import FontsMissing, find_fonts
from .grids import LayoutFault
from .layout import check_layout
from .model import Document, Verification
from .pdf import pdf_of, render_pdf
from .readback import Filled, FilledRow, read_filled
from .resolve import resolve
from .xlsx import render_xlsx, xlsx_of

__all__ = [
    "Document", "Filled", "FilledRow", "FontsMissing", "LayoutFault", "Verification", "check_layout", "docx_of", "find_fonts", "pdf_of", "read_filled",
    "render_docx", "render_pdf", "render_xlsx", "resolve", "xlsx_of",
]

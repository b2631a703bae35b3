"""Cells of sheets and of official forms: a roster of hundreds of people has thousands of them, so they are no templates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from hengjian.campaigns.queries.selfcheck_page import CellView

register = template.Library()
SHORT = 5
"""A text of fewer signs is not broken."""


@register.simple_tag
def sheet_cell(cell: CellView) -> SafeString:
    """One cell of the grid with what the script of the grid needs to know of it."""
    options = format_html(' data-options="{}"', ",".join(cell.options)) if cell.options else ""
    was = format_html(' title="{}"', _("上一版：%(was)s") % {"was": cell.was or _("（空）")}) if cell.was is not None else ""
    return format_html(
        '<td data-column="{}" data-kind="{}"{} data-version="{}" data-value="{}" data-label="{}" class="{}{}"{}>{}</td>',
        cell.key, cell.kind, options, cell.version, cell.value, cell.label,
        "clash" if cell.clashes else "", " other" if cell.by_other else "", was, cell.value,
    )


@register.simple_tag
def official_row(cells: Iterable[Any]) -> SafeString:
    """The cells of one row of an official form."""
    return mark_safe("".join(_official_cell(cell) for cell in cells))  # noqa: S308  its parts are escaped


def _official_cell(cell: Any) -> str:
    text = str(cell.text)
    spans = "".join(f' {name}="{count}"' for name, count in (("rowspan", int(cell.rowspan)), ("colspan", int(cell.colspan))) if count > 1)
    kind = "sec" if cell.bold else "text-center" if cell.align == "center" else ""
    short = " text-nowrap" if len(text) < SHORT else ""
    return f'<td{spans} class="{kind}{short}">{linebreaksbr(text)}</td>'

"""Cells of a sheet: a roster of hundreds of people has thousands of them, so they are no templates."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hengjian.campaigns.queries.selfcheck_page import CellView

register = template.Library()


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

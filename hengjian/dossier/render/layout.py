"""Checking the layout of a form as a pack writes it; the faults are in Chinese."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hengjian.base.plain_words import gettext as _

from .grids import LayoutFault, as_cell, as_row, place
from .model import STYLES

_TOP = {"page", "annex", "title", "number", "head", "blocks", "foot", "note"}
_PAGE = {"orientation", "margins_mm", "font_pt"}
_KINDS = {"text", "number", "date", "choice"}
_CELL = {"text", "value", "kind", "choices", "rowspan", "colspan", "align", "valign", "bold", "indent"}
_COLUMN = {"key", "title", "width_mm", "align", "kind", "choices", "merge", "bold"}
_TABLE = {"cols_mm", "header_rows", "borders", "rows"}
_LIST = {"section_title", "rows_from", "min_rows", "borders", "columns", "heads"}
_BODIES = ("table", "list", "paragraphs", "paragraphs_from", "page_break")


def _unknown(spec: Mapping[str, Any], known: Iterable[str], where: str) -> list[str]:
    return [_("%(where)s：不认识的项“%(key)s”") % {"where": where, "key": key} for key in sorted(set(map(str, spec)) - set(known))]


def _cell_faults(spec: Any, where: str) -> list[str]:
    cell = as_cell(spec)
    faults = _unknown(cell, _CELL, where)
    if "text" in cell and "value" in cell:
        faults.append(_("%(where)s：text 与 value 只能有一个") % {"where": where})
    if cell.get("kind", "text") not in _KINDS:
        faults.append(_("%(where)s：kind 只能是 %(names)s") % {"where": where, "names": "、".join(sorted(_KINDS))})
    if cell.get("align", "left") not in {"left", "center", "right"}:
        faults.append(_("%(where)s：align 只能是 left、center、right") % {"where": where})
    if cell.get("valign", "middle") not in {"top", "middle"}:
        faults.append(_("%(where)s：valign 只能是 top、middle") % {"where": where})
    for key in ("rowspan", "colspan"):
        if not isinstance(cell.get(key, 1), int) or cell.get(key, 1) < 1:
            faults.append(_("%(where)s：%(key)s 应为正整数") % {"where": where, "key": key})
    return faults


def _rows_faults(rows: Any, columns: int, where: str) -> list[str]:
    if not isinstance(rows, list) or not rows:
        return [_("%(where)s：没有行") % {"where": where}]
    faults = []
    for number, row in enumerate(rows, 1):
        if isinstance(row, Mapping):
            faults += _unknown(row, {"cells", "height_mm"}, _("%(where)s第 %(number)s 行") % {"where": where, "number": number})
        elif not isinstance(row, list):
            faults.append(_("%(where)s第 %(number)s 行：应为单元格的列表") % {"where": where, "number": number})
            continue
        for cell in as_row(row)[0]:
            faults += _cell_faults(cell, _("%(where)s第 %(number)s 行") % {"where": where, "number": number})
    if not faults:
        try:
            place(rows, columns, where)
        except LayoutFault as fault:
            faults.append(str(fault))
    return faults


def _table_faults(spec: Any, where: str) -> list[str]:
    if not isinstance(spec, Mapping) or not spec.get("cols_mm"):
        return [_("%(where)s：表格缺少 cols_mm") % {"where": where}]
    faults = _unknown(spec, _TABLE, where)
    return faults + _rows_faults(spec.get("rows"), len(spec["cols_mm"]), where)


def _list_faults(spec: Any, where: str) -> list[str]:
    if not isinstance(spec, Mapping) or not spec.get("columns") or not spec.get("rows_from"):
        return [_("%(where)s：清单缺少 columns 或 rows_from") % {"where": where}]
    faults = _unknown(spec, _LIST, where)
    keys = [column.get("key") for column in spec["columns"]]
    for number, column in enumerate(spec["columns"], 1):
        place_name = _("%(where)s第 %(number)s 列") % {"where": where, "number": number}
        faults += _unknown(column, _COLUMN, place_name)
        if not column.get("key") or not column.get("width_mm"):
            faults.append(_("%(where)s：缺少 key 或 width_mm") % {"where": place_name})
        if column.get("align", "left") not in {"left", "center", "right"} or column.get("kind", "text") not in _KINDS:
            faults.append(_("%(where)s：align 或 kind 不对") % {"where": place_name})
    if len(set(keys)) != len(keys):
        faults.append(_("%(where)s：列的 key 有重复") % {"where": where})
    if spec.get("heads"):
        faults += _rows_faults(spec["heads"], len(keys), _("%(where)s表头") % {"where": where})
    return faults


def _paragraph_faults(specs: Any, where: str) -> list[str]:
    if not isinstance(specs, list):
        return [_("%(where)s：paragraphs 应为列表") % {"where": where}]
    faults = []
    for number, spec in enumerate(specs, 1):
        if not isinstance(spec, Mapping):
            continue
        faults += _unknown(spec, {"text", "style"}, _("%(where)s第 %(number)s 段") % {"where": where, "number": number})
        if spec.get("style", "body") not in STYLES:
            faults.append(_("%(where)s第 %(number)s 段：没有“%(style)s”这种样式") % {"where": where, "number": number, "style": spec["style"]})
    return faults


def _block_faults(spec: Any, where: str) -> list[str]:
    if not isinstance(spec, Mapping):
        return [_("%(where)s：应为一个映射") % {"where": where}]
    bodies = [key for key in _BODIES if key in spec]
    if len(bodies) != 1:
        return [_("%(where)s：应恰有 %(names)s 中的一个") % {"where": where, "names": "、".join(_BODIES)}]
    faults = _unknown(spec, (*_BODIES, "gap_mm"), where)
    checks = {"table": _table_faults, "list": _list_faults, "paragraphs": _paragraph_faults}
    check = checks.get(bodies[0])
    return faults + (check(spec[bodies[0]], where) if check else [])


def check_layout(layout: Mapping[str, Any]) -> list[str]:
    """Return the faults of a layout in Chinese, each with its place; empty when it can be printed."""
    if not isinstance(layout, Mapping):
        return [_("版式应为一个映射")]
    faults = _unknown(layout, _TOP, _("版式"))
    if not layout.get("title") or not isinstance(layout["title"], list):
        faults.append(_("版式：缺少标题 title（每行一项的列表）"))
    page = layout.get("page") or {}
    faults += _unknown(page, _PAGE, _("版式 page"))
    if page.get("orientation", "portrait") not in {"portrait", "landscape"}:
        faults.append(_("版式 page：orientation 只能是 portrait、landscape"))
    if len(page.get("margins_mm", (0, 0, 0, 0))) != 4:
        faults.append(_("版式 page：margins_mm 应为上、右、下、左四个数"))
    for key in ("head", "foot", "note", "blocks"):
        if not isinstance(layout.get(key) or [], list):
            faults.append(_("版式：%(key)s 应为列表") % {"key": key})
    if not isinstance(layout.get("blocks") or [], list):
        return faults
    for number, spec in enumerate(layout.get("blocks") or [], 1):
        faults += _block_faults(spec, _("第 %(number)s 块") % {"number": number})
    return faults

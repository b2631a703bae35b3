"""Workbooks of ours: the import template, and a list of faults."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from hengjian.base.wording import in_chinese
from hengjian.registry.exchange.columns import GUIDE_SHEET, ROSTER, TABLES, Column, TableSpec
from hengjian.registry.services.imports import model as m
from hengjian.registry.services.imports.model import ImportFault

TEMPLATE_VERSION = 1
FOR_TREE_KEEPERS = (m.REGIONS,)
FOR_REGULATORS = tuple(TABLES)
FOR_INSTITUTIONS = (ROSTER, "social_insurance", "trainings", "people", "employments", "credentials", "educations", "titles")
TEXT_KINDS = ("id", "code", "uscc", "payer", "phone", "text", "name")
DATE_KINDS = ("date", "until", "month")
ROWS = 2000


@in_chinese
def template_workbook(names: Iterable[str] = FOR_INSTITUTIONS) -> bytes:
    """The template: one sheet for each table, heads, formats, lists to choose from, and what to observe."""
    names = tuple(names)
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False})
    formats = {
        "head": book.add_format({"bold": True, "border": 1, "bg_color": "#eef2f5", "text_wrap": True, "valign": "vcenter"}),
        "must": book.add_format({"bold": True, "border": 1, "bg_color": "#dfe8ef", "text_wrap": True, "valign": "vcenter"}),
        "text": book.add_format({"num_format": "@"}), "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "plain": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    _say(book, formats, ROSTER in names)
    for name in names:
        _sheet(book, TABLES[name], formats)
    book.close()
    return held.getvalue()


def _say(book: Any, formats: dict[str, Any], has_roster: bool) -> None:
    sheet = book.add_worksheet(GUIDE_SHEET)
    sheet.set_column(0, 0, 96)
    sheet.fit_to_pages(1, 0)
    sheet.set_paper(9)
    lines = [
        _("导入模板，第%(version)d版。") % {"version": TEMPLATE_VERSION},
        _("一、只填需要导入的工作表，不用的工作表留空或删去；列的先后可以调整，表头文字请勿改动。深色表头为必填。"),
        _("二、身份证号、证书编号、统一社会信用代码各列已设为文本格式，请勿改为数字。"),
        _("三、日期写成2024-07-01的样子；缴费月份写成2024-07。"),
        _("四、空格、“-”、“无”视为没有填写，不会清除系统中已有的内容。"),
        _("五、设备类别填代码，多个代码用分号隔开，例如3000;4000。"),
        _("六、上传后先预检：逐格指出问题，不写入任何数据；没有问题并经您确认后才一次全部导入。"),
    ]
    if has_roster:
        lines.append(_("七、一般只需填“人员花名册”。同一人有两本证书的，写两行，第二行只换证书各栏。"))
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line, formats["plain"])


def _sheet(book: Any, spec: TableSpec, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet(spec.sheet)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_row(0, 32)
    printed = [one for one in spec.columns if one.kind != "ignored" or one.key == "seq"]
    for place, column in enumerate(printed):
        sheet.write_string(0, place, column.head, formats["must" if column.required else "head"])
        form = formats["text"] if column.kind in TEXT_KINDS else formats["date"] if column.kind in DATE_KINDS else None
        sheet.set_column(place, place, _width(column), form)
        choices = _choices(column)
        if choices:
            sheet.data_validation(1, place, ROWS, place, {
                "validate": "list", "source": choices, "error_title": _("请从列表中选填"),
                "error_message": "、".join(choices)[:250], "error_type": "warning",
            })


def _width(column: Column) -> int:
    return {"id": 22, "uscc": 22, "payer": 22}.get(column.kind, max(12, len(column.head) * 2 + 2))


def _choices(column: Column) -> list[str]:
    if column.kind == "bool":
        return [_("是"), _("否")]
    if column.kind == "choice":
        return [str(one.label) for one in column.choices]
    return []


def fault_list(faults: Iterable[ImportFault]) -> bytes:
    """A workbook that lists faults by table, row and column."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(_("问题清单"))
    for place, (head, width) in enumerate(((_("表"), 20), (_("行"), 8), (_("列"), 20), (_("问题及改法"), 80))):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, head)
    for number, one in enumerate(faults, 1):
        sheet.write_string(number, 0, one.sheet)
        sheet.write_number(number, 1, one.row)
        sheet.write_string(number, 2, one.head)
        sheet.write_string(number, 3, one.message)
    book.close()
    return held.getvalue()

"""The tables of a campaign that go out as plain workbooks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hengjian.base import clock
from hengjian.campaigns.models import StatReturn
from hengjian.campaigns.queries.board import STATES, Leaf, Node
from hengjian.campaigns.queries.board_page import BoardPage
from hengjian.campaigns.queries.dashboard import Chart, Dashboard
from hengjian.campaigns.queries.statistics import Cell
from hengjian.campaigns.queries.table_page import row_name

STATE_WORDS = [
    ("idle", gettext_lazy("未开始")), ("draft", gettext_lazy("填报中")), ("filed", gettext_lazy("已报送")), ("returned", gettext_lazy("已退回")),
    ("accepted", gettext_lazy("已接收")), ("overdue", gettext_lazy("逾期")), ("zero", gettext_lazy("零问题报告")),
]
WORDS = dict(STATE_WORDS)
WIDTHS = (34, 10, 8, 8, 8, 8, 8, 8, 10, 18, 14, 12, 40)


def board_workbook(page: BoardPage) -> tuple[str, bytes]:
    """The board as a workbook: every line that the filters leave, folded or not."""
    out, book = _book()
    sheet = book.add_worksheet(_("进度"))
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    heads = [_("地区与机构"), _("应报"), *(str(WORDS[s]) for s in STATES), _("零问题报告"), _("状态"), _("期限"), _("获准延期"), _("现在卡在")]
    for at, (width, head) in enumerate(zip((*WIDTHS,), heads, strict=True)):
        sheet.set_column(at, at, width)
        sheet.write(2, at, head, bold)
    sheet.write(0, 0, page.campaign.title, bold)
    said = f"{page.top.area_name}，{page.chosen.title if page.chosen else ''}，" + _("截至%(at)s") % {"at": f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"}
    sheet.write(1, 0, said)
    for number, line in enumerate([*_lines(page), _node(page.root, 0)], start=3):
        for at, value in enumerate(line):
            if hasattr(value, "isoformat"):
                sheet.write_datetime(number, at, value, day)
            elif value is not None:
                sheet.write(number, at, value)
    sheet.freeze_panes(3, 1)
    book.close()
    return f"{page.campaign.short_title}-{page.top.area_name}-{_('进度')}.xlsx", out.getvalue()


def _lines(page: BoardPage) -> list[list[Any]]:
    found = []
    for row in page.all_rows:
        if row.node is not None:
            found.append(_node(row.node, row.depth))
        elif row.leaf is not None:
            found.append(_leaf(row.leaf, row.depth))
    return found


def _node(node: Node, depth: int) -> list[Any]:
    counts = [node.counts[state] for state in STATES]
    return ["　" * depth + node.authority.area_name, node.total, *counts, node.zero_reports, "", node.due_on, "", node.waiting_for]


def _leaf(leaf: Leaf, depth: int) -> list[Any]:
    said = str(WORDS[leaf.state])
    if leaf.is_overdue:
        said = ngettext("逾期%(n)s个工作日（%(state)s）", "逾期%(n)s个工作日（%(state)s）", leaf.days_late) % {"n": leaf.days_late, "state": said}
    name = "　" * depth + leaf.submission.target.institution.name
    zero = 1 if leaf.is_zero else 0
    waiting = "，".join(filter(None, [leaf.waiting_for, leaf.waiting_note]))
    return [name, 1, *[None] * len(STATES), zero, said, leaf.submission.due_on, _("是") if leaf.has_extension else "", waiting]


def _book() -> tuple[BytesIO, Any]:
    out = BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    return out, xlsxwriter.Workbook(out, plain)


def _table(book: Any, name: str, said: Sequence[str], heads: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[int]) -> None:
    """A sheet with a bold title, what it says, and a table whose head stays in sight."""
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter"})
    sheet = book.add_worksheet(name[:31])
    for at, text in enumerate(said):
        sheet.write(at, 0, text, bold if at == 0 else None)
    right = book.add_format({"align": "right"})
    head_right = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "vcenter", "align": "right"})
    held = [list(row) for row in rows]
    figures = {column for row in held for column, value in enumerate(row) if _is_figure(value)}
    for column, (title, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write(len(said), column, title, head_right if column in figures else head)
    for at, row in enumerate(held, start=len(said) + 1):
        for column, value in enumerate(row):
            sheet.write(at, column, value, right if column in figures else None)
    sheet.freeze_panes(len(said) + 1, 0)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _is_figure(value: Any) -> bool:
    """Whether a value is a number, a share (62%) or a count of a total (13 / 16)."""
    return isinstance(value, int) or (isinstance(value, str) and value.replace("%", "").replace("/", "").replace(" ", "").isdigit())


def _now() -> str:
    return f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"


def rows_workbook(ret: StatReturn, cell: Cell) -> tuple[str, bytes]:
    """The rows behind a figure as a workbook: what is counted, by which definition, as of when."""
    out, book = _book()
    said = [cell.label, _("口径：%(said)s") % {"said": cell.definition}, _("%(office)s，截至%(at)s") % {"office": ret.authority.name, "at": _now()}]
    rows = [
        (number, row_name(row.label, names_people=cell.names_people), row.note, row.area) for number, row in enumerate(cell.rows, start=1)
    ]
    _table(book, _("明细"), said, [_("序号"), _("名称"), _("说明"), _("辖区")], rows, (6, 34, 44, 24))
    book.close()
    return f"{cell.label}-{ret.authority.area_name}.xlsx", out.getvalue()


def dashboard_workbook(board: Dashboard, charts: Iterable[Chart]) -> tuple[str, bytes]:
    """The tables of a dashboard as a workbook, one sheet each."""
    out, book = _book()
    at = f"{clock.local(board.as_of):%Y-%m-%d %H:%M}"
    for chart in charts:
        said = [f"{board.campaign.title}　{board.top.area_name}", chart.say, _("数据截至%(at)s") % {"at": at}]
        rows = [[cell.text for cell in row] for row in chart.rows]
        _table(book, chart.title, said, [str(one) for one in chart.head], rows, (26, *[14] * (len(chart.head) - 1)))
    book.close()
    return f"{board.campaign.short_title}-{board.top.area_name}-{_('分析看板')}.xlsx", out.getvalue()

"""findings.xlsx: an overview, and a sheet for each rule with its evidence in columns that a person can read.

Cells are written as text, numbers and dates, never as formulas.
"""

from __future__ import annotations

import datetime as dt
import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hengjian.screening.contract import contract
from hengjian.screening.engine.checking import EFFECTS, Fault
from hengjian.screening.engine.faults import counted
from hengjian.screening.engine.kept import findings_by_rule
from hengjian.screening.rule import FAMILIES, SUBJECTS, Rule
from hengjian.screening.wording import said

if TYPE_CHECKING:
    from hengjian.screening.engine.screen import RuleReport, Run

OVERVIEW, FAULTS_SHEET = "总览", "数据问题"
MOST_ROWS = 20_000
A4 = 9
LONGEST_CELL = 32_000
NOTICE = "线索不是结论：每一条都要由人核实，核实前不得据以处罚或评价。"
OVERVIEW_HEADS = (
    ("规则", 30),
    ("类别", 14),
    ("严重程度", 10),
    ("线索", 10),
    ("涉及对象", 10),
    ("数据不足", 10),
    ("不能用的行", 12),
    ("未运行的原因", 40),
    ("依据", 50),
)
FIXED_HEADS = (("对象", 10), ("对象编号", 24), ("机构", 22), ("时间", 18), ("说明", 70))
FAULT_HEADS = (("资源", 16), ("文件", 24), ("行", 8), ("字段", 20), ("处理", 10), ("原值", 24), ("说明和办法", 80))


def write_workbook(run: Run, faults: list[Fault], findings: Path, target: Path) -> None:
    """Write the workbook of a run."""
    book = xlsxwriter.Workbook(str(target), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True, "valign": "top"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "top": book.add_format({"valign": "top"}),
        "link": book.add_format({"font_color": "#0B5CAD", "underline": 1, "valign": "top"}),
        "grey": book.add_format({"font_color": "#6B7280", "valign": "top", "text_wrap": True}),
    }
    sheets = {one.rule.code: sheet_name(one.rule) for one in run.reports if one.findings}
    _overview(book.add_worksheet(OVERVIEW), run, sheets, styles)
    by_code = {one.rule.code: one for one in run.reports}
    for code, rows in findings_by_rule(findings):
        _rule_sheet(book.add_worksheet(sheets[code]), by_code[code], rows, styles)
    _fault_sheet(book.add_worksheet(FAULTS_SHEET), run, faults, styles)
    book.close()


def sheet_name(rule: Rule) -> str:
    """Return a name that Excel takes: 31 characters, none of its forbidden ones."""
    return re.sub(r"[\[\]:*?/\\]", "、", f"{rule.family} {rule.title}")[:31]


def _head(sheet: Worksheet, row: int, heads: tuple[tuple[str, int], ...], style: Format) -> None:
    for column, (word, _) in enumerate(heads):
        sheet.write_string(row, column, word, style)


def _widths(sheet: Worksheet, heads: tuple[tuple[str, int], ...]) -> None:
    """Set the columns, and let a printed sheet be one page wide."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    for column, (_, width) in enumerate(heads):
        sheet.set_column(column, column, width)


def _overview(sheet: Worksheet, run: Run, sheets: dict[str, str], styles: dict[str, Format]) -> None:
    _widths(sheet, OVERVIEW_HEADS)
    sheet.write_string(0, 0, "风险筛查总览", styles["title"])
    sheet.write_string(1, 0, NOTICE)
    sheet.write_string(
        2, 0, f"数据包：{run.package.path.name}　数据截止日：{run.last_day or '不明'}　引擎：{run.engine['name']} {run.engine['version']}"
    )
    sheet.write_string(3, 0, f"数据包指纹：{run.fingerprint}")
    _head(sheet, 5, OVERVIEW_HEADS, styles["head"])
    for row, one in enumerate(run.reports, start=6):
        _overview_row(sheet, row, one, sheets.get(one.rule.code), styles)
    sheet.freeze_panes(6, 1)
    sheet.autofilter(5, 0, 5 + len(run.reports), len(OVERVIEW_HEADS) - 1)


def _overview_row(sheet: Worksheet, row: int, one: RuleReport, target: str | None, styles: dict[str, Format]) -> None:
    if target:
        sheet.write_url(row, 0, f"internal:'{target}'!A1", styles["link"], one.rule.title)
    else:
        sheet.write_string(row, 0, one.rule.title, styles["top"])
    sheet.write_string(row, 1, FAMILIES[one.rule.family], styles["top"])
    sheet.write_number(row, 2, one.rule.severity, styles["top"])
    if one.not_run:
        sheet.write_string(row, 3, "未运行", styles["grey"])
    else:
        for column, number in ((3, one.findings), (4, one.subjects), (5, one.insufficient)):
            sheet.write_number(row, column, number, styles["top"])
    sheet.write_number(row, 6, sum(one.unusable.values()), styles["top"])
    sheet.write_string(row, 7, one.not_run, styles["grey"])
    sheet.write_string(row, 8, one.rule.clause, styles["wrap"])


def _rule_sheet(sheet: Worksheet, report: RuleReport, rows: Any, styles: dict[str, Format]) -> None:
    rule = report.rule
    shown = list(islice(rows, MOST_ROWS))
    names = list(dict.fromkeys(name for row in shown for name in row["evidence"] if name != "says"))
    heads = (*FIXED_HEADS, *((rule.labels.get(name, name), 22) for name in names))
    _widths(sheet, heads)
    sheet.write_url(0, 0, f"internal:'{OVERVIEW}'!A1", styles["link"], "← 总览")
    sheet.write_string(0, 1, rule.title, styles["title"])
    sheet.write_string(1, 0, f"依据：{rule.clause}")
    sheet.write_string(2, 0, f"怎样可以排除：{rule.clears}")
    if report.findings > len(shown):
        sheet.write_string(3, 0, f"共{report.findings}条，这里是前{len(shown)}条；全部在 findings.parquet。")
    _head(sheet, 4, heads, styles["head"])
    for at, row in enumerate(shown, start=5):
        _finding(sheet, at, row, names, rule, styles)
    sheet.freeze_panes(5, 2)
    sheet.autofilter(4, 0, 4 + len(shown), len(heads) - 1)


def _finding(sheet: Worksheet, at: int, row: dict[str, Any], names: list[str], rule: Rule, styles: dict[str, Format]) -> None:
    evidence = row["evidence"]
    occurred = said(row["occurred_at"]) if isinstance(row["occurred_at"], dt.datetime) else ""
    fixed = (SUBJECTS[row["subject_type"]], row["subject_id"], row["institution_id"] or "", occurred, evidence["says"])
    for column, text in enumerate(fixed):
        sheet.write_string(at, column, text, styles["wrap"] if column == len(fixed) - 1 else styles["top"])
    for column, name in enumerate(names, start=len(fixed)):
        value = evidence.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            sheet.write_number(at, column, value, styles["top"])
        elif value is not None:
            sheet.write_string(at, column, readable(value, rule)[:LONGEST_CELL], styles["wrap"])


def readable(value: Any, rule: Rule) -> str:
    """Return a value of evidence in full: lists line by line, fields by their Chinese labels."""
    if isinstance(value, list):
        return "\n".join(readable(one, rule) for one in value)
    if isinstance(value, dict):
        return "；".join(f"{rule.labels.get(name, name)} {said(part)}" for name, part in value.items() if part is not None)
    return said(value)


def _fault_sheet(sheet: Worksheet, run: Run, faults: list[Fault], styles: dict[str, Format]) -> None:
    _widths(sheet, FAULT_HEADS)
    sheet.write_url(0, 0, f"internal:'{OVERVIEW}'!A1", styles["link"], "← 总览")
    sheet.write_string(0, 1, "数据包里的问题", styles["title"])
    row = 1
    for resource, column, kind, effect, number in counted(run.checked):
        sheet.write_string(row, 0, f"{resource}　{column}　{kind}：{number}处，{effect}")
        row += 1
    for note in run.checked.notes:
        sheet.write_string(row, 0, note)
        row += 1
    sheet.write_string(row, 0, "每种问题列出前50处，全部在 faults.csv。")
    _head(sheet, row + 1, FAULT_HEADS, styles["head"])
    for at, fault in enumerate(faults, start=row + 2):
        _fault(sheet, at, fault, styles)


def _fault(sheet: Worksheet, at: int, fault: Fault, styles: dict[str, Format]) -> None:
    resource = contract()[fault.resource]
    title = resource[fault.field].title if fault.field else ""
    for column, text in (
        (0, resource.title),
        (1, fault.file),
        (3, title),
        (4, EFFECTS[fault.effect]),
        (5, fault.value[:1000]),
        (6, fault.message),
    ):
        sheet.write_string(at, column, text, styles["top"])
    sheet.write_number(at, 2, fault.row, styles["top"])

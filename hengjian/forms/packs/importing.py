"""A checklist drawn up in Excel becomes a pack: read the workbook, name every fault, write YAML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from hengjian.base.plain_words import gettext as _
from hengjian.dossier.intake import Refused, read_workbook
from hengjian.forms.packs.faults import Fault, PackFaults
from hengjian.forms.packs.reading import schema_faults

HEADS: Mapping[str, tuple[str, ...]] = {
    "seq": ("序号", "编号"),
    "group": ("分类", "类别", "工作分类", "一级指标"),
    "title": ("项目", "检查项目", "自查内容", "二级指标"),
    "text": ("要求", "工作要求", "检查内容", "检查要求"),
    "method": ("检查方式", "督查方式", "检查方法"),
    "points": ("分值", "分数", "满分"),
    "proof": ("证明材料", "证明材料要求"),
}
REQUIRED = ("title", "text")
ABOUT: Mapping[str, str] = {
    "代码": "code", "表名": "title", "文件名称": "doc", "文号": "number", "日期": "date", "条款": "clause",
    "发文机关": "issuer",
}
ABOUT_SHEETS = ("说明", "文件信息")
HEAD_ROWS = 20
_MARK = re.compile(r"^\s*([(（]\d+[)）]|\d+[.、．])\s*")
_BY = re.compile(r"[/、，,；;\s]+")


@dataclass
class _Line:
    row: int
    group: str
    title: str
    text: str
    method: str = ""
    proof: str = ""
    points: int | None = None


@dataclass
class _Book:
    """What is read from one workbook, and every fault met on the way."""

    file: str
    sheet: str = ""
    columns: dict[str, int] = field(default_factory=dict)
    lines: list[_Line] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def blame(self, say: str, row: int = 0, column: str = "", *, sheet: str = "") -> None:
        where = _("“%(sheet)s”表") % {"sheet": sheet or self.sheet}
        if row:
            where += _("第%(row)s行") % {"row": row}
        if column in self.columns:
            where += _("%(letter)s列（%(head)s）") % {"letter": _letter(self.columns[column]), "head": HEADS[column][0]}
        self.faults.append(Fault(self.file, where if sheet or self.sheet else "", say))


def import_xlsx(path: Path | str, *, code: str = "", title: str = "") -> str:
    """Turn a checklist in an .xlsx workbook into the YAML text of a definition, unverified.

    Columns 序号 分类 项目 要求 检查方式 分值 证明材料 in any order; 项目 and 要求 must be there; with 分值 it becomes
    a scored checklist. A sheet 说明 may give 代码, 表名, 文件名称, 发文机关, 文号, 日期, 条款 in two columns; arguments win.
    Raises PackFaults naming sheet, row and column of every fault.
    """
    path = Path(path)
    book = _Book(path.name)
    sheets = _sheets(path, book)
    _read_about(sheets, book)
    _read_lines(sheets, book)
    _stop(book)
    document = _document(book, path, code, title)
    book.faults += schema_faults(document, document["kind"], path.name)
    _stop(book)
    return _yaml(document)


def import_pack(path: Path | str, *, code: str = "", title: str = "") -> dict[str, str]:
    """Do as import_xlsx, and give the two files of a whole pack: `pack.yaml` and `checklist.yaml`.

    Put them into a folder of their own below a deployment's packs. Raises PackFaults.
    """
    text = import_xlsx(path, code=code, title=title)
    document = yaml.safe_load(text)
    source = document["source"]
    issuer = _about(Path(path)).get("issuer", "本单位")
    pack = {
        "pack": document["code"].rsplit(".", 1)[0], "version": 1, "issuer": issuer, "title": source["doc"],
        "number": source["number"], "date": source["date"], "verified": False, "notes": document["notes"],
    }
    return {"pack.yaml": _yaml(pack), "checklist.yaml": text}


def _about(path: Path) -> dict[str, str]:
    book = _Book(path.name)
    _read_about(_sheets(path, book), book)
    return book.about


def _yaml(document: dict[str, Any]) -> str:
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=1000)


def _stop(book: _Book) -> None:
    if book.faults:
        raise PackFaults(book.faults)


def _letter(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value).strip()


def _sheets(path: Path, book: _Book) -> dict[str, list[list[str]]]:
    """The sheets of the workbook, read in a process of its own."""
    try:
        tables = read_workbook(path.read_bytes())
    except Refused as refused:
        raise PackFaults([Fault(book.file, "", reason) for reason in refused.reasons]) from refused
    except OSError as error:
        raise PackFaults([Fault(book.file, "", _("不是能读取的 Excel 工作簿，请另存为 .xlsx 后再试"))]) from error
    for table in tables:
        book.faults += [Fault(book.file, _place(table.sheet, one.row, _letter(one.column - 1)), one.message) for one in table.faults]
    return {table.sheet: [[_cell(value) for value in row] for row in table.rows] for table in tables}


def _place(sheet: str, row: int, letter: str) -> str:
    return _("“%(sheet)s”表") % {"sheet": sheet} + _("第%(row)s行") % {"row": row} + _("%(letter)s列") % {"letter": letter}


def _read_about(sheets: Mapping[str, list[list[str]]], book: _Book) -> None:
    for name in ABOUT_SHEETS:
        for number, row in enumerate(sheets.get(name, []), 1):
            key = row[0].rstrip("：:") if row else ""
            if not key:
                continue
            if key not in ABOUT:
                book.blame(_("不认识的说明“%(key)s”，可写：%(names)s") % {"key": key, "names": "、".join(ABOUT)}, number, sheet=name)
            elif len(row) > 1 and row[1]:
                book.about[ABOUT[key]] = row[1]
    day = book.about.get("date")
    if day and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
        book.blame(_("日期“%(day)s”应写成 2024-07-01 的样子") % {"day": day}, sheet=next(name for name in ABOUT_SHEETS if name in sheets))


def _heads(row: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, value in enumerate(row):
        plain = re.sub(r"[\s（(].*$|\s", "", value)
        for key, names in HEADS.items():
            if plain in names and key not in found:
                found[key] = index
    return found


def _read_lines(sheets: Mapping[str, list[list[str]]], book: _Book) -> None:
    best: tuple[int, str, int, dict[str, int]] = (0, "", 0, {})
    for name, rows in sheets.items():
        if name in ABOUT_SHEETS:
            continue
        for number, row in enumerate(rows[:HEAD_ROWS], 1):
            heads = _heads(row)
            if len(heads) > best[0]:
                best = (len(heads), name, number, heads)
    _hits, book.sheet, start, book.columns = best
    missing = [HEADS[key][0] for key in REQUIRED if key not in book.columns]
    if missing:
        names = "、".join(f"“{each}”" for each in missing)
        book.blame(_("没有找到表头%(names)s，请把各栏名称写在前%(head_rows)s行中的同一行") % {"names": names, "head_rows": HEAD_ROWS})
        return
    group = title = ""
    for number, row in enumerate(sheets[book.sheet][start:], start + 1):
        value = {key: row[index] if index < len(row) else "" for key, index in book.columns.items()}
        if not any(value.values()):
            continue
        group = value.get("group") or group
        title = value["title"] or ("" if value.get("group") else title)
        _read_line(book, number, value, group, title)
    if not book.lines and not book.faults:
        book.blame(_("表头以下没有检查项"))


def _read_line(book: _Book, number: int, value: dict[str, str], group: str, title: str) -> None:
    if not value["text"]:
        book.blame(_("没有写要求"), number, "text")
    if not title:
        book.blame(_("没有写项目"), number, "title")
    if "group" in book.columns and not group:
        book.blame(_("没有写分类"), number, "group")
    line = _Line(number, group, title, value["text"], value.get("method", ""), value.get("proof", ""))
    if "points" in book.columns:
        _read_points(book, line, value["points"], value["title"])
    if value.get("seq") and not re.fullmatch(r"\d+(\.\d+)*", value["seq"]):
        book.blame(_("序号“%(seq)s”应是数字") % {"seq": value["seq"]}, number, "seq")
    book.lines.append(line)


def _read_points(book: _Book, line: _Line, written: str, fresh: str) -> None:
    if re.fullmatch(r"\d{1,4}", written):
        line.points = int(written)
    elif written:
        book.blame(_("分值“%(written)s”应是整数") % {"written": written}, line.row, "points")
    elif fresh:
        book.blame(_("没有写分值"), line.row, "points")


def _document(book: _Book, path: Path, code: str, title: str) -> dict[str, Any]:
    title = title or book.about.get("title") or path.stem
    suffix = hashlib.sha256(title.encode()).hexdigest()[:8]
    scored = "points" in book.columns
    source: dict[str, Any] = {
        "doc": book.about.get("doc") or title, "number": book.about.get("number"), "date": book.about.get("date"),
    }
    if book.about.get("clause"):
        source["clause"] = book.about["clause"]
    document: dict[str, Any] = {
        "kind": "scored_checklist" if scored else "checklist",
        "code": code or book.about.get("code") or f"local.checklist-{suffix}",
        "version": 1,
        "title": title,
        "source": source,
        "verified": False,
        "notes": [f"由工作簿“{path.name}”导入，措辞未经核对。"],
        "filled_by": ["county", "city", "province"] if scored else ["institution"],
    }
    return document | (_scored_body(book, title) if scored else _plain_body(book, title))


def _parts(text: str) -> list[dict[str, str]]:
    parts = []
    for line in filter(None, (each.strip() for each in text.splitlines())):
        found = _MARK.match(line)
        parts.append({"mark": found[1], "text": line[found.end():]} if found else {"text": line})
    return [part for part in parts if part["text"]] or [{"text": text}]


def _plain_body(book: _Book, title: str) -> dict[str, Any]:
    sections: list[dict[str, Any]] = []
    for line in book.lines:
        if not sections or sections[-1].get("title", "") != line.group:
            titled = {"title": line.group} if line.group else {}
            sections.append({"key": str(len(sections) + 1), **titled, "topics": []})
        topics = sections[-1]["topics"]
        if not topics or topics[-1]["title"] != line.title:
            topics.append({"key": f"{sections[-1]['key']}.{len(topics) + 1}", "title": line.title, "items": []})
        items = topics[-1]["items"]
        for part in _parts(line.text):
            item: dict[str, Any] = {"key": f"{topics[-1]['key']}.{len(items) + 1}", **part}
            if line.method:
                item["method"] = line.method
            if line.proof:
                item |= {"evidence": 1, "proof": line.proof}
            items.append(item)
    widths = {"no": 12, "method": 78, "answer": 18, "problem": 34, "correction": 34}
    heads = ["序号", "检查内容", "自查结果", "发现的问题", "整改情况"]
    return {
        "columns": heads, "own_words": True, "head": [_UNIT], "answers": ["是", "否", "不适用"], "na": "不适用",
        "problem_when": "否", "sections": sections, "foot": _FOOT, "layout": _layout(title, heads, widths),
    }


def _scored_body(book: _Book, title: str) -> dict[str, Any]:
    groups: dict[str, dict[str, Any]] = {}
    items: list[dict[str, Any]] = []
    for line in book.lines:
        name = line.group or title
        group = groups.setdefault(name, {"key": f"g{len(groups) + 1}", "category": name, "title": name, "points": 0})
        last = items[-1] if items else {}
        if (last.get("group"), last.get("title")) != (group["key"], line.title) or line.points is not None:
            method = "/".join(filter(None, _BY.split(line.method))) or "资料"
            last = {"n": len(items) + 1, "group": group["key"], "title": line.title, "method": method,
                    "by": method.split("/"), "points": line.points or 0, "requirements": []}
            if line.proof:
                last |= {"evidence": 1, "proof": line.proof}
            items.append(last)
            group["points"] += last["points"]
        for part in _parts(line.text):
            last["requirements"].append({"key": f"{last['n']}.{len(last['requirements']) + 1}", **part})
    for group in groups.values():
        group["printed"] = f"{group['title']}({group['points']})"
    widths = {"no": 10, "category": 18, "group": 24, "indicator": 24, "requirements": 100, "method": 16, "score": 14,
              "findings": 26, "remarks": 20}
    heads = ["序号", "分类", "分类及分值", "项目", "要求", "检查方式", "评分", "问题记录", "备注"]
    return {
        "columns": heads, "own_words": True, "head": [_UNIT], "groups": list(groups.values()), "items": items,
        "scoring": {"total": sum(each["points"] for each in groups.values()), "bonus": 0, "of": "item"}, "foot": _FOOT,
        "layout": {"page": {"orientation": "landscape"}, **_layout(title, heads, widths)},
    }


_UNIT = {
    "key": "unit_name", "label": "单位名称（盖章）", "type": "text", "seal": True, "from": {"registry": "institution_name"},
}
_FOOT = [
    {"key": "filler_name", "label": "填表人姓名", "type": "text", "from": {"account": "name"}},
    {"key": "filler_phone", "label": "联系电话", "type": "text", "personal": True, "from": {"account": "phone"}},
    {"key": "filled_on", "label": "填报日期", "type": "date"},
]


def _layout(title: str, heads: list[str], widths: Mapping[str, int]) -> dict[str, Any]:
    columns = [
        {"key": key, "title": head, "width_mm": width} for (key, width), head in zip(widths.items(), heads, strict=True)
    ]
    return {
        "title": [title],
        "head": [["单位名称（盖章）：{unit_name}"]],
        "blocks": [{"list": {"rows_from": "items", "columns": columns}}],
        "foot": [["填表人姓名：{filler_name}", "联系电话：{filler_phone}", "填报日期：{filled_on}"]],
    }

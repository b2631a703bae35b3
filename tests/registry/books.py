"""Workbooks and packages that tests hand in."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import date
from typing import Any

import xlsxwriter

from hengjian.registry.identifiers import fake_phone, fake_resident_id

ROSTER_HEADS = (
    "序号", "姓名", "身份证号", "岗位", "是否全职", "入职日期", "执业公示日期", "证书编号", "级别", "适用设备类别", "发证日期",
    "有效日期", "学历", "毕业院校", "毕业证书编号", "学历核验方式", "学历核验结果", "职称", "职称证书编号", "职称核验方式",
    "职称核验结果", "手机号",
)
SURNAMES, GIVEN = "沈许周方陆唐罗江白温秦裴姚郑", "砚秋若谷以宁念之青禾既白知微照野景行如晦观止长庚听澜怀瑾"


def workbook(**sheets: list[tuple[Any, ...]]) -> bytes:
    """A workbook of these sheets, the first row of each its head."""
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(at, place, cell, day)
                elif isinstance(cell, (int, float)):
                    sheet.write_number(at, place, cell)
                elif cell is not None:
                    sheet.write_string(at, place, cell)
    book.close()
    return held.getvalue()


def roster_line(number: int, rng: random.Random, **changes: Any) -> tuple[Any, ...]:
    """One line of a flat roster, all in order; ``changes`` by Chinese head."""
    born = date(1980 + number % 15, 1 + number % 12, 1 + number % 28)
    name = rng.choice(SURNAMES) + GIVEN[number % 12 * 2] + GIVEN[number % 13 * 2 + 1]
    line = dict(zip(ROSTER_HEADS, (
        number, name, fake_resident_id(rng, born=born, male=bool(number % 2)), "检验检测人员", "是",
        date(2020, 3, 1), date(2020, 4, 1), f"TS99{number:06d}", "检验员", "3000;4000", date(2022, 1, 1), date(2026, 12, 31),
        "本科", "澜川工学院", f"10001{number:08d}", "学信网查询", "属实", "工程师" if number % 3 else None,
        f"ZC{number:05d}" if number % 3 else None, "职称评审表" if number % 3 else None, "属实" if number % 3 else None,
        fake_phone(rng),
    ), strict=True))
    line.update(changes)
    return tuple(line[head] for head in ROSTER_HEADS)


def roster(count: int, *, seed: int = 3, faults: dict[int, dict[str, Any]] | None = None) -> bytes:
    """A flat roster of ``count`` people; ``faults`` are changes to lines, by number."""
    rng = random.Random(seed)
    lines = [roster_line(number, rng, **(faults or {}).get(number, {})) for number in range(1, count + 1)]
    return workbook(人员花名册=[ROSTER_HEADS, *lines])


def package(**tables: list[tuple[Any, ...]]) -> bytes:
    """A package of the exchange contract as zip of CSV files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, rows in tables.items():
            text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
            archive.writestr(f"{name}.csv", text)
    return held.getvalue()

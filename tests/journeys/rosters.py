"""The workbook that an institution has: 200 people and who paid their insurance; and the same with seven faults in it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import openpyxl

from hengjian.registry.identifiers import fake_phone, fake_resident_id, fake_uscc

ROSTER, INSURANCE = "人员花名册", "社保"
HEADS = (
    "序号", "姓名", "身份证号", "岗位", "是否全职", "入职日期", "执业公示日期", "证书编号", "级别", "适用设备类别", "发证日期", "有效日期", "学历", "毕业院校",
    "毕业证书编号", "学历核验方式", "学历核验结果", "职称", "职称证书编号", "职称核验方式", "职称核验结果", "手机号",
)
INSURANCE_HEADS = ("身份证号", "缴费月份", "缴费单位", "缴费单位名称")
FOUNDED = date(2023, 12, 1)
MONTHS = [FOUNDED, *(date(2024, month, 1) for month in range(1, 6))]
"""The months from the founding of the institution to the last whole month before the campaign is launched on 11 June 2024."""

SURNAMES = "沈许周方陆唐罗江白温秦裴姚郑"
GIVEN = ("砚秋", "若谷", "以宁", "念之", "青禾", "既白", "知微", "照野", "景行", "如晦", "观止", "长庚", "听澜", "怀瑾")
NEWCOMERS = ("左安澜", "左思齐", "左望舒", "左闻笙")
"""Joined in June: nobody has paid for them yet, so the system proposes nothing."""

PRACTICE, EDUCATION, TITLE = "白砚秋", "方若谷", "江以宁"
"""Insured elsewhere all the time; a diploma that does not match; a title that was not found."""

TOLD = {
    (PRACTICE, "real_practice"): "2023年12月起社保由其他单位缴纳",
    (EDUCATION, "education_genuine"): "学信网核验与毕业证书不符",
    (TITLE, "title_genuine"): "人社部门未查到该职称",
}
"""The three 否 that the institution tells, with what it writes about them."""

OTHER_PAYER = (fake_uscc(random.Random(11)), "云汀承压设备检验站")


@dataclass(frozen=True)
class Mistake:
    """A cell that is wrong at first: its line on the sheet, its column, what is written there."""

    sheet: str
    line: int
    head: str
    written: Any

    @property
    def place(self) -> tuple[str, str, str]:
        """Sheet, row and column, as the page names them: the head is in row 1."""
        return (self.sheet, str(self.line + 1), self.head)


def lines(uscc: str, institution: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The lines of both sheets, all in order."""
    rng = random.Random(2024)
    names = [*NEWCOMERS, *(a + b for b, a in product(GIVEN, SURNAMES))]
    names = [*names, *(name[0] + "又" + name[1:] for name in names[4:])][:200]
    people = [_person(number, name, rng) for number, name in enumerate(names, start=1)]
    paid = [line for person in people for line in _insurance(person, uscc, institution)]
    return people, paid


def _person(number: int, name: str, rng: random.Random) -> dict[str, Any]:
    born = date(1975 + number % 20, 1 + number % 12, 1 + number % 28)
    joined = date(2024, 6, 3) if name in NEWCOMERS else FOUNDED
    has_title = number % 3 != 0 or name == TITLE
    values = (
        number, name, fake_resident_id(rng, born=born, male=bool(number % 2)), "检验检测人员", "是", joined, joined, f"TS99{number:06d}", "检验员", "3000;4000",
        date(2022, 1, 1), date(2026, 12, 31), "本科", "澜川工学院", f"10001{number:08d}", "学信网查询", "不符" if name == EDUCATION else "属实",
        *(("工程师", f"ZC{number:05d}", "职称评审表", "未查到" if name == TITLE else "属实") if has_title else (None,) * 4), fake_phone(rng),
    )
    return dict(zip(HEADS, values, strict=True))


def _insurance(person: dict[str, Any], uscc: str, institution: str) -> list[dict[str, Any]]:
    if person["姓名"] in NEWCOMERS:
        return []
    found = []
    for month in MONTHS:
        payer = OTHER_PAYER if person["姓名"] == PRACTICE else (uscc, institution)
        found.append(dict(zip(INSURANCE_HEADS, (person["身份证号"], f"{month:%Y-%m}", *payer), strict=True)))
    return found


def mistakes(people: list[dict[str, Any]]) -> list[Mistake]:
    """Seven faults of seven kinds, as clerks make them."""
    number = str(people[1]["身份证号"])
    return [
        Mistake(ROSTER, 2, "身份证号", number[:17] + ("0" if number[17] != "0" else "1")),  # one digit mistyped
        Mistake(ROSTER, 37, "级别", "特级"),  # no such grade
        Mistake(ROSTER, 58, "入职日期", "2019年春"),  # no date
        Mistake(ROSTER, 91, "有效日期", date(2021, 1, 1)),  # ends before it begins
        Mistake(ROSTER, 123, "手机号", "12"),  # too short
        Mistake(ROSTER, 166, "学历核验结果", None),  # a method without its result
        Mistake(INSURANCE, 300, "缴费月份", "2024年13月"),  # no such month
    ]


def write(path: Path, people: list[dict[str, Any]], paid: list[dict[str, Any]], wrong: list[Mistake] | None = None) -> Path:
    """Write the workbook, with the mistakes if there are any."""
    book = openpyxl.Workbook()
    sheets = {ROSTER: book.active, INSURANCE: book.create_sheet(INSURANCE)}
    sheets[ROSTER].title = ROSTER
    for name, heads, held in ((ROSTER, HEADS, people), (INSURANCE, INSURANCE_HEADS, paid)):
        sheets[name].append(heads)
        for line in held:
            sheets[name].append([line[head] for head in heads])
    for one in wrong or []:
        heads = HEADS if one.sheet == ROSTER else INSURANCE_HEADS
        sheets[one.sheet].cell(one.line + 1, heads.index(one.head) + 1).value = one.written
    book.save(path)
    return path


def red_cells(path: Path) -> set[tuple[str, str, str]]:
    """Sheet, row and column of each cell of the marked workbook that is filled red and says in a comment what is wrong."""
    book, found = openpyxl.load_workbook(path), set()
    for name in (ROSTER, INSURANCE):
        heads = [cell.value for cell in book[name][1]]
        for row in book[name].iter_rows(min_row=2):
            found |= {(name, str(cell.row), heads[cell.column - 1]) for cell in row if cell.comment and cell.fill.fill_type == "solid"}
    return found

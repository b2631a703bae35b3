"""A package is read as offices write it, and every fault is told by file, row, field and remedy."""

from __future__ import annotations

import csv
import datetime as dt
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from hengjian.screening.catalogue import chosen
from hengjian.screening.engine.checking import Checker
from hengjian.screening.engine.duck import DuckEngine
from hengjian.screening.engine.package import UnusablePackage, open_package
from hengjian.screening.engine.reading import Reader, stage_all
from hengjian.screening.engine.screen import Order, screen

PAID = "person_id,month,payer_id\na,2025-01-01,x\na,2025-01-01,y\na,2025-02-01,x\na,2025-02-01,y\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "package"
    made.mkdir()
    return made


def rows(folder: Path, resource: str, tmp_path: Path) -> list[tuple[Any, ...]]:
    """Return the good rows of a resource as the engine reads them."""
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    duck = DuckEngine(work)
    staged = stage_all(Reader(duck.database, work), open_package(folder, work))
    Checker(duck.database, staged).check()
    found = duck.database.execute(f'SELECT * FROM "{resource}"').fetchall()
    duck.close()
    return found


def faults(folder: Path, tmp_path: Path) -> list[dict[str, str]]:
    """Screen with one rule and return what faults.csv says."""
    screen(Order(folder, chosen(("multi_payer",))), tmp_path / "out")
    with (tmp_path / "out" / "faults.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_of_offices(folder: Path, tmp_path: Path, encoding: str):
    (folder / "人员.csv").write_text("人员标识,姓名,出生日期\na,张三,1980年1月2日\n", encoding=encoding)
    assert rows(folder, "people", tmp_path) == [("a", "张三", dt.date(1980, 1, 2))]


def test_dates_times_numbers_and_yes_are_read_as_people_write_them(folder: Path, tmp_path: Path):
    (folder / "visits.csv").write_text(
        'visit_id,arrived_at,left_at,latitude\n1,2025/3/5 8:05,2025-03-05T10:00:00Z,30.5\n2,2025-03-05T08:05:00+08:00,2025-03-05,"1,030"\n'
    )
    read = rows(folder, "visits", tmp_path)
    assert [row[3] for row in read] == [dt.datetime(2025, 3, 5, 8, 5)] * 2
    assert [row[4] for row in read] == [dt.datetime(2025, 3, 5, 18), dt.datetime(2025, 3, 5)]
    assert [row[5] for row in read] == [30.5, 1030.0]


def test_parquet_may_be_a_folder_of_parts_with_types_of_its_own(folder: Path, tmp_path: Path):
    parts = folder / "social_insurance"
    parts.mkdir()
    month = pa.array([dt.datetime(2025, 1, 1)], pa.timestamp("us"))
    pq.write_table(pa.table({"person_id": [17], "month": month, "payer_id": ["x"]}), parts / "part-0.parquet")
    pq.write_table(pa.table({"person_id": ["b"], "month": ["2025-02"], "payer_id": [""]}), parts / "part-1.parquet")
    assert rows(folder, "social_insurance", tmp_path) == [("17", dt.date(2025, 1, 1), "x")]
    told = faults(folder, tmp_path)
    assert [(one["文件"], one["行"], one["问题"]) for one in told] == [("part-1.parquet", "1", "必填为空")]


def test_a_workbook_may_hold_a_sheet_for_each_resource(folder: Path, tmp_path: Path):
    book = xlsxwriter.Workbook(str(folder / "导出.xlsx"))
    sheet = book.add_worksheet("人员")
    for at, row in enumerate((["导出说明"], ["人员标识", "姓名", "出生日期"], ["a", "张三", "1980-01-02"])[1:]):
        sheet.write_row(at, 0, row)
    sheet.write_datetime(3, 2, dt.datetime(1981, 2, 3), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write(3, 0, 42)
    book.close()
    assert rows(folder, "people", tmp_path) == [("a", "张三", dt.date(1980, 1, 2)), ("42", None, dt.date(1981, 2, 3))]


def test_a_zip_is_a_package_and_one_that_leads_outside_is_refused(folder: Path, tmp_path: Path):
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    with zipfile.ZipFile(good, "w") as archive:
        archive.writestr("导出/social_insurance.csv", PAID)
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("../social_insurance.csv", PAID)
    assert len(rows(good, "social_insurance", tmp_path)) == 4
    with pytest.raises(UnusablePackage, match="指向包外"):
        open_package(bad, tmp_path / "other")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "没有交换约定的表"),
        ({"people.csv": "姓名\n张三\n"}, "缺少人员标识（person_id）这一列"),
        ({"people.csv": ""}, "空文件"),
        ({"people.csv": "person_id,人员标识\n1,2\n"}, "有两列都是“人员标识”"),
        ({"people.csv": "person_id\n1\n", "人员.csv": "person_id\n1\n"}, "有两份"),
        ({"people.csv": b"person_id\n\xff\xff\x00"}, "编码"),
        ({"people.parquet": b"no parquet"}, "读不出来"),
        ({"people.xlsx": b"no workbook"}, "不是能打开的 Excel"),
    ],
)
def test_a_package_that_cannot_be_used_says_why(folder: Path, tmp_path: Path, files: dict[str, str | bytes], said: str):
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(UnusablePackage, match=said):
        screen(Order(folder, chosen(("multi_payer",))), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_faulty_rows_are_set_aside_counted_and_told_by_file_row_field_and_remedy(folder: Path, tmp_path: Path):
    (folder / "social_insurance.csv").write_text(
        "person_id,month,payer_id\na,2025-01-01,x\na,2025-01-01\nb,坏,x\na,2025-01-01,x\n,2025-01-01,x\n一,2025-02-01,x,y\nc,2025-01-01,x\n"
    )
    told = {(one["行"], one["字段"], one["问题"]): one for one in faults(folder, tmp_path)}
    assert set(told) == {
        ("3", "", "列数不符"),
        ("4", "缴费月份", "类型不对"),
        ("5", "人员标识", "主键重复"),
        ("6", "人员标识", "必填为空"),
        ("7", "", "列数不符"),
    }
    assert told["4", "缴费月份", "类型不对"]["说明和办法"] == "缴费月份（month）“坏”不是日期。请写成 2026-03-05。"
    assert "与第2行重复" in told["5", "人员标识", "主键重复"]["说明和办法"]
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert (summary["package"]["rows"], summary["package"]["set_aside"]) == ({"social_insurance": 7}, {"social_insurance": 5})


def test_what_names_nothing_known_and_runs_backwards_is_kept_and_told(folder: Path, tmp_path: Path):
    (folder / "people.csv").write_text("person_id,born_on\na,1980-01-01\n110101199001011234,1990-01-01\n")
    (folder / "visits.csv").write_text("visit_id,person_id,arrived_at,left_at,latitude\nv,z,2025-01-01T09:00:00,2025-01-01T08:00:00,95\n")
    told = {(one["资源"], one["字段"], one["问题"], one["处理"]) for one in faults(folder, tmp_path)}
    assert told == {
        ("人员", "人员标识", "校验位不对", "提醒"),
        ("现场签到", "人员标识", "所指不存在", "已留用"),
        ("现场签到", "离开时间", "时间倒置", "已留用"),
        ("现场签到", "纬度", "坐标超出范围", "提醒"),
    }
    assert rows(folder, "visits", tmp_path)[0][:1] == ("v",)


def test_an_unknown_choice_is_set_aside(folder: Path, tmp_path: Path):
    (folder / "employments.csv").write_text("employment_id,person_id,post,full_time\n1,a,inspector,是\n2,a,所长,是\n3,a,,否\n")
    told = faults(folder, tmp_path)
    assert [(one["行"], one["问题"]) for one in told] == [("3", "不在可用的值里")]
    assert "只能是：inspector、technical_manager" in told[0]["说明和办法"]
    assert [row[0] for row in rows(folder, "employments", tmp_path)] == ["1", "3"]

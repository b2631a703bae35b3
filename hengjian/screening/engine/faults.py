"""faults.csv: every fault of a package, with its file, row, field and remedy."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

from hengjian.screening.contract import contract
from hengjian.screening.engine.checking import EFFECTS, Checked, Fault, say_fault
from hengjian.screening.engine.reading import Staged

HEADS = ("资源", "文件", "行", "字段", "问题", "处理", "原值", "说明和办法")
KINDS = {
    "type": "类型不对",
    "choice": "不在可用的值里",
    "pattern": "写法不对",
    "missing": "必填为空",
    "twin": "主键重复",
    "columns": "列数不符",
    "reference": "所指不存在",
    "backwards": "时间倒置",
    "digit": "校验位不对",
    "place": "坐标超出范围",
    "hash": "哈希写法不对",
}
SHOWN_OF_A_KIND = 50
# A cell that begins so is a formula to Excel.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_faults(database: duckdb.DuckDBPyConnection, staged: dict[str, Staged], target: Path) -> list[Fault]:
    """Write all faults; return the first fifty of each kind in each field, for the other documents."""
    shown: list[Fault] = []
    seen: dict[tuple[str, str, str], int] = {}
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADS)
        for name in contract():
            asked = database.execute("SELECT * FROM faults WHERE resource = ? ORDER BY field, kind, row_id", [name])
            while rows := asked.fetchmany(10_000):
                for row in rows:
                    fault = say_fault(staged[name], *row[1:])
                    writer.writerow(_cells(fault, staged[name]))
                    mark = (fault.resource, fault.field, fault.kind)
                    seen[mark] = seen.get(mark, 0) + 1
                    if seen[mark] <= SHOWN_OF_A_KIND:
                        shown.append(fault)
    return shown


def _cells(fault: Fault, staged: Staged) -> tuple[str, ...]:
    title = staged.resource[fault.field].title if fault.field else ""
    words = (staged.resource.title, fault.file, str(fault.row), title, KINDS[fault.kind], EFFECTS[fault.effect], fault.value, fault.message)
    return tuple(f"'{word}" if word.startswith(FORMULA_STARTS) else word for word in words)


def counted(checked: Checked) -> list[tuple[str, str, str, str, int]]:
    """Return how many faults there are: resource, field, kind and effect in Chinese, and the number."""
    told = []
    for (name, column, kind, effect), number in checked.counts.items():
        resource = contract()[name]
        told.append((resource.title, resource[column].title if column else "", KINDS[kind], EFFECTS[effect], number))
    return told

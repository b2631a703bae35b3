"""The commands about packs: a checklist drawn up in Excel becomes a pack that is checked, listed and shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.conf import settings
from typer import Exit

from hengjian.cli import packs

LINES = [
    ("序号", "分类", "项目", "要求", "检查方式", "分值", "证明材料"),
    ("1", "资源", "人员", "(1)人数符合要求；\n(2)[全部]持证。", "资料", "6", ""), ("2", "资源", "设备", "有台账。", "现场", "4", "台账照片"),
]
ABOUT = [("代码", "local.2024-check.a"), ("表名", "年度检查表"), ("文件名称", "关于年度检查的通知"), ("发文机关", "某某局"), ("日期", "2024-03-01")]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = xlsxwriter.Workbook(str(tmp_path / "检查表.xlsx"))
    for name, rows in (("检查表", LINES), ("说明", ABOUT)):
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for place, text in enumerate(row):
                sheet.write_string(at, place, text)
    book.close()
    return tmp_path / "检查表.xlsx"


def test_a_checklist_becomes_a_pack_that_can_be_used(workbook: Path, tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    folder = tmp_path / "own" / "2024-check"
    packs.import_workbook(workbook, folder, None)
    assert sorted(path.name for path in folder.iterdir()) == ["pack.yaml", "检查表.yaml"]
    packs.check([folder.parent])
    monkeypatch.setattr(settings, "PACK_DIRS", [folder.parent])
    packs.show("local.2024-check.a")
    packs.show("local.2024-check")
    said = capsys.readouterr().out
    assert "全部正确" in said
    assert "满分10分" in said
    assert "(2)[全部]持证。" in said
    assert "年度检查表，评分表，第1版（措辞未核对）" in "".join(said.split())


def test_nothing_is_written_over_and_a_second_list_joins_the_pack(workbook: Path, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    packs.import_workbook(workbook, folder, None)
    with pytest.raises(Exit):
        packs.import_workbook(workbook, folder, None)
    about = (folder / "pack.yaml").read_text()
    workbook.rename(tmp_path / "第二张.xlsx")
    packs.import_workbook(tmp_path / "第二张.xlsx", folder, "local.2024-check.b")
    assert (folder / "pack.yaml").read_text() == about
    packs.check([folder])

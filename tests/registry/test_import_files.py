"""Files of an import: faults in the order of the file, our template and our marks, what is kept and for how long."""

from __future__ import annotations

import io
import os
import random
import time
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from hengjian.base.states import WrongState
from hengjian.parties.models import Account
from hengjian.registry import exchange, jobs
from hengjian.registry.exchange.importing import faults_of
from hengjian.registry.identifiers import fake_resident_id
from tests import factories
from tests.factories import World
from tests.registry.books import ROSTER_HEADS, roster, roster_line, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock: Any) -> World:
    return factories.world()


def clerk_of(world: World) -> Any:
    return world.clerk(world.institutions[0])


def test_faults_of_all_kinds_come_by_sheet_row_and_column(world: World) -> None:
    rng = random.Random(4)
    stranger = fake_resident_id(rng, born=date(1991, 1, 1), male=False)
    lines = [roster_line(n, rng) for n in range(1, 5)]
    lines[2] = roster_line(3, rng, 身份证号="430102199003071230", 级别="特级", 手机号="12")  # of cells and of the register
    lines[0] = roster_line(1, rng, 姓名=lines[3][1], 身份证号=lines[3][2])
    months = [("身份证号", "缴费月份", "缴费单位"), (stranger, "2024-13", "91"), (stranger, "2024-01", lines[3][2])]
    run = exchange.check_file(
        actor=clerk_of(world), file_name="名册.xlsx", data=workbook(社保=months, 人员花名册=[ROSTER_HEADS, *lines])
    )
    found = [(one.sheet, one.row, one.column) for one in faults_of(run)]
    assert len({sheet for sheet, _row, _column in found}) == 2
    assert found == sorted(found, key=lambda one: (one[0] != "社保", one[1], one[2]))
    assert [one.letter for one in faults_of(run) if one.sheet == "社保"][:2] == ["B", "C"]


def test_our_own_template_and_our_own_marks_raise_no_question(world: World) -> None:
    for names in (exchange.FOR_INSTITUTIONS, exchange.FOR_REGULATORS):
        with translation.override("en"):
            data = exchange.template_workbook(names)
        book = openpyxl.load_workbook(io.BytesIO(data))
        assert book.sheetnames[0] == "填写说明"
        if names is exchange.FOR_INSTITUTIONS:
            for place, cell in enumerate(roster_line(1, random.Random(6)), 1):
                book["人员花名册"].cell(2, place, cell)
            held = io.BytesIO()
            book.save(held)
            run = exchange.check_file(actor=clerk_of(world), file_name="模板.xlsx", data=held.getvalue())
            assert (run.state, faults_of(run), run.counts["people"]["new"]) == ("checked", [], 1)


def test_choices_offered_by_the_template_are_understood(world: World) -> None:
    with translation.override("en"):
        book = openpyxl.load_workbook(io.BytesIO(exchange.template_workbook()))
    offered = {str(one.sqref): one.formula1.strip('"').split(",") for one in book["人员花名册"].data_validations.dataValidation}
    assert ["是", "否"] in offered.values()
    assert any("检验检测人员" in choices for choices in offered.values())


def test_a_warning_is_not_marked_in_red(world: World) -> None:
    book = workbook(人员花名册=[(*ROSTER_HEADS, "爱好"), (*roster_line(1, random.Random(2), 级别="特级"), "书法")])
    run = exchange.check_file(actor=clerk_of(world), file_name="名册.xlsx", data=book)
    assert any(one.is_warning for one in faults_of(run))
    sheet = openpyxl.load_workbook(io.BytesIO(exchange.marked_workbook(run)[1]))["人员花名册"]
    assert [cell.value for row in sheet.iter_rows() for cell in row if cell.comment] == ["特级"]


def test_a_mended_workbook_is_taken_with_the_sheet_of_faults_in_it(world: World) -> None:
    run = exchange.check_file(actor=clerk_of(world), file_name="名册.xlsx", data=roster(3, faults={2: {"级别": "特级"}}))
    book = openpyxl.load_workbook(io.BytesIO(exchange.marked_workbook(run)[1]))
    book["人员花名册"].cell(3, ROSTER_HEADS.index("级别") + 1).value = "检验师"
    held = io.BytesIO()
    book.save(held)
    again = exchange.check_file(actor=clerk_of(world), file_name="名册.xlsx", data=held.getvalue())
    assert (again.state, faults_of(again)) == ("checked", [])


def test_a_file_is_kept_for_a_week_and_its_run_says_so_afterwards(world: World, client: Any) -> None:
    actor = clerk_of(world)
    run = exchange.check_file(actor=actor, file_name="名册.xlsx", data=roster(2))
    kept = Path(settings.VAR_DIR) / "imports" / run.sha256
    jobs.forget_uploads()
    assert kept.exists()
    week_ago = time.time() - 8 * 86400
    os.utime(kept, (week_ago, week_ago))
    jobs.forget_uploads()
    assert not kept.exists()
    with pytest.raises(WrongState, match="只保存7天"):
        exchange.confirm_run(run, actor=actor, sha256=run.sha256)
    client.force_login(Account.objects.get(pk=actor.id))
    assert "上传的文件只保存7天，现已清除" in client.get(reverse("registry:import_run", args=[run.pk])).content.decode()

"""What people really hand in: odd cells, odd files; never a crash, never half a file, always words."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest

from hengjian.base.errors import BadInput
from hengjian.registry import exchange
from hengjian.registry.exchange.cells import CellRefused, typed
from hengjian.registry.exchange.columns import TABLES
from hengjian.registry.exchange.importing import faults_of
from hengjian.registry.models import Person
from tests import factories
from tests.factories import World, all_of
from tests.registry.books import package, workbook

pytestmark = pytest.mark.django_db
GOOD = "11010519491231002X"


@pytest.fixture
def world(clock: Any) -> World:
    return factories.world()


def column(table: str, key: str) -> Any:
    return TABLES[table].column(key)


@pytest.mark.parametrize(("given", "day"), [
    ("2024-07-01", date(2024, 7, 1)), ("2024.7.1", date(2024, 7, 1)), ("2024/07/01", date(2024, 7, 1)),
    ("２０２４年７月１日", date(2024, 7, 1)), ("20240701", date(2024, 7, 1)), (20240701, date(2024, 7, 1)),
    (date(2024, 7, 1), date(2024, 7, 1)), ("2024-07-01 00:00:00", date(2024, 7, 1)),
])
def test_dates_are_read_as_written(clock: Any, given: Any, day: date) -> None:
    assert typed(column("employments", "started_on"), given) == day


@pytest.mark.parametrize("given", ["2024年7月", "2024-13-45", "1900-02-28", 60, 45500, "去年", "2099-01-01", "07/01/24", True])
def test_doubtful_dates_are_refused(clock: Any, given: Any) -> None:
    with pytest.raises(CellRefused):
        typed(column("employments", "started_on"), given)


@pytest.mark.parametrize(("given", "said"), [("是", True), (" √ ", True), ("Y", True), ("否", False), ("×", False), (0, False)])
def test_yes_and_no_in_many_hands(given: Any, said: bool) -> None:
    assert typed(column("employments", "full_time"), given) is said


@pytest.mark.parametrize(("key", "given"), [
    ("full_time", "也许"), ("post", "站长"), ("duties", "长" * 201), ("duties", "坏\x00字"), ("person_id", 11010519491231002),
])
def test_what_cannot_be_meant_is_refused(key: str, given: Any) -> None:
    with pytest.raises(CellRefused):
        typed(column("employments", key), given)


def test_text_that_looks_like_a_formula_stays_text(world: World) -> None:
    assert typed(column("educations", "school"), "=1+1") == "=1+1"
    actor = factories.SYSTEM
    data = package(people=[("person_id", "name"), (GOOD, "沈砚秋")], educations=[
        ("person_id", "degree", "school"), (GOOD, "bachelor", "=cmd()"),
    ])
    run = exchange.check_file(actor=actor, file_name="包.zip", data=data)
    exchange.confirm_run(run, actor=actor, sha256=run.sha256)
    out = zipfile.ZipFile(io.BytesIO(exchange.export_package(actor.scope))).read("educations.csv").decode()
    assert ",'=cmd()," in out


@pytest.mark.parametrize("number", ["１１０１０５１９４９１２３１００２ｘ", " 110105 19491231 002x ", "11010519491231002\u200bX"])
def test_full_width_and_invisible_signs_are_taken_away(world: World, number: str) -> None:
    data = workbook(人员花名册=[("姓名", "身份证号", "岗位", "入职日期"), ("沈 砚秋", number, "其他", "2024-01-01")])
    actor = world.clerk(world.institutions[0])
    run = exchange.check_file(actor=actor, file_name="名册.xlsx", data=data)
    exchange.confirm_run(run, actor=actor, sha256=run.sha256)
    person = all_of(Person).get()
    assert (person.id_number.reveal(), person.name) == (GOOD, "沈砚秋")


@pytest.mark.parametrize("number", ["110105491231002", "110105194912310021", "11010519491331002X", "11010529491231002X"])
def test_impossible_identity_numbers_are_refused(world: World, number: str) -> None:
    data = workbook(人员花名册=[("姓名", "身份证号", "岗位", "入职日期"), ("沈砚秋", number, "其他", "2024-01-01")])
    run = exchange.check_file(actor=world.clerk(world.institutions[0]), file_name="名册.xlsx", data=data)
    assert [(one.row, one.head) for one in faults_of(run)] == [(2, "身份证号")]


def test_a_missing_or_doubled_head_stops_the_sheet(world: World) -> None:
    actor = world.clerk(world.institutions[0])
    data = workbook(人员花名册=[("姓名", "身份证号", "姓名"), ("沈砚秋", GOOD, "沈砚秋")])
    said = [one.message for one in faults_of(exchange.check_file(actor=actor, file_name="名册.xlsx", data=data))]
    assert len(said) == 3
    assert any("岗位" in one for one in said)
    assert any("两次" in one for one in said)


def test_unknown_columns_and_sheets_are_told_but_do_not_stop(world: World) -> None:
    rows = [("姓名", "身份证号", "岗位", "入职日期", "星座"), ("沈砚秋", GOOD, "其他", "2024-01-01", "摩羯")]
    data = workbook(人员花名册=rows, 备忘=[("随手", "记的"), ("一", "二")])
    run = exchange.check_file(actor=world.clerk(world.institutions[0]), file_name="名册.xlsx", data=data)
    assert run.state == "checked"
    assert [one.is_warning for one in faults_of(run)] == [True, True]


def test_a_csv_of_a_spreadsheet_in_gb18030_is_read(world: World) -> None:
    text = f"姓名,身份证号,岗位,入职日期\n沈砚秋,{GOOD},其他,2024-01-01\n许若谷,11010519491231002,其他,2024-01-01\n"
    actor = world.clerk(world.institutions[0])
    run = exchange.check_file(actor=actor, file_name="名册.csv", data=text.encode("gb18030"))
    assert [(one.row, one.head) for one in faults_of(run)] == [(3, "身份证号")]
    assert exchange.marked_workbook(run)[1].startswith(b"PK")


@pytest.mark.parametrize("data", [b"PAR1garbage", b"PK\x03\x04" + b"x" * 200, b"\xff\xfe\x00bad", b"<html>"])
def test_broken_files_are_refused_in_words(world: World, data: bytes) -> None:
    for name in ("people.parquet", "名册.xlsx", "people.csv"):
        with pytest.raises(BadInput):
            exchange.check_file(actor=world.clerk(world.institutions[0]), file_name=name, data=data)


def test_dates_that_would_turn_a_held_row_around_are_refused(world: World) -> None:
    person = factories.person("沈砚秋", world.institutions[0])
    rows = [("身份证号", "岗位", "入职日期", "离职日期"), (person.id_number.reveal(), "检验检测人员", None, "2019-01-01")]
    run = exchange.check_file(actor=world.clerk(world.institutions[0]), file_name="离职.xlsx", data=workbook(聘用=rows))
    assert [(one.row, one.head) for one in faults_of(run)] == [(2, "离职日期")]

"""Importing: dry run, faults by cell, confirmation bound to the bytes, all or nothing, idempotent."""

from __future__ import annotations

import random
import re
from datetime import date
from typing import Any

import openpyxl
import pytest

from hengjian.base.errors import BadInput, NotAllowed
from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.models import LedgerEntry
from hengjian.base.scope import EVERYTHING
from hengjian.base.states import WrongState
from hengjian.registry import exchange, services
from hengjian.registry.exchange.importing import faults_of
from hengjian.registry.identifiers import fake_resident_id
from hengjian.registry.models import (
    Credential,
    Education,
    Employment,
    ImportRun,
    InsuranceMonth,
    Person,
    Title,
    Training,
    Verification,
)
from tests import factories
from tests.factories import World, all_of
from tests.registry.books import ROSTER_HEADS, package, roster, roster_line, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock: Any) -> World:
    return factories.world()


def clerk_of(world: World) -> Any:
    return world.clerk(world.institutions[0])


def places(run: ImportRun) -> list[tuple[str, int, str]]:
    return [(one.sheet, one.row, one.head) for one in faults_of(run) if not one.is_warning]


def test_a_dry_run_writes_no_row_of_the_file(world: World) -> None:
    run = exchange.check_file(actor=clerk_of(world), file_name="名册.xlsx", data=roster(5))
    assert run.state == "checked"
    assert run.counts["people"] == {"new": 5, "changed": 0, "unchanged": 0}
    assert not all_of(Person).exists()


def test_a_confirmed_roster_is_imported_whole(world: World) -> None:
    actor = clerk_of(world)
    run = exchange.check_file(actor=actor, file_name="名册.xlsx", data=roster(6))
    done = exchange.confirm_run(run, actor=actor, sha256=run.sha256)
    assert done.state == "imported"
    assert all_of(Person).count() == all_of(Employment).count() == all_of(Credential).count() == 6
    assert all_of(Education).count() == 6
    assert all_of(Title).count() == 4
    assert all_of(Verification).filter(result="genuine").count() == 10
    person = all_of(Person).order_by("name")[0]
    assert "*" in str(person.id_number)
    assert person.born_on is not None
    entries = LedgerEntry.objects.filter(action="registry.import_rows").count()
    assert entries == 6 + 6 + 6 + 6 + 4 + 10


def test_each_fault_is_named_by_sheet_row_and_column(world: World) -> None:
    rng = random.Random(9)
    good = fake_resident_id(rng, born=date(1990, 1, 1), male=True)
    bad_check = good[:17] + ("0" if good[17] != "0" else "1")
    faults = {
        2: {"身份证号": bad_check}, 4: {"身份证号": None}, 6: {"入职日期": "2024年7月"}, 8: {"级别": "特级"},
        10: {"有效日期": date(2021, 1, 1)}, 12: {"手机号": "12"}, 14: {"学历核验结果": None},
    }
    run = exchange.check_file(actor=clerk_of(world), file_name="名册.xlsx", data=roster(20, faults=faults))
    assert run.state == "refused"
    assert places(run) == [
        ("人员花名册", 3, "身份证号"), ("人员花名册", 5, "身份证号"), ("人员花名册", 7, "入职日期"),
        ("人员花名册", 9, "级别"), ("人员花名册", 11, "有效日期"), ("人员花名册", 13, "手机号"),
        ("人员花名册", 15, "学历核验结果"),
    ]
    assert not all_of(Person).exists()
    with pytest.raises(WrongState):
        exchange.confirm_run(run, actor=clerk_of(world), sha256=run.sha256)


def test_faults_kept_with_a_run_hold_no_identity_number(world: World) -> None:
    run = exchange.check_file(
        actor=clerk_of(world), file_name="名册.xlsx", data=roster(3, faults={2: {"身份证号": "430102199003071230"}})
    )
    assert "430102199003071230" not in str(run.faults)


def test_an_identity_number_kept_as_a_number_is_refused_not_guessed(world: World) -> None:
    run = exchange.check_file(
        actor=clerk_of(world), file_name="名册.xlsx", data=roster(2, faults={1: {"身份证号": 430102199003071234}})
    )
    assert places(run) == [("人员花名册", 2, "身份证号")]


def test_the_marked_workbook_shows_the_faults_in_red(world: World, tmp_path: Any) -> None:
    run = exchange.check_file(
        actor=clerk_of(world), file_name="名册.xlsx", data=roster(3, faults={2: {"级别": "特级"}})
    )
    name, marked = exchange.marked_workbook(run)
    (tmp_path / "marked.xlsx").write_bytes(marked)
    book = openpyxl.load_workbook(tmp_path / "marked.xlsx")
    cell = book["人员花名册"].cell(3, ROSTER_HEADS.index("级别") + 1)
    assert cell.fill.fgColor.rgb not in ("00000000", None)
    assert "特级" in cell.comment.text
    assert name.endswith(".xlsx")


def test_the_same_file_is_imported_once(world: World) -> None:
    actor, data = clerk_of(world), roster(4)
    run = exchange.check_file(actor=actor, file_name="名册.xlsx", data=data)
    exchange.confirm_run(run, actor=actor, sha256=run.sha256)
    again = exchange.check_file(actor=actor, file_name="换个名字.xlsx", data=data)
    assert again.pk == run.pk
    assert again.state == "imported"
    exchange.confirm_run(again, actor=actor, sha256=run.sha256)
    assert all_of(Person).count() == 4


def test_unchanged_rows_are_not_touched_and_changed_ones_are(world: World) -> None:
    actor = clerk_of(world)
    run = exchange.check_file(actor=actor, file_name="一.xlsx", data=roster(4))
    exchange.confirm_run(run, actor=actor, sha256=run.sha256)
    again = exchange.check_file(actor=actor, file_name="二.xlsx", data=roster(4, faults={3: {"有效日期": date(2027, 5, 1)}}))
    assert again.counts["people"] == {"new": 0, "changed": 0, "unchanged": 4}
    assert again.counts["credentials"] == {"new": 0, "changed": 1, "unchanged": 3}
    exchange.confirm_run(again, actor=actor, sha256=again.sha256)
    assert all_of(Credential).filter(valid_until=date(2027, 5, 1)).count() == 1
    assert all_of(Credential).filter(version=2).count() == 1
    assert all_of(Employment).filter(version=1).count() == 4


def test_a_confirmation_for_other_bytes_is_refused(world: World) -> None:
    actor = clerk_of(world)
    run = exchange.check_file(actor=actor, file_name="名册.xlsx", data=roster(2))
    with pytest.raises(WrongState):
        exchange.confirm_run(run, actor=actor, sha256="0" * 64)
    assert not all_of(Person).exists()


def test_an_institution_imports_only_its_own_people(world: World) -> None:
    mine, other = world.institutions[0], world.institutions[1]
    rng = random.Random(1)
    ids = [fake_resident_id(rng, born=date(1988, 2, 2), male=True) for _ in range(2)]
    data = workbook(
        人员=[("身份证号", "姓名"), (ids[0], "沈砚秋"), (ids[1], "许若谷")],
        聘用=[("身份证号", "机构代码", "岗位", "入职日期"), (ids[0], mine.organisation.uscc, "检验检测人员", date(2021, 1, 1)),
            (ids[1], other.organisation.uscc, "检验检测人员", date(2021, 1, 1))],
    )
    run = exchange.check_file(actor=world.clerk(mine), file_name="名册.xlsx", data=data)
    assert places(run) == [("人员", 3, "身份证号"), ("聘用", 3, "机构代码")]


def test_a_person_of_another_institution_keeps_one_file(world: World) -> None:
    mine, other = world.institutions[0], world.institutions[1]
    known = factories.person("沈砚秋", other)
    number = known.id_number.reveal()
    data = roster(1, faults={1: {"身份证号": number, "姓名": "沈砚秋"}})
    run = exchange.check_file(actor=world.clerk(mine), file_name="名册.xlsx", data=data)
    exchange.confirm_run(run, actor=world.clerk(mine), sha256=run.sha256)
    assert all_of(Person).count() == 1
    assert all_of(Employment).filter(person=known).count() == 2


def test_a_number_that_stands_for_another_name_is_refused_without_telling_it(world: World) -> None:
    known = factories.person("沈砚秋", world.institutions[1])
    data = roster(1, faults={1: {"身份证号": known.id_number.reveal(), "姓名": "许若谷"}})
    run = exchange.check_file(actor=clerk_of(world), file_name="名册.xlsx", data=data)
    assert places(run) == [("人员花名册", 2, "姓名")]
    assert "沈砚秋" not in str(run.faults)


def test_a_person_twice_in_the_roster_is_a_fault_but_a_second_certificate_is_not(world: World) -> None:
    rng = random.Random(3)
    first = roster_line(1, rng)
    second = list(first)
    second[ROSTER_HEADS.index("证书编号")] = "TS-SECOND"
    second[ROSTER_HEADS.index("级别")] = "检验师"
    twice = workbook(人员花名册=[ROSTER_HEADS, first, tuple(second)])
    run = exchange.check_file(actor=clerk_of(world), file_name="名册.xlsx", data=twice)
    assert (run.state, run.counts["credentials"]["new"], run.counts["people"]["new"]) == ("checked", 2, 1)
    same = exchange.check_file(
        actor=clerk_of(world), file_name="名册.xlsx", data=workbook(人员花名册=[ROSTER_HEADS, first, first])
    )
    assert places(same) == [("人员花名册", 3, "证书编号")]


def test_heads_may_be_reordered_and_stand_below_a_title(world: World) -> None:
    rng = random.Random(3)
    line = dict(zip(ROSTER_HEADS, roster_line(1, rng), strict=True))
    heads = ("身份证号码", "姓名", "入职日期", "岗位")
    row = (line["身份证号"], line["姓名"], "2020.3.1", "技术负责人")
    data = workbook(Sheet1=[("本单位人员一览表",), heads, row])
    run = exchange.check_file(actor=clerk_of(world), file_name="名册.xlsx", data=data)
    assert run.state == "checked"
    exchange.confirm_run(run, actor=clerk_of(world), sha256=run.sha256)
    assert all_of(Employment).get().post == "technical_manager"
    assert all_of(Employment).get().started_on == date(2020, 3, 1)


def test_an_unknown_workbook_says_to_use_the_template(world: World) -> None:
    with pytest.raises(BadInput, match="模板"):
        exchange.check_file(actor=clerk_of(world), file_name="x.xlsx", data=workbook(乱=[("甲", "乙"), ("1", "2")]))


def test_those_who_may_not_import_are_refused(world: World) -> None:
    reader = factories.actor(factories.account("inspector1", "检验员甲", "inspector", world.institutions[0]))
    with pytest.raises(NotAllowed):
        exchange.check_file(actor=reader, file_name="名册.xlsx", data=roster(1))


def contract(world: World, people: int, months: int) -> bytes:
    rng = random.Random(5)
    code = world.institutions[0].organisation.uscc
    ids: list[str] = []
    while len(ids) < people:
        n = len(ids)
        ids += {fake_resident_id(rng, born=date(1970 + n % 30, 1 + n % 12, 1 + n % 28), male=True)} - set(ids)
    first = [date(2022 + n // 12, n % 12 + 1, 1) for n in range(months)]
    return package(
        people=[("person_id", "name", "born_on"), *((one, f"人员{n}", None) for n, one in enumerate(ids))],
        employments=[("employment_id", "person_id", "institution_id", "post", "full_time", "started_on"),
                     *((n, one, code, "inspector", "true", "2020-01-01") for n, one in enumerate(ids))],
        credentials=[("credential_id", "person_id", "certificate_no", "grade", "categories", "issued_on", "valid_until"),
                     *((n, one, f"C{n:06d}", "inspector", "3000;4000", "2022-01-01", "2026-01-01") for n, one in enumerate(ids))],
        educations=[("education_id", "人员标识", "学历层次", "毕业院校", "毕业日期", "证书编号", "核验方式", "核验结果"),
                    *((n, one, "bachelor", "澜川工学院", "2000-07-01", f"D{n}", "chsi", "genuine") for n, one in enumerate(ids))],
        trainings=[("person_id", "year", "technical_hours", "quality_hours"), *((one, 2023, "24", "8.5") for one in ids)],
        social_insurance=[("person_id", "month", "payer_id"),
                          *((one, month.isoformat(), code) for one in ids for month in first)],
    )


def test_a_package_of_the_contract_is_imported(world: World) -> None:
    actor = world.officer(world.counties[0])
    run = exchange.check_file(actor=actor, file_name="包.zip", data=contract(world, 5, 24))
    assert (run.state, faults_of(run)) == ("checked", [])
    exchange.confirm_run(run, actor=actor, sha256=run.sha256)
    assert all_of(InsuranceMonth).count() == 120
    assert str(all_of(Training).first().quality_hours) == "8.5"
    assert all_of(Verification).count() == 5


def test_a_regulator_of_another_area_cannot_import_them(world: World) -> None:
    run = exchange.check_file(
        actor=world.officer(world.counties[2]), file_name="包.zip", data=contract(world, 2, 1)
    )
    assert run.state == "refused"
    assert ("employments", 2, "institution_id") in places(run)


@pytest.mark.slow
def test_two_thousand_people_and_their_months_in_time(world: World) -> None:
    actor = factories.SYSTEM
    run = exchange.check_file(actor=actor, file_name="包.zip", data=contract(world, 2000, 24))
    exchange.confirm_run(run, actor=actor, sha256=run.sha256)
    assert all_of(InsuranceMonth).count() == 48000


def test_the_register_is_written_as_the_contract_and_read_again_unchanged(world: World) -> None:
    actor = factories.SYSTEM
    run = exchange.check_file(actor=actor, file_name="包.zip", data=contract(world, 4, 3))
    exchange.confirm_run(run, actor=actor, sha256=run.sha256)
    for form in ("csv", "parquet"):
        data = exchange.export_package(EVERYTHING, form=form)
        again = exchange.check_file(actor=actor, file_name="出.zip", data=data)
        assert [one for one in faults_of(again) if not one.is_warning] == []
        assert all(count["new"] == count["changed"] == 0 for count in again.counts.values()), again.counts
    for table in ("regions", "institutions"):
        key = "code" if table == "regions" else "region_code"
        codes = [row[key] for row in exchange.contract_rows(table, EVERYTHING)]
        assert codes
        assert all(re.fullmatch(r"\d{6}", code) for code in codes), "the contract writes six digits"
    people = list(exchange.contract_rows("people", EVERYTHING))
    assert {len(one["person_id"]) for one in people} == {len(all_of(Person).first().id_index)}


def test_a_cancelled_certificate_keeps_the_day_to_which_it_was_granted(world: World) -> None:
    actor = factories.SYSTEM
    run = exchange.check_file(actor=actor, file_name="包.zip", data=contract(world, 4, 3))
    exchange.confirm_run(run, actor=actor, sha256=run.sha256)
    held = all_of(Credential).filter(valid_until__gt=date(2024, 6, 3)).first()
    services.cancel_credential(held, actor=actor, on=date(2024, 6, 3), reason="学历不实，注销资质")
    written = [row for row in exchange.contract_rows("credentials", EVERYTHING) if row["valid_until"] == date(2024, 6, 3)]
    assert [row["certificate_no"] for row in written] == [held.certificate_no]
    again = exchange.check_file(actor=actor, file_name="出.zip", data=exchange.export_package(EVERYTHING))
    assert again.counts["credentials"]["changed"] == 0


def test_a_folder_is_imported_from_the_command_line(world: World, tmp_path: Any) -> None:
    (tmp_path / "people.csv").write_text("person_id,name\n" + fake_resident_id(random.Random(2), born=date(1990, 1, 1), male=True) + ",沈砚秋\n")
    dry = exchange.import_path(tmp_path, actor=factories.SYSTEM, confirm=False)
    assert (dry.state, all_of(Person).count()) == ("checked", 0)
    done = exchange.import_path(tmp_path, actor=factories.SYSTEM, confirm=True)
    assert (done.state, done.already, all_of(Person).count()) == ("imported", False, 1)
    assert exchange.import_path(tmp_path, actor=factories.SYSTEM, confirm=True).already


def test_institutions_approvals_enterprises_and_equipment_are_imported(world: World) -> None:
    from hengjian.registry.identifiers import fake_uscc  # only here

    rng = random.Random(8)
    codes = [fake_uscc(rng) for _ in range(2)]
    data = workbook(
        机构=[("统一社会信用代码", "机构名称", "机构类型", "核准证编号", "核准类别", "核准设备类别", "发证日期", "有效日期", "区划代码"),
            (codes[0], "青麓安信安全阀校验有限公司", "检测机构", "TS7110001-2027", "甲B1", "3000;4000", "2023-01-01", "2026-12-31", "990101")],
        使用单位=[("统一社会信用代码", "单位名称", "区划代码"), (codes[1], "青麓云汀物业有限公司", "东浦区")],
        设备=[("设备代码", "设备类别", "使用单位", "下次检验日期"), ("31201000120200001", "3100", codes[1], "2024-09-01")],
    )
    actor = world.officer(world.counties[0])
    run = exchange.check_file(actor=actor, file_name="名录.xlsx", data=data)
    assert [one for one in faults_of(run) if not one.is_warning] == []
    exchange.confirm_run(run, actor=actor, sha256=run.sha256)
    assert {name: count["new"] for name, count in run.counts.items()} == {
        "institutions": 1, "approvals": 1, "enterprises": 1, "equipment": 1,
    }
    again = exchange.check_file(actor=actor, file_name="出.zip", data=exchange.export_package(actor.scope))
    assert all(count["new"] == count["changed"] == 0 for count in again.counts.values()), again.counts


def test_imported_and_changed_rows_agree_with_the_ledger(world: World) -> None:
    actor = clerk_of(world)
    for faults in ({}, {2: {"手机号": "10012345678", "有效日期": date(2027, 5, 1)}}):
        run = exchange.check_file(actor=actor, file_name="名册.xlsx", data=roster(3, faults=faults))
        exchange.confirm_run(run, actor=actor, sha256=run.sha256)
    verdict = reconcile([Person, Employment, Credential, Education, Title, Verification, ImportRun])
    assert verdict.ok, verdict

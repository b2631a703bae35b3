"""What leaves the register: the workbook for people, the package for machines; neither tells an identity number."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from hengjian.parties.models import Account
from hengjian.registry import exchange, queries, services
from hengjian.registry.models import Reveal
from tests import factories
from tests.factories import SYSTEM, World, all_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock: Any) -> World:
    made = factories.world()
    factories.person("王若谷", made.institutions[0], months=2)
    factories.person("安宁", made.institutions[0], months=2)
    factories.person("沈砚秋", made.institutions[1])
    services.record_training(factories.person("白砚", made.institutions[0]), actor=SYSTEM, year=2023, technical_hours=Decimal("24.0"))
    return made


def signed_in(actor: Any) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.id))
    return client


def exported(client: Client, form: str) -> Any:
    return client.post(reverse("registry:export"), {"purpose": "inspection", "reason": "年度数据分析", "form": form})


def everything_in(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.parametrize("form", ["xlsx", "csv", "parquet"])
def test_no_export_tells_an_identity_number_or_a_telephone_number(world: World, form: str) -> None:
    services.change_person(
        queries.people(world.officer(world.counties[0]).scope)[0], actor=world.officer(world.counties[0]), name="安宁", phone="13900000001")
    answer = exported(signed_in(world.officer(world.counties[0])), form)
    said = everything_in(answer.getvalue())
    for person in queries.people(world.officer(world.counties[0]).scope):
        assert person.id_number.reveal() not in said
    assert "13900000001" not in said
    assert all_of(Reveal).get().purpose == "inspection"


def test_the_workbook_has_chinese_words_and_masked_numbers_of_the_scope(world: World) -> None:
    with translation.override("en"):
        data = exchange.register_workbook(world.officer(world.counties[0]).scope)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["机构", "聘用与执业公示", "检验检测人员证", "学历", "培训"]
    jobs = [[cell.value for cell in row] for row in book["聘用与执业公示"].iter_rows()]
    assert jobs[0][:5] == ["机构名称", "姓名", "证件号码（隐去中间）", "岗位", "是否全职"]
    assert [row[1] for row in jobs[1:]] == ["安宁", "白砚", "王若谷"], "by pinyin, and nobody of another area"
    assert all(row[2].count("*") == 10 for row in jobs[1:])
    assert jobs[1][3:5] == ["检验检测人员", "是"]
    assert jobs[1][6].date() == factories.START
    training = [cell.value for cell in book["培训"][2]]
    assert training[2:] == ["2023", "24", "0"]
    assert book["机构"].cell(2, 3).value == "检验机构"


def test_the_file_is_named_and_its_kinds_are_offered(world: World) -> None:
    client = signed_in(world.officer(world.counties[0]))
    page = client.get(reverse("registry:export")).content.decode()
    assert "Excel名录" in page
    assert "xlsx" in exported(client, "xlsx").headers["Content-Disposition"]
    assert ".zip" in exported(client, "csv").headers["Content-Disposition"]


def test_classes_come_in_their_order(world: World) -> None:
    services.load_staffing_rules(actor=SYSTEM)
    names = [name for name, _rules in queries.staffing_classes(world.officer(world.province).scope, date(2024, 7, 1))]
    assert names[:6] == ["甲A1", "甲A2", "甲B1", "甲B2", "乙", "丙"]
    page = signed_in(world.officer(world.province)).get(reverse("registry:staffing")).content.decode()
    assert "数值暂缺的类别" in page
    assert page.count("未核对官方文本") >= 5

"""Regions of an import: compared with the tree; set up by the province's administrator, a fault for everybody else."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hengjian.base.ledger.reconcile import reconcile
from hengjian.parties.models import Account, Authority, AuthorityEdition
from hengjian.registry import exchange
from hengjian.registry.exchange.importing import faults_of
from hengjian.registry.models import ImportRun, Institution
from tests import factories
from tests.factories import World, all_of
from tests.registry.books import package, roster, workbook

pytestmark = pytest.mark.django_db
HEADS = ("区划代码", "名称", "上级代码", "级别")
TREE = [("990000", "澜川省", None, "province"), ("990100", "青麓市", "990000", "city"), ("990101", "东浦区", "990100", "county")]
NEW = [("990103", "桐溪县", "990100", "县级"), ("990300", "云岫市", "990000", "市"), ("990301", "望舒县", "990300", "县")]


@pytest.fixture
def world(clock: Any) -> World:
    return factories.world()


@pytest.fixture
def keeper(world: World) -> Any:
    return factories.actor(factories.account("province-admin", "省局管理员", "authority_admin", world.province))


def checked(actor: Any, rows: list[Any], **more: Any) -> ImportRun:
    return exchange.check_file(actor=actor, file_name="区划.xlsx", data=workbook(行政区划=[HEADS, *rows], **more))


def said(run: ImportRun) -> list[tuple[int, str, str]]:
    return [(one.row, one.head, one.message) for one in faults_of(run) if not one.is_warning]


def test_regions_that_the_tree_has_are_left_as_they_are(world: World) -> None:
    run = checked(world.officer(world.province), TREE)
    assert (run.state, run.counts["regions"]) == ("checked", {"new": 0, "changed": 0, "unchanged": 3})
    assert faults_of(run) == []


def test_another_name_or_another_parent_is_told_and_changes_nothing(world: World) -> None:
    run = checked(world.officer(world.province), [("990101", "东浦新区", "990200", "county")])
    assert [one.message[:12] for one in faults_of(run)] == ["监管层级里登记为“东浦区", "监管层级里隶属“青麓市”"]
    assert run.state == "checked"


def test_a_region_without_an_authority_is_a_fault_with_its_remedy(world: World) -> None:
    run = checked(world.officer(world.province), [*TREE, NEW[0]])
    assert run.state == "refused"
    assert [(row, head) for row, head, _message in said(run)] == [(5, "区划代码")]
    assert "由省级单位管理员导入“行政区划”表" in said(run)[0][2]


def test_the_provinces_administrator_sets_authorities_up(world: World, keeper: Any) -> None:
    run = checked(keeper, [NEW[2], *TREE, *NEW[:2]])
    assert run.counts["regions"] == {"new": 3, "changed": 0, "unchanged": 3}
    assert "将设立“望舒县市场监督管理局”" in faults_of(run)[0].message
    exchange.confirm_run(run, actor=keeper, sha256=run.sha256)
    made = {one.key: one for one in all_of(Authority).filter(key__in=["990103", "990300", "990301"])}
    assert {key: (one.name, one.path, one.level) for key, one in made.items()} == {
        "990103": ("桐溪县市场监督管理局", "99/9901/990103/", "county"),
        "990300": ("云岫市市场监督管理局", "99/990300/", "city"),
        "990301": ("望舒县市场监督管理局", "99/990300/990301/", "county"),
    }
    assert made["990301"].parent_id == made["990300"].pk
    editions = all_of(AuthorityEdition).filter(authority__in=made.values())
    assert sorted(editions.values_list("path", "parent_path")) == [
        ("99/9901/990103/", "99/9901/"), ("99/990300/", "99/"), ("99/990300/990301/", "99/990300/")]
    verdict = reconcile([Authority, AuthorityEdition])
    assert verdict.ok, verdict
    assert checked(keeper, [*TREE, *NEW]).counts["regions"] == {"new": 0, "changed": 0, "unchanged": 6}


def test_institutions_of_a_new_region_come_in_with_it_at_the_founding(world: World) -> None:
    from hengjian.registry.identifiers import fake_uscc  # only here

    data = package(
        regions=[("code", "name", "parent_code", "level"), NEW[0]],
        institutions=[("institution_id", "name", "kind", "region_code"), (fake_uscc(factories._rng), "桐溪检测公司", "testing", "990103")],
    )
    run = exchange.check_file(actor=factories.SYSTEM, file_name="包.zip", data=data)
    exchange.confirm_run(run, actor=factories.SYSTEM, sha256=run.sha256)
    assert all_of(Institution).get(name="桐溪检测公司").area == "99/9901/990103/"


@pytest.mark.parametrize(("row", "head", "words"), [
    (("9901", "短码市", None, None), "区划代码", "应为6位数字"),
    (("980000", "邻省", None, None), "区划代码", "省级监管部门在系统初始化时设立"),
    (("990901", "悬空县", None, None), "上级代码", "都没有上级区划990900，请补上"),
    (("990399", "错级县", "990101", "county"), "级别", "县级不能设在“东浦区”之下"),
    (("990501", "无级县", "990000", "乡级"), "级别", "不认识“乡级”"),
])
def test_what_cannot_stand_in_the_tree_is_refused(world: World, keeper: Any, row: Any, head: str, words: str) -> None:
    ((number, found, message),) = said(checked(keeper, [row]))
    assert (number, found) == (2, head)
    assert words in message


def test_the_administrator_imports_nothing_else(world: World, keeper: Any) -> None:
    run = checked(keeper, NEW[:1], 使用单位=[("统一社会信用代码", "单位名称"), ("91990101MA00000X0X", "某公司")])
    assert run.state == "refused"
    client = Client()
    client.force_login(Account.objects.get(pk=keeper.id))
    page = client.get(reverse("registry:imports")).content.decode()
    assert "您的岗位只导入“行政区划”表" in page
    sheets = openpyxl.load_workbook(io.BytesIO(client.get(reverse("registry:template")).content)).sheetnames
    assert sheets == ["填写说明", "行政区划"]
    answer = client.post(reverse("registry:imports"), {"file": SimpleUploadedFile("区划.xlsx", workbook(行政区划=[HEADS, *NEW]))})
    assert answer.status_code == 302
    assert "导入行政区划" in client.get(reverse("parties:tree")).content.decode()


def test_a_file_goes_back_to_the_unit_that_handed_it_in_and_to_nobody_else(world: World, keeper: Any) -> None:
    clerk, officer = world.clerk(world.institutions[0]), world.officer(world.province)
    of_unit = exchange.check_file(actor=clerk, file_name="名册.xlsx", data=roster(2, faults={1: {"级别": "特级"}}))
    of_office = exchange.check_file(actor=officer, file_name="名册.xlsx", data=roster(3, faults={1: {"级别": "特级"}}))
    city = factories.actor(factories.account("city-admin", "市局管理员", "authority_admin", world.cities[0]))
    seen = {(clerk, of_unit): 200, (officer, of_unit): 404, (officer, of_office): 200, (keeper, of_unit): 404, (keeper, of_office): 404,
            (city, of_unit): 403}
    for (actor, run), status in seen.items():
        client = Client()
        client.force_login(Account.objects.get(pk=actor.id))
        for page in ("registry:import_run", "registry:marked"):
            assert client.get(reverse(page, args=[run.pk])).status_code == status, (actor.name, page)
        if status != 403:
            listed = client.get(reverse("registry:imports")).content.decode()
            assert (str(run.pk) in listed) == (status == 200)


def test_the_administrator_of_a_city_imports_nothing(world: World) -> None:
    actor = factories.actor(factories.account("city-admin", "市局管理员", "authority_admin", world.cities[0]))
    client = Client()
    client.force_login(Account.objects.get(pk=actor.id))
    assert client.get(reverse("registry:imports")).status_code == 403

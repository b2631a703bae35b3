"""The register in Chromium: accessible and without sideways scrolling at both widths, import by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from hengjian.parties.models import Account
from hengjian.registry import services
from hengjian.registry.models import Person
from tests import factories
from tests.accessibility import assert_accessible
from tests.factories import SYSTEM, World, all_of
from tests.registry.books import roster

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(clock: Any, transactional_db: Any) -> World:
    made = factories.world()
    at = made.institutions[0]
    services.load_staffing_rules(actor=SYSTEM)
    services.change_institution(at, actor=SYSTEM, changes={"approval_class": "甲A1"})
    services.add_approval(
        at, actor=SYSTEM, number="TS7110001-2027", categories=["2300"], issued_on=date(2023, 1, 1), valid_until=date(2026, 12, 31)
    )
    for name in ("沈砚秋", "许若谷", "周以宁"):
        factories.person(name, at, months=10)
    return made


def sign_in(page: Any, live_server: Any, actor: Any) -> None:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.id))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


def addresses(world: World) -> list[str]:
    at, person = world.institutions[0], all_of(Person).order_by("name")[0]
    return [
        reverse("registry:institutions"), reverse("registry:institution", args=[at.pk]), reverse("registry:people"),
        reverse("registry:person", args=[person.pk]), reverse("registry:reveal", args=[person.pk]),
        reverse("registry:enterprises"), reverse("registry:equipment"), reverse("registry:staffing"),
        reverse("registry:imports"), reverse("registry:export"), reverse("registry:act", args=["institution", at.pk, "change"]),
    ]


def test_pages_are_accessible_and_fit(world: World, page: Any, phone: Any, live_server: Any) -> None:
    for shown in (page, phone):
        sign_in(shown, live_server, world.officer(world.counties[0]))
        for address in addresses(world):
            shown.goto(address)
            assert_accessible(shown)
            wide = shown.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, address


def test_a_clerk_imports_a_roster_with_a_fault_and_mends_it(world: World, page: Any, live_server: Any, tmp_path: Any) -> None:
    sign_in(page, live_server, world.clerk(world.institutions[0]))
    (tmp_path / "有误.xlsx").write_bytes(roster(5, faults={2: {"级别": "特级"}}))
    (tmp_path / "改好.xlsx").write_bytes(roster(5))
    page.goto(reverse("registry:imports"))
    page.set_input_files("input[name=file]", tmp_path / "有误.xlsx")
    page.locator("main form button.btn-primary").click()
    page.wait_for_selector("text=有1处问题")
    assert_accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载已标出问题的工作簿").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.goto(reverse("registry:imports"))
    page.set_input_files("input[name=file]", tmp_path / "改好.xlsx")
    page.locator("main form button.btn-primary").click()
    page.wait_for_selector("text=预检通过")
    page.get_by_role("button", name="确认导入").click()
    page.wait_for_selector("text=已全部导入")
    assert all_of(Person).count() == 8

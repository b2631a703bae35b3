"""The pages of the house itself in Chromium: nothing that axe calls serious, nothing wider than the screen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from hengjian.base import jobs
from hengjian.base.actions import audited_action
from hengjian.base.ledger import sequencer
from hengjian.base.scope import EVERYTHING
from hengjian.dossier import services as dossier
from hengjian.forms.services import load_definitions
from hengjian.parties import services
from hengjian.parties.models import Authority, AuthorityEdition
from hengjian.parties.states import Role
from tests import factories
from tests.accessibility import assert_accessible
from tests.dossier import files
from tests.dossier.forms import ANNEX_1, ANNEX_1_PAYLOAD
from tests.web.people import Cast, cast

PASSWORD = "rest-assured-9"
SHOTS = os.environ.get("HENGJIAN_SHOTS", "")
TYPE = "registry.institution"


@pytest.fixture
def people(transactional_db, clock) -> Cast:
    cache.clear()
    made = cast()
    with audited_action("test.editions", actor=factories.SYSTEM) as act:
        for one in Authority.objects.within(EVERYTHING):
            parent = one.parent.path if one.parent else ""
            act.add(AuthorityEdition(authority=one, name=one.name, path=one.path, parent_path=parent, valid_from=one.valid_from))
    load_definitions(actor=factories.SYSTEM)
    services.send_message(made.accounts[Role.QUALITY_MANAGER], actor=factories.SYSTEM, kind="reminder", title="自查表还差1天到期", url="/")
    return made


def enter(page: Any, people: Cast, role: str) -> None:
    """Sign in as people do."""
    page.goto("/account/login/")
    page.fill("#id_login", people.accounts[role].username)
    page.fill("#id_password", PASSWORD)
    page.click("button.btn-primary")
    page.wait_for_url("**/")


def look(page: Any, url: str, name: str) -> None:
    """Open a page, let axe look at it, and see that it does not scroll sideways."""
    answer = page.goto(url)
    assert answer.status < 400, url
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{page.viewport_size['width']}.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], f"{url} is wider than the screen"
    assert_accessible(page)


def papers(people: Cast) -> dict[str, str]:
    """Pages of one unit: its evidence, its document, its histories."""
    unit, clerk = people.world.institutions[0], people.actor(Role.QUALITY_MANAGER)
    given = {"actor": clerk, "owner_row": unit, "object_type": TYPE, "object_id": unit.pk}
    photo = dossier.keep_evidence("现场照片.jpg", files.photo(size=(640, 400)), **given)
    dossier.verify_evidence(photo, actor=people.actor(Role.SUPERVISOR), method="site")
    document = dossier.issue_document(definition="x", layout=ANNEX_1, payload=ANNEX_1_PAYLOAD, title="自查情况统计表", **given)
    sequencer.sequence_all()
    return {
        "evidence": reverse("dossier:evidence", args=[photo.pk]), "document": reverse("dossier:document", args=[document.pk]),
        "history": reverse("web:history", args=["dossier.evidence", photo.pk]), "inbox": reverse("web:inbox"),
        "search": "/search/?q=恒固", "calendar": reverse("parties:calendar"), "public": f"/verify/{document.code}/", "verify": "/verify/",
    }


@pytest.mark.browser
@pytest.mark.parametrize("screen", ["page", "phone"])
def test_the_pages_of_a_unit(people, screen, request):
    page = request.getfixturevalue(screen)
    found = papers(people)
    look(page, "/account/login/", "login")
    enter(page, people, Role.QUALITY_MANAGER)
    for name, url in found.items():
        look(page, url, name)
    look(page, "/account/password/", "password")
    look(page, "/account/2fa/", "second-factor")


@pytest.mark.browser
@pytest.mark.parametrize("screen", ["page", "phone"])
def test_the_pages_of_administrators(people, screen, request):
    page = request.getfixturevalue(screen)
    enter(page, people, Role.AUTHORITY_ADMIN)
    account = people.accounts[Role.INSTITUTION_ADMIN]
    node = people.world.cities[0]
    for name, url in {
        "accounts": reverse("parties:accounts"), "account": reverse("parties:account", args=[account.pk]),
        "open-account": reverse("parties:open_account"), "tree": f"/parties/tree/?node={node.pk}", "packs": reverse("web:packs"),
    }.items():
        look(page, url, name)
    page.goto(reverse("web:packs"))
    page.click("tr[data-row] a")
    look(page, page.url, "definition")


def test_the_ledger_is_checked_in_the_browser(people, page):
    sequencer.sequence_all()
    enter(page, people, Role.AUDIT_ADMIN)
    look(page, reverse("web:ledger"), "ledger")
    page.click("text=校验全部账本")
    page.wait_for_selector("#checks >> text=由后台任务核对")
    jobs.run_checks()
    page.wait_for_selector("#checks >> text=条记录全部有效")
    assert_accessible(page)


def test_a_file_goes_in_without_a_button_and_a_bad_one_says_why(people, page):
    url = papers(people)["document"]
    enter(page, people, Role.QUALITY_MANAGER)
    page.goto(url)
    book = {"name": "附表.xlsx", "mimeType": "application/octet-stream", "buffer": files.xlsx([["附表"]])}
    page.set_input_files("[data-evidence] input[type=file]", book)
    page.wait_for_selector("[data-evidence] .hj-list a")
    page.set_input_files("[data-evidence] input[type=file]", {**book, "name": "坏.xlsx", "buffer": b"MZ" + bytes(60)})
    page.wait_for_selector("[data-evidence] .hj-errors")
    assert "可执行程序" in page.inner_text("[data-evidence] .hj-errors")
    assert page.locator("[data-evidence] .hj-list a").count() == 1
    assert_accessible(page)


def test_a_search_is_live(people, page):
    enter(page, people, Role.QUALITY_MANAGER)
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("恒固")
    page.keyboard.press("Enter")
    page.wait_for_selector("#found .hj-list a")
    page.fill("#q", "质量负责人不存在")
    page.wait_for_selector("#found .hj-empty")
    assert "q=" in page.url

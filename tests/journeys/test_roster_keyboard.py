"""The roster is filled by keyboard alone: answers by 1 2 3, Enter down, Tab right, a block pasted; two editors settle it."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import expect

from hengjian.campaigns.services import selfcheck
from hengjian.forms.services import CellWrite
from hengjian.parties.models import Account
from tests import factories
from tests.accessibility import assert_accessible
from tests.campaigns import selfchecks
from tests.campaigns.selfchecks import lines

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(clock):
    return selfchecks.scene(clock)


def opened(page, live_server, scene):
    """The roster in the browser, signed in as the clerk, the first answer under the cursor."""
    client = Client()
    client.force_login(Account.objects.get(pk=scene.clerk.id))
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page.goto(f"/campaigns/self-check/{scene.submission().pk}/sheet/")
    page.locator("#roster").wait_for()
    return page


def saved(page):
    """Wait until everything typed is on the server."""
    page.locator("[data-save-status][data-state=saved]").wait_for()


def values(submission):
    return {one.label: one.values for one in lines(submission)}


def test_answers_are_typed_like_in_a_spreadsheet(page, live_server, scene):
    submission = scene.begun()
    opened(page, live_server, scene)
    page.locator("[role=region]").focus()
    page.keyboard.press("ArrowDown")
    for key in ["1", "Enter", "1", "Enter", "2"]:
        page.keyboard.press(key)
    for key in ["ArrowUp", "ArrowUp", "Tab", "1", "Tab", "3", "Tab"]:
        page.keyboard.press(key)
    page.keyboard.type("全职在岗")
    page.keyboard.press("Enter")
    saved(page)

    assert values(submission) == {
        "陆青禾": {"real_practice": "是", "education_genuine": "是", "title_genuine": "-", "remarks": "全职在岗"},
        "沈砚秋": {"real_practice": "是"}, "周以宁": {"real_practice": "否"},
    }
    page.get_by_text("没有写说明").wait_for()
    page.locator("#side").get_by_text("2行未填").wait_for()
    assert_accessible(page)


def test_a_block_of_excel_is_pasted_over_many_people(page, live_server, scene):
    submission = scene.begun()
    opened(page, live_server, scene)
    page.locator("tr[data-name=陆青禾] td[data-column=real_practice]").click()
    page.evaluate(
        """text => {
            const data = new DataTransfer(); data.setData("text/plain", text);
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        "是\t是\t-\t在岗\n是\t是\t-\t在岗\n是\t大概\t-\t在岗",
    )
    saved_all = {"real_practice": "是", "education_genuine": "是", "title_genuine": "-", "remarks": "在岗"}
    page.get_by_text("粘贴了11格").wait_for()
    expect(page.locator("td.unsent")).to_have_count(0)
    assert values(submission) == {
        "陆青禾": saved_all, "沈砚秋": saved_all, "周以宁": {"real_practice": "是", "title_genuine": "-", "remarks": "在岗"}}
    assert page.locator("td.wrong").count() == 1


def test_two_editors_of_one_cell_choose_and_nothing_is_lost(page, live_server, scene):
    submission = scene.begun()
    opened(page, live_server, scene)
    other = factories.actor(factories.account("clerk9", "顾承平", "unit_head", scene.institution))
    key = next(one.key for one in lines(submission) if one.label == "沈砚秋")
    selfcheck.fill_selfcheck(submission, actor=other, writes=[CellWrite(key, "real_practice", "否", 1)])

    page.locator("tr[data-name=沈砚秋] td[data-column=real_practice]").click()
    page.keyboard.press("1")
    box = page.locator("tr.difference")
    box.get_by_text("两人填的不同").wait_for()
    assert "顾承平" in box.inner_text()
    box.get_by_role("button", name="保留我的").click()
    saved(page)
    assert values(submission)["沈砚秋"] == {"real_practice": "是"}


def test_filters_show_who_is_not_filled_and_who_contradicts(page, live_server, scene):
    submission = scene.begun()
    selfchecks.fill(submission, scene.clerk, {"沈砚秋": selfchecks.ALL_YES, "周以宁": {**selfchecks.ALL_YES, "title_genuine": "是"}})
    opened(page, live_server, scene)
    page.get_by_role("button", name="未填").click()
    assert page.locator("tr[data-line]:visible").count() == 1
    page.get_by_role("button", name="矛盾").click()
    assert page.locator("tr[data-line]:visible").get_attribute("data-name") == "周以宁"
    page.locator("tr[data-name=周以宁] a.hj-strong").click()
    page.locator("#panel").get_by_role("heading", name="近12个月社保").wait_for()
    assert_accessible(page)


def test_the_phone_shows_the_same_roster(phone, live_server, scene):
    scene.begun()
    opened(phone, live_server, scene)
    assert_accessible(phone)

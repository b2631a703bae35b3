"""Pages of campaigns in a real browser: unfolding, hints while typing, finding an institution, accessibility."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse

from hengjian.campaigns import services
from hengjian.campaigns.models import Campaign, Submission
from hengjian.campaigns.queries import board_page
from tests.accessibility import assert_accessible
from tests.campaigns import scenes
from tests.campaigns.scenes import plan_of, signed_in
from tests.factories import all_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(clock, live_server):
    return scenes.begun(clock)


@pytest.fixture
def at(page, live_server, world):
    """Open a page of campaigns as somebody, signed in without the form."""

    def go(who, name, *args, query=""):
        cookie = signed_in(who).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page.goto(reverse(f"campaigns:{name}", args=args) + query)
        return page

    return go


def test_the_tree_folds_and_unfolds(world, at):
    campaign = scenes.launched(world)
    page = at(world.officer(world.province), "board", campaign.id)
    institution = page.locator(".hj-board").get_by_role("link", name="青麓恒固气瓶检验有限公司")
    assert not institution.is_visible()
    page.get_by_role("button", name="展开青麓市").click()
    page.get_by_role("button", name="展开东浦区").click()
    assert institution.is_visible()
    page.get_by_role("button", name="展开青麓市").click()
    assert not institution.is_visible()
    page.get_by_role("link", name="机构", exact=True).click()
    assert institution.is_visible()
    assert "expand=institution" in page.url


def test_a_count_is_a_filter_and_stays_in_the_address(world, at):
    campaign = scenes.launched(world)
    page = at(world.officer(world.province), "board", campaign.id)
    page.locator(".hj-stats a", has_text="未开始").click()
    assert "status=idle" in page.url
    assert "筛选后显示3家" in page.content()


def test_one_is_urged_from_the_board(world, at):
    campaign = scenes.launched(world)
    page = at(world.officer(world.province), "board", campaign.id, query="?expand=institution")
    page.get_by_role("row", name="青麓恒固气瓶检验有限公司").get_by_role("button", name="催办").click()
    assert "已催办1家，发出消息1条。" in page.content()
    assert "expand=institution" in page.url
    assert "提醒1次" in page.content()


def test_the_latest_day_is_said_while_one_types(world, at):
    campaign = scenes.launched(world)
    plan = services.acknowledge_plan(plan_of(campaign, world.cities[0]), actor=world.officer(world.cities[0]))
    page = at(world.officer(world.cities[0]), "plan", plan.id)
    field = page.locator("[name='due-self_check:1']")
    field.fill("2024-07-19")
    field.dispatch_event("change")
    page.get_by_text("可以，较上级提前12天").wait_for()
    page.get_by_role("button", name="添加一个环节").click()
    page.locator("[name='added-0-due']").fill("2024-07-29")
    page.locator("[name='added-0-due']").dispatch_event("change")
    page.get_by_text(re.compile("最晚为7月26日")).wait_for()
    assert page.locator("[name='due-self_check:1']").input_value() == "2024-07-19"


def test_an_institution_is_found_by_name_and_left_out(world, at):
    campaign = scenes.drafted(world)
    page = at(world.officer(world.province), "draft", campaign.id)
    page.locator("#find").press_sequentially("恒固")
    page.locator("#found").get_by_label("青麓恒固气瓶检验有限公司", exact=True).check()
    page.locator("#found input.form-control").fill("已申请注销，不再检验")
    page.get_by_role("button", name="保存并核对发起").click()
    page.get_by_text("发起并通知6个部门、2家机构").wait_for()
    page.get_by_label("以上内容已与印发的文件核对一致").check()
    page.get_by_role("button", name="发起并通知").click()
    page.wait_for_url("**/board/")
    assert all_of(Campaign).get().state == "running"


@pytest.mark.parametrize("name", ["board", "campaign", "relay", "compare", "timetable", "targets", "series", "extensions_of", "letters", "new_letters"])
def test_pages_are_accessible(world, at, name, clock):
    campaign = scenes.launched(world)
    scenes.issued(world, campaign, world.cities[0], self_check=date(2024, 7, 19))
    clock.set(2024, 8, 2, 9)
    assert_accessible(at(world.officer(world.province), name, campaign.id, query="?expand=institution"))


def test_forms_are_accessible(world, at):
    draft = scenes.drafted(world)
    assert_accessible(at(world.officer(world.province), "draft", draft.id))
    assert_accessible(at(world.officer(world.province), "preview", draft.id))
    assert_accessible(at(world.officer(world.province), "new_campaign", query=f"?template={scenes.HUNAN}"))
    campaign = services.launch_campaign(draft, actor=world.officer(world.province))
    plan = services.acknowledge_plan(plan_of(campaign, world.cities[0]), actor=world.officer(world.cities[0]))
    assert_accessible(at(world.officer(world.cities[0]), "plan", plan.id))
    assert_accessible(at(world.clerk(world.institutions[0]), "notice", campaign.id))
    row = scenes.submission_of(campaign, world.institutions[0])
    assert_accessible(at(world.clerk(world.institutions[0]), "ask_extension", "submission", row.id))


def test_a_branch_of_a_large_board_is_fetched_by_keyboard_and_ticked(world, at, monkeypatch):
    monkeypatch.setattr(board_page, "ALL_AT_ONCE", 1)
    monkeypatch.setattr(board_page, "ROOM", 0)
    campaign = scenes.launched(world)
    page = at(world.officer(world.province), "board", campaign.id)
    row = page.locator(".hj-board").get_by_role("link", name="青麓恒固气瓶检验有限公司")
    assert row.count() == 0
    page.get_by_role("button", name="展开青麓市").press("Enter")
    county = page.get_by_role("button", name="展开东浦区")
    county.wait_for()
    county.press("Enter")
    row.wait_for()
    page.get_by_role("button", name="展开青麓市").press("Enter")
    assert not row.is_visible()
    page.get_by_role("button", name="展开青麓市").press("Enter")
    assert county.is_visible()
    county.press("Enter")
    page.get_by_label("选择青麓恒固气瓶检验有限公司").check()
    assert page.locator("[data-checked-of=row]").inner_text() == "1"
    assert_accessible(page)


def test_the_box_on_top_says_what_stands_below(world, at, clock):
    campaign = scenes.launched(world)
    clock.set(2024, 8, 2, 9)
    page = at(world.officer(world.province), "new_letters", campaign.id)
    every, one = page.get_by_label("全选"), page.get_by_label("选择青麓恒固气瓶检验有限公司")
    assert every.is_checked()
    one.uncheck()
    assert not every.is_checked()
    assert every.evaluate("box => box.indeterminate")
    every.check()
    assert one.is_checked()


def test_letters_tasks_and_notices_are_accessible(world, at, clock):
    campaign = scenes.launched(world)
    officer = world.officer(world.cities[0])
    plan = services.acknowledge_plan(plan_of(campaign, world.cities[0]), actor=officer)
    task = {"title": "底片复评5%", "text": "抽取5%的底片复评", "due": "2024-07-25"}
    services.issue_plan(plan, actor=officer, number="", issued_on=date(2024, 6, 20), dates={}, tasks=[task])
    clock.set(2024, 8, 2, 9)
    province, clerk = world.officer(world.province), world.clerk(world.institutions[0])
    row = scenes.submission_of(campaign, world.institutions[0])
    letter = services.issue_notice(campaign, actor=province, issuer=world.province, rows=[row], matter="")[0]
    assert_accessible(at(clerk, "letter", letter.id))
    assert_accessible(at(clerk, "task", all_of(Submission).get(form_code="task_report").id))
    services.answer_notice(letter, actor=clerk, text="填表人请假，8月6日前报送。")
    assert_accessible(at(province, "letter", letter.id))
    own = plan_of(campaign, world.province)
    assert_accessible(at(province, "new_supplement", own.id))
    made = services.issue_supplement(own, actor=province, number="", issued_on=date(2024, 8, 2), reason="汛期影响，推后报送", dates={("statistics_2", 2): date(2024, 12, 6)})
    assert_accessible(at(province, "supplement", made.id))

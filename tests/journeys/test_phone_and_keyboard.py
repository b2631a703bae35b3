"""The institution on a phone and by keyboard alone: its first page, the roster, a problem reported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from hengjian.rectification import services
from hengjian.rectification.models import Problem
from tests.accessibility import assert_accessible
from tests.campaigns import selfchecks
from tests.factories import all_of
from tests.journeys.desks import Desk, Office

pytestmark = pytest.mark.django_db(transaction=True)

CLERK = "clerk0"
TOLD = {"周以宁": {"real_practice": "否", "remarks": "社保由其他单位缴纳"}}


@pytest.fixture
def scene(clock: Any, transactional_db: Any) -> Any:
    return selfchecks.scene(clock)


@pytest.fixture
def office(browser: Any, live_server: Any, scene: Any) -> Iterator[Office]:
    held = Office(browser, live_server.url)
    yield held
    held.close()


def fits(desk: Desk) -> None:
    """The page is no wider than the screen, and axe finds nothing grave."""
    wide = desk.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{desk.page.url} is {wide} px wider than the phone"
    assert_accessible(desk.page)


def planned(scene: Any) -> Problem:
    """A problem told in the self-check, confirmed, with its measure."""
    scene.filed(TOLD)
    problem = services.confirm_problem(all_of(Problem).get(), actor=scene.county, severity=2, due_on=date(2024, 7, 31))
    return services.plan_rectification(
        problem, actor=scene.clerk, measure="取消执业公示", responsible_name="苏映雪", responsible_department="人事部"
    )


def test_the_roster_is_filled_on_a_phone(office: Office, scene: Any) -> None:
    desk = office(CLERK, width=390, height=844)
    fits(desk)
    desk.sees("报送自查表")
    desk.go("/campaigns/self-check/")
    fits(desk)
    desk.press("开始填报")
    desk.page.wait_for_url("**/sheet/")
    fits(desk)
    desk.page.locator("tr[data-name=周以宁] td[data-column=real_practice]").click()
    desk.page.keyboard.press("1")
    desk.page.locator("[data-save-status][data-state=saved]").wait_for()
    assert selfchecks.line(scene.submission(), "周以宁").values == {"real_practice": "是"}
    desk.follow("核对并报送")
    fits(desk)


def test_a_problem_is_reported_from_a_phone(office: Office, scene: Any) -> None:
    problem = planned(scene)
    desk = office(CLERK, width=390, height=844)
    fits(desk)
    desk.follow(problem.title)
    desk.page.wait_for_url("**/problems/**")
    desk.page.locator("#panel").get_by_role("heading", name=problem.title).wait_for()
    fits(desk)
    fold = desk.unfold("申报整改完毕")
    fold.get_by_label("整改情况").fill("已取消执业公示，社保关系已核清。")
    fits(desk)
    desk.press("申报整改完毕", within=fold)
    desk.told("已申报，等待监管部门核查。")
    fits(desk)
    assert all_of(Problem).get().state == "reported"


def test_a_problem_is_reported_by_keyboard_alone(office: Office, scene: Any) -> None:
    problem = planned(scene)
    desk = office(CLERK)
    tab_to(desk, problem.title)
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**/problems/**")
    tab_to(desk, "申报整改完毕")
    desk.page.keyboard.press("Enter")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.type("已取消执业公示，社保关系已核清。")
    desk.page.keyboard.press("Tab")
    desk.page.keyboard.press("Enter")
    desk.told("已申报，等待监管部门核查。")
    assert all_of(Problem).get().report_text == "已取消执业公示，社保关系已核清。"


def tab_to(desk: Desk, words: str, *, within: int = 120) -> None:
    """Press Tab until the thing of these words has the focus."""
    for _press in range(within):
        desk.page.keyboard.press("Tab")
        if words in desk.page.evaluate("document.activeElement.textContent"):
            return
    raise AssertionError(f"{words} is not reached by {within} tabs")

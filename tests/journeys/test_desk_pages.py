"""Desks, tables, reports and dashboards in Chromium: accessible, without sideways scrolling at both widths, by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from hengjian.campaigns.models import WorkReport
from hengjian.campaigns.services import stories
from hengjian.parties.models import Account
from tests import factories
from tests.accessibility import assert_accessible
from tests.campaigns.facts import Facts, facts, put_right
from tests.factories import all_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at(clock: Any, transactional_db: Any) -> Facts:
    made = facts(clock)
    put_right(made, "staffing")
    stories.tell_story(
        made.dong.campaign, actor=made.officer(made.world.province), authority=made.world.province, kind="practice", story_title="集中核验学历",
        text="组织辖区机构集中登录学信网逐人核验，一周内完成全部核验。", keywords="学历 核验", checked=True,
    )
    clock.set(2024, 8, 2, 9)
    return made


def sign_in(page: Any, live_server: Any, actor: Any) -> None:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.id))
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])


def looked_at(page: Any, address: str) -> None:
    """Open a page, let axe see it, and make sure that it does not scroll sideways."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address


@pytest.mark.parametrize("who", ["province", "city", "county", "clerk", "head", "inspector", "system_admin", "security_admin", "audit_admin", "authority_admin"])
def test_the_desk_of_each_role(at: Facts, page: Any, phone: Any, live_server: Any, who: str) -> None:
    world = at.world
    people = {"province": lambda: at.officer(world.province), "city": lambda: at.officer(world.cities[0]), "county": lambda: at.dong.county, "clerk": lambda: at.dong.clerk}
    holders = {"head": ("unit_head", at.dong.institution), "inspector": ("inspector", at.dong.institution), "authority_admin": ("authority_admin", world.province)}
    role, holder = holders.get(who, (who, None))
    actor = people[who]() if who in people else factories.actor(factories.account(f"desk-{who}", "卫行简", role, holder))
    for shown in (page, phone):
        sign_in(shown, live_server, actor)
        looked_at(shown, "/")


def addresses(at: Facts) -> dict[str, str]:
    province, campaign = at.world.province, at.dong.campaign.id
    report = all_of(WorkReport).get(authority=province, round=1)
    table = reverse("campaigns:statistics", args=[at.ret(province).id])
    dashboard = reverse("campaigns:dashboard", args=[campaign])
    return {
        "returns": reverse("campaigns:returns", args=[campaign]), "table": table, "figure": f"{table}?figure=practice_problem_people",
        "reports": reverse("campaigns:reports", args=[campaign]), "report": reverse("campaigns:report", args=[report.id]),
        "edit": reverse("campaigns:edit_report", args=[report.id]), "stories": reverse("campaigns:stories"),
        "tell": f"{reverse('campaigns:tell_story', args=[campaign])}?problem={at.problem('practice').pk}",
        "dashboard": dashboard, "paper": f"{dashboard}?print=1",
    }


def test_tables_reports_and_dashboards(at: Facts, page: Any, phone: Any, live_server: Any) -> None:
    for shown in (page, phone):
        sign_in(shown, live_server, at.officer(at.world.province))
        for address in addresses(at).values():
            looked_at(shown, address)


def test_charts_are_drawn(at: Facts, page: Any, live_server: Any) -> None:
    sign_in(page, live_server, at.officer(at.world.province))
    page.goto(addresses(at)["dashboard"])
    page.locator("[data-chart] svg").first.wait_for()
    assert page.locator("[data-chart] .hj-plot svg").count() == page.locator("[data-chart]").count()


def test_a_figure_opens_beside_the_form_by_keyboard(at: Facts, page: Any, live_server: Any) -> None:
    sign_in(page, live_server, at.officer(at.world.province))
    page.goto(addresses(at)["table"])
    figure = page.get_by_label("排查特种设备检验检测人员人数（人）：4")
    figure.focus()
    page.keyboard.press("Enter")
    page.locator("#panel h2", has_text="排查特种设备检验检测人员人数").wait_for()
    assert figure.get_attribute("aria-expanded") == "true"
    assert page.evaluate("document.activeElement.closest('#panel') !== null")
    assert_accessible(page)


def test_the_form_alone_is_printed(at: Facts, page: Any, live_server: Any) -> None:
    sign_in(page, live_server, at.officer(at.world.province))
    page.goto(addresses(at)["figure"])
    page.emulate_media(media="print")
    seen = {name: page.locator(name).first.is_visible() for name in (".hj-official", "#panel", ".hj-top", ".hj-side", "#checks")}
    assert seen == {".hj-official": True, "#panel": False, ".hj-top": False, ".hj-side": False, "#checks": False}

"""A board of some hundred institutions: branches are fetched when they are opened, totals and filters stay right."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from hengjian.base.actions import audited_action
from hengjian.campaigns import services
from hengjian.campaigns.models import Submission
from hengjian.parties.models import Organisation
from hengjian.registry.identifiers import fake_uscc
from hengjian.registry.models import Institution
from tests import factories
from tests.campaigns import scenes
from tests.campaigns.scenes import put, signed_in, submission_of
from tests.factories import SYSTEM, all_of

pytestmark = pytest.mark.django_db

MANY = 420


@pytest.fixture
def world(clock):
    return scenes.begun(clock)


@pytest.fixture
def campaign(world):
    with audited_action("test.keep", actor=SYSTEM) as act:
        seats = [*world.counties, world.zone]
        units = [Organisation(name=f"第{n:03d}号检验检测有限公司", uscc=fake_uscc(factories._rng), kind="institution", area=seats[n % 4].path) for n in range(MANY)]
        act.add_many(units)
        act.add_many([Institution(id=u.id, organisation=u, name=u.name, kind="testing", area=u.area, org_id=u.id, org_area=u.area) for u in units])
    return scenes.launched(world)


def lines(html):
    return len(re.findall(r"<tr[ >]", html))


def branch(world, campaign, at, who=None, **query):
    who = who or world.officer(world.province)
    given = {"key": "self_check", "round": "1", "depth": "1", **query}
    return signed_in(who).get(reverse("campaigns:board_branch", args=[campaign.id, at.id]), given)


def test_the_page_holds_the_upper_levels_and_fetches_the_rest(world, campaign):
    said = signed_in(world.officer(world.province)).get(reverse("campaigns:board", args=[campaign.id]))
    page = said.content.decode()
    assert lines(page) < 60
    assert "第001号检验检测有限公司" not in page
    assert f'<td class="n">{MANY + 3}</td>' in page  # the total of all, not of what is shown
    address = reverse("campaigns:board_branch", args=[campaign.id, world.cities[0].id])
    assert f'hx-get="{address}?' in page
    assert 'hx-target="closest tr" hx-swap="afterend"' in page


def test_a_branch_gives_the_lines_directly_below(world, campaign):
    city = branch(world, campaign, world.cities[0]).content.decode()
    assert "东浦区" in city
    assert lines(city) == 2
    assert f'data-fold-of="n{world.cities[0].id.hex}"' in city
    county = branch(world, campaign, world.counties[0], depth="2").content.decode()
    assert lines(county) == MANY // 4 + 1
    assert "第000号检验检测有限公司" in county
    assert 'name="row"' in county


def test_filters_go_along(world, campaign):
    put(submission_of(campaign, world.institutions[0]), "accepted")
    page = signed_in(world.officer(world.province)).get(reverse("campaigns:board", args=[campaign.id]), {"status": "idle"}).content.decode()
    assert "status=idle" in page
    assert f"筛选后显示{MANY + 2}家" in page
    county = branch(world, campaign, world.counties[0], status="idle").content.decode()
    assert world.institutions[0].name not in county
    found = signed_in(world.officer(world.province)).get(reverse("campaigns:board", args=[campaign.id]), {"q": "第00"}).content.decode()
    assert "第008号检验检测有限公司" in found  # few enough to be shown at once


def test_what_is_late_is_opened_only_while_it_fits(world, campaign, clock):
    clock.set(2024, 8, 5, 9)
    page = signed_in(world.officer(world.province)).get(reverse("campaigns:board", args=[campaign.id])).content.decode()
    assert lines(page) < 200
    whole = signed_in(world.officer(world.province)).get(reverse("campaigns:board", args=[campaign.id]), {"expand": "institution"}).content.decode()
    assert lines(whole) > MANY


def test_the_workbook_still_holds_everybody(world, campaign):
    answer = signed_in(world.officer(world.province)).get(reverse("campaigns:board_file", args=[campaign.id]))
    names = [str(row[0]).strip("　") for row in load_workbook(BytesIO(answer.content)).active.iter_rows(min_row=4, values_only=True)]
    assert sum(name.endswith("号检验检测有限公司") for name in names) == MANY
    assert all_of(Submission).filter(campaign=campaign).count() == MANY + 3


def test_a_branch_outside_the_area_is_not_there_and_queries_do_not_grow(world, campaign):
    assert branch(world, campaign, world.counties[0], world.officer(world.cities[1])).status_code == 404
    assert branch(world, campaign, world.counties[0], world.clerk(world.institutions[0])).status_code == 403
    with CaptureQueriesContext(connection) as few:
        branch(world, campaign, world.counties[1])
    services.join_new_institutions(campaign, actor=SYSTEM)
    with CaptureQueriesContext(connection) as many:
        branch(world, campaign, world.counties[0])
    assert len(many) <= len(few) + 1

"""重点检查 of a document: shown with who is still to be visited, told to the institution, a task on the desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hengjian.campaigns.models import Campaign
from hengjian.web.desk.regulator import regulator_desk
from tests.campaigns import scenes
from tests.campaigns.scenes import signed_in, submission_of
from tests.factories import all_of

pytestmark = pytest.mark.django_db

DONGYING = "cn-37-05.2024-40.campaign"


@pytest.fixture
def world(clock):
    return scenes.begun(clock)


@pytest.fixture
def campaign(world):
    return scenes.launched(world, DONGYING)


def test_the_campaign_and_the_board_show_them_with_who_is_missing(world, campaign):
    browser = signed_in(world.officer(world.province))
    for name in ("campaign", "board"):
        said = browser.get(reverse(f"campaigns:{name}", args=[campaign.id])).content.decode()
        assert "重点检查" in said, name
        assert "开展燃气压力管道和相关压力容器检验的检验机构" in said
        assert reverse("registry:institution", args=[world.institutions[0].id]) in said
    assert "重点检查气瓶检验机构、电梯检验检测机构" in browser.get(reverse("campaigns:campaign", args=[campaign.id])).content.decode()


def test_an_institution_on_the_list_is_told_and_others_are_not(world, campaign):
    first, second = world.institutions[:2]
    clerk = signed_in(world.clerk(first))
    for address in (reverse("campaigns:notice", args=[campaign.id]), reverse("campaigns:submission", args=[submission_of(campaign, first).id])):
        assert "本机构属于重点检查对象：气瓶检验机构" in clerk.get(address).content.decode()
    other = signed_in(world.clerk(second)).get(reverse("campaigns:notice", args=[campaign.id])).content.decode()
    assert "本机构属于重点检查对象" not in other


def test_the_desk_says_how_many_are_still_to_be_visited(world, campaign):
    titles = [task.title for task in regulator_desk(world.officer(world.province)).desk.tasks]
    assert "重点检查还有2家没有检查：《年行动》" in titles


def test_a_draft_names_its_own(world):
    draft = scenes.drafted(world)
    browser, address = signed_in(world.officer(world.province)), reverse("campaigns:draft", args=[draft.id])
    grown = browser.post(address, {"title": draft.title, "short_title": "年行动", "issued_on": "2024-06-11", "add": "priorities"}).content.decode()
    assert "priorities-0-key" in grown
    browser.post(address, {"title": draft.title, "short_title": "年行动", "issued_on": "2024-06-11", "save": "1", "audience": ["inspection"],
                           "priorities": "0", "priorities-0-key": "lift", "priorities-0-title": "电梯检测机构", "priorities-0-clause": "二（六）"})
    assert [(one["key"], one["title"]) for one in all_of(Campaign).get().body["priorities"]] == [("lift", "电梯检测机构")]

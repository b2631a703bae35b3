"""Pages of supervision: status codes, recording, coverage, the record as a paper."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hengjian.enforcement.models import Order
from hengjian.forms.services import load_definitions
from hengjian.rectification.models import Problem
from hengjian.supervision.models import Visit
from tests import factories
from tests.campaigns.scenes import launched
from tests.factories import all_of
from tests.supervision.test_visits import county, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock):
    clock.set(2024, 7, 3, 9)
    return factories.world()


@pytest.fixture
def enter(client):
    from hengjian.parties.models import Account

    def sign_in(actor):
        client.force_login(Account.objects.get(pk=actor.id))
        return client

    return sign_in


def given(world, **changes):
    said = {
        "institution": str(world.institutions[0].pk), "kind": "campaign", "visited_on": "2024-07-02", "on_site": "on",
        "officer1": "韩知行", "card1": "99010001", "officer2": "程以宁", "card2": "99010002", "findings": "抽查10份报告。",
        "result_reports": "unsound", "note_reports": "2份无原始记录", "violation_kinds": ["false_result"],
    }
    return {**said, **changes}


def test_a_visit_is_recorded_and_its_problem_is_on_the_page(world, enter):
    url = reverse("supervision:record")
    client = enter(county(world))
    said = client.get(url + f"?org={world.institutions[0].pk}").text
    assert "请选择机构" in said
    assert "---------" not in said
    assert "检查人员1姓名" in said
    assert "执法人员" not in said
    refused = client.post(url, given(world, note_reports=""))
    assert refused.status_code == 422
    assert "抽查10份报告" in refused.text
    answer = client.post(url, given(world))
    visit = all_of(Visit).get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("supervision:visit", args=[visit.pk]))
    assert visit.campaign_id is None
    assert all_of(Problem).get().number in client.get(answer["Location"]).text


def test_the_campaign_of_a_visit_is_chosen_from_those_that_run(world, enter, clock):
    load_definitions(actor=factories.SYSTEM)
    campaign = launched(world)
    url = reverse("supervision:record")
    client = enter(county(world))
    assert f'<option value="{campaign.pk}" selected>' in client.get(url).text  # the only one is proposed
    assert client.post(url, given(world, campaign_id=str(world.province.pk))).status_code == 422
    assert client.post(url, given(world, campaign_id=str(campaign.pk))).status_code == 302
    visit = all_of(Visit).get()
    assert visit.campaign_id == campaign.pk
    page = client.get(reverse("supervision:visit", args=[visit.pk])).text
    assert campaign.short_title in page
    assert reverse("web:open", args=["campaigns.campaign", campaign.pk]) in page
    listed = reverse("supervision:visits")
    assert visit.number in client.get(f"{listed}?campaign={campaign.pk}").text
    assert visit.number not in client.get(f"{listed}?campaign={world.province.pk}").text
    coverage = reverse("supervision:coverage")
    assert "还有1家机构没有检查" not in client.get(f"{coverage}?campaign={campaign.pk}").text
    assert "还有1家机构没有检查" in client.get(f"{coverage}?campaign={world.province.pk}").text


def test_an_order_after_a_visit_takes_over_what_was_found(world, enter):
    visit = recorded(world, findings="3份报告没有原始记录。", violation_kinds=[], handling="责令限期改正")
    client = enter(county(world))
    said = client.get(reverse("supervision:visit", args=[visit.pk])).text
    url = reverse("enforcement:draft_order") + f"?org={visit.institution_id}&visit={visit.pk}"
    assert url.replace("&", "&amp;") in said
    form = client.get(url).text
    for words in ("3份报告没有原始记录。", "责令限期改正", visit.officers[1]["name"]):
        assert words in form
    order = {"facts": "甲", "provisions": "乙", "measure": "丙", "kind": "by_date", "due_on": "2024-07-20"}
    officers = {"officer1": "韩知行", "card1": "99010001", "officer2": "程以宁", "card2": "99010002"}
    assert client.post(url, {**order, **officers}).status_code == 302
    made = all_of(Order).get()
    assert made.number in client.get(reverse("supervision:visit", args=[visit.pk])).text
    assert visit.number in client.get(reverse("enforcement:order", args=[made.pk])).text
    assert enter(world.officer(world.counties[2])).get(url).status_code == 404


def test_the_problem_leads_officers_to_the_visit_and_the_unit_not(world, enter):
    visit = recorded(world, violation_kinds=["false_result"])
    problem = all_of(Problem).get()
    page, visit_page = reverse("rectification:problem", args=[problem.pk]), reverse("supervision:visit", args=[visit.pk])
    assert visit_page in enter(county(world)).get(page).text
    assert visit_page not in enter(world.clerk(world.institutions[0])).get(page).text


def test_pages_are_for_regulators_of_the_area(world, enter):
    visit = recorded(world)
    for name in ("visits", "coverage", "record"):
        assert enter(county(world)).get(reverse(f"supervision:{name}")).status_code == 200
        assert enter(world.clerk(world.institutions[0])).get(reverse(f"supervision:{name}")).status_code == 403
    assert enter(world.officer(world.counties[2])).get(reverse("supervision:visit", args=[visit.pk])).status_code == 404
    assert visit.number in enter(county(world)).get(reverse("supervision:visits") + "?status=unsigned&q=气瓶").text
    assert visit.number not in enter(county(world)).get(reverse("supervision:visits") + "?status=violations").text


def test_commands_of_a_visit(world, enter):
    visit = recorded(world)

    def post(code, **said):
        return enter(county(world)).post(reverse("supervision:act", args=[visit.pk, code]), said).status_code

    assert post("finding", kind="fee", severity="1", title="收费未公示", facts="大厅未公示") == 302
    assert post("sign", signing="refused") == 422
    assert post("sign", signing="signed", signed_by="许若谷") == 302
    assert post("sign", signing="signed", signed_by="许若谷") == 403
    assert post("nonsense") == 404
    assert all_of(Problem).get().title == "收费未公示"


def test_the_record_is_handed_out(world, enter):
    visit = recorded(world)
    answer = enter(county(world)).post(reverse("supervision:print_record", args=[visit.pk, "docx"]))
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")

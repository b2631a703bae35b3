"""Pages of supervision: status codes, recording, coverage, the record as a paper."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hengjian.rectification.models import Problem
from hengjian.supervision.models import Visit
from tests import factories
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
    url = reverse("supervision:record") + f"?campaign={world.province.pk}"
    client = enter(county(world))
    assert client.get(url + f"&org={world.institutions[0].pk}").status_code == 200
    refused = client.post(url, given(world, note_reports=""))
    assert refused.status_code == 422
    assert "抽查10份报告" in refused.text
    answer = client.post(url, given(world))
    visit = all_of(Visit).get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("supervision:visit", args=[visit.pk]))
    assert visit.campaign_id == world.province.pk
    assert all_of(Problem).get().number in client.get(answer["Location"]).text


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

"""Pages of orders and cases: status codes, both sides, papers."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hengjian.enforcement.models import Case, Order
from tests import factories
from tests.enforcement.test_orders_and_cases import answered, clerk, county, drafted, filed, served
from tests.factories import all_of
from tests.rectification import cases as problems

pytestmark = pytest.mark.django_db

OFFICERS = {"officer1": "韩知行", "card1": "99010001", "officer2": "程以宁", "card2": "99010002", "officer3": "", "card3": ""}


@pytest.fixture
def world(clock):
    clock.set(2024, 6, 3, 9)
    return factories.world()


@pytest.fixture
def enter(client):
    from hengjian.parties.models import Account

    def sign_in(actor):
        client.force_login(Account.objects.get(pk=actor.id))
        return client

    return sign_in


def test_both_sides_see_the_orders_that_concern_them(world, enter):
    draft, order = drafted(world), served(world)
    officer = enter(county(world)).get(reverse("enforcement:orders"))
    assert draft.number in officer.text
    unit = enter(clerk(world)).get(reverse("enforcement:orders"))
    assert order.number in unit.text
    assert draft.number not in unit.text
    assert enter(clerk(world)).get(reverse("enforcement:order", args=[draft.pk])).status_code == 404
    assert enter(world.officer(world.counties[2])).get(reverse("enforcement:order", args=[order.pk])).status_code == 404


def test_an_order_is_drawn_up_from_a_problem(world, enter):
    problem = problems.confirmed(world)
    url = reverse("enforcement:draft_order") + f"?problem={problem.pk}"
    client = enter(county(world))
    assert "2023年内审的3项不符合没有纠正" in client.get(url).text
    given = {"facts": "甲", "provisions": "乙", "measure": "丙", "kind": "by_date", "due_on": "2024-06-20", **OFFICERS}
    assert client.post(url, {**given, "card2": "99010001"}).status_code == 422
    assert client.post(url, given).status_code == 302
    assert all_of(Order).get().problem_id == problem.pk
    assert client.get(reverse("enforcement:draft_order")).status_code == 404
    assert enter(clerk(world)).get(url).status_code == 403


def test_an_order_goes_its_way_on_its_page(world, enter):
    order = drafted(world)

    def post(actor, code, **given):
        return enter(actor).post(reverse("enforcement:act_on_order", args=[order.pk, code]), given).status_code

    assert post(county(world), "serve", receipt_kind="signed", received_by="") == 422
    assert post(county(world), "serve", receipt_kind="signed", received_by="许若谷") == 302
    assert post(county(world), "answer", text="代交") == 403
    assert post(clerk(world), "answer", text="已整改") == 302
    page = enter(county(world)).get(reverse("enforcement:order", args=[order.pk])).text
    assert "这个日期怎么算的" in page
    assert "端午节" in page
    assert post(county(world), "recheck", passed="1", method="papers", note="材料齐全") == 302
    assert post(county(world), "close", reason="") == 302
    assert post(county(world), "close", reason="") == 409


def test_an_order_is_handed_out_as_pdf_and_word(world, enter):
    order = answered(world)
    for kind, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        answer = enter(county(world)).post(reverse("enforcement:print_order", args=[order.pk, kind]))
        assert answer.status_code == 200
        assert answer.content.startswith(start)
    assert enter(county(world)).post(reverse("enforcement:print_order", args=[order.pk, "exe"])).status_code == 404


def test_cases_are_for_authorities_alone(world, enter):
    case = filed(world)
    assert case.number in enter(county(world)).get(reverse("enforcement:cases")).text
    assert enter(county(world)).get(reverse("enforcement:case", args=[case.pk])).status_code == 200
    assert enter(clerk(world)).get(reverse("enforcement:cases")).status_code == 403
    assert enter(clerk(world)).get(reverse("enforcement:case", args=[case.pk])).status_code == 403
    assert enter(world.officer(world.counties[2])).get(reverse("enforcement:case", args=[case.pk])).status_code == 404


def test_a_case_is_filed_after_an_order_and_decided_in_yuan(world, enter):
    order = served(world)
    url = reverse("enforcement:file_case") + f"?order={order.pk}"
    given = {"cause": "涉嫌出具虚假报告", "facts": "甲", "provisions": ["false_result"], "source": "", "found_on": "", **OFFICERS}
    assert enter(county(world)).get(url).status_code == 200
    assert enter(county(world)).post(url, {**given, "provisions": []}).status_code == 422
    assert enter(county(world)).post(url, given).status_code == 302
    case = all_of(Case).get()
    assert (case.order_id, case.problem_id) == (order.pk, order.problem_id)
    leader = factories.actor(factories.account("leader", "分管负责人", "leader", world.counties[0]))
    decide = reverse("enforcement:act_on_case", args=[case.pk, "decide"])
    assert enter(leader).post(decide, {"decision": "penalty", "text": "罚款", "fine_fen": "50000.50"}).status_code == 302
    assert all_of(Case).get().fine_fen == 5_000_050
    assert enter(county(world)).post(reverse("enforcement:print_case", args=[case.pk, "docx"])).status_code == 200

"""Pages of orders and cases: status codes, both sides, papers."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hengjian.dossier.models import Document
from hengjian.enforcement import documents, queries, services
from hengjian.enforcement.models import Case, Order
from hengjian.enforcement.states import VIOLATION_CLAUSES
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
    report = {"text": "已整改", "responsible_name": "苏映雪", "responsible_department": "质量部"}

    def post(actor, code, **given):
        return enter(actor).post(reverse("enforcement:act_on_order", args=[order.pk, code]), given).status_code

    assert post(county(world), "serve", receipt_kind="signed", received_by="") == 422
    assert post(county(world), "serve", receipt_kind="signed", received_by="许若谷") == 302
    assert post(county(world), "answer", **report) == 403
    assert post(clerk(world), "answer", text="已整改") == 422
    assert post(clerk(world), "answer", **report) == 302
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


def test_the_unit_gets_the_authority_s_paper_and_no_second_one(world, enter):
    order = answered(world)
    for actor, kind in ((clerk(world), "pdf"), (clerk(world), "docx"), (county(world), "docx")):
        assert enter(actor).post(reverse("enforcement:print_order", args=[order.pk, kind])).status_code == 200
    made = all_of(Document).get()
    assert (made.issuer_name, made.made_by_name) == (order.authority_name, "公文生成")
    services.recheck_order(order, actor=county(world), passed=True, method="papers", note="材料齐全")
    assert enter(county(world)).post(reverse("enforcement:print_order", args=[order.pk, "pdf"])).status_code == 200
    assert sorted(all_of(Document).values_list("revision", flat=True)) == [1, 2]
    assert enter(county(world)).post(reverse("enforcement:print_order", args=[order.pk, "xlsx"])).status_code == 404


def test_the_page_says_what_the_paper_says(world, enter):
    order = served(world)
    said = enter(clerk(world)).get(reverse("enforcement:order", args=[order.pk])).text
    for words in documents.order_words(order).paragraphs:
        assert words.text in said
    assert "拒不执行本指令的" in said


def test_names_of_officers_stay_with_the_paper_where_superiors_are_hidden(world, enter, settings):
    order = answered(world)
    officer = county(world)
    enter(officer).post(reverse("enforcement:print_order", args=[order.pk, "pdf"]))
    services.add_evidence(order, actor=officer, file_name="回证.txt", data="送达回证".encode(), item="receipt")
    services.recheck_order(order, actor=officer, passed=False, method="site", note="仍缺2份", officers=[{"name": "韩知行", "card": "1"}, {"name": "程以宁", "card": "2"}])
    page = reverse("enforcement:order", args=[order.pk])
    settings.HIDE_SUPERIORS = True
    said = enter(clerk(world)).get(page).text
    for name in (officer.name, "韩知行", "程以宁"):
        assert name not in said
        assert name in enter(officer).get(page).text
    assert "本页不显示姓名" in said
    assert clerk(world).name in said
    paper = documents.order_payload(all_of(Order).get(pk=order.pk))
    assert "韩知行（99010001）" in paper["fields"]["officers"]  # the law wants them named in the order itself
    settings.HIDE_SUPERIORS = False
    assert officer.name in enter(clerk(world)).get(page).text


def test_papers_and_problem_lead_to_each_other(world, enter):
    problem = problems.confirmed(world)
    order = served(world, problem_id=problem.pk)
    case = filed(world, order_id=order.pk, problem_id=problem.pk)
    officer, unit = county(world), clerk(world)
    panel = reverse("rectification:problem", args=[problem.pk])
    order_page, case_page = reverse("enforcement:order", args=[order.pk]), reverse("enforcement:case", args=[case.pk])
    for page, leads in ((panel, (order_page, case_page)), (order_page, (panel, case_page)), (case_page, (panel, order_page))):
        said = enter(officer).get(page).text
        assert all(one in said for one in leads), page
    said = enter(unit).get(panel).text
    assert order_page in said
    assert case_page not in said
    assert case_page not in enter(unit).get(order_page).text


def test_lists_filter_by_state_and_words(world, enter):
    order, gone = served(world), drafted(world)
    services.withdraw_order(gone, actor=county(world), reason="重复")
    client, url = enter(county(world)), reverse("enforcement:orders")
    said = client.get(url).text
    assert order.number in said
    assert gone.number not in said
    assert "另有1份已撤回" in said
    assert gone.number in client.get(url + "?status=withdrawn").text
    assert order.number not in client.get(url + "?q=没有这个单位").text
    case = filed(world)
    cases_url = reverse("enforcement:cases")
    assert case.number in client.get(cases_url + f"?q={case.institution_name}").text
    assert case.number not in client.get(cases_url + "?status=decided").text


def test_who_is_late_with_an_order_is_said(world, enter, clock):
    order = answered(world)
    page, listed = reverse("enforcement:order", args=[order.pk]), reverse("enforcement:orders")
    assert "监管部门应在" in enter(clerk(world)).get(page).text
    assert "复查逾期" not in enter(county(world)).get(listed).text
    clock.set(2024, 6, 20, 9)
    assert "已逾期" in enter(county(world)).get(page).text
    assert "复查逾期" in enter(county(world)).get(listed + "?status=overdue").text
    assert queries.late_party(order) == "authority"
    clock.set(2024, 6, 21, 9)
    assert queries.late_party(served(world, due_on=date(2024, 6, 21))) == ""
    clock.set(2024, 6, 22, 9)
    late = all_of(Order).order_by("-id")[0]
    assert queries.late_party(late) == "unit"


def test_evidence_of_a_case_is_kept_by_officers(world, enter):
    case = filed(world)
    url = reverse("enforcement:act_on_case", args=[case.pk, "evidence"])
    file = SimpleUploadedFile("询问笔录.txt", "询问笔录".encode())
    assert enter(county(world)).post(url, {"file": file, "note": "第一次询问"}).status_code == 302
    assert "询问笔录.txt" in enter(county(world)).get(reverse("enforcement:case", args=[case.pk])).text
    assert enter(clerk(world)).post(url, {"note": ""}).status_code == 403


def test_a_new_paper_knows_the_officer_and_the_items_of_the_law(world, enter):
    order = served(world, provisions=VIOLATION_CLAUSES["false_result"])
    said = enter(county(world)).get(reverse("enforcement:file_case") + f"?order={order.pk}").text
    assert 'value="韩知行"' in said
    assert "涉嫌出具虚假的检验、检测结果" in said
    assert 'value="false_result" aria-describedby' in said or "checked" in said
    services.draft_order(
        actor=county(world), owner_row=world.institutions[0], facts="甲", provisions="乙", measure="丙", due_on=order.due_on,
        officers=[{"name": county(world).name, "card": "990101007"}, {"name": "程以宁", "card": "99010002"}],
    )
    fresh = enter(county(world)).get(reverse("enforcement:draft_order") + f"?org={world.institutions[0].pk}").text
    assert f'value="{county(world).name}"' in fresh
    assert 'value="990101007"' in fresh


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

"""The search over everything: grouped, within the scope, identity numbers never in an address."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hengjian.dossier import services
from hengjian.parties.states import Role
from tests import factories
from tests.dossier.forms import ANNEX_1, ANNEX_1_PAYLOAD
from tests.web.people import Cast, cast

URL = "/search/"


@pytest.fixture
def people(db, clock) -> Cast:
    return cast()


def test_institutions_and_people_are_found_within_the_scope(people):
    own, other = people.world.institutions[:2]
    factories.person("沈砚秋", own)
    factories.person("沈听澜", other)
    page = people.client(Role.QUALITY_MANAGER).get(URL, {"q": "沈"}).content.decode()
    assert "请至少输入2个字" in page
    whole = people.client(Role.SUPERVISOR).get(URL, {"q": "正衡"}).content.decode()
    assert other.name in whole
    mine = people.client(Role.QUALITY_MANAGER)
    assert "沈砚秋" in mine.get(URL, {"q": "沈砚秋"}).content.decode()
    assert "没有找到" in mine.get(URL, {"q": "沈听澜"}).content.decode()


def test_an_identity_number_is_searched_by_post_only(people):
    person = factories.person("沈砚秋", people.world.institutions[0])
    number, client = person.id_number.reveal(), people.client(Role.QUALITY_MANAGER)
    by_get = client.get(URL, {"q": number}, follow=True).content.decode()
    assert "不能放在网址里" in by_get
    assert number not in by_get
    by_post = client.post(URL, {"q": number}).content.decode()
    assert reverse("registry:person", args=[person.pk]) in by_post
    assert number not in by_post
    stranger = people.world.clerk(people.world.institutions[1])
    assert stranger.org_id != people.world.institutions[0].pk


def test_other_words_go_into_the_address(people):
    answer = people.client(Role.SUPERVISOR).post(URL, {"q": "恒固"})
    assert (answer.status_code, answer["Location"]) == (302, f"{URL}?q=%E6%81%92%E5%9B%BA")


def test_a_live_search_answers_with_the_list_alone(people):
    headers = {"HX-Request": "true", "HX-Target": "found"}
    part = people.client(Role.SUPERVISOR).post(URL, {"q": "恒固"}, headers=headers).content.decode()
    assert part.startswith('<div id="found"')
    assert people.world.institutions[0].name in part


def test_documents_are_found_by_number_and_by_code(people):
    unit = people.world.institutions[0]
    document = services.issue_document(
        actor=people.actor(Role.QUALITY_MANAGER), owner_row=unit, definition="x", layout=ANNEX_1, payload=ANNEX_1_PAYLOAD,
        title="自查情况统计表", object_type="registry.institution", object_id=unit.pk, number="自查〔2024〕1号")
    client = people.client(Role.SUPERVISOR)
    for words in ("〔2024〕1号", document.code):
        assert reverse("dossier:document", args=[document.pk]) in client.get(URL, {"q": words}).content.decode()


def test_papers_of_cases_stay_inside_the_authorities(people):
    unit = people.world.institutions[0]
    paper = services.issue_document(
        actor=people.actor(Role.SUPERVISOR), owner_row=unit, definition="x", layout=ANNEX_1, payload=ANNEX_1_PAYLOAD, title="立案审批表",
        object_type="enforcement.case", object_id=unit.pk)
    assert "立案审批表" in people.client(Role.SUPERVISOR).get(URL, {"q": "立案审批"}).content.decode()
    unit_client = people.client(Role.QUALITY_MANAGER)
    assert "没有找到" in unit_client.get(URL, {"q": "立案审批"}).content.decode()
    assert unit_client.get(reverse("dossier:document", args=[paper.pk])).status_code == 404
    assert unit_client.get(reverse("dossier:document_file", args=[paper.pk, "docx"])).status_code == 404


def test_administrators_find_accounts_and_no_business_rows(people):
    page = people.client(Role.SECURITY_ADMIN).get(URL, {"q": "审计"}).content.decode()
    assert reverse("parties:account", args=[people.accounts[Role.AUDIT_ADMIN].pk]) in page
    assert "没有找到" in people.client(Role.AUDIT_ADMIN).get(URL, {"q": "恒固"}).content.decode()

"""Pages: what each role sees, masked fields, commands through forms, budgets of queries."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hengjian.base.models import LedgerEntry
from hengjian.base.models.receipts import Receipt
from hengjian.parties.models import Account
from hengjian.registry import services
from hengjian.registry.identifiers import fake_uscc
from hengjian.registry.models import Approval, Credential, Employment, ImportRun, Person, Reveal, Verification
from tests import factories
from tests.factories import World, all_of
from tests.registry.books import roster

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(clock: Any) -> World:
    return factories.world()


def signed_in(actor: Any) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.id))
    return client


def officer(world: World, n: int = 0) -> Client:
    return signed_in(world.officer(world.counties[n]))


def clerk(world: World, n: int = 0) -> Client:
    return signed_in(world.clerk(world.institutions[n]))


def staffed(world: World, count: int) -> list[Person]:
    at = world.institutions[0]
    return [factories.person(f"沈砚{chr(0x4e00 + n)}", at, months=24) for n in range(count)]


def test_the_list_shows_only_institutions_of_the_area(world: World) -> None:
    body = officer(world).get(reverse("registry:institutions")).content.decode()
    assert world.institutions[0].name in body
    assert world.institutions[1].name not in body


def test_an_institution_working_in_the_area_is_seen(world: World) -> None:
    services.add_work_area(world.institutions[1], actor=factories.SYSTEM, area=world.counties[0].path)
    body = officer(world).get(reverse("registry:institutions")).content.decode()
    assert world.institutions[1].name in body


@pytest.mark.parametrize(("query", "found"), [
    ("q=恒固", True), ("q=%25", False), ("kind=testing", False), ("speciality=cylinder", True), ("speciality=lift", False),
    ("state=suspended", False), ("page=-1", True), ("page=abc", True),
])
def test_filters_of_the_list(world: World, query: str, found: bool) -> None:
    answer = officer(world).get(f"{reverse('registry:institutions')}?{query}")
    assert answer.status_code == 200
    assert (f">{world.institutions[0].name}<" in answer.content.decode()) is found


def test_lists_ask_the_database_a_fixed_number_of_times(world: World, django_assert_max_num_queries: Any) -> None:
    staffed(world, 12)
    client = officer(world)
    for url in ("registry:institutions", "registry:people"):
        with django_assert_max_num_queries(22):
            assert client.get(reverse(url)).status_code == 200
    with django_assert_max_num_queries(38):
        client.get(reverse("registry:institution", args=[world.institutions[0].pk]))


def test_personal_fields_are_masked_everywhere(world: World) -> None:
    person = staffed(world, 1)[0]
    plain = person.id_number.reveal()
    for url in (
        reverse("registry:people"), reverse("registry:person", args=[person.pk]),
        reverse("registry:institution", args=[world.institutions[0].pk]),
    ):
        assert plain not in officer(world).get(url).content.decode()


def test_the_day_of_birth_is_masked_too_and_told_for_a_purpose(world: World) -> None:
    person = staffed(world, 1)[0]
    born = person.born_on
    page = officer(world).get(reverse("registry:person", args=[person.pk])).content.decode()
    assert f"{born.year}年" in page
    for said in (f"{born:%m-%d}", f"{born.month}月{born.day}日", f"{born:%Y%m%d}"):
        assert said not in page
    given = {"fields_wanted": ["born_on", "phone"], "purpose": "inspection", "reason": "现场核对身份"}
    shown = officer(world).post(reverse("registry:reveal", args=[person.pk]), given).content.decode()
    assert born.isoformat() in shown
    assert all_of(Reveal).get().fields == ["born_on", "phone"]


def test_histories_tell_of_what_belongs_to_an_object(world: World) -> None:
    at, county = world.institutions[0], world.officer(world.counties[0])
    person = staffed(world, 1)[0]
    approval = services.add_approval(at, actor=county, number="TS7110001", issued_on=date(2022, 1, 1), valid_until=date(2026, 1, 1))
    services.move_approval(approval, actor=county, move="suspend", on=date(2024, 7, 1), reason="评审发现人员不足")
    title = services.add_title(person, actor=county, title="工程师", certificate_no="ZC1")
    client = officer(world)
    page = client.get(reverse("web:history", args=["registry.institution", at.pk])).content.decode()
    assert "登记核准证" in page
    assert "暂停核准证" in page
    assert "TS7110001" in page
    page = client.get(reverse("web:history", args=["registry.person", person.pk])).content.decode()
    assert "登记职称" in page
    assert title.title in page
    enterprise = services.add_enterprise(actor=county, name="某商场", uscc=fake_uscc(random.Random(12)), area=at.area)
    services.add_equipment(enterprise, actor=county, code="31103301022018090001", category="3100")
    page = client.get(reverse("web:history", args=["registry.enterprise", enterprise.pk])).content.decode()
    assert "31103301022018090001" in page


def test_people_are_found_by_whole_identity_number(world: World) -> None:
    person = staffed(world, 2)[0]
    answer = officer(world).get(reverse("registry:people"), {"q": person.id_number.reveal()})
    assert [line.person for line in answer.context["lines"]] == [person]


def test_a_person_outside_the_scope_is_not_found(world: World) -> None:
    person = staffed(world, 1)[0]
    for url in ("registry:person", "registry:reveal"):
        assert officer(world, 2).get(reverse(url, args=[person.pk])).status_code == 404
    assert clerk(world, 1).get(reverse("registry:person", args=[person.pk])).status_code == 404


def test_the_practice_file_shows_insurance_training_and_verification(world: World) -> None:
    person = staffed(world, 1)[0]
    services.record_training(person, actor=factories.SYSTEM, year=2023, technical_hours=Decimal(10))
    answer = officer(world).get(reverse("registry:person", args=[person.pk]))
    file = answer.context["file"]
    assert (len(file.insurance), file.months_unpaid, file.months_other) == (24, 0, 0)
    assert [(one.year, str(one.technical_short)) for one in file.trainings][1] == (2023, "14.0")
    assert "尚未核验" in answer.content.decode()


def test_a_look_at_personal_fields_is_shown_once_and_entered(world: World) -> None:
    person = staffed(world, 1)[0]
    url = reverse("registry:reveal", args=[person.pk])
    client = officer(world)
    assert client.post(url, {"fields_wanted": ["id_number"], "purpose": "inspection", "reason": "。"}).status_code == 422
    answer = client.post(url, {"fields_wanted": ["id_number"], "purpose": "inspection", "reason": "现场核对身份"})
    assert person.id_number.reveal() in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert all_of(Reveal).get().fields == ["id_number"]
    assert LedgerEntry.objects.filter(action="registry.reveal").count() == 1
    assert person.id_number.reveal() not in client.get(url).content.decode()
    assert not Receipt.objects.exists()


def test_an_institution_cannot_reveal_people_who_left(world: World) -> None:
    person = staffed(world, 1)[0]
    job = all_of(Employment).get(person=person)
    services.end_employment(job, actor=world.clerk(world.institutions[0]), on=date(2024, 5, 1), reason="本人辞职离开")
    given = {"fields_wanted": ["id_number"], "purpose": "contact", "reason": "联系本人办事"}
    assert clerk(world).post(reverse("registry:reveal", args=[person.pk]), given).status_code == 403
    assert clerk(world).get(reverse("registry:reveal", args=[person.pk])).status_code == 403


def act(kind: str, row: Any, code: str) -> str:
    return reverse("registry:act", args=[kind, row.pk, code])


def test_a_regulator_registers_and_suspends_an_approval(world: World) -> None:
    client, at = officer(world), world.institutions[0]
    given = {"number": "TS7110001-2027", "categories": "2300；3000", "issued_on": "2023-01-01", "valid_until": "2026-12-31"}
    assert client.get(act("institution", at, "add-approval")).status_code == 200
    assert client.post(act("institution", at, "add-approval"), given).status_code == 302
    approval = all_of(Approval).get()
    assert approval.categories == ["2300", "3000"]
    reasons = {"on": "2024-06-01", "reason": "不再符合核准条件"}
    assert client.post(act("approval", approval, "suspend"), reasons).status_code == 302
    assert all_of(Approval).get().state == "suspended"
    assert client.post(act("approval", approval, "suspend"), reasons).status_code == 409
    assert all_of(Approval).get().state_since == date(2024, 6, 1)


def test_bad_input_keeps_what_was_typed(world: World) -> None:
    given = {"number": "TS7110001-2027", "issued_on": "2026-01-01", "valid_until": "2023-12-31"}
    answer = officer(world).post(act("institution", world.institutions[0], "add-approval"), given)
    assert answer.status_code == 422
    assert 'value="TS7110001-2027"' in answer.content.decode()
    assert not all_of(Approval).exists()


def test_an_institution_may_not_touch_its_approvals(world: World) -> None:
    given = {"number": "TS7110001-2027", "issued_on": "2023-01-01", "valid_until": "2026-12-31"}
    assert clerk(world).post(act("institution", world.institutions[0], "add-approval"), given).status_code == 403


def test_forms_open_to_those_alone_who_may_send_them(world: World) -> None:
    at, person = world.institutions[0], staffed(world, 1)[0]
    credential = person.credentials.all()[0]
    asked = [act("institution", at, "change"), act("institution", at, "add-person"), act("credential", credential, "cancel"), act("credential", credential, "change")]
    assert [clerk(world).get(url).status_code for url in asked] == [403, 200, 403, 200]
    assert [officer(world).get(url).status_code for url in asked] == [200] * 4
    assert officer(world).get(reverse("registry:enter_rule")).status_code == 403


def test_an_institution_registers_a_person_with_papers_and_verification(world: World) -> None:
    client, at = clerk(world), world.institutions[0]
    given = {"name": "许若谷", "id_kind": "passport", "id_number": "E1234567", "post": "inspector", "full_time": "on",
             "started_on": "2024-01-01"}
    assert client.post(act("institution", at, "add-person"), given).status_code == 302
    person = all_of(Person).get()
    paper = {"certificate_no": "TS1", "grade": "engineer", "categories": "3000", "issued_on": "2023-01-01", "valid_until": "2027-01-01"}
    assert client.post(act("person", person, "add-credential"), paper).status_code == 302
    assert client.post(act("person", person, "add-education"), {"degree": "bachelor", "school": "澜川工学院"}).status_code == 302
    education = person.educations.all()[0]
    said = {"method": "chsi", "result": "genuine", "code": "ABCD1234", "on": "2024-06-01"}
    assert client.post(act("education", education, "verify"), said).status_code == 302
    record = all_of(Verification).get()
    assert (record.verified_by_name, record.code) == (world.clerk(at).name, "ABCD1234")
    job = all_of(Employment).get()
    assert client.post(act("employment", job, "register-practice"), {"on": "2024-02-01"}).status_code == 302
    reasons = {"on": "2024-06-02", "reason": "经查未真实执业"}
    assert client.post(act("employment", job, "cancel-practice"), reasons).status_code == 302
    assert all_of(Employment).get().practice_cancelled_on == date(2024, 6, 2)
    assert client.post(act("credential", all_of(Credential).get(), "cancel"), reasons).status_code == 403
    assert officer(world).post(act("credential", all_of(Credential).get(), "cancel"), reasons).status_code == 302
    assert all_of(Credential).get().cancel_reason == "经查未真实执业"


def test_every_form_opens(world: World) -> None:
    person = staffed(world, 1)[0]
    at = world.institutions[0]
    services.add_approval(at, actor=factories.SYSTEM, number="TS1", issued_on=date(2023, 1, 1))
    title = services.add_title(person, actor=factories.SYSTEM, title="工程师")
    pages = [reverse("registry:institution", args=[at.pk]), reverse("registry:person", args=[person.pk])]
    for client in (officer(world), clerk(world)):
        links = [one for page in pages for one in _acts(client.get(page).content.decode())]
        assert len(links) >= 10
        for link in links:
            assert client.get(link).status_code == 200, link
    assert act("title", title, "verify") in _acts(officer(world).get(pages[1]).content.decode())


def _acts(body: str) -> list[str]:
    return [part.split('"')[0] for part in body.split('class="btn btn-sm" href="')[1:]]


def test_upload_dry_run_confirm_and_result(world: World) -> None:
    client = clerk(world)
    answer = client.post(reverse("registry:imports"), {"file": SimpleUploadedFile("名册.xlsx", roster(3))})
    run = all_of(ImportRun).get()
    assert answer.headers["Location"] == reverse("registry:import_run", args=[run.pk])
    body = client.get(answer.headers["Location"]).content.decode()
    assert "确认导入" in body
    assert run.sha256 in body
    wrong = client.post(reverse("registry:confirm_import", args=[run.pk]), {"sha256": "0" * 64})
    assert (wrong.status_code, all_of(Person).count()) == (409, 0)
    right = client.post(reverse("registry:confirm_import", args=[run.pk]), {"sha256": run.sha256})
    assert (right.status_code, all_of(Person).count()) == (302, 3)
    assert "已导入" in client.get(right.headers["Location"]).content.decode()


def test_a_faulty_file_is_shown_and_handed_back(world: World) -> None:
    client = clerk(world)
    data = roster(3, faults={2: {"级别": "特级"}})
    answer = client.post(reverse("registry:imports"), {"file": SimpleUploadedFile("名册.xlsx", data)}, follow=True)
    assert "不认识“特级”" in answer.content.decode()
    run = all_of(ImportRun).get()
    marked = client.get(reverse("registry:marked", args=[run.pk]))
    assert marked.content.startswith(b"PK")
    assert "attachment" in marked.headers["Content-Disposition"]
    assert officer(world, 2).get(reverse("registry:import_run", args=[run.pk])).status_code == 404


@pytest.mark.parametrize("data", [b"", b"not a workbook \x00\x01", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0" + b"0" * 600])
def test_what_is_no_workbook_is_refused_in_words(world: World, data: bytes) -> None:
    answer = clerk(world).post(reverse("registry:imports"), {"file": SimpleUploadedFile("x.xlsx", data)})
    assert answer.status_code == 422
    assert not all_of(ImportRun).exists()


def test_the_template_is_a_workbook_that_is_understood(world: World) -> None:
    answer = clerk(world).get(reverse("registry:template"))
    assert answer.content.startswith(b"PK")


def test_an_export_asks_for_its_purpose(world: World) -> None:
    staffed(world, 1)
    client = officer(world)
    assert client.post(reverse("registry:export"), {"purpose": "inspection", "reason": "", "form": "csv"}).status_code == 422
    answer = client.post(reverse("registry:export"), {"purpose": "inspection", "reason": "年度数据分析", "form": "csv"})
    assert answer.getvalue().startswith(b"PK")
    assert all_of(Reveal).get().object_type == "registry.package"


def test_objects_are_for_regulators(world: World) -> None:
    for url in ("registry:enterprises", "registry:equipment"):
        assert officer(world).get(reverse(url)).status_code == 200
        assert clerk(world).get(reverse(url)).status_code == 403
    assert clerk(world).get(reverse("registry:own")).status_code == 302


def test_a_regulator_registers_an_enterprise_and_its_equipment(world: World) -> None:
    client = officer(world)
    given = {"name": "云汀物业有限公司", "uscc": fake_uscc(random.Random(4)), "area": world.counties[0].path}
    answer = client.post(reverse("registry:new_enterprise"), given)
    assert answer.status_code == 302
    page = answer.headers["Location"]
    link = _acts(client.get(page).content.decode())[0]
    assert client.post(link, {"code": "31201000120200001", "category": "3100"}).status_code == 302
    assert "31201000120200001" in client.get(page).content.decode()
    elsewhere = {**given, "uscc": fake_uscc(random.Random(5)), "area": world.counties[2].path}
    assert client.post(reverse("registry:new_enterprise"), elsewhere).status_code == 422

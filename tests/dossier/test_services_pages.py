"""Pages of evidence and documents, and the public page: what goes out, to whom, and how it is wrapped."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hengjian.dossier import queries, services
from hengjian.dossier.intake.vault import place_of
from hengjian.dossier.models import Document, Evidence
from hengjian.parties.states import Role
from tests import factories
from tests.dossier import files
from tests.dossier.authority import PASSPHRASE, TestAuthority
from tests.dossier.forms import ANNEX_1, ANNEX_1_PAYLOAD
from tests.web.people import Cast, cast

TYPE = "registry.institution"


@pytest.fixture
def people(db, clock) -> Cast:
    cache.clear()
    return cast()


@pytest.fixture
def unit(people):
    return people.world.institutions[0]


@pytest.fixture
def client(people):
    return people.client(Role.QUALITY_MANAGER)


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def kept(people, unit, data: bytes, name: str = "a.xlsx") -> Evidence:
    return services.keep_evidence(
        name, data, actor=people.actor(Role.FILLER), owner_row=unit, object_type=TYPE, object_id=unit.pk)


def paper(people, unit) -> Document:
    return services.issue_document(
        actor=people.actor(Role.QUALITY_MANAGER), owner_row=unit, definition="x", layout=ANNEX_1, payload=ANNEX_1_PAYLOAD,
        title="自查情况统计表", object_type=TYPE, object_id=unit.pk)


def test_a_file_is_handed_in_by_htmx_and_shows_in_the_list(client, unit):
    given = {"object_type": TYPE, "object_id": unit.pk, "item": "a", "file": upload("社保.xlsx", files.xlsx())}
    part = client.post(reverse("dossier:keep"), given, headers={"HX-Request": "true"})
    assert (part.status_code, "社保.xlsx" in part.content.decode()) == (200, True)
    again = client.get(reverse("dossier:evidence_of", args=[TYPE, unit.pk]), {"item": "a"}).content.decode()
    assert "社保.xlsx" in again


def test_several_files_are_taken_all_or_none(client, unit):
    bad = [upload("好.xlsx", files.xlsx()), upload("坏.pdf", b"MZ" + bytes(50))]
    part = client.post(reverse("dossier:keep"), {"object_type": TYPE, "object_id": unit.pk, "file": bad}, headers={"HX-Request": "true"})
    said = part.content.decode()
    assert part.status_code == 422
    assert "可执行程序" in said
    assert "还没有证据" in said
    assert list(factories.all_of(Evidence)) == []


def test_a_stranger_hands_in_nothing(people, unit):
    other = people.world.institutions[1]
    given = {"object_type": TYPE, "object_id": other.pk, "file": upload("a.xlsx", files.xlsx())}
    assert people.client(Role.FILLER).post(reverse("dossier:keep"), given).status_code == 404
    assert people.client(Role.FILLER).post(reverse("dossier:keep"), {**given, "object_type": "parties.account"}).status_code == 404


def test_pictures_are_shown_from_the_copy_and_originals_only_downloaded(client, people, unit):
    row = kept(people, unit, files.photo(place=True), "照片.jpg")
    shown = client.get(reverse("dossier:display", args=[row.pk]))
    assert shown["Content-Type"].startswith("image/")
    assert b"Exif" not in shown.content
    original = client.get(reverse("dossier:original", args=[row.pk]))
    assert original["Content-Disposition"].startswith("attachment")
    assert original["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in original["Content-Security-Policy"]
    assert "'unsafe" not in original["Content-Security-Policy"]
    assert original.content == queries.original_bytes(row)


def test_a_workbook_is_not_shown_and_a_lost_file_says_so(client, people, unit):
    row = kept(people, unit, files.xlsx([["只此一份"]]))
    assert client.get(reverse("dossier:display", args=[row.pk])).status_code == 404
    place_of(row.sha256).unlink()
    answer = client.get(reverse("dossier:original", args=[row.pk]))
    assert (answer.status_code, "从备份恢复" in answer.content.decode()) == (500, True)


def test_evidence_is_verified_and_replaced_on_its_page(client, people, unit):
    row = kept(people, unit, files.xlsx())
    page = reverse("dossier:evidence", args=[row.pk])
    assert "登记核验" not in people.client(Role.FILLER).get(page).content.decode()
    assert client.post(reverse("dossier:verify", args=[row.pk]), {"method": "original"}).status_code == 302
    assert "核对原件" in client.get(page).content.decode()
    bad = client.post(reverse("dossier:replace", args=[row.pk]), {"note": "改", "file": upload("b.xlsx", queries.original_bytes(row))})
    assert (bad.status_code, "完全相同" in bad.content.decode()) == (422, True)
    done = client.post(reverse("dossier:replace", args=[row.pk]), {"note": "补全", "file": upload("b.xlsx", files.xlsx([["b"]]))})
    assert "查看最新版本" in client.get(page).content.decode()
    assert client.get(done["Location"]).status_code == 200


def test_a_document_is_downloaded_and_sealed_with_a_scan(client, people, unit):
    row = paper(people, unit)
    for fmt in ("pdf", "docx", "xlsx"):
        answer = client.get(reverse("dossier:document_file", args=[row.pk, fmt]))
        assert answer["Content-Disposition"].startswith("attachment")
        assert len(answer.content) > 1000
    assert client.get(reverse("dossier:document_file", args=[row.pk, "exe"])).status_code == 404
    sealed = client.post(reverse("dossier:seal_scan", args=[row.pk]), {"file": upload("章.jpg", files.photo())})
    assert sealed.status_code == 302
    assert "盖章页扫描件" in client.get(reverse("dossier:document", args=[row.pk])).content.decode()


def test_a_document_is_signed_and_a_wrong_password_told(client, people, unit):
    row, certificate = paper(people, unit), TestAuthority().organisation(unit.name)
    url = reverse("dossier:sign", args=[row.pk])
    bad = client.post(url, {"certificate": upload("a.p12", certificate), "passphrase": "no", "meaning": "报送"})
    assert (bad.status_code, "打不开" in bad.content.decode()) == (422, True)
    good = {"certificate": upload("a.p12", certificate), "passphrase": PASSPHRASE.decode(), "meaning": "报送"}
    assert client.post(url, good).status_code == 302


def test_anybody_verifies_by_code_and_by_file(people, unit, client):
    row, visitor = paper(people, unit), Client()
    data = client.get(reverse("dossier:document_file", args=[row.pk, "docx"])).content
    assert visitor.post("/verify/", {"code": row.code.lower()})["Location"] == f"/verify/{row.code}/"
    page = visitor.get(f"/verify/{row.code}/").content.decode()
    assert unit.name in page
    assert row.digest in page
    assert "沈砚秋" not in page
    assert "逐字节相同" in visitor.post(f"/verify/{row.code}/", {"data": upload("a.docx", data)}).content.decode()
    assert "逐字节相同" in visitor.post("/verify/", {"data": upload("a.docx", data)}).content.decode()
    assert "文件不一致" in visitor.post(f"/verify/{row.code}/", {"data": upload("a.docx", data + b" ")}).content.decode()
    unknown = visitor.post("/verify/", {"data": upload("a.docx", data + b" ")})
    assert (unknown.status_code, "没有出具过这个文件" in unknown.content.decode()) == (404, True)
    assert visitor.get("/verify/HJ-2024-0000-0000/").status_code == 404
    assert visitor.post("/verify/", {}).status_code == 422


def test_the_public_page_is_limited(db):
    cache.clear()
    visitor = Client()
    answers = [visitor.get("/verify/HJ-2024-0000-0000/").status_code for _try in range(35)]
    assert answers.count(429) >= 4
    cache.clear()

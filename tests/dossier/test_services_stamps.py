"""Signatures with the time stamp of the site's authority, and what happens when it gives none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hengjian.base.errors import BadInput
from hengjian.dossier import queries, services
from hengjian.dossier.models import Document
from hengjian.dossier.signing import verify_seals
from hengjian.parties.states import Role
from tests.dossier.authority import PASSPHRASE, TestAuthority
from tests.dossier.forms import ANNEX_1, ANNEX_1_PAYLOAD
from tests.dossier.time_authority import nobody_there, time_authority
from tests.web.people import Cast, cast

pytestmark = pytest.mark.django_db
TYPE = "registry.institution"


@pytest.fixture(scope="module")
def authority() -> TestAuthority:
    return TestAuthority()


@pytest.fixture
def people(clock: Any) -> Cast:
    return cast()


@pytest.fixture
def document(people: Cast) -> Document:
    unit = people.world.institutions[0]
    return services.issue_document(
        actor=people.actor(Role.QUALITY_MANAGER), owner_row=unit, definition="x", layout=ANNEX_1, payload=ANNEX_1_PAYLOAD,
        title="自查情况统计表", object_type=TYPE, object_id=unit.pk)


@pytest.fixture
def served(authority: TestAuthority, settings: Any) -> Iterator[list[Any]]:
    with time_authority(authority.time_authority()) as (url, asked):
        settings.TIME_AUTHORITY_URL = url
        yield asked


def _sign(people: Cast, document: Document, authority: TestAuthority, **more: Any) -> Document:
    return services.sign_with_certificate(
        document, actor=people.actor(Role.QUALITY_MANAGER), pkcs12=authority.organisation("某机构", **more.pop("made", {})),
        passphrase=PASSPHRASE.decode(), meaning="报送", **more)


def _pdf(people: Cast, document: Document) -> bytes:
    return services.document_file(people.actor(Role.QUALITY_MANAGER).scope, document, "pdf")[1]


def test_a_signature_carries_the_stamp_of_the_sites_authority(people, document, authority, served):
    row = _sign(people, document, authority)
    verdict = verify_seals(_pdf(people, row), roots=[authority.root_pem])
    assert verdict.valid is True
    assert verdict.signatures[0].stamped_at == row.stamped_at
    assert row.stamped_at is not None
    assert served, "the authority was asked over HTTP"
    page = people.client(Role.QUALITY_MANAGER).get(reverse("dossier:document", args=[row.pk])).content.decode()
    assert "签名带有时间戳：" in page


def test_without_an_authority_the_page_says_that_there_is_no_stamp(people, document, authority, settings):
    settings.TIME_AUTHORITY_URL = ""
    row = _sign(people, document, authority)
    assert (row.stamped_at, verify_seals(_pdf(people, row), roots=[authority.root_pem]).valid) == (None, True)
    page = people.client(Role.QUALITY_MANAGER).get(reverse("dossier:document", args=[row.pk])).content.decode()
    assert "签名没有时间戳" in page


def test_a_dead_authority_means_no_signature_unless_that_was_agreed(people, document, authority, settings):
    settings.TIME_AUTHORITY_URL = nobody_there()
    with pytest.raises(BadInput, match=r"没有签章.*勾选“没有时间戳也签章”"):
        _sign(people, document, authority)
    assert queries.document_of(people.actor(Role.QUALITY_MANAGER).scope, document.pk).seal_kind == "none"
    row = _sign(people, document, authority, without_stamp=True)
    assert (row.seal_kind, row.stamped_at) == ("pdf_signature", None)
    assert verify_seals(_pdf(people, row), roots=[authority.root_pem]).signatures[0].stamped_at is None


@pytest.mark.parametrize("answer", [{"body": b"no stamp"}, {"status": 500, "body": b""}, {"body": b""}, {"body": b"", "seconds": 0.8}])
def test_a_wrong_or_late_answer_counts_as_none(people, document, authority, settings, monkeypatch, answer):
    monkeypatch.setattr("hengjian.dossier.signing.pades.SECONDS", 0.4)
    with time_authority(None, **answer) as (url, _asked):
        settings.TIME_AUTHORITY_URL = url
        with pytest.raises(BadInput, match="时间戳服务没有应答，或应答有误"):
            _sign(people, document, authority)


def test_the_form_asks_only_where_there_is_an_authority(people, document, authority, settings):
    client, page = people.client(Role.QUALITY_MANAGER), reverse("dossier:document", args=[document.pk])
    settings.TIME_AUTHORITY_URL = ""
    assert "没有时间戳也签章" not in client.get(page).content.decode()
    settings.TIME_AUTHORITY_URL = nobody_there()
    assert "没有时间戳也签章" in client.get(page).content.decode()
    given = {"passphrase": PASSPHRASE.decode(), "meaning": "报送"}
    certificate = authority.organisation("某机构")
    refused = client.post(reverse("dossier:sign", args=[document.pk]), {**given, "certificate": SimpleUploadedFile("a.p12", certificate)})
    assert (refused.status_code, "勾选“没有时间戳也签章”" in refused.content.decode()) == (422, True)
    agreed = {**given, "certificate": SimpleUploadedFile("a.p12", certificate), "without_stamp": "on"}
    assert client.post(reverse("dossier:sign", args=[document.pk]), agreed).status_code == 302


def test_a_certificate_that_has_ended_is_refused(people, document, authority):
    with pytest.raises(BadInput, match=r"单位证书已于.*到期"):
        _sign(people, document, authority, made={"days": -3})

"""A command sent twice has one effect and one answer."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hengjian.base.models import LedgerEntry, Receipt
from hengjian.base.receipts import fingerprint
from hengjian.campaigns.models import Target
from hengjian.parties.models import Account
from hengjian.registry.models import Reveal
from tests import factories
from tests.campaigns import scenes
from tests.factories import all_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(clock, client):
    """Leave an institution out, from the page of the issuer: the address and the browser."""
    clock.set(2024, 6, 11, 10)
    world = factories.world()
    scenes.load_definitions(actor=factories.SYSTEM)
    campaign = scenes.launched(world)
    target = all_of(Target).get(campaign=campaign, institution=world.institutions[0])
    client.force_login(Account.objects.get(pk=world.officer(world.province).id))
    return client, reverse("campaigns:leave_out", args=[target.id]), target


def test_the_same_command_twice_has_one_effect_and_the_same_answer(sent):
    client, url, target = sent
    first = client.post(url, {"reason": "核准证已经注销", "_receipt": "r-1"})
    again = client.post(url, {"reason": "核准证已经注销", "_receipt": "r-1"})

    assert (first.status_code, again.status_code, again["Location"]) == (302, 302, first["Location"])
    assert again["Idempotency-Replayed"] == "true"
    assert Receipt.objects.count() == 1
    assert all_of(Target).get(pk=target.pk).version == 2


def test_the_same_key_with_other_content_is_refused(sent):
    client, url, target = sent
    client.post(url, {"reason": "核准证已经注销", "_receipt": "r-1"})
    other = client.post(url, {"reason": "另一个理由呢", "_receipt": "r-1"})
    assert other.status_code == 422
    assert all_of(Target).get(pk=target.pk).reason == "核准证已经注销"


def test_a_refused_command_leaves_no_receipt_and_may_be_mended(sent):
    client, url, _target = sent
    assert client.post(url, {"reason": "短", "_receipt": "r-1"}).status_code == 422
    assert Receipt.objects.count() == 0
    assert client.post(url, {"reason": "核准证已经注销", "_receipt": "r-1"}).status_code == 302


def test_an_answer_that_is_told_once_is_kept_nowhere_and_its_command_has_one_effect(clock):
    clock.set(2024, 6, 11, 10)
    world = factories.world()
    person = factories.person("罗长庚", world.institutions[0])
    browser = scenes.signed_in(world.clerk(world.institutions[0]))
    asked = {"fields_wanted": ["id_number"], "purpose": "verification", "reason": "学信网核验需要完整号码", "_receipt": "r-1"}
    address = reverse("registry:reveal", args=[person.pk])

    first, again = browser.post(address, asked), browser.post(address, asked)

    assert person.id_number.reveal() in first.content.decode()
    assert (again.status_code, "已经办成" in again.json()["detail"]) == (409, True)
    assert all_of(Reveal).count() == 1
    assert bytes(Receipt.objects.get().body) == b""


def test_a_streamed_answer_leaves_its_entry_and_its_receipt(clock):
    clock.set(2024, 6, 11, 10)
    browser = scenes.signed_in(factories.actor(factories.account("auditor", "审计", "audit_admin")))
    told = LedgerEntry.objects.filter(action="parties.download_ledger").count
    statuses = [browser.post(reverse("web:download_ledger"), {"_receipt": "r-1"}).status_code for _time in range(2)]
    assert (statuses, told(), Receipt.objects.count()) == ([200, 409], 1, 1)


@pytest.mark.parametrize("other", ["a query", "the first of two files", "the name of a file"])
def test_everything_that_is_sent_belongs_to_the_content(rf, other):
    def asked(query="", *files):
        return fingerprint(rf.post(f"/one/{query}", {"reason": "理由", "file": [SimpleUploadedFile(name, data) for name, data in files]}))

    first, second = ("甲.txt", b"1"), ("乙.txt", b"2")
    before = asked("?problem=1", first, second)
    assert asked("?problem=1", first, second) == before
    changed = {
        "a query": asked("?problem=2", first, second), "the first of two files": asked("?problem=1", ("甲.txt", b"3"), second),
        "the name of a file": asked("?problem=1", ("丙.txt", b"1"), second),
    }
    assert changed[other] != before

"""A command sent twice has one effect and one answer."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hengjian.base.models import Receipt
from hengjian.campaigns.models import Target
from hengjian.parties.models import Account
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

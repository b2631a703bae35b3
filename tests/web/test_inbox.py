"""Messages: counted in the bar, read one by one or all at once, never somebody else's."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hengjian.parties import queries, services
from hengjian.parties.models import Account, Message
from hengjian.parties.states import Role
from tests import factories
from tests.web.people import Cast, cast


@pytest.fixture
def people(db, clock) -> Cast:
    return cast()


def tell(people: Cast, role: str, title: str, url: str = "") -> Message:
    sent = services.send_message(people.accounts[role], actor=factories.SYSTEM, kind="reminder", title=title, url=url)
    assert sent is not None
    return sent


def test_the_bar_counts_and_the_list_tells(people):
    tell(people, Role.FILLER, "还差1天")
    client = people.client(Role.FILLER)
    page = client.get(reverse("web:inbox")).content.decode()
    assert "消息，1条未读" in page
    assert "还差1天" in page
    assert "没有消息" in people.client(Role.INSPECTOR).get(reverse("web:inbox")).content.decode()


def test_reading_leads_to_the_work_and_nowhere_else(people):
    client = people.client(Role.FILLER)
    ours, theirs = tell(people, Role.FILLER, "甲", "/rectification/problems/"), tell(people, Role.FILLER, "乙", "https://elsewhere.example/")
    assert client.post(reverse("web:read", args=[ours.pk]))["Location"] == "/rectification/problems/"
    assert client.post(reverse("web:read", args=[theirs.pk]))["Location"] == reverse("web:inbox")
    assert queries.unread_count(people.actor(Role.FILLER).scope, people.accounts[Role.FILLER].pk) == 0


def test_all_are_read_at_once_and_those_of_others_not(people):
    mine, other = tell(people, Role.FILLER, "甲"), tell(people, Role.INSPECTOR, "乙")
    client = people.client(Role.FILLER)
    assert client.post(reverse("web:read", args=[other.pk])).status_code == 404
    client.post(reverse("web:read_all"))
    read = dict(Message.objects.values_list("pk", "read_at"))
    assert read[mine.pk] is not None
    assert read[other.pk] is None
    assert "没有消息" in client.get(reverse("web:inbox"), {"view": "unread"}).content.decode()


def test_the_density_stays_with_the_account(people):
    client = people.client(Role.FILLER)
    assert client.post(reverse("web:density"), {"density": "tight"}).status_code == 200
    assert Account.objects.get(pk=people.accounts[Role.FILLER].pk).density == "tight"
    assert 'data-density="tight"' in client.get(reverse("web:inbox")).content.decode()
    assert client.post(reverse("web:density"), {"density": "huge"}).status_code == 422

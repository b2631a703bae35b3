"""When the database gives no answer: 503 that says so, asks nothing of the database, and loses nothing."""

from __future__ import annotations

import sqlite3

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client

from tests import factories
from tests.campaigns import scenes, selfchecks

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(clock):
    clock.set(2024, 6, 3, 9)
    world = factories.world()
    browser = Client(raise_request_exception=False)
    browser.force_login(factories.Account.objects.get(pk=world.clerk(world.institutions[0]).id))
    return browser


@pytest.mark.parametrize(("headers", "words"), [
    ({}, "系统暂时忙不过来"), ({"Accept": "application/json"}, "数据库没有应答"), ({"HX-Request": "true"}, "不会重复办理"),
])
def test_no_answer_of_the_database_is_said_and_asks_it_nothing(clerk, monkeypatch, headers, words):
    def gone(*_args, **_kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(gone):
        answer = clerk.get("/", headers=headers)
    said = answer.json()["detail"] if "Accept" in headers else answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert words in said
    assert "connection" not in said


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_database_that_stays_locked_refuses_and_takes_the_same_command_later(clock):
    scene = selfchecks.scene(clock)
    submission = scene.submission()
    browser = scenes.signed_in(scene.clerk)
    browser.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 200")
    other = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    other.execute("BEGIN IMMEDIATE")
    address, fields = f"/campaigns/self-check/{submission.pk}/begin/", {"_receipt": "begin-once"}
    assert browser.post(address, fields).status_code == 503
    other.rollback()
    other.close()
    assert scene.submission().state == "idle"
    assert browser.post(address, fields).status_code == 302
    assert scene.submission().state == "draft"
    connection.close()


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_full_disk_refuses_and_still_shows_what_is_there(clock):
    scene = selfchecks.scene(clock, people=tuple(f"持证人{n:02d}" for n in range(60)))
    submission = scene.submission()
    browser = scenes.signed_in(scene.clerk)
    browser.raise_request_exception = False
    address, fields = f"/campaigns/self-check/{submission.pk}/begin/", {"_receipt": "begin-once"}
    _now("VACUUM")  # pages that other tests have left empty would hold what is written
    _now("PRAGMA max_page_count = 1")  # no page more than there are
    assert browser.post(address, fields).status_code == 503
    assert browser.get(f"/campaigns/self-check/{submission.pk}/").status_code == 200
    assert scene.submission().state == "idle"
    _now("PRAGMA max_page_count = 1073741823")
    assert browser.post(address, fields).status_code == 302
    assert scene.submission().state == "draft"
    connection.close()


def _now(pragma):
    with connection.cursor() as cursor:
        cursor.execute(pragma)

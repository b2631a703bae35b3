"""A session is its owner's alone and ends when it ends: fixation, replay, limits, and rights that are gone at the next request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from hengjian.base import clock as house_clock
from hengjian.parties import services
from hengjian.parties.models import Account, Post
from tests import factories

pytestmark = pytest.mark.django_db

COOKIE = settings.SESSION_COOKIE_NAME


@pytest.fixture
def world(clock):
    clock.set(2024, 6, 3, 9)
    return factories.world()


def enters(browser, username):
    return browser.post("/account/login/", {"login": username, "password": "rest-assured-9"})


def is_inside(browser):
    """Whether the desk opens; anybody else is sent to the login."""
    return browser.get("/").status_code == 200


def with_cookie(key):
    """A thief's browser: nothing but the key."""
    browser = Client()
    browser.cookies[COOKIE] = key
    return browser


def test_a_key_that_was_planted_before_the_login_opens_nothing(world):
    owner = Client()
    owner.get("/account/login/")
    planted = "planted0key0of0another0hand00000"
    owner.cookies[COOKIE] = planted
    enters(owner, "clerk0")
    assert owner.cookies[COOKIE].value != planted
    assert is_inside(owner)
    assert not is_inside(with_cookie(planted))


def test_a_key_is_worth_nothing_after_signing_out(world):
    owner = Client()
    enters(owner, "clerk0")
    key = owner.cookies[COOKIE].value
    assert is_inside(with_cookie(key))
    owner.post("/account/logout/")
    assert not is_inside(with_cookie(key))
    assert not is_inside(owner)


def test_a_session_ends_after_an_hour_of_rest_and_after_twelve_hours_at_any_rate(world, monkeypatch):
    began, passed = house_clock.real_now(), timedelta()
    monkeypatch.setattr(house_clock, "real_now", lambda: began + passed)  # sessions go by the real clock, not by that of a demonstration
    resting, busy = Client(), Client()
    enters(resting, "clerk0")
    enters(busy, "clerk1")
    assert is_inside(resting)
    while passed <= timedelta(hours=11, minutes=30):
        assert is_inside(busy)
        passed += timedelta(minutes=45)
        if passed == timedelta(minutes=90):
            assert not is_inside(resting)
    passed = timedelta(hours=12, minutes=1)
    assert not is_inside(busy)


def test_a_post_withdrawn_and_an_account_switched_off_count_at_the_next_request(world):
    clerk, officer = Client(), Client()
    enters(clerk, "clerk0")
    enters(officer, "officer3")
    assert clerk.get("/campaigns/self-check/").status_code == 200
    services.withdraw_post(Post.objects.get(account__username="clerk0"), actor=factories.SYSTEM, reason="调离本单位，收回岗位")
    assert clerk.get("/campaigns/self-check/").status_code in (302, 403)
    assert officer.get("/rectification/problems/").status_code == 200
    services.set_active(Account.objects.get(username="officer3"), actor=factories.SYSTEM, active=False, reason="手机遗失，先停用")
    assert officer.get("/rectification/problems/").status_code == 302


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(world):
    browser = Client()
    answer = enters(browser, "clerk0")
    morsel = answer.cookies[COOKIE]
    assert (bool(morsel["httponly"]), morsel["samesite"], morsel["domain"]) == (True, "Lax", "")

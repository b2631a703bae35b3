"""A session is its owner's alone and ends when it ends: fixation, replay, limits, and rights that are gone at the next request."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.test import Client

from hengjian.base import clock as house_clock
from hengjian.parties import services
from hengjian.parties.models import Account, Post
from tests import factories
from tests.house.tree import ROOT

FLAGS = """
import json
from hengjian import settings as s
print(json.dumps({name: getattr(s, name) for name in dir(s) if "COOKIE" in name or name.startswith("SECURE_")}, default=str))
"""

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


def test_the_second_step_gives_the_session_another_key_and_the_first_opens_nothing(world):
    account = Account.objects.get(username="officer0")
    TOTP.activate(account, generate_totp_secret())
    code = RecoveryCodes.activate(account).get_unused_codes()[0]
    owner = Client()
    enters(owner, "officer0")
    half_way = owner.cookies[COOKIE].value
    assert not is_inside(owner)
    owner.post("/account/2fa/authenticate/", {"code": code})
    assert is_inside(owner)
    assert owner.cookies[COOKIE].value != half_way
    assert not is_inside(with_cookie(half_way))


def test_showing_again_who_one_is_ends_the_key_that_somebody_may_have_copied(world):
    owner = Client()
    enters(owner, "clerk0")
    thief = with_cookie(owner.cookies[COOKIE].value)
    assert is_inside(thief)
    owner.post("/account/reauthenticate/", {"password": "rest-assured-9"})
    assert is_inside(owner)
    assert not is_inside(thief)


def test_a_session_of_one_account_is_of_no_use_to_another(world):
    browser = Client()
    enters(browser, "clerk0")
    first = browser.cookies[COOKIE].value
    browser.post("/account/logout/")
    enters(browser, "clerk1")
    assert browser.cookies[COOKIE].value != first
    assert not is_inside(with_cookie(first))


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


def test_what_marks_a_known_device_is_out_of_reach_too_and_says_nothing_of_its_owner(world):
    morsel = enters(Client(), "clerk0").cookies["device"]
    assert (bool(morsel["httponly"]), morsel["samesite"], morsel["domain"], morsel["path"]) == (True, "Lax", "", "/")
    assert "clerk0" not in morsel.value


def test_in_service_cookies_come_over_https_from_this_host_alone(tmp_path):
    env = {**os.environ, "HENGJIAN_ENV": "prod", "HENGJIAN_VAR": str(tmp_path), "HENGJIAN_SECRET_KEY": "for-this-test-alone"}
    held = json.loads(subprocess.run([sys.executable, "-c", FLAGS], cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout)
    names = (held["SESSION_COOKIE_NAME"], held["CSRF_COOKIE_NAME"], held["DEVICE_COOKIE_NAME"])
    assert names == ("__Host-sessionid", "__Host-csrftoken", "__Host-device")
    assert (held["SESSION_COOKIE_SECURE"], held["CSRF_COOKIE_SECURE"], held["SESSION_COOKIE_HTTPONLY"]) == (True, True, True)
    assert (held["SECURE_SSL_REDIRECT"], held["SECURE_HSTS_SECONDS"] >= 31536000) == (True, True)
    # What the prefix asks for: no domain, the whole host.
    assert not {"SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN", "SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH"} & set(held)

"""Guessing leads nowhere: all strangers to an account share a few tries; the owner gets in meanwhile, on a device that is known."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.db import connections
from django.test import Client

from hengjian.base import clock as house_clock
from hengjian.base.models import LedgerEntry
from hengjian.parties import guesses, services
from hengjian.parties.models import Account, SignIn
from tests import factories
from tests.trust.guessing import Passing, address, evaluated, guess

TRIES = int(os.environ.get("HENGJIAN_GUESSES", "10000"))
PASSWORD = "rest-assured-9"
AGAIN = "/account/reauthenticate/"
STEP = "/account/2fa/authenticate/"


@pytest.fixture
def passing(monkeypatch):
    """The machine's own time, which budgets go by, in the hand of the test."""
    held = Passing(house_clock.real_now())
    monkeypatch.setattr(house_clock, "real_now", held.now)
    return held


@pytest.fixture
def officer(db, clock):
    return factories.account("officer", "监管员", "supervisor", factories.authority("湘南省", "43", "province"))


def inside(browser):
    return browser.get("/").status_code == 200


def enters(browser, account, password=PASSWORD):
    return browser.post("/account/login/", {"login": account.username, "password": password})


def attack(account, tries, addresses, passing):
    """So many tries within one hour from so many addresses, with the memory of the process lost again and again."""
    for n in range(tries):
        if n % 100 == 0:
            cache.clear()
        passing.by(3600 / tries)
        guess(account.username, f"wrong-guess-{n}", address(n % addresses))


def proved(account, tries, addresses, passing):
    owner = Client(REMOTE_ADDR="10.20.0.1")
    enters(owner, account)
    owner.post("/account/logout/")
    attack(account, tries, addresses, passing)
    assert 0 < evaluated(account) <= 20
    stranger = Client(REMOTE_ADDR="10.99.0.1")
    assert "已暂时锁定" in enters(stranger, account).content.decode()
    assert not inside(stranger)
    assert enters(owner, account).status_code == 302
    assert inside(owner)


def test_hundreds_of_tries_from_many_addresses_are_slowed_to_nothing_and_the_owner_gets_in(officer, passing):
    proved(officer, 240, 48, passing)


@pytest.mark.slow
def test_ten_thousand_tries_from_500_addresses_are_slowed_to_nothing_and_the_owner_gets_in(officer, passing):
    proved(officer, TRIES, 500, passing)


def test_tries_that_are_not_looked_at_leave_nothing_behind(officer, passing):
    for n in range(guesses.STRANGERS.most):
        guess("officer", f"wrong-guess-{n}", address(n))
    entries, rows = LedgerEntry.objects.count(), SignIn.objects.count()
    for n in range(20):
        guess("officer", PASSWORD, address(n))
    assert (LedgerEntry.objects.count(), SignIn.objects.count()) == (entries, rows)


@pytest.mark.django_db(transaction=True)
def test_tries_made_at_the_same_moment_are_counted_one_by_one(clock):
    account = factories.account("officer", "监管员", "supervisor", factories.authority("湘南省", "43", "province"))

    def one(n):
        try:
            guess(account.username, f"wrong-guess-{n}", address(n))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, range(30)))
    assert evaluated(account) == guesses.STRANGERS.most


def test_the_case_of_the_letters_opens_no_second_budget_and_hides_no_try(officer, passing):
    for n in range(30):
        guess("OFFICER" if n % 2 else "oFFicer", f"wrong-guess-{n}", address(n))
    assert evaluated(officer) == guesses.STRANGERS.most


def test_names_that_nobody_has_are_answered_like_others_and_leave_no_entry(officer, passing):
    entries = LedgerEntry.objects.count()
    said = [guess("nobody", f"wrong-guess-{n}", address(n)) for n in range(guesses.STRANGERS.most + 1)]
    known = [guess("officer", f"wrong-guess-{n}", address(n)) for n in range(guesses.STRANGERS.most + 1)]
    assert said == known
    assert LedgerEntry.objects.count() == entries + guesses.STRANGERS.most


def test_the_administrators_reset_lets_an_owner_in_whom_no_device_knows(officer, passing):
    attack(officer, 40, 40, passing)
    first = services.reset_password(officer, actor=factories.SYSTEM, reason="有人试密码，本人到场")
    attack(officer, 40, 40, passing)
    owner = Client(REMOTE_ADDR="10.20.0.1")
    assert enters(owner, officer, first).status_code == 302
    assert owner.get("/")["Location"] == "/account/password/"


def test_a_device_is_known_to_its_account_alone_and_only_while_the_password_stays(officer, passing):
    other = factories.account("other", "另一人", "supervisor", factories.authority("海东省", "44", "province"))
    owner = Client(REMOTE_ADDR="10.20.0.1")
    enters(owner, officer)
    thief = Client(REMOTE_ADDR="10.66.0.1")
    thief.cookies["device"] = owner.cookies["device"].value
    for n in range(30):
        enters(thief, other, f"wrong-guess-{n}")
    assert evaluated(other) == guesses.STRANGERS.most
    services.change_own_password(officer, actor=factories.actor(officer), password="plum-rain-17-kites")
    attack(officer, 30, 30, passing)
    before = evaluated(officer)
    for n in range(30):
        enters(thief, officer, f"wrong-guess-{n}")
    assert evaluated(officer) == before


def test_a_device_that_was_stolen_with_its_cookie_has_few_tries_too(officer, passing):
    thief = Client(REMOTE_ADDR="10.66.0.1")
    enters(thief, officer)
    thief.post("/account/logout/")
    for n in range(60):
        passing.by(60)
        enters(thief, officer, f"wrong-guess-{n}")
    assert evaluated(officer) <= 20


def test_codes_of_the_second_factor_are_counted_over_all_sign_ins(officer, passing):
    TOTP.activate(officer, generate_totp_secret())
    RecoveryCodes.activate(officer)
    for n in range(30):
        browser = Client(REMOTE_ADDR=address(n))
        enters(browser, officer)
        browser.post(STEP, {"code": "000000"})
        browser.post(STEP, {"code": "000001"})
    assert evaluated(officer) <= guesses.STRANGERS_CODES.most
    assert not inside(browser)


def test_a_code_that_was_used_signs_in_nobody_else(officer, passing):
    secret = generate_totp_secret()
    TOTP.activate(officer, secret)
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    first, second = Client(), Client()
    for browser in (first, second):
        enters(browser, officer)
        browser.post(STEP, {"code": code})
    assert (inside(first), inside(second)) == (True, False)


@pytest.mark.parametrize(("place", "field"), [(AGAIN, "password"), ("/account/password/", "oldpassword")])
def test_an_open_screen_is_no_place_to_guess_the_password(officer, passing, place, field):
    browser = Client()
    enters(browser, officer)
    new = {"password1": "plum-rain-17-kites", "password2": "plum-rain-17-kites"}
    for n in range(30):
        browser.post(place, {field: f"wrong-guess-{n}", **new})
    assert "已暂时锁定" in browser.post(place, {field: PASSWORD, **new}).content.decode()


@pytest.mark.parametrize(("place", "field"), [(AGAIN, "password"), ("/account/password/", "oldpassword")])
def test_no_receipt_and_no_answer_for_scripts_takes_back_what_was_counted(officer, passing, place, field):
    browser = Client()
    enters(browser, officer)
    for n in range(guesses.DEVICE.most + 1):
        said = browser.post(place, {field: f"wrong-guess-{n}", "_receipt": f"key-{n}"}, headers={"accept": "application/json"})
    told = said.json()["form"]["fields"][field]["errors"] if said["Content-Type"] == "application/json" else said.content.decode()
    assert "已暂时锁定" in str(told)


def test_whoever_has_a_second_factor_is_not_asked_for_the_password_instead(officer, passing):
    TOTP.activate(officer, generate_totp_secret())
    codes = RecoveryCodes.activate(officer).get_unused_codes()
    browser = Client()
    enters(browser, officer)
    browser.post(STEP, {"code": codes[0]})
    browser.post(f"{AGAIN}?next=/account/2fa/totp/deactivate/", {"password": PASSWORD})
    browser.post("/account/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=officer, type="totp").exists()
    browser.post("/account/2fa/reauthenticate/", {"code": codes[1]})
    browser.post("/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=officer, type="totp").exists()


def test_budgets_fill_up_again_and_are_forgotten(officer, passing):
    attack(officer, 40, 40, passing)
    passing.by(timedelta(days=3).total_seconds())
    from hengjian.base.jobs import forget_budgets  # beside its only use

    assert forget_budgets() > 0
    stranger = Client(REMOTE_ADDR="10.99.0.1")
    assert enters(stranger, Account.objects.get(pk=officer.pk)).status_code == 302

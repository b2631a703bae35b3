"""Behind a reverse proxy each visitor keeps an address of its own, and nobody can pretend to another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from hengjian.base.budgets import Allowance
from hengjian.parties import guesses
from hengjian.parties.models import SignIn
from tests import factories


@pytest.fixture
def officer(db, clock):
    return factories.account("behind", "监管员", "supervisor", factories.authority("湘南省", "43", "province"))


def sign_in(account, **headers: str) -> str:
    Client(**headers).post("/account/login/", {"login": account.username, "password": "rest-assured-9"})
    return str(SignIn.objects.filter(account=account).order_by("-id")[0].address)


def test_a_proxy_of_ours_is_believed(officer, settings):
    settings.PROXIES = ["127.0.0.1"]
    assert sign_in(officer, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="10.8.3.4") == "10.8.*.*"
    assert sign_in(officer, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 10.9.3.4") == "10.9.*.*"
    assert sign_in(officer, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="<script>") == "127.0.*.*"


def test_a_stranger_is_not(officer, settings):
    settings.PROXIES = ["127.0.0.1"]
    assert sign_in(officer, REMOTE_ADDR="10.1.1.1", HTTP_X_FORWARDED_FOR="10.8.3.4") == "10.1.*.*"
    settings.PROXIES = []
    assert sign_in(officer, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="10.8.3.4") == "127.0.*.*"


def test_wrong_passwords_of_one_visitor_do_not_lock_the_others_out(officer, settings, monkeypatch):
    settings.PROXIES = ["127.0.0.1"]
    monkeypatch.setattr(guesses, "ADDRESS", Allowance(3, timedelta(hours=1)))
    for n in range(4):
        bad = Client(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="10.8.3.4").post("/account/login/", {"login": f"nobody{n}", "password": "x"})
    assert "已暂时锁定" in bad.content.decode()
    assert sign_in(officer, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="10.8.3.5") == "10.8.*.*"

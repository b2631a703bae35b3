"""By the time an answer takes nobody learns whether a name is an account's."""

from __future__ import annotations

import os
import statistics
import time

import pytest
from django.test import Client

from hengjian.base.budgets import Allowance
from hengjian.parties import guesses
from tests import factories
from tests.trust.guessing import address

PAIRS = int(os.environ.get("HENGJIAN_TIMED_GUESSES", "100"))
MOST_APART = 0.05

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def _taken(name, n):
    """How long one wrong try takes, from an address that has made none."""
    browser = Client(REMOTE_ADDR=address(n))
    began = time.perf_counter()
    browser.post("/account/login/", {"login": name, "password": f"wrong-guess-{n}"})
    return time.perf_counter() - began


def test_a_name_that_somebody_has_takes_as_long_as_one_that_nobody_has(clock, settings, monkeypatch, record_property):
    """In turn, so that whatever else the machine does strikes both alike; the median of the pairs is what an attacker could find."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    for name in ("STRANGERS", "ADDRESS"):
        monkeypatch.setattr(guesses, name, Allowance(10**6, guesses.STRANGERS.every))
    factories.account("officer", "监管员", "supervisor", factories.authority("湘南省", "43", "province"))
    known, unknown = [], []
    for n in range(PAIRS + 5):
        for name, kept in (("officer", known), ("nobody7", unknown))[:: 1 if n % 2 else -1]:
            kept.append(_taken(name, 2 * n + (name == "officer")))
    known, unknown = known[5:], unknown[5:]
    apart = statistics.median(a / b for a, b in zip(known, unknown, strict=True)) - 1
    told = f"known {1000 * statistics.median(known):.1f} ms, unknown {1000 * statistics.median(unknown):.1f} ms, apart {100 * apart:+.1f} %"
    record_property("told", told)
    assert abs(apart) < MOST_APART, told

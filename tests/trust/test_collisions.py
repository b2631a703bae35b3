"""Commands that meet in the database: one that PostgreSQL takes back because of another is begun anew, and has one effect."""

from __future__ import annotations

import pytest
from django.db import OperationalError

from hengjian.base.receipts import TRIES
from hengjian.campaigns import services
from tests.campaigns import scenes, selfchecks

pytestmark = pytest.mark.django_db(transaction=True)


class Deadlock(Exception):
    """What psycopg raises when PostgreSQL breaks a deadlock (40P01)."""

    sqlstate = "40P01"


def _meeting(monkeypatch, times):
    """Let the service write everything and then meet another transaction, so many times."""
    real, met = services.begin_selfcheck, []

    def met_first(*args, **kwargs):
        done = real(*args, **kwargs)
        if len(met) < times:
            met.append(1)
            raise OperationalError("deadlock detected") from Deadlock()
        return done

    monkeypatch.setattr(services, "begin_selfcheck", met_first)
    return met


@pytest.mark.parametrize(("times", "status", "state"), [(1, 302, "draft"), (TRIES - 1, 302, "draft"), (TRIES, 503, "idle")])
def test_a_command_that_was_taken_back_is_tried_three_times_more(clock, monkeypatch, times, status, state):
    scene = selfchecks.scene(clock)
    submission = scene.submission()
    browser = scenes.signed_in(scene.clerk)
    browser.raise_request_exception = False
    met = _meeting(monkeypatch, times)
    answer = browser.post(f"/campaigns/self-check/{submission.pk}/begin/", {"_receipt": "begin-once"})
    assert (answer.status_code, len(met), scene.submission().state) == (status, times, state)

"""Whatever is sent to whichever route, by whomever: no 5xx, no status that is not documented, nothing half written."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

from hengjian.base import clock as house_clock
from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.ledger.sequencer import sequence_all
from hengjian.base.ledger.verify import verify
from tests import roles
from tests.conftest import TestClock
from tests.trust import doors, offices, openapi
from tests.trust.thrown import Limit, Thrower

SECONDS = float(os.environ.get("HENGJIAN_FUZZ_SECONDS") or roles.by_database(sqlite=95, postgres=25))
SLOW_SECONDS = float(os.environ.get("HENGJIAN_FUZZ_SLOW_SECONDS", "1800"))


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One database for the whole file, outside of any transaction of a test, emptied at its end."""
    with django_db_blocker.unblock():
        yield
        TransactionTestCase("__init__")._fixture_teardown()
        house_clock.set_for_process(None)


@pytest.fixture(scope="module")
def thrower(db: None) -> Iterator[tuple[offices.Offices, Thrower]]:
    made = offices.make(TestClock())
    offered = doors.seen_by_all(made.people.values())
    held = Thrower(openapi.document(offered), offered)
    yield made, held
    held.close()


def _nothing_wrong(made: offices.Offices, thrower: Thrower, most: Limit, count: int) -> str:
    tally = thrower.throw_for(made.people, count=count, most=most)
    sequence_all()
    said = "\n\n".join(f"{key}\n{said}" for key, said in tally.faults.items())
    assert not tally.faults, said
    assert reconcile().faults == []
    assert verify().faults == []
    return f"{tally.sent} requests to {len(thrower.operations())} operations in {tally.turns} rounds on {connection.vendor}: {dict(sorted(tally.statuses.items()))}"


def test_made_up_requests_are_answered_as_documented(thrower: tuple[offices.Offices, Thrower], record_property: Any) -> None:
    record_property("told", _nothing_wrong(*thrower, Limit(time.process_time, SECONDS), 2))


@pytest.mark.slow
def test_made_up_requests_for_half_an_hour(thrower: tuple[offices.Offices, Thrower], record_property: Any) -> None:
    record_property("told", _nothing_wrong(*thrower, Limit(time.monotonic, SLOW_SECONDS), 4))

"""A walk through all that each role can reach in a lively province: no page, part, table or document shows a number in full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING
from hengjian.parties.models import Account, Organisation
from hengjian.registry.models import Institution, Person
from hengjian.web.demo import stage
from tests import factories
from tests.journeys import lively_world
from tests.journeys.crawl import Common, Walk
from tests.trust.personal import Reader, Sought

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]  # what pages show does not depend on the database


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One database for the whole file, emptied at its end."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")  # of a database that nobody will miss
        yield
        TransactionTestCase("__init__")._fixture_teardown()
        clock.set_for_process(None)
        stage.forget()
        (settings.VAR_DIR / "demo").unlink(missing_ok=True)


def numbers_of_all() -> Sought:
    """Every number that the database holds sealed, but those of offices, which are public."""
    people = Person.objects.within(EVERYTHING)
    found = [one.id_number.reveal() for one in people] + [one.phone.reveal() for one in people if one.phone]
    found += [one.phone.reveal() for one in Account.objects.all() if one.phone]
    for one in Organisation.objects.within(EVERYTHING):
        found += [phone.reveal() for phone in (one.legal_phone, one.contact_phone) if phone]
    return Sought(found)


def _more_people() -> None:
    """The province of the journeys has a few hundred; a thousand numbers are to be sought."""
    for place in list(Institution.objects.within(EVERYTHING).order_by("id")[:6]):
        for number in range(30):
            factories.person(f"许{number:02d}谷", place)


def test_no_role_meets_a_number_in_full(db: None, tmp_path_factory: pytest.TempPathFactory, record_property: Any) -> None:
    cast = lively_world.make(tmp_path_factory.mktemp("out"))
    _more_people()
    sought, leaks, answers = numbers_of_all(), [], 0
    faults: list[str] = []
    assert len(sought.numbers) > 1_000
    for account, role in cast.values():
        walk = Walk(account, role, Common(), alike=3)  # each for itself: nothing is left out because another has seen it
        walk.client = Reader(sought)
        walk.client.force_login(account)
        faults += walk.go().faults
        answers += walk.client.answers
        leaks += [(role, *one) for one in walk.client.leaks]
    record_property("told", f"{len(sought.numbers)} numbers, {len(cast)} roles, {answers} answers")
    assert answers > 500
    assert leaks == []
    assert faults == []

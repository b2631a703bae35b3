"""The 29th of February: deadlines run over it, every page opens on it, and what is done on it is entered and proved."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from hengjian.base import working_days
from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.ledger.sequencer import sequence_all
from hengjian.base.ledger.verify import verify
from hengjian.registry import services as registry
from hengjian.registry.identifiers import fake_uscc
from tests.journeys import page_reader
from tests.trust import offices

pytestmark = pytest.mark.django_db


def test_working_days_run_over_the_29th():
    leap = date(2024, 2, 29)  # a Thursday
    assert working_days.is_workday(leap)
    assert working_days.add_working_days(date(2024, 2, 28), 1) == leap
    assert working_days.add_working_days(leap, 20) == date(2024, 3, 28)
    assert working_days.working_days_between(date(2024, 2, 26), date(2024, 3, 1)) == 4


@pytest.mark.slow
@pytest.mark.parametrize("day", [(2028, 2, 29), (2028, 12, 31)], ids=["the 29th of February", "the 366th day"])
def test_every_page_opens_on_it_and_what_is_done_is_proved(clock, day):
    made = offices.make(clock)
    clock.set(*day, 10)
    answered = {name: list(walked(_browser(account))) for name, account in made.people.items()}
    assert min(len(found) for found in answered.values()) > 5
    assert [one for found in answered.values() for one in found if one[1] >= 500] == []
    county = made.scene.county
    registry.add_enterprise(actor=county, name="青麓闰日物业有限公司", uscc=fake_uscc(Random(29)), area=county.area)
    sequence_all()
    assert (verify().faults, reconcile().faults) == ([], [])


def _browser(account: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(account)
    return client


def walked(client: Client) -> Iterator[tuple[str, int]]:
    """Pages that lead on from the desk of somebody, each route once, and their statuses."""
    waiting, seen = deque(["/"]), {""}
    while waiting:
        address = waiting.popleft()
        route = route_of(address)
        if route in seen:
            continue
        seen.add(route)
        answer = client.get(address, follow=True)
        yield address, answer.status_code
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            here = answer.request["PATH_INFO"]
            waiting.extend(urljoin(here, link).partition("#")[0] for link in page_reader.read(answer.content.decode()).links)


def route_of(address: str) -> str:
    """The name of the route that an address leads to; nothing for what is no page of ours, or ends the session."""
    try:
        name = resolve(urlsplit(address).path).view_name
    except Resolver404:
        return ""
    return "" if "logout" in name else str(name)

"""Texts that want to be scripts, in every text field of every form: no page, and no browser, ever takes them for one."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import TransactionTestCase
from pytest_django.live_server_helper import LiveServer

from hengjian.base import clock as house_clock
from tests.accessibility import complaints
from tests.conftest import TestClock
from tests.journeys import page_reader
from tests.trust import offices
from tests.trust.driving import Driven, Driver
from tests.trust.payloads import SCRIPTS

ROUNDS = int(os.environ.get("HENGJIAN_TRUST_ROUNDS", "50"))
FEW = ("county",)
PAGES = int(os.environ.get("HENGJIAN_TRUST_PAGES", "12"))
CALLED = "Boolean(window.hjx_called) || document.querySelectorAll('script:not([src]):not([type=\"application/json\"]), [onerror], [onload], [onfocus], [ontoggle], iframe, object, embed, base').length"


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One database for the whole file, emptied at its end."""
    with django_db_blocker.unblock():
        yield
        TransactionTestCase("__init__")._fixture_teardown()
        house_clock.set_for_process(None)


@pytest.fixture(scope="module")
def made(db: None) -> offices.Offices:
    return offices.make(TestClock())


def _driven(made: offices.Offices, who: tuple[str, ...], rounds: int, alike: int = 2) -> Driven:
    driven, texts = Driven(), itertools.cycle(f"填写五字{one}" if number % 2 else one for number, one in enumerate(SCRIPTS))
    for _round in range(rounds):
        for name in who:
            Driver(made.people[name], texts, driven, alike).drive()
        next(texts)  # another text for each field in the next round
    for name in who:
        Driver(made.people[name], texts, driven, alike).look()
    return driven


def _must_be_harmless(driven: Driven) -> None:
    assert driven.broke == []
    faults = {address: found for address, text in driven.shown.items() if (found := page_reader.read(text).inline())}
    assert faults == {}
    assert any("hjx(1)" in text for text in driven.shown.values()), "no text came through to any page"


@pytest.mark.browser
def test_a_few_pages_in_the_browser(made: offices.Offices, server: LiveServer, browser: Any) -> None:
    driven = _driven(made, FEW, 1, alike=1)
    _must_be_harmless(driven)
    assert driven.statuses[302] > 10, driven.statuses
    holding = [address for address, text in driven.shown.items() if "hjx" in text and not address.endswith("(answer)")][:PAGES]
    _opened(made, FEW, holding, server, browser)


@pytest.mark.browser
@pytest.mark.slow
def test_fifty_scripts_in_every_field_and_every_page_in_the_browser(made: offices.Offices, server: LiveServer, browser: Any, record_property: Any) -> None:
    who = tuple(made.people)
    driven = _driven(made, who, ROUNDS)
    _must_be_harmless(driven)
    addresses = [address for address in driven.shown if not address.endswith("(answer)")]
    opened = _opened(made, who, addresses, server, browser)
    record_property("told", f"{sum(driven.statuses.values())} forms sent, {dict(driven.statuses)}, {len(driven.taken)} fields taken; {opened} pages opened in Chromium")


@pytest.fixture(scope="module")
def server(db: None) -> Iterator[LiveServer]:
    held = LiveServer("localhost")
    yield held
    held.stop()


def _opened(made: offices.Offices, who: tuple[str, ...], addresses: list[str], server: LiveServer, browser: Any) -> int:
    """Open pages in Chromium as those who see them; nothing runs, and the CSP has nothing to say."""
    faults, opened = [], 0
    for name in who:
        context = browser.new_context(base_url=server.url, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": offices.session_of(made.people[name]), "url": server.url}])
        context.add_init_script("window.hjx = () => { window.hjx_called = true; }")
        page = context.new_page()
        heard = complaints(page)
        for address in addresses:
            answer = page.goto(address)
            if answer is None or answer.status != 200:
                heard.clear()
                continue
            opened += 1
            assert "script-src 'self'" in answer.headers["content-security-policy"]
            if page.evaluate(CALLED) or heard:
                faults.append(f"{name} {address}: {heard}")
            heard.clear()
        context.close()
    assert faults == []
    assert opened > 0
    return opened

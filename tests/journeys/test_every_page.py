"""Every page of every role: reached by links, none a dead end, each accessible at office and at phone width, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from django.urls import URLPattern, get_resolver
from pytest_django.live_server_helper import LiveServer

from hengjian.base import clock
from hengjian.parties.models import Account
from hengjian.web.demo import stage
from tests.accessibility import complaints, grave_violations
from tests.journeys import lively_world
from tests.journeys.crawl import Common, Seen, Walk, kind_of, signed_in

pytestmark = pytest.mark.browser

WIDTHS = ((1366, 768), (390, 844))
# Addresses that answer a GET and that no link leads to, each with its reason.
WITHOUT_LINK = {
    "account_login": "where those who have not signed in are sent",
    "account_logout": "signing out is a button; this asks once more when somebody types the address",
    "mfa_authenticate": "the second step of signing in",
    "mfa_generate_recovery_codes": "offered when no codes are left",
    "mfa_download_recovery_codes": "a file for those who have just confirmed who they are",
    "parties:language": "the switch of the language is a button; the address itself leads back",
    "web:lost_before": "a list to download, offered after a restore to an earlier time",
    "web:lost_entries": "a list to download, offered after a restore to an earlier time",
    "campaigns:preview": "reached by the button that saves a draft",
    "campaigns:board_branch": "fetched when a branch of a large tree is unfolded; a small tree comes whole",
    "campaigns:plan_hint": "fetched while a date is typed",
    "campaigns:supplement_hint": "fetched while a date is typed",
    "dossier:evidence_of": "a box of files fetches itself where it was not drawn with the page",
    "web:ledger_checks": "fetched again while a check of the ledger is under way",
}
# Pages of an object; each carries its history as a time line, or a visible link to it.
OBJECTS = {
    "campaigns:campaign", "campaigns:plan", "campaigns:submission", "campaigns:sheet", "campaigns:statistics", "campaigns:report", "campaigns:story",
    "campaigns:extension", "campaigns:letter", "campaigns:supplement", "campaigns:task", "rectification:problem", "enforcement:order", "enforcement:case", "supervision:visit",
    "registry:institution", "registry:person", "registry:enterprise", "registry:import_run", "dossier:evidence", "dossier:document", "parties:account",
    "web:definition",
}


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One database for the whole file, emptied at its end: the world is made once and only looked at."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous = OFF")  # of a database that nobody will miss
        yield
        TransactionTestCase("__init__")._fixture_teardown()
        clock.set_for_process(None)
        stage.forget()
        (settings.VAR_DIR / "demo").unlink(missing_ok=True)


@pytest.fixture(scope="module")
def cast(db: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Account, str]]:
    return lively_world.make(tmp_path_factory.mktemp("out"))


@pytest.fixture(scope="module")
def walks(cast: dict[str, tuple[Account, str]]) -> dict[str, Seen]:
    common = Common()
    return {who: Walk(account, role, common).go() for who, (account, role) in cast.items()}


@pytest.fixture(scope="module")
def server(db: None) -> Iterator[LiveServer]:
    held = LiveServer("localhost")
    yield held
    held.stop()


def test_no_link_is_a_dead_end_and_no_page_lacks_its_frame(walks: dict[str, Seen]) -> None:
    said = "\n".join(fault for seen in walks.values() for fault in seen.faults)
    assert not said, said


def _routes(resolver: Any, space: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name or ''}", entry.callback
        else:
            yield from _routes(entry, f"{space}{entry.namespace}:" if entry.namespace else space)


def _answers_get(view: Any) -> bool:
    """Whether a view is looked at, as far as its decorators tell; ``require_http_methods`` keeps its list in a closure."""
    while view is not None:
        names = getattr(getattr(view, "__code__", None), "co_freevars", ())
        if "request_method_list" in names:
            return "GET" in view.__closure__[names.index("request_method_list")].cell_contents
        view = getattr(view, "__wrapped__", None)
    return True


def test_every_page_can_be_reached(walks: dict[str, Seen]) -> None:
    reached = set().union(*(seen.reached for seen in walks.values()))
    looked_at = {name for name, view in _routes(get_resolver()) if _answers_get(view)}
    assert not (lost := sorted(looked_at - reached - set(WITHOUT_LINK))), lost
    assert not (gone := sorted(set(WITHOUT_LINK) - looked_at)), gone


def test_every_page_of_an_object_tells_its_history(walks: dict[str, Seen]) -> None:
    seen = set().union(*(walk.pages for walk in walks.values()))
    assert not (unmet := sorted(OBJECTS - seen)), unmet
    assert not (silent := sorted({f"{name}: {address}" for walk in walks.values() for name, address in walk.without_history if name in OBJECTS})), silent


@dataclass(frozen=True)
class Look:
    """A page that the browser is to look at, for one of those who see it."""

    who: str
    name: str
    address: str


def looks(cast: dict[str, tuple[Account, str]], walks: dict[str, Seen], *, by_kind: bool) -> list[Look]:
    """Each page once, or once for each kind of role that sees it; the first pages for everybody."""
    found, met = [], set()
    for who, seen in walks.items():
        kind = kind_of(cast[who][1]) if by_kind else ""
        for name, addresses in seen.pages.items():
            if (kind, name) not in met or name == "web:desk":
                met.add((kind, name))
                found.append(Look(who, name, addresses[0]))
    return found


def faults_in_browser(page: Any, address: str, *, at_both: bool) -> list[str]:
    """Load a page once and look at it at both widths; axe does at the first, or at both."""
    found = []
    page.set_viewport_size({"width": WIDTHS[0][0], "height": WIDTHS[0][1]})
    page.goto(address)
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"{width}: {wide} px too wide")
        if at_both or (width, height) == WIDTHS[0]:
            found += [f"{width}: {said}" for said in grave_violations(page)]
    return found


KINDS = ("regulator", "institution", "administrators")
Cast = dict[str, tuple[Account, str]]


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_in_the_browser(kind: str, cast: Cast, walks: dict[str, Seen], server: LiveServer, browser: Any) -> None:
    _look_at_all(kind, cast, looks(cast, walks, by_kind=False), server, browser, at_both=False)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_page_in_the_browser_for_each_kind_of_role(kind: str, cast: Cast, walks: dict[str, Seen], server: LiveServer, browser: Any) -> None:
    _look_at_all(kind, cast, looks(cast, walks, by_kind=True), server, browser, at_both=True)


def _look_at_all(kind: str, cast: Cast, wanted: list[Look], server: LiveServer, browser: Any, *, at_both: bool) -> None:
    faults: list[str] = []
    of_kind = {one: kind_of(role) if kind_of(role) in KINDS else "administrators" for one, (_account, role) in cast.items()}
    mine = [one for one in wanted if of_kind[one.who] == kind]
    for who in dict.fromkeys(one.who for one in mine):
        context = browser.new_context(base_url=server.url, locale="zh-CN", timezone_id="Asia/Shanghai")
        name, value = settings.SESSION_COOKIE_NAME, signed_in(cast[who][0]).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": name, "value": value, "url": server.url}])
        page = context.new_page()
        heard = complaints(page)
        for look in (one for one in mine if one.who == who):
            faults += [f"{who}: {look.name} {look.address} {fault}" for fault in [*faults_in_browser(page, look.address, at_both=at_both), *heard]]
            heard.clear()
        context.close()
    said = "\n".join(faults)
    assert not said, said

"""What every test may ask for: a clock to set, a browser, a check for accessibility."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from hypothesis import settings as hypothesis_settings
from test_tools import chromium_path, use_a_node_that_runs

from hengjian.base import clock as house_clock

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "client", "admin_client"}
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

LONGEST = (
    "journeys/test_every_page.py", "cli/test_demonstration.py", "journeys/test_main_job.py", "cli/test_installation.py",
    "base/ledger/test_tampering.py", "trust/test_power_cuts.py", "trust/test_all_or_nothing.py", "cli/test_refusals.py", "trust/test_same_key.py",
)
"""Files that take a worker long; they go first, so that none is left alone with one at the end."""

hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")


def _wants_database(item: pytest.Item) -> bool:
    used = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(used & DATABASE_FIXTURES)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark browser tests by what they ask for; on PostgreSQL leave out what never touches a database."""
    on_postgres = not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    kept, left = [], []
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        (left if on_postgres and not _wants_database(item) else kept).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
    items[:] = sorted(kept, key=_turn)


def _turn(item: pytest.Item) -> int:
    """When a test has its turn: those of the longest files first, all others as they were collected."""
    path = item.path.as_posix()
    return next((n for n, name in enumerate(LONGEST) if path.endswith(f"tests/{name}")), len(LONGEST))


class TestClock:
    """The house clock in the hand of a test; every thread of the process sees it."""

    __test__ = False

    def set(self, *time: int | datetime) -> datetime:
        """Stop the clock at a moment: ``set(2024, 7, 10, 18, 30)`` in Asia/Shanghai, or an aware datetime."""
        if len(time) == 1 and isinstance(time[0], datetime):
            moment = time[0]
        else:
            moment = datetime(*time, tzinfo=house_clock.SHANGHAI)  # type: ignore[arg-type, misc]
        house_clock.set_for_process(moment)
        return house_clock.now()

    def forward(self, **amount: float) -> datetime:
        """Move the stopped clock on: ``forward(days=3)``."""
        return self.set(house_clock.now() + timedelta(**amount))

    def now(self) -> datetime:
        """Return the moment the clock shows."""
        return house_clock.now()


@pytest.fixture(scope="session", autouse=True)
def _emptied_through_the_wall() -> Iterator[None]:
    """Let Django empty the ledger after a test on a live server: its triggers refuse that to everybody else."""
    from django.test import TransactionTestCase  # needs configured settings

    from hengjian.base.guard import the_door_writes  # needs configured settings
    from hengjian.base.ledger import triggers  # needs loaded apps
    from tests import roles  # as above

    flush, run = TransactionTestCase._fixture_teardown, triggers._run

    def through_the_wall(case: TransactionTestCase) -> None:
        with triggers.without_triggers(), the_door_writes():
            flush(case)

    def as_owner(statements: list[str]) -> None:
        """Whoever takes the triggers away is the owner until they are back."""
        roles.be_owner()
        run(statements)
        if any(one.lstrip().startswith("CREATE TRIGGER") for one in statements):
            roles.be_app()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", through_the_wall)
        patch.setattr(triggers, "_run", as_owner)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database of the tests; on PostgreSQL they are from now on a role that row security binds."""
    from tests import roles  # needs loaded apps

    with django_db_blocker.unblock(), roles.serving_role(), django_db_blocker.block():
        yield


@pytest.fixture(scope="session", autouse=True)
def _the_tests_look_themselves() -> None:
    """What a test itself looks at is not for somebody: it sees everything. Requests and acts see what their actor does."""
    from hengjian.base.sight import see_everything_from_now_on  # needs configured settings

    see_everything_from_now_on("a test looks")


@pytest.fixture(autouse=True)
def _nothing_is_known_of_the_database() -> None:
    """Each test begins with a database of its own; what builders put into it is known only while the test writes nothing else."""
    from tests.memory import MEMORY  # needs loaded apps

    MEMORY.forget()


@pytest.fixture
def clock() -> Iterator[TestClock]:
    """The clock, stopped at 9:00 on 3 June 2024, a Monday in the middle of the 2024 campaigns."""
    held = TestClock()
    held.set(2024, 6, 3, 9)
    yield held
    house_clock.set_for_process(None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, started once for all journeys."""
    from playwright.sync_api import sync_playwright  # only journeys pay for loading it

    path = chromium_path()
    if path is None:
        pytest.fail("No Chromium on this machine: apt-get install chromium, or set HENGJIAN_CHROMIUM to its path.")
    # Playwright keeps an event loop in this thread; Django would take our calls for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    use_a_node_that_runs()
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield running
        running.close()


def _opened(browser: Any, live_server: Any, width: int, height: int) -> Iterator[Any]:
    context = browser.new_context(
        base_url=live_server.url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": width, "height": height},
    )
    context.set_default_timeout(10_000)
    opened = context.new_page()
    said: list[str] = []
    opened.on("pageerror", lambda error: said.append(f"script error: {error}"))
    opened.on(
        "console",
        lambda line: said.append(f"console: {line.text}") if line.type == "error" and "Failed to load resource" not in line.text else None,
    )
    yield opened
    context.close()
    assert said == [], "the browser complained while the journey ran"


def _must_be_marked(request: pytest.FixtureRequest) -> None:
    """A test that asks for a browser while it runs is not marked by itself; its loop would break tests of other parts."""
    if request.node.get_closest_marker("browser") is None:
        pytest.fail("Mark this test with pytest.mark.browser: it asks for a page in its body.")


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Any, live_server: Any) -> Iterator[Any]:
    """A page of an office screen (1366×768) on the live server; errors of scripts or of the CSP fail the test."""
    _must_be_marked(request)
    yield from _opened(browser, live_server, 1366, 768)


@pytest.fixture
def phone(request: pytest.FixtureRequest, browser: Any, live_server: Any) -> Iterator[Any]:
    """A page as wide as a phone (390×844)."""
    _must_be_marked(request)
    yield from _opened(browser, live_server, 390, 844)

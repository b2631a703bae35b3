"""The world of the trust tests, made once for a file and swept away at its end; a place to say what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase

from hengjian.base import clock as house_clock
from tests.cli.places import Place, fresh_places
from tests.conftest import TestClock
from tests.trust import world
from tests.trust.commands import stage
from tests.trust.ground import World
from tests.trust.standing_place import Standing, copied, made


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world, committed at one blow. Tests that use it are marked ``django_db``: what they change is taken back."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            held = world.made()
            connection.run_on_commit = []  # done already
        yield held
        TransactionTestCase("__init__")._fixture_teardown()
    house_clock.set_for_process(None)


@pytest.fixture(scope="module")
def staged_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[stage.Stage]:
    """What the commands are sent in, made once for a file; whatever a test does in it is taken back."""
    held = TestClock()
    held.set(2024, 6, 3, 9)
    with django_db_blocker.unblock(), transaction.atomic():
        yield stage.build(held)
        transaction.set_rollback(True)
    house_clock.set_for_process(None)


@pytest.fixture
def tell(record_property: Callable[[str, object], None], request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Keep what a proof measured: in the report of the run, and as a line on the screen."""

    def keep(said: str) -> None:
        record_property("told", said)
        reporter = request.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(f"\n{request.node.name}: {said}")

    return keep


@pytest.fixture(scope="session")
def _pattern(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> tuple[Place, list[tuple[str, str]]]:
    (place,) = fresh_places(tmp_path_factory.mktemp("pattern"), ("pattern",))
    return place, made(place, 4)


@pytest.fixture
def standing(_pattern: tuple[Place, list[tuple[str, str]]], tmp_path: Path) -> Standing:
    """An installation of its own with four institutions that are about to file."""
    pattern, told = _pattern
    return Standing(copied(pattern, tmp_path / "place"), told)

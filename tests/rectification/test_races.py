"""Two people at the same moment: one problem, one verification, no number twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connections

from hengjian.base.states import WrongState
from hengjian.rectification import services
from hengjian.rectification.models import Problem, ProblemSource
from tests import factories
from tests.factories import all_of
from tests.rectification import cases
from tests.rectification.cases import county, fresh

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(clock):
    clock.set(2024, 6, 3, 9)
    return factories.world()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts in threads that start together; return results and refusals in their order."""
    found: list[Any] = [None] * len(acts)
    ready = threading.Barrier(len(acts))

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            ready.wait()
            found[number] = act()
        except Exception as error:
            found[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for one in found:
        if isinstance(one, OperationalError):
            raise one
    return found


def test_of_two_who_verify_at_once_one_succeeds(world):
    problem = cases.reported(world)
    city, nearest = world.officer(world.cities[0]), county(world)

    found = at_once(lambda: services.verify_problem(problem, actor=nearest), lambda: services.verify_problem(problem, actor=city))

    assert sorted(type(one).__name__ for one in found) == ["Problem", "WrongState"]
    assert any(isinstance(one, WrongState) for one in found)
    assert fresh(problem).state == "verified"


def test_two_who_find_the_same_problem_at_once_open_one(world):
    clerk, officer = world.clerk(world.institutions[0]), county(world)

    found = at_once(
        lambda: cases.opened(world, actor=clerk),
        lambda: cases.opened(world, actor=officer, finder="inspection", disclosed=False),
    )

    assert [type(one).__name__ for one in found] == ["Problem", "Problem"]
    assert all_of(Problem).count() == 1
    assert all_of(ProblemSource).count() == 2


def test_problems_opened_at_once_have_numbers_without_gaps(world):
    clerk = world.clerk(world.institutions[0])
    found = at_once(*(lambda n=n: cases.opened(world, actor=clerk, subject_label=f"第{n}项") for n in range(4)))

    assert sorted(one.number for one in found) == [f"W-2024-{n:04d}" for n in range(1, 5)]

"""Every command of the system, attacked: broken in the middle, sent again, sent by others and with what is not the sender's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection

from hengjian.forms.models import SheetLine
from tests.campaigns import selfchecks
from tests.factories import all_of
from tests.trust.commands import attack, beside, catalogue, colleagues, stuffing
from tests.trust.commands.driven import APART, BY
from tests.trust.commands.services import services
from tests.trust.commands.stage import Command, Stage

POINTS = int(os.environ.get("HENGJIAN_TRUST_POINTS", "2"))
"""So many statements of each service are broken after; `make test-slow` tries every one."""

EVERY = int(os.environ.get("HENGJIAN_TRUST_COMMANDS", "5" if connection.vendor == "sqlite" else "15"))
"""Of the commands, one in so many is attacked in the normal suite; `make test-slow` attacks all."""

ALL = catalogue.commands()
MOST = 10_000

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(staged_world: Stage) -> Iterator[Stage]:
    was = staged_world.clock.now()
    yield staged_world
    staged_world.clock.set(was)


def test_every_command_is_in_the_catalogue():
    found = {catalogue.covered(one) for one in ALL}
    assert sorted(catalogue.wanted() - found) == []
    assert sorted(found - catalogue.wanted()) == []


def test_every_route_says_which_methods_it_takes():
    assert [name for name, taken in catalogue.own_routes().items() if not taken] == []


def test_every_service_is_driven_by_a_command_or_a_scene_of_its_own():
    known = {one.name for one in ALL} | set(beside.SCENES)
    assert sorted(set(services().values()) - {*BY, *APART}) == []
    assert sorted({*BY, *APART} - set(services().values())) == []
    assert sorted({by for by in BY.values() if by not in known}) == []


def _undriven(name: str, driven: set[str]) -> list[str]:
    """Services for which a command or scene is said to stand, and that it did not run through."""
    return [f"{name} does not drive {service}" for service, by in BY.items() if by == name and service not in driven]


def _attacked(at: Stage, one: Command, most: int) -> list[str]:
    """All attacks on one command; what came through."""
    sent = one.make(at)
    before = attack.ready(at, sent)
    found = _undriven(one.name, attack.watched(one, sent).driven)
    found += attack.left_behind(one, sent, before, most) + attack.listeners_left_behind(one, sent, most)
    found += attack.not_the_same(one, sent) + stuffing.assigned(at, one, sent)
    for way in (attack.by_others, attack.guessed_rows, attack.with_foreign):
        found += way(at, one, sent, before)
    return found + attack.without_token(one, sent, before)


@pytest.mark.parametrize("one", ALL[::EVERY], ids=lambda one: one.name)
def test_a_command_holds(stage, one):
    assert _attacked(stage, one, POINTS) == []


@pytest.mark.slow
@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_a_command_holds_wherever_it_breaks(stage, one):
    assert _attacked(stage, one, MOST) == []


def _let_in(at: Stage, one: Command) -> list[str]:
    sent = one.make(at)
    return colleagues.let_in(at, one, sent, attack.ready(at, sent))


@pytest.mark.parametrize("one", ALL[1 :: 2 * EVERY] if EVERY > 1 else ALL, ids=lambda one: one.name)
def test_services_refuse_by_themselves_whom_their_page_refuses(stage, one):
    assert _let_in(stage, one) == []


@pytest.mark.slow
@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_all_services_refuse_by_themselves_whom_their_page_refuses(stage, one):
    assert _let_in(stage, one) == []


def _left(at: Stage, name: str, most: int) -> list[str]:
    act = beside.SCENES[name](at)
    watch, found = attack.act_left_behind(name, act, attack.digest(), most)
    found += _undriven(name, watch.driven)
    return [one for one in found if not any(f": {table} changed" in one for table in beside.STEPS.get(name, ()))]


@pytest.mark.parametrize("name", sorted(beside.SCENES)[::EVERY])
def test_what_no_page_calls_leaves_nothing_behind(stage, name):
    assert _left(stage, name, POINTS) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(beside.SCENES))
def test_what_no_page_calls_leaves_nothing_behind_wherever_it_breaks(stage, name):
    assert _left(stage, name, MOST) == []


def test_a_cell_of_another_sheet_among_ones_own_is_refused_and_stays(stage):
    one = next(each for each in ALL if each.route == "campaigns:sheet_block")
    sent, theirs = one.make(stage), selfchecks.lines(stage.facts.dong.submission())[0]
    cells = [{**sent.json["cells"][0]}, {"line": theirs.key, "column": "real_practice", "value": "否"}]
    told = attack.post(attack.signed_in(sent.actor), one, replace(sent, json={"cells": cells})).json()["results"]
    assert [each["status"] for each in told] == [200, 422]
    assert all_of(SheetLine).get(pk=theirs.pk).version == theirs.version

"""Random tamperings, a thousand in the slow tests, each found and named; a clean ledger raises no alarm."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from django.db import transaction

from hengjian.base.actions import audited_action
from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.ledger.sequencer import sequence_all, sequence_pending
from hengjian.base.ledger.triggers import without_triggers
from hengjian.base.ledger.verify import verify
from tests.base.ledger.models import Apple, Basket
from tests.base.ledger.tampering import TAMPERINGS

TABLES = [Basket, Apple]
SOME, MANY = 200, 1000


@pytest.fixture
def orchard(grow, change, clerk):
    """30 apples with histories over 3 tiles: sealed entries in 6 checkpoints, and a few that wait."""
    apples = grow(30)
    sequence_pending()
    for step in range(4):
        with audited_action("apples.sort", actor=clerk) as act:
            act.change_many(apples, lambda apple, step=step: setattr(apple, "name", f"{apple.name}-{step}"), fields=["name"])
        sequence_all(limit=100)
    with audited_action("apples.grow", actor=clerk) as act:
        gone = act.add_many([Basket(name=f"篮{number}") for number in range(120)])
    sequence_all()
    with audited_action("baskets.burn", actor=clerk) as act:
        for basket in gone[:3]:
            act.remove(basket)
    for apple in apples[:4]:
        change(apple, state="awaiting")
    change(apples[0], phone="13811110000")
    return apples


def everything():
    return [fault for check in (verify(), reconcile(TABLES)) for fault in check.faults]


def is_named(names, faults):
    """One of the names stands in a fault: in its object, its number (``#7``) or its words."""
    told = [text for fault in faults for text in (fault.object, f"#{fault.sequence} ", fault.message)]
    return any(name in text for name in names for text in told)


def found_and_named(names):
    """Look at the log first, and at the rows only if the log does not tell already."""
    return is_named(names, verify().faults) or is_named(names, reconcile(TABLES).faults)


class _Undo(Exception):
    """Takes one tampering back."""


def one_round(seed: int, missed: list[str], done: Counter) -> None:
    rng = Random(seed)
    tampering = TAMPERINGS[seed % len(TAMPERINGS)]
    try:
        with transaction.atomic():
            names = tampering(rng)
            while names is None:
                names = tampering(rng)
            done[tampering.__name__] += 1
            if not found_and_named(names):
                missed.append(f"seed {seed}: {tampering.__name__} {names}")
            raise _Undo
    except _Undo:
        return


def _all_found(rounds: int) -> None:
    missed: list[str] = []
    done: Counter[str] = Counter()
    with without_triggers():
        for seed in range(rounds):
            one_round(seed, missed, done)
    assert missed == []
    assert sum(done.values()) == rounds
    assert len(done) == len(TAMPERINGS)
    assert everything() == []


def test_random_tamperings_are_found_and_named(orchard):
    _all_found(SOME)


@pytest.mark.slow
def test_a_thousand_random_tamperings_are_found_and_named(orchard):
    _all_found(MANY)


def test_clean_runs_raise_no_alarm(orchard, change):
    rng = Random(7)
    for _ in range(30):
        for apple in rng.sample(orchard, 3):
            change(apple, score=str(rng.randrange(100)), phone=f"1390000{rng.randrange(10_000):04d}")
        if rng.random() < 0.7:
            sequence_all(limit=rng.randint(1, 10))
        assert everything() == []

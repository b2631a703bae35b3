"""Every command sent five times at once under one key: one effect, five equal answers; other content under the key is refused."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from hengjian.base.models import LedgerEntry
from hengjian.base.models.receipts import Receipt
from tests.trust.commands import catalogue
from tests.trust.commands.attack import drain
from tests.trust.commands.snapshot import put_aside
from tests.trust.commands.stage import Command, Sent, Stage, build, post, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

FIVE = 5
SOME = ("campaigns:check_selfcheck", "parties:reset_password", "registry:imports")
"""Tried in the normal suite: one that files, one whose answer is kept nowhere, one with a file."""

Told = tuple[int, str, bytes]


def _browser(cookies: SimpleCookie) -> Client:
    client = Client()
    client.cookies = SimpleCookie(cookies.output(header="", sep=";"))
    return client


def _told(answer: Any) -> Told:
    return answer.status_code, answer.headers.get("Location", ""), drain(answer)


def _at_once(one: Command, sent: Sent, cookies: SimpleCookie, key: str) -> list[Told]:
    gate = Barrier(FIVE)

    def send(_number: int) -> Told:
        try:
            client = _browser(cookies)
            gate.wait()
            return _told(post(client, one, sent, key=key))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(FIVE) as pool:
        return list(pool.map(send, range(FIVE)))


def _entered(key: str) -> Counter[tuple[str, str]]:
    """What stands in the ledger under a key."""
    return Counter(LedgerEntry.objects.filter(receipt=key).values_list("action", "object_type"))


def _effect(one: Command, at: Stage, how: str) -> tuple[list[Told], Counter[tuple[str, str]], int, int]:
    """Make the command ready and send it ``once`` or ``five`` times at once, then with other content."""
    sent = one.make(at)
    cookies = signed_in(sent.actor).cookies
    answers = [_told(post(_browser(cookies), one, sent, key="k"))] if how == "once" else _at_once(one, sent, cookies, "k")
    other = post(_browser(cookies), one, sent, key="k", more={"_other": "另一份内容"}).status_code
    return answers, _entered("k"), Receipt.objects.filter(key="k").count(), other


def _faults(one: Command, at: Stage, kept: Any, now: Any) -> list[str]:
    (first, entries, _count, _other) = _effect(one, at, "once")
    kept.put_back()
    at.clock.set(now)
    answers, entered, receipts, other = _effect(one, at, "five")
    kept.put_back()
    at.clock.set(now)
    statuses = sorted(each[0] for each in answers)
    wanted = [first[0][0], *[409] * (FIVE - 1)] if one.told_once else [first[0][0]] * FIVE
    found = [f"answers {statuses}"] if statuses != wanted else []
    found += ["answers differ"] if one.writes and not one.told_once and len(set(answers)) != 1 else []
    found += [f"entered {entered - entries} more"] if entered != entries else []
    found += [f"{receipts} receipts"] if receipts != 1 else []
    found += [f"other content: {other}"] if other != 422 else []
    return [f"{one.name}: {each}" for each in found]


def _all_faults(clock: Any, chosen: list[Command]) -> list[str]:
    at = build(clock)
    now, kept = at.clock.now(), put_aside()
    try:
        return [each for one in chosen for each in _faults(one, at, kept, now)]
    finally:
        kept.forget()


def test_some_commands_at_once(clock):
    assert _all_faults(clock, [one for one in catalogue.commands() if one.name in SOME]) == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_every_command_at_once(clock, part):
    assert _all_faults(clock, catalogue.commands()[part::8]) == []

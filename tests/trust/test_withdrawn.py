"""Revoked means now: whatever is begun after a post, an account or a place in the tree was taken away is refused, on stale pages too."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from hengjian.base import clock as house_clock
from hengjian.parties import services
from hengjian.parties.actors import own_actor
from hengjian.parties.models import Account, Post
from hengjian.parties.services import NewPost
from tests import factories

THREADS_EACH, AFTERWARDS = 4, 3
REASON = "核实后收回"


@dataclass
class Victim:
    """Somebody whose rights end while four browsers are at work; every answer with the time at which it was asked for."""

    username: str
    place: str
    command: str
    body: dict[str, str]
    take_away: Callable[[Account], Any]
    told: list[tuple[float, str, bool]] = field(default_factory=list)
    calm: int = 0
    gone: float = 0.0


def is_in(answer: Any) -> bool:
    """Whether the page was shown, or the command carried out or its content looked at."""
    return answer.status_code in (200, 422) or (answer.status_code == 302 and not answer["Location"].startswith("/account/"))


def works(victim: Victim, browser: Client, end: threading.Event) -> None:
    """Read and write in turn, from pages that were opened long ago, until some were begun afterwards."""
    try:
        for way in cycle(("get", "post")):
            began = time.monotonic()
            answer = browser.get(victim.place) if way == "get" else browser.post(victim.command, victim.body)
            victim.told.append((began, way, is_in(answer)))
            if end.is_set():
                return
            time.sleep(0.01)
    finally:
        connections.close_all()


def _change(account: Account, to: Any) -> None:
    """Another post instead of the present one."""
    services.grant_post(account, actor=factories.SYSTEM, post=NewPost("quality_manager", to.organisation))
    _withdraw(account)


def _withdraw(account: Account) -> None:
    services.withdraw_post(Post.objects.filter(account=account).order_by("id")[0], actor=factories.SYSTEM, reason=REASON)


def victims(world: Any) -> list[Victim]:
    """Six who lose their rights in six ways; each has a page it could open and a command it could give."""
    unit, other = world.institutions[0], world.institutions[1]
    page, opens = reverse("registry:institution", args=[unit.pk]), reverse("rectification:open")
    found = {"kind": "fee", "severity": "1", "title": "收费未公示", "facts": "大厅没有公示收费标准。", "clause": ""}
    named = {**found, "finder": "complaint", "institution": str(unit.pk)}
    changes = reverse("registry:act", args=["institution", unit.pk, "change"])
    own = reverse("registry:institution", args=[other.pk])
    system = factories.SYSTEM
    return [
        Victim("officer0", page, opens, named, _withdraw),
        Victim("officer3", page, opens, named, lambda one: services.set_active(one, actor=system, active=False, reason=REASON)),
        Victim("officer1", page, changes, {}, lambda _one: services.move_authority(
            world.counties[0], actor=system, parent=world.cities[1], on=house_clock.today(), reason=REASON)),
        Victim("clerk0", page, changes, {}, lambda one: _change(one, other)),
        Victim("clerk1", own, opens, found, lambda one: services.reset_password(one, actor=system, reason=REASON)),
        Victim("clerk2", reverse("registry:institution", args=[world.institutions[2].pk]), opens, found, lambda one: services.change_own_password(
            one, actor=own_actor(one), password="plum-rain-17-kites")),
    ]


def _browsers(victim: Victim) -> list[Client]:
    made = [Client() for _n in range(THREADS_EACH)]
    for browser in made:
        browser.force_login(Account.objects.get(username=victim.username))
    return made


def _wait_for(told: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < until, "the browsers do not get on"
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_everything_begun_after_the_rights_were_taken_away_is_refused(clock):
    everyone, end = victims(factories.world()), threading.Event()
    threads = [threading.Thread(target=works, args=(one, browser, end)) for one in everyone for browser in _browsers(one)]
    for thread in threads:
        thread.start()
    try:
        _wait_for(lambda: all(len(one.told) >= THREADS_EACH for one in everyone))
        for one in everyone:
            one.calm = len(one.told)
            one.take_away(Account.objects.get(username=one.username))
            one.gone = time.monotonic()
        _wait_for(lambda: all(sum(began > one.gone for began, _way, _in in one.told) >= AFTERWARDS * THREADS_EACH for one in everyone))
    finally:
        end.set()
        for thread in threads:
            thread.join()
    for one in everyone:
        after = [(way, was_in) for began, way, was_in in one.told if began > one.gone]
        assert all(was_in for _began, _way, was_in in one.told[: one.calm]), one.username
        assert {way for way, _in in after} == {"get", "post"}, one.username
        assert not [way for way, was_in in after if was_in], one.username

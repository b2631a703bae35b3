"""The matrix against removed guards: which calls meet which guard, and whether the table notices when it is gone.

Run by ``python -m tests.trust.mutation`` in processes that load the house with its switches; not collected by the suite.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.test import Client

from tests.trust import canaries, test_nothing_of_others, test_queries_of_nobody
from tests.trust.commands.services import name_of
from tests.trust.ground import World
from tests.trust.matrix import VIEWERS, Browser, Call, calls, fault
from tests.trust.mutation import switch
from tests.trust.test_matrix import quiet

__all__ = ["quiet"]

FOLDER, PART, WORKERS = Path(os.environ["HENGJIAN_MUTATION_FOLDER"]), int(os.environ["HENGJIAN_MUTATION_PART"]), int(os.environ["HENGJIAN_MUTATION_WORKERS"])
MOST_CALLS = 60
"""So many calls that meet a guard are made again without it."""

Asked = tuple[Browser, Call]
T = TypeVar("T")


def _wrong(browser: Browser, call: Call) -> str:
    got = browser.go(call)
    if said := fault(call, got):
        return said
    if got.status != 200:
        return ""
    strange = canaries.leaks(*call.viewer, canaries.text_of(got.media_type, got.body), call.route)
    return f"{call} tells {strange[0]}" if strange else ""


def _met(ground: World) -> dict[str, list[Asked]]:
    """Make every call of a share of the viewers once; those that are answered as the table says, by the guards that refused something."""
    met: dict[str, list[Asked]] = defaultdict(list)
    for viewer in VIEWERS[PART::WORKERS]:
        browser = Browser(ground, viewer)
        for call in calls(ground, viewer, most_states=1, every_part=False):
            switch.REFUSED.clear()
            if not _wrong(browser, call):
                for site in switch.REFUSED:
                    met[site].append((browser, call))
    return met


def _noticed(asked: list[Asked]) -> str:
    step = max(1, len(asked) // MOST_CALLS)
    return next((said for browser, call in asked[::step] if (said := _wrong(browser, call))), "")


def _wanted() -> set[str]:
    plan = json.loads((FOLDER / "plan.json").read_text())
    return set(plan.get("sites") or plan["left"])


def _hold(name: str, met: Mapping[str, list[T]], noticed: Callable[[list[T]], str]) -> None:
    """Remove each guard that was met, look at what met it, and keep what was noticed."""
    wanted = _wanted()
    with (FOLDER / f"asked-{name}.jsonl").open("w") as out:
        for site, cases in sorted(met.items()):
            if site not in wanted:
                continue
            again = switch.remove(site)
            try:
                said = noticed(cases)
            finally:
                again()
            out.write(json.dumps({"site": site, "by": said}, ensure_ascii=False) + "\n")
            out.flush()


@pytest.mark.django_db
def test_pages_beside_a_busy_province_notice_a_guard_that_is_gone(clock: Any) -> None:
    if PART != WORKERS - 1:
        return  # one process is enough for it
    viewers, before = test_nothing_of_others.beside(clock)
    met: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, pages in before.items():
        for address, page in pages.items():
            switch.REFUSED.clear()
            if test_nothing_of_others.shown(viewers[name], address)[0] == page:
                for site in switch.REFUSED:
                    met[site].append((name, address))
    _hold("beside", met, lambda places: next((f"{address} of {name}" for name, address in places if _is_other(viewers[name], address, before[name][address])), ""))


@pytest.mark.django_db
def test_queries_of_nobody_notice_a_guard_that_is_gone(clock: Any) -> None:
    if PART:
        return
    met: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    for function, given in test_queries_of_nobody.asked_by_all(clock):
        switch.REFUSED.clear()
        if not test_queries_of_nobody.told_to_nobody(function, given):
            for site in switch.REFUSED:
                met[site].append((function, given))
    _hold("nobody", met, lambda calls: next((f"{name_of(function)} for nobody" for function, given in calls if test_queries_of_nobody.told_to_nobody(function, given)), ""))


def _is_other(client: Client, address: str, page: str) -> bool:
    try:
        return test_nothing_of_others.shown(client, address)[0] != page
    except Exception:  # a page that breaks is noticed too
        return True


@pytest.mark.django_db
def test_the_table_notices_a_guard_that_is_gone(ground: World, quiet: None) -> None:
    _hold(str(PART), _met(ground), _noticed)

"""The matrix against removed guards: which calls meet which guard, and whether the table notices when it is gone.

Run by ``python -m tests.trust.mutation`` in processes that load the house with its switches; not collected by the suite.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.trust import canaries, test_nothing_of_others, test_queries_of_nobody
from tests.trust.ground import World
from tests.trust.matrix import VIEWERS, Browser, Call, calls, fault
from tests.trust.mutation import switch
from tests.trust.test_matrix import quiet

__all__ = ["quiet"]

FOLDER, PART, WORKERS = Path(os.environ["HENGJIAN_MUTATION_FOLDER"]), int(os.environ["HENGJIAN_MUTATION_PART"]), int(os.environ["HENGJIAN_MUTATION_WORKERS"])
MOST_CALLS = 60
"""So many calls that meet a guard are made again without it."""

Asked = tuple[Browser, Call]


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
                for site in switch.REFUSED & _wanted():
                    met[site].append((name, address))
    with (FOLDER / "asked-beside.jsonl").open("w") as out:
        for site, places in sorted(met.items()):
            again = switch.remove(site)
            try:
                said = next((f"{address} of {name}" for name, address in places if _is_other(viewers[name], address, before[name][address])), "")
            finally:
                again()
            out.write(json.dumps({"site": site, "by": said}, ensure_ascii=False) + "\n")
            out.flush()


@pytest.mark.django_db
def test_queries_of_nobody_notice_a_guard_that_is_gone(clock: Any) -> None:
    if PART:
        return
    met: dict[str, list[tuple[Any, Any]]] = defaultdict(list)
    for function, given in test_queries_of_nobody.asked_by_all(clock):
        switch.REFUSED.clear()
        if not test_queries_of_nobody.told_to_nobody(function, given):
            for site in switch.REFUSED & _wanted():
                met[site].append((function, given))
    with (FOLDER / "asked-nobody.jsonl").open("w") as out:
        for site, calls in sorted(met.items()):
            again = switch.remove(site)
            try:
                said = next((f"{test_queries_of_nobody.name_of(function)} for nobody" for function, given in calls if test_queries_of_nobody.told_to_nobody(function, given)), "")
            finally:
                again()
            out.write(json.dumps({"site": site, "by": said}, ensure_ascii=False) + "\n")
            out.flush()


def _is_other(client: Client, address: str, page: str) -> bool:
    try:
        return test_nothing_of_others.shown(client, address)[0] != page
    except Exception:  # a page that breaks is noticed too
        return True


@pytest.mark.django_db
def test_the_table_notices_a_guard_that_is_gone(ground: World, quiet: None) -> None:
    wanted = _wanted()
    with (FOLDER / f"asked-{PART}.jsonl").open("w") as out:
        for site, asked in sorted(_met(ground).items()):
            if site in wanted:
                again = switch.remove(site)
                try:
                    said = _noticed(asked)
                finally:
                    again()
                out.write(json.dumps({"site": site, "by": said}, ensure_ascii=False) + "\n")
                out.flush()

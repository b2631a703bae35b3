"""The matrix against removed guards: which calls meet which guard, and whether the table notices when it is gone.

Run by ``python -m tests.trust.mutation`` in processes that load the house with its switches; not collected by the suite.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path

import pytest

from tests.trust import canaries
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


@pytest.mark.django_db
def test_the_table_notices_a_guard_that_is_gone(ground: World, quiet: None) -> None:
    wanted = set(json.loads((FOLDER / "plan.json").read_text())["sites"])
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

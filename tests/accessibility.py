"""axe on a page, with its findings in words that say where to look."""

from __future__ import annotations

from typing import Any

GRAVE = {"serious", "critical"}


def grave_violations(page: Any) -> list[str]:
    """Return each serious or critical finding of axe on the page as it stands."""
    from axe_playwright_python.sync_playwright import Axe  # only journeys pay for loading it

    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]} — {(node.get('failureSummary') or '').splitlines()[-1:]}"
        for rule in found
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


def assert_accessible(page: Any) -> None:
    """Fail with every serious or critical finding on this page."""
    assert grave_violations(page) == [], f"axe on {page.url}"

"""axe on a page, with its findings in words that say where to look; and what the browser itself complains of."""

from __future__ import annotations

from functools import cache
from typing import Any

GRAVE = {"serious", "critical"}
# Only what is wrong is gathered: the lists of what is right take axe longer than the looking.
RUN = """() => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations.flatMap(rule => rule.nodes.map(node =>
    [rule.impact, rule.id, node.html, (node.failureSummary || "").split("\\n").pop()])))"""


@cache
def _script() -> str:
    from axe_playwright_python.sync_playwright import Axe  # only journeys pay for loading it

    return Axe().axe_script


def grave_violations(page: Any) -> list[str]:
    """Return each serious or critical finding of axe on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())
    return [f"{rule}: {html[:160]} — {why.strip()}" for impact, rule, html, why in page.evaluate(RUN) if impact in GRAVE]


def assert_accessible(page: Any) -> None:
    """Fail with every serious or critical finding on this page."""
    found = grave_violations(page)
    assert found == [], f"axe on {page.url}: {found}"


def complaints(page: Any) -> list[str]:
    """A list that fills with what the browser complains of: errors of scripts, of the CSP, things that did not load."""
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(f"script error: {error}"))
    page.on("console", lambda line: said.append(f"console: {line.text}") if line.type == "error" else None)
    return said

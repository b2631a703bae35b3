"""The user guide: its pictures are there, its files are linked, its buttons are called as on the page."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from scripts import rules_page
from scripts.guide_pictures import SHOTS
from scripts.messages import messages_of, sources
from tests.house.tree import ROOT, name_of

GUIDE = ROOT / "docs" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")
ANCHOR = re.compile(r"\]\(#([^)]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NAME = re.compile(r"「([^」]+)」")
FILLED = re.compile(r"\{\{?[^}]*\}\}?|%\(\w+\)[sd]|%[sd]")
MOST_BYTES = 4_000_000


@cache
def _words() -> str:
    """Every text of the interface, one a line, with … where a value is filled in."""
    found: list[str] = []
    for path in sources():
        for text, _context in messages_of(path):
            found += [text] if isinstance(text, str) else text
    return "\n".join(FILLED.sub("…", one) for one in found)


def _is_on_a_page(name: str) -> bool:
    return re.search("^" + ".*".join(re.escape(part) for part in name.split("…")) + "：?$", _words(), re.MULTILINE) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_buttons_are_called_as_on_the_page(page: Path) -> None:
    assert sorted(name for name in set(NAME.findall(page.read_text())) if not _is_on_a_page(name)) == []


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md", ROOT / "README.zh-CN.md"], ids=name_of)
def test_pictures_and_links_lead_somewhere(page: Path) -> None:
    text = page.read_text()
    wanted = [one for one in PICTURE.findall(text) + LINK.findall(text) if "://" not in one]
    assert [one for one in wanted if not (page.parent / one).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_contents_lead_to_headings(page: Path) -> None:
    text = page.read_text()
    places = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(text)}
    assert [one for one in ANCHOR.findall(text) if one not in places] == []


def test_the_index_leads_to_every_page() -> None:
    linked = set(LINK.findall((GUIDE / "README.md").read_text()))
    assert {page.name for page in PAGES} - linked == {"README.md"}


def test_every_picture_is_taken_shown_and_small() -> None:
    shown = {Path(one).name for page in PAGES for one in PICTURE.findall(page.read_text())}
    there = {path.name for path in (GUIDE / "images").iterdir()}
    assert shown == there == {f"{shot.name}.png" for shot in SHOTS if shot.name}
    assert sum(path.stat().st_size for path in (GUIDE / "images").iterdir()) < MOST_BYTES


def test_the_page_of_rules_says_what_the_rules_say() -> None:
    assert (GUIDE / "rules.md").read_text() == rules_page.page(), "python scripts/rules_page.py"

"""What a reader without a browser sees in a page: its frame, its ways on, and what a strict CSP would refuse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from lxml import html as lxml_html

MAY_STAND_INLINE = {"application/json"}


@dataclass
class Page:
    """A page or a part of one, taken apart."""

    root: Any
    is_whole: bool

    @property
    def title(self) -> str:
        """What the tab of the browser says before the name of the house."""
        return (self.root.findtext(".//title") or "").partition(" · ")[0].strip()

    @property
    def language(self) -> str:
        """The language that the page says it speaks."""
        return self.root.get("lang", "")

    @property
    def headings(self) -> list[str]:
        """The words of each main heading."""
        return [one.text_content().strip() for one in self.root.iter("h1")]

    @property
    def links(self) -> list[str]:
        """Where the links lead."""
        return [one.get("href") for one in self.root.iter("a") if one.get("href") is not None]

    @property
    def parts(self) -> list[str]:
        """What htmx would fetch by GET."""
        return self.root.xpath(".//@hx-get")

    @property
    def pictures(self) -> list[str]:
        """The pictures that the page shows."""
        return self.root.xpath(".//img/@src")

    @property
    def asking(self) -> list[str]:
        """The addresses that the GET forms lead to as they stand; empty fields stay out of them, as on the page."""
        return [_address(form) for form in self.root.iter("form") if form.method.lower() == "get"]

    @property
    def commands(self) -> list[str]:
        """Where the other forms are sent to."""
        return [form.get("action", "") for form in self.root.iter("form") if form.method.lower() != "get"] + self.root.xpath(".//@hx-post")

    @property
    def ids(self) -> list[str]:
        """The names of places on the page."""
        return self.root.xpath(".//@id")

    @property
    def places(self) -> list[str]:
        """The places on this page that its links lead to."""
        return [link[1:] for link in self.links if link.startswith("#")]

    def tells_history(self) -> bool:
        """Whether a time line is on the page."""
        return bool(self.root.xpath(".//*[contains(concat(' ', @class, ' '), ' hj-tl ')]"))

    def has_way_back(self) -> bool:
        """Whether the page leads on from where the reader came: by the menu, by the bar above a paper, or at least to the desk."""
        return bool(self.root.xpath(".//nav//a[@href] | .//*[contains(@class, 'hj-print-bar')]//a[@href] | .//a[@href='/']"))

    def inline(self) -> list[str]:
        """What a strict CSP would refuse: scripts, styles and handlers written into the page."""
        found = [f"<{one.tag} style>" for one in self.root.xpath(".//*[@style]")] + ["<style>"] * len(self.root.xpath(".//style"))
        found += [f"<script>{(one.text or '')[:40]}" for one in self.root.iter("script") if not one.get("src") and one.get("type") not in MAY_STAND_INLINE]
        found += [f"<{one.tag} on…>" for one in self.root.xpath(".//*[@*[starts-with(name(), 'on')]]")]
        return found + ["javascript:" for link in self.links if link.strip().lower().startswith("javascript:")]


def _address(form: Any) -> str:
    given = [(name, value) for name, value in form.form_values() if value]
    return form.get("action", "").partition("?")[0] + (f"?{urlencode(given)}" if given else "")


def read(text: str) -> Page:
    """Take a page (or a part of one) apart."""
    whole = text.lstrip()[:9].lower() == "<!doctype"
    parse = lxml_html.document_fromstring if whole else lambda one: lxml_html.fragment_fromstring(one, create_parent="div")
    return Page(parse(text) if text.strip() else lxml_html.Element("div"), whole)

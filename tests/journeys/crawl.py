"""A walk through all that one account can reach from its desk: links, forms that ask by GET, parts that htmx fetches, files."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit
from uuid import UUID

from django.conf import settings
from django.test import Client
from django.urls import Resolver404, resolve

from hengjian.parties.states import INSTITUTION_ROLES, REGULATORS
from tests.journeys import page_reader
from tests.journeys.page_reader import Page

AT_MOST = 8  # pages of one name, when each differs in what it is asked for
ENOUGH_FILES = 3  # of one name, in all walks
FILES = {
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
    ".pdf": ("application/pdf", b"%PDF"),
    ".zip": ("application/zip", b"PK"),
    ".csv": ("text/csv", b""),
    ".hjproof": ("application/json", b"{"),
    ".parquet": ("application/vnd.apache.parquet", b"PAR1"),
    ".png": ("image/png", b"\x89PNG"),
    ".jpg": ("image/jpeg", b"\xff\xd8"),
}


@dataclass(frozen=True)
class Way:
    """An address, as what it was offered, and on which page."""

    address: str
    by: str
    found_on: str


@dataclass
class Seen:
    """What a walk found: the shapes of pages with an example of each, all names reached, and what is wrong."""

    role: str
    pages: dict[str, list[str]] = field(default_factory=dict)
    without_history: list[tuple[str, str]] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


@dataclass
class Common:
    """What one walk need not look at because another did: pages in English, files, pages that differ only in what is asked of them."""

    in_english: set[str] = field(default_factory=set)
    files: Counter[str] = field(default_factory=Counter)
    often: Counter[tuple[str, str]] = field(default_factory=Counter)
    asked: set[tuple[Any, ...]] = field(default_factory=set)


def signed_in(account: Any) -> Client:
    """A client of somebody who has signed in; what breaks is an answer, not an exception."""
    client = Client(raise_request_exception=False)
    client.force_login(account)
    return client


def kind_of(role: str) -> str:
    """Roles that are served the same pages count as one."""
    return "regulator" if role in REGULATORS else "institution" if role in INSTITUTION_ROLES else role


class Walk:
    """The walk of one account."""

    def __init__(self, account: Any, role: str, common: Common, *, alike: int = 2) -> None:
        self.alike = alike  # so many pages of one name are looked at without asking
        self.client, self.common = signed_in(account), common
        self.role, self.like, self.seen = role, kind_of(role), Seen(role)
        self.waiting: deque[Way] = deque([Way("/", "link", "the first page")])
        self.queued: set[tuple[str, str]] = {("/", "link")}
        self.often: Counter[str] = Counter()

    def go(self) -> Seen:
        """Walk until nothing new is offered."""
        while self.waiting:
            way = self.waiting.popleft()
            name = self._name_of(way)
            if name is not None and self._is_wanted(way, name):
                self._look(way, name)
        return self.seen

    def _fault(self, way: Way, said: str) -> None:
        self.seen.faults.append(f"{self.role}: {way.address} ({way.by} on {way.found_on}): {said}")

    def _name_of(self, way: Way) -> str | None:
        """The name of the route, if there is one and this role may take it."""
        try:
            found = resolve(urlsplit(way.address).path)
        except Resolver404:
            self._fault(way, "leads nowhere")
            return None
        rule = getattr(found.func, "route_policy", None)
        if rule is not None and rule.roles and self.role not in rule.roles:
            self._fault(way, f"is offered, but {found.view_name} is closed to this role")
            return None
        return found.view_name

    def _is_wanted(self, way: Way, name: str) -> bool:
        """Whether this address is of a kind that was not looked at often enough, by this account and by others like it."""
        if way.by == "command" or self.common.files[name] >= ENOUGH_FILES:
            return False
        parts = urlsplit(way.address)
        told = resolve(parts.path).kwargs
        words = tuple(sorted((k, str(v)) for k, v in told.items() if not isinstance(v, UUID)))
        kind = (self.like, name, way.by, words, tuple(sorted({k for k, _v in parse_qsl(parts.query)})))
        own = self.alike if len(words) < len(told) and not parts.query else 1  # of objects each account looks at two, of lists at one
        is_new = kind not in self.common.asked or self.common.often[self.like, name] < self.alike
        if self.often[name] >= own and (not is_new or self.often[name] >= AT_MOST):
            return False
        self.often[name] += 1
        self.common.often[self.like, name] += 1
        self.common.asked.add(kind)
        return True

    def _look(self, way: Way, name: str) -> None:
        head = {"HX-Request": "true"} if way.by == "part" else {}
        answer = self.client.get(way.address, headers=head, follow=True)
        last = answer.redirect_chain[-1][0] if answer.redirect_chain else way.address
        name_there = resolve(urlsplit(last).path).view_name
        self.seen.reached |= {name, name_there}
        if answer.status_code != 200:
            self._fault(way, f"answers {answer.status_code}{_why(answer)}")
            return
        if answer["Content-Type"].startswith("text/html"):
            self._look_at_page(Way(last, way.by, way.found_on), name_there, answer)
        else:
            self._look_at_file(way, name, answer)

    def _look_at_file(self, way: Way, name: str, answer: Any) -> None:
        self.common.files[name] += 1
        said = answer.get("Content-Disposition", "")
        path = urlsplit(way.address).path
        ending = next((one for one in FILES if re.search(rf"{re.escape(one)}\"?$", said) or path.endswith(one)), None)
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content
        media_type = answer["Content-Type"].partition(";")[0]
        if ending is None:
            known = dict(FILES.values())
            if media_type not in known or not data.startswith(known[media_type]):
                self._fault(way, f"is no page and no file that we know: {media_type} {said}")
        elif (media_type, data[: len(FILES[ending][1])]) != FILES[ending]:
            self._fault(way, f"gives {media_type}, which is no {ending}")

    def _look_at_page(self, way: Way, name: str, answer: Any) -> None:
        page = page_reader.read(answer.content.decode())
        if page.is_whole:
            self.seen.pages.setdefault(name, []).append(way.address)
            for fault in faults_of(page, "zh-CN"):
                self._fault(way, fault)
            if not page.tells_history() and not any(link.startswith("/history/") for link in page.links):
                self.seen.without_history.append((name, way.address))
            if name not in self.common.in_english:
                self.common.in_english.add(name)
                self._look_in_english(way)
        elif way.by == "link":
            self._fault(way, "is a link, but leads to a part of a page without its frame")
        self._queue(page, way)

    def _look_in_english(self, way: Way) -> None:
        self.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        answer = self.client.get(way.address, follow=True)
        del self.client.cookies[settings.LANGUAGE_COOKIE_NAME]
        if answer.status_code != 200:
            self._fault(way, f"answers {answer.status_code} in English{_why(answer)}")
            return
        for fault in faults_of(page_reader.read(answer.content.decode()), "en"):
            self._fault(way, f"in English: {fault}")

    def _queue(self, page: Page, way: Way) -> None:
        offered = [("link", one) for one in page.links] + [("part", one) for one in page.parts]
        offered += [("picture", one) for one in page.pictures] + [("link", one) for one in page.asking] + [("command", one) for one in page.commands]
        for by, one in offered:
            address = urljoin(way.address, one).partition("#")[0]
            if not address.startswith("/") or (address, by) in self.queued or one.startswith("#"):
                continue
            self.queued.add((address, by))
            self.waiting.append(Way(address, by, way.address))


def faults_of(page: Page, language: str) -> list[str]:
    """What is wrong with a whole page, as far as it can be seen without a browser."""
    found = []
    if page.language != language:
        found.append(f"speaks {page.language}, not {language}")
    if len(page.headings) != 1 or not page.headings[0]:
        found.append(f"has these main headings: {page.headings}")
    if not page.title:
        found.append("has no title")
    if not page.has_way_back():
        found.append("has no way back")
    found += [f"has {one} written into it" for one in page.inline()]
    if missing := sorted({one for one in page.places if one} - set(page.ids)):
        found.append(f"leads to places that are not on it: {missing[:3]}")
    return found


def _why(answer: Any) -> str:
    """What the server stumbled over."""
    return f": {answer.exc_info[1]!r:.200}" if getattr(answer, "exc_info", None) else ""

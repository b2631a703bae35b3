"""Filling in every form that a page offers, with texts that are not meant well, and gathering every page and file that comes of it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import Resolver404, resolve

from tests.dossier import files
from tests.journeys import page_reader
from tests.trust.doors import FILES, Form, forms_of

DAY = "2024-08-01"
LEAVES = {"account_logout", "parties:end_others", "account_change_password", "campaigns:close", "parties:act_on_account", "parties:reset_password"}
"""What would end the visit of somebody before all forms are filled."""


@dataclass
class Driven:
    """What came of it: answers by status, texts taken by field, pages as they were answered, files that are offered."""

    statuses: Counter[int] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)
    shown: dict[str, str] = field(default_factory=dict)
    offered: dict[str, set[str]] = field(default_factory=dict)
    broke: list[str] = field(default_factory=list)


class Driver:
    """One account at its pages."""

    def __init__(self, account: Any, texts: Iterator[str], driven: Driven, alike: int = 2) -> None:
        self.client, self.texts, self.driven, self.alike = Client(raise_request_exception=False), texts, driven, alike
        self.client.force_login(account)
        self.name = account.username

    def drive(self) -> None:
        """Walk through all pages, and send each form that is met once."""
        sent: set[tuple[Any, ...]] = set()
        for address, page in self.walk():
            for form in forms_of(page, address):
                kind = _kind_of(form.address)
                if not form.asks and kind is not None and kind not in sent and kind[0] not in LEAVES:
                    sent.add(kind)
                    self._send(form)

    def look(self) -> None:
        """Walk through all pages again and keep what they show."""
        for _address, _page in self.walk():
            pass

    def walk(self) -> Iterator[tuple[str, page_reader.Page]]:
        """Pages by address; of each route so many."""
        waiting, queued, often = deque(["/"]), {"/"}, Counter[tuple[Any, ...]]()
        while waiting:
            address = waiting.popleft()
            kind = _kind_of(address)
            if kind is None or kind[0] in LEAVES or often[kind] >= self.alike:
                continue
            if FILES.search(address):
                self.driven.offered.setdefault(self.name, set()).add(address)
                continue
            often[kind] += 1
            answer = self.client.get(address, follow=True)
            if answer.status_code >= 500:
                self.driven.broke.append(f"{address}: {answer.status_code} {getattr(answer, 'exc_info', None)!r:.300}")
            if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
                continue
            text = answer.content.decode()
            self.driven.shown[address] = text
            page = page_reader.read(text)
            yield answer.request["PATH_INFO"], page
            for link in [*page.links, *page.parts]:
                on = link if link.startswith("/") else urlsplit(address)._replace(query=link[1:], fragment="").geturl() if link.startswith("?") else ""
                if on and on not in queued:
                    queued.add(on)
                    waiting.append(on.partition("#")[0])

    def _send(self, form: Form) -> None:
        body = {name: self._value(name, schema) for name, schema in form.fields.items() if not name.startswith("_") and name != "csrfmiddlewaretoken"}
        answer = self.client.post(form.address, {name: value for name, value in body.items() if value is not None})
        self.driven.statuses[answer.status_code] += 1
        if answer.status_code >= 500:
            self.driven.broke.append(f"{form.address} {body}: {answer.status_code} {getattr(answer, 'exc_info', None)!r:.300}")
        if answer.status_code == 302:
            self.driven.taken.update(name for name, schema in form.fields.items() if _is_text(schema))
        if answer["Content-Type"].startswith("text/html") and answer.content:
            self.driven.shown[f"{form.address} (answer)"] = answer.content.decode()

    def _value(self, name: str, schema: dict[str, Any]) -> Any:
        if "anyOf" in schema:
            return schema["anyOf"][0]["enum"][0]
        if "enum" in schema:
            return next((one for one in schema["enum"] if one), "")
        if schema.get("format") == "date":
            return DAY
        if schema.get("format") == "binary":
            return SimpleUploadedFile(f"{next(self.texts)[:60]}.jpg".replace("/", "_"), files.photo())
        if schema.get("type") == "integer":
            return "1"
        return next(self.texts)[: schema.get("maxLength", 200)]


def _is_text(schema: dict[str, Any]) -> bool:
    return set(schema) <= {"type", "maxLength"} and schema.get("type") == "string"


def _kind_of(address: str) -> tuple[Any, ...] | None:
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return None
    return (found.view_name, *(str(value) for value in found.kwargs.values() if not isinstance(value, UUID)))

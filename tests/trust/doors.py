"""What the pages offer: the addresses of each route with real rows in them, and the fields of the forms that lead there."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit
from uuid import UUID

from django.apps import apps
from django.test import Client
from django.urls import Resolver404, resolve

from hengjian.base.scope import EVERYTHING
from tests.journeys import page_reader

ALIKE = 1
"""So many pages of one route are looked at by all accounts together; the desk by each."""
ROWS = 3
"""So many rows of a table are known by their ids."""
TABLES = {
    "account_id": "parties.account", "post_id": "parties.post", "authority_id": "parties.authority", "change_id": "parties.treechange",
    "message_id": "parties.message", "entry_id": "base.ledgerentry", "check_id": "base.ledgercheck", "definition_id": "forms.formdefinition",
    "remark_id": "forms.cellremark", "evidence_id": "dossier.evidence", "use_id": "dossier.evidenceuse", "document_id": "dossier.document",
    "institution_id": "registry.institution", "person_id": "registry.person", "enterprise_id": "registry.enterprise", "run_id": "registry.importrun",
    "problem_id": "rectification.problem", "order_id": "enforcement.order", "case_id": "enforcement.case", "visit_id": "supervision.visit",
    "campaign_id": "campaigns.campaign", "plan_id": "campaigns.plan", "supplement_id": "campaigns.supplement", "target_id": "campaigns.target",
    "submission_id": "campaigns.submission", "contradiction_id": "campaigns.contradiction", "return_id": "campaigns.statreturn",
    "report_id": "campaigns.workreport", "story_id": "campaigns.casestory", "letter_id": "campaigns.notice",
}
"""Whose ids stand in an address under which name; where names mean several tables, the pages tell."""

FILES = re.compile(r"\.(?:pdf|docx|xlsx|csv|zip|hjproof)(?:\?|$)|/export/\?")


@dataclass
class Door:
    """One route as it is offered: what stands in its address, which fields are sent to it and which are asked of it."""

    kwargs: list[dict[str, str]] = field(default_factory=list)
    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)


@dataclass
class Form:
    """A form as it stands on a page: where it leads, and its fields as an OpenAPI schema each."""

    address: str
    fields: dict[str, dict[str, Any]]
    required: set[str]
    asks: bool


def seen_by_all(accounts: Iterable[Any]) -> dict[str, Door]:
    """Walk through what these accounts are offered; return each door by the name of its route."""
    doors: dict[str, Door] = {}
    often = Counter[tuple[Any, ...]]()
    for account in accounts:
        _walk(account, doors, often)
    return doors


def rows_known() -> dict[str, list[str]]:
    """Ids of rows that are there, by the name under which they stand in addresses."""
    found = {}
    for name, label in TABLES.items():
        model = apps.get_model(label)
        rows = model.objects.within(EVERYTHING) if hasattr(model.objects, "within") else model.objects.all()
        found[name] = [str(pk) for pk in rows.order_by("-pk").values_list("pk", flat=True)[:ROWS]]
    return found


def _walk(account: Any, doors: dict[str, Door], often: Counter[tuple[Any, ...]]) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(account)
    waiting, queued, own = deque(["/"]), {"/"}, set[tuple[Any, ...]]()
    while waiting:
        address = waiting.popleft()
        if not _is_wanted(address, often, own):
            continue
        answer = client.get(address, follow=True)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        for found in _noted(answer.content.decode(), answer.request["PATH_INFO"], doors):
            if found not in queued:
                queued.add(found)
                waiting.append(found)


def _is_wanted(address: str, often: Counter[tuple[Any, ...]], own: set[tuple[Any, ...]]) -> bool:
    try:
        found = resolve(urlsplit(address).path)
    except Resolver404:
        return False
    words = tuple(str(value) for value in found.kwargs.values() if not isinstance(value, UUID))
    kind = (found.view_name, words)
    if kind in own or (often[kind] >= ALIKE and found.view_name != "web:desk") or "logout" in found.view_name or FILES.search(address):
        return False
    own.add(kind)
    often[kind] += 1
    return True


def _noted(text: str, here: str, doors: dict[str, Door]) -> list[str]:
    """Note all that a page offers; return where one may go on by GET."""
    page = page_reader.read(text)
    on = []
    for link in [*page.links, *page.parts, *page.pictures]:
        address = urljoin(here, link).partition("#")[0]
        if address.startswith("/") and _note(Form(address, {}, set(), True), doors):
            on.append(address)
    for form in forms_of(page, here):
        _note(form, doors)
    return on


def _note(form: Form, doors: dict[str, Door]) -> bool:
    parts = urlsplit(form.address)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return False
    door = doors.setdefault(found.view_name, Door())
    kwargs = {key: str(value) for key, value in found.kwargs.items()}
    if kwargs not in door.kwargs:
        door.kwargs.append(kwargs)
    door.asked |= {name for name, _value in parse_qsl(parts.query, keep_blank_values=True)}
    if form.asks:
        door.asked |= set(form.fields)
    else:
        for name, schema in form.fields.items():
            door.fields.setdefault(name, schema)
        door.required |= form.required
    return True


def forms_of(page: page_reader.Page, here: str) -> list[Form]:
    """The forms of a page, and the lone fields that htmx sends."""
    found = []
    for one in page.root.iter("form"):
        fields = {name: schema_of(each) for each in one.xpath(".//input|.//select|.//textarea") if (name := each.get("name"))}
        needed = {each.get("name") for each in one.xpath(".//*[@required]") if each.get("name")}
        address = urljoin(here, one.get("action") or one.get("hx-post") or here)
        found.append(Form(address, fields, needed, (one.get("method") or "get").lower() == "get" and not one.get("hx-post")))
    for one in page.root.xpath(".//*[@hx-post][not(self::form)]"):
        fields = {name: schema_of(each) for each in [one, *one.xpath(".//input|.//select")] if (name := each.get("name"))}
        found.append(Form(urljoin(here, one.get("hx-post")), fields, set(), False))
    return found


def schema_of(one: Any) -> dict[str, Any]:
    """What a field of a form takes, in the words of OpenAPI."""
    kind, value = one.get("type", "text"), one.get("value") or ""
    if one.tag == "select":
        return {"type": "string", "enum": [each.get("value") if each.get("value") is not None else each.text_content() for each in one.iter("option")] or [""]}
    if kind in {"radio", "checkbox"}:
        return {"type": "string", "enum": [value or "on", ""]}
    if kind == "file":
        return {"type": "string", "format": "binary"}
    if kind == "date":
        return {"type": "string", "format": "date"}
    if kind == "number":
        return {"type": "integer"}
    if kind == "hidden" and value:
        return {"anyOf": [{"type": "string", "enum": [value]}, {"type": "string"}]}
    longest = one.get("maxlength")
    return {"type": "string", **({"maxLength": int(longest)} if longest else {})}

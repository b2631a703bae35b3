"""Every route × every post × every relation as one call each, and what the hand-written table says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from hengjian.parties.models import Account
from hengjian.parties.states import AUTHORITY_ROLES, INSTITUTION_ROLES, PLATFORM_ADMINS
from tests.trust.expectations import Rule, rules
from tests.trust.ground import Held, World
from tests.trust.targets import RELATIONS, targets

LEVELS = {"a000": "province", "a100": "city", "a110": "county", "a11x": "institution", "": "platform"}
VIEWERS = (
    *((key, role) for key in ("a000", "a100", "a110") for role in AUTHORITY_ROLES),
    *(("a11x", role) for role in INSTITUTION_ROLES), *(("", role) for role in PLATFORM_ADMINS), ("", "anonymous"), ("a110", "postless"),
)
"""One for each post at each level, in one line of the tree; somebody without an account; somebody whose post was withdrawn."""

ENDINGS = ("xlsx", "docx", "pdf")
PARTS: dict[str, dict[str, tuple[Any, ...]]] = {
    "dossier:document_file": {"fmt": ENDINGS}, "campaigns:letter_file": {"fmt": ("docx", "pdf")}, "campaigns:selfcheck_form": {"number": (1,), "fmt": ENDINGS},
    "campaigns:statistics_file": {"fmt": ENDINGS}, "campaigns:report_file": {"fmt": ("docx", "pdf")}, "enforcement:print_order": {"kind": ("docx", "pdf")},
    "enforcement:print_case": {"kind": ("docx", "pdf")}, "supervision:print_record": {"kind": ("docx", "pdf")},
    "rectification:issue_list": {"view": ("problems", "measures", "responsibilities"), "kind": ENDINGS},
    "web:lost_before": {"number": (1,)}, "campaigns:figure": {"key": ("institutions_inspected",)}, "campaigns:figure_rows": {"key": ("institutions_inspected",)},
    "campaigns:correct_figure": {"key": ("institutions_inspected",)}, "web:check_ledger": {"what": ("verify", "reconcile")},
    "parties:act_on_account": {"code": ("grant", "correct", "switch")}, "parties:act_on_authority": {"code": ("rename", "move", "reseat", "close")},
    "rectification:act": {"code": ("confirm", "verify-close", "close", "report", "recheck", "plan", "verify", "return", "extension", "evidence", "merge", "dismiss")},
    "enforcement:act_on_order": {"code": ("serve", "answer", "recheck", "again", "close", "amend", "evidence", "withdraw")},
    "enforcement:act_on_case": {"code": ("decide", "evidence", "withdraw")}, "supervision:act": {"code": ("sign", "finding", "evidence", "amend")},
    "campaigns:act_on_letter": {"code": ("answer", "close", "return")},
}
"""The parts of an address that name no object, each with all that may stand there."""

LOOKED_AT = frozenset({"campaigns:plan", "campaigns:ask_extension"})
"""Addresses that stand in the table twice, once for each method."""

ROW_CODES = {
    "institution": ("change", "add-approval", "add-work-area", "suspend"), "institution_staff": ("add-person",), "employment": ("change", "register-practice", "cancel-practice", "end"),
    "credential": ("change",), "credential_end": ("cancel",), "education": ("verify", "change"), "title": ("verify", "change"), "enterprise": ("add-equipment",),
}
OBJECT_TYPES = {
    "problem": "rectification.problem", "order": "enforcement.order", "drafted_order": "enforcement.order", "case": "enforcement.case",
    "visit": "supervision.visit", "institution": "registry.institution", "person": "registry.person", "enterprise": "registry.enterprise",
    "submission": "campaigns.submission", "letter": "campaigns.notice", "extension": "campaigns.extension", "return": "campaigns.statreturn",
    "report": "campaigns.workreport", "story": "campaigns.casestory", "campaign": "campaigns.campaign", "draft": "campaigns.campaign",
    "plan": "campaigns.plan", "supplement": "campaigns.supplement", "draft_file": "dossier.evidence", "inner_file": "dossier.evidence", "open_file": "dossier.evidence",
    "open_document": "dossier.document", "officer_account": "parties.account", "chief_account": "parties.account", "keeper_account": "parties.account",
    "staff_account": "parties.account",
}


@dataclass(frozen=True)
class Call:
    """One call of a viewer, and what is expected: open, seen, hidden, closed, login, method."""

    route: str
    method: str
    viewer: tuple[str, str]
    kind: str
    relation: str
    url: str
    expected: str

    def __str__(self) -> str:
        return f"{self.viewer[0] or '-'} {self.viewer[1]}: {self.method} {self.route} {self.kind}/{self.relation}"


NOTHING = Held("-", "", "", {})


def calls(world: World, viewer: tuple[str, str], *, most_states: int = 9, every_part: bool = True) -> Iterator[Call]:
    """All calls of one viewer."""
    aims = targets(world, viewer[0])
    for rule in rules():
        for relation, held in _aims(world, rule, aims, viewer, most_states):
            for route in rule.routes:
                yield from _of_route(rule, route, viewer, relation, held, every_part)


def _aims(world: World, rule: Rule, aims: dict[str, dict[str, list[Held]]], viewer: tuple[str, str], most: int) -> Iterator[tuple[str, Held]]:
    kind = rule.kind.removeprefix("object/")
    if kind == "-":
        yield "own", NOTHING
        return
    for relation in RELATIONS:
        for held in aims[kind].get(relation, [])[:most]:
            if kind.endswith("_account") and viewer in world.accounts and str(world.accounts[viewer].pk) == held.kwargs["account_id"]:
                continue  # oneself is another matter: everybody reads his own history
            if kind == "message":
                mine = viewer in world.accounts and str(world.accounts[viewer].pk) == held.state
                yield (relation if mine or relation == "guessed" else "sibling"), held
            else:
                yield relation, held


def _of_route(rule: Rule, route: str, viewer: tuple[str, str], relation: str, held: Held, every_part: bool) -> Iterator[Call]:
    addresses = list(_addresses(rule, route, held))
    for url in addresses if every_part else addresses[:1]:
        for method in ("GET", "POST") if rule.method in ("BOTH", "LIB") else (rule.method,):
            yield Call(route, method, viewer, rule.kind, relation, url, _expected(rule, viewer, relation))
    if rule.method == "POST" and relation == "own" and addresses and route not in LOOKED_AT:
        yield Call(route, "GET", viewer, rule.kind, relation, addresses[0], "method")


def _expected(rule: Rule, viewer: tuple[str, str], relation: str) -> str:
    key, role = viewer
    if rule.is_public:
        return rule.expected(role, "", relation)
    if rule.method == "LIB":
        return "library"
    if role == "anonymous":
        return "login"
    if role == "postless":
        return "postless"
    return rule.expected(role, LEVELS[key], relation)


def _addresses(rule: Rule, route: str, held: Held) -> Iterator[str]:
    kwargs: dict[str, Any] = dict(held.kwargs)
    if rule.kind.startswith("object/"):
        kwargs = {"object_type": OBJECT_TYPES[rule.kind.removeprefix("object/")], "object_id": list(held.kwargs.values())[-1]}
    for name in [one for one in kwargs if one.endswith("_id")]:
        kwargs[name] = UUID(kwargs[name])
    parts = dict(PARTS.get(route, {}))
    if route == "registry:act":
        parts["code"] = ROW_CODES[rule.kind.removesuffix("_row")]
    found = [kwargs]
    for name, values in parts.items():
        found = [{**one, name: value} for one in found for value in values]
    for one in found:
        yield reverse(route, kwargs=one)


class Writes:
    """Counts what is written, by table; sessions and receipts are no business."""

    def __init__(self) -> None:
        self.tables: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        words = sql.split(None, 3)
        if words[0] in ("INSERT", "UPDATE", "DELETE"):
            table = (words[1] if words[0] == "UPDATE" else words[2]).strip('"')
            if table not in ("django_session", "base_receipt"):
                self.tables.append(table)
        return execute(sql, params, many, context)


LACKING = {
    "campaigns:selfcheck_form": 422, "campaigns:sheet_cell": 404, "campaigns:claim_staffing": 404, "campaigns:apply_proposals": 404,
    "campaigns:refresh_roster": 404, "campaigns:workbook_file": 404,
}
"""Addresses of a part that not every object has, open or not, and how that is said: the form of an edition, a sheet that was not begun."""

REFUSED = ("closed", "hidden", "seen", "method", "login")


@dataclass
class Answer:
    """What came back: the status, what was written, where it leads, its body."""

    status: int
    wrote: list[str]
    where: str
    media_type: str
    body: bytes
    broke: str = ""


class Browser:
    """A viewer's browser; whatever a call does is taken back."""

    def __init__(self, world: World, viewer: tuple[str, str]) -> None:
        self.client = Client(raise_request_exception=False)
        role = viewer[1]
        if role == "postless":
            account = Account.objects.get(username="postless")
            self.client.force_login(account)
        elif role != "anonymous":
            self.client.force_login(world.accounts[viewer])
        self.cookies = self.client.cookies.output(header="", sep=";")

    def go(self, call: Call, data: dict[str, Any] | None = None) -> Answer:
        """Make a call, and take back what it did."""
        writes = Writes()
        if call.route.startswith("portal:"):
            cache.clear()  # how often one may ask is another test's matter
        self.client.cookies.clear()
        self.client.cookies.load(self.cookies)  # a call that signed out took the key away
        with transaction.atomic():
            with connection.execute_wrapper(writes):
                ask = self.client.get if call.method == "GET" else self.client.post
                head = {"HX-Request": "true"} if call.expected in REFUSED else {}  # a refusal as part of a page is short
                answer = ask(call.url, data or {}, headers=head)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
        broke = repr(answer.exc_info[1])[:200] if getattr(answer, "exc_info", None) else ""
        return Answer(answer.status_code, writes.tables, answer.get("Location", ""), answer.get("Content-Type", ""), body, broke)


def fault(call: Call, got: Answer) -> str:
    """What is wrong with an answer; nothing when it is as the table says."""
    if got.status >= 500:
        return f"{call}: {got.status} {got.broke}"
    if not _fits(call, got):
        return f"{call}: {got.status}, expected {call.expected}"
    if got.wrote and call.expected not in ("open", "library"):
        return f"{call}: {got.status}, but wrote {sorted(set(got.wrote))}"
    return ""


def _fits(call: Call, got: Answer) -> bool:
    sent_off = got.status == 302 and got.where.startswith("/account/login/")
    match call.expected:
        case "login":
            return sent_off
        case "closed":
            return got.status == 403
        case "hidden":
            return got.status == 404
        case "method":
            return got.status in (403, 405)
        case "seen":
            return got.status in ((403, 404) if call.method == "GET" else (403, 404, 409, 422))
        case "postless":
            return got.status in (200, 302, 403, 404, 405, 422)
        case "library":
            return True
    if got.status == LACKING.get(call.route):
        return True
    return not sent_off and got.status in ((200, 302, 409) if call.method == "GET" else (200, 302, 403, 409, 415, 422))


def without(call: Call, expected: str) -> Call:
    """The same call with another expectation."""
    return replace(call, expected=expected)

"""Nobody sees or does what is not theirs: every route, every post, every relation, against a table written by hand.

Each answer that opens is read for the marks of others as well (``canaries.py``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from hengjian.base import clock
from hengjian.base.routes import routes
from hengjian.campaigns.services import reminders
from hengjian.parties import services as parties
from hengjian.parties.models import Account
from hengjian.parties.states import AUTHORITY_ROLES, INSTITUTION_ROLES, PLATFORM_ADMINS
from tests import factories, roles
from tests.factories import SYSTEM
from tests.trust import canaries
from tests.trust.expectations import rules
from tests.trust.ground import MARK, World, relation
from tests.trust.matrix import VIEWERS, Browser, Call, calls, fault
from tests.trust.targets import relation_of, targets

pytestmark = pytest.mark.django_db

SAMPLED = (
    ("a110", "supervisor"), ("a100", "leader"), ("a000", "authority_admin"), ("a11x", "institution_admin"), ("a11x", "unit_head"),
    ("a11x", "technical_manager"), ("a11x", "quality_manager"), ("a11x", "filler"), ("a11x", "inspector"), ("", "system_admin"), ("", "security_admin"),
    ("", "audit_admin"), ("", "anonymous"),
)
READERS = (("a110", "supervisor"), ("a11x", "quality_manager"))
"""Who reads most: in the sample they also ask for what is foreign, wherever there is such."""

EACH = roles.by_database(sqlite=3, postgres=6)
"""Of so many routes each viewer of the sample is sent to one."""
MOST_STATES = int(os.environ.get("HENGJIAN_TRUST_STATES", "9"))


@pytest.fixture
def quiet(caplog, monkeypatch):
    """No warnings of refusals, of which there are thousands; a proof of who one is that lasts the test; somebody without a post."""
    caplog.set_level("ERROR", "django.request")
    monkeypatch.setattr("hengjian.parties.freshness.FRESH", timedelta(days=1))
    row = Account(username="postless", name="离任人", created_at=clock.now())
    factories.keep(row)


def test_keys_say_how_they_are_related():
    pairs = {"a000": "ancestor", "a100": "ancestor", "a110": "own", "a11x": "descendant", "a120": "sibling", "a12x": "sibling", "b110": "foreign"}
    assert {key: relation("a110", key) for key in pairs} == pairs


def test_the_world_holds_every_post_and_every_kind_of_row_in_every_relation(ground):
    held = {role for _key, role in ground.accounts}
    assert held == {*AUTHORITY_ROLES, *INSTITUTION_ROLES, *PLATFORM_ADMINS}
    assert (len(ground.authorities), len(ground.institutions), len(ground.accounts)) == (14, 16, 14 * 3 + 16 * 6 + 3)
    county = targets(ground, "a110")
    real = ("submission", "problem", "order", "case", "visit", "open_file", "inner_document", "person", "letter")
    assert {kind: sorted({"descendant", "sibling", "foreign", "guessed"} - set(county[kind])) for kind in real} == {kind: [] for kind in real}
    assert {"own", "ancestor", "sibling", "foreign"} <= set(county["plan"])
    assert "here" in county["order"]
    assert "crossed" in county["contradiction"]
    assert {"visit_id", "campaign_id", "story_id"} <= set(ground.removed)
    assert all(MARK.search(one.name) for one in [*ground.authorities.values(), *ground.institutions.values()])


def test_the_table_knows_every_route_and_no_other():
    known = {route for rule in rules() for route in rule.routes}
    there = {name for _path, name, _rule in routes()}
    assert (sorted(there - known), sorted(known - there)) == ([], [])


def faults_of(world: World, viewer: tuple[str, str], wanted: Iterable[Call]) -> Iterator[str]:
    """Make the calls of one viewer; say what is wrong with status, with what was written, and with what is read."""
    browser = Browser(world, viewer)
    for call in wanted:
        got = browser.go(call)
        if said := fault(call, got):
            yield said
        elif got.status == 200:
            strange = canaries.leaks(*viewer, canaries.text_of(got.media_type, got.body), call.route)
            yield from [f"{call} tells {one}" for one in strange]


def some(world: World, viewer: tuple[str, str]) -> list[Call]:
    """Some of the routes, so that several viewers meet each, the relation going round; who reads most also meets what is foreign."""
    by_route: dict[tuple[str, str], list[Call]] = {}
    for call in calls(world, viewer, most_states=1, every_part=False):
        by_route.setdefault((call.route, call.method), []).append(call)
    turn, found = SAMPLED.index(viewer), []
    for number, held in enumerate(by_route.values()):
        if (turn + number) % EACH == 0:
            found.append(held[(turn + number // EACH) % len(held)])
        if viewer in READERS:
            found += [call for call in held if call.relation == "foreign"][:1]
    return list(dict.fromkeys(found))


def test_each_route_answers_each_post_as_the_table_says(ground, quiet):
    faults = [said for viewer in SAMPLED for said in faults_of(ground, viewer, some(ground, viewer))]
    assert not faults, "\n".join(faults)


@pytest.mark.slow
@pytest.mark.parametrize("viewer", VIEWERS, ids="-".join)
def test_each_route_answers_each_post_in_each_relation_as_the_table_says(ground, quiet, viewer, tell):
    wanted = list(calls(ground, viewer, most_states=MOST_STATES))
    faults = list(faults_of(ground, viewer, wanted))
    tell(f"{len(wanted)} calls of {len({call.route for call in wanted})} routes, {len(faults)} faults")
    assert not faults, "\n".join(faults)


LISTS = {
    "rectification:problems": ("problem", "rectification:problem"), "enforcement:cases": ("case", "enforcement:case"),
    "enforcement:orders": ("order", "enforcement:order"), "supervision:visits": ("visit", "supervision:visit"),
    "registry:institutions": ("institution", "registry:institution"), "registry:people": ("person", "registry:person"),
    "registry:enterprises": ("enterprise", "registry:enterprise"), "campaigns:extensions": ("extension", "campaigns:extension"),
    "campaigns:stories": ("story", "campaigns:story"),
}
"""Lists, the kind of object in them, and the page of one."""


def listed(browser: Browser, route: str, ids: set[str]) -> set[str]:
    """Which of these ids a list names, on all its pages."""
    found: set[str] = set()
    for number in range(1, 9):
        got = browser.go(Call(route, "GET", ("", ""), "", "", f"{reverse(route)}?page={number}", "open"))
        here = {one for one in ids if one in got.body.decode()}
        if here <= found:
            break
        found |= here
    return found


@pytest.mark.parametrize("viewer", [("a110", "supervisor"), ("a100", "leader"), ("a000", "supervisor"), ("a11x", "inspector")], ids="-".join)
def test_lists_hold_all_that_is_the_viewers_and_nothing_else(ground, quiet, viewer):
    key, role = viewer
    browser, wrong = Browser(ground, viewer), []
    for route, (kind, page) in LISTS.items():
        rule = next(rule for rule in rules() if rule.kind == kind and page in rule.routes and rule.method == "GET")
        if role not in rule.may:
            continue
        held = {list(one.kwargs.values())[-1]: one for one in ground.held[kind]}
        mine = {pk for pk, one in held.items() if relation_of(key, one) in rule.may[role]}
        if kind == "person":  # whoever employs somebody reads his file, and whoever supervises one of his employers
            mine |= {one.kwargs["person_id"] for one in ground.held["shared"] if relation_of(key, one) in rule.may[role]}
        shown = listed(browser, route, set(held))
        wrong += [f"{route}: {held[pk].owner} {'missing' if pk in mine else 'shown'}" for pk in mine ^ shown]
    assert not wrong, "\n".join(sorted(wrong))


ASKED = (
    ("web:search", "q"), ("rectification:problems", "q"), ("enforcement:orders", "q"), ("enforcement:cases", "q"), ("supervision:visits", "q"),
    ("registry:institutions", "q"), ("registry:people", "q"), ("registry:enterprises", "q"), ("registry:equipment", "q"), ("campaigns:stories", "q"),
    ("parties:accounts", "q"), ("web:ledger", "q"), ("campaigns:campaigns", "q"),
)
CARRIED = (
    ("enforcement:draft_order", "problem", "problem"), ("enforcement:draft_order", "visit", "visit"), ("enforcement:draft_order", "org", "institution"),
    ("enforcement:file_case", "problem", "problem"), ("enforcement:file_case", "order", "order"), ("enforcement:file_case", "visit", "visit"),
    ("enforcement:file_case", "org", "institution"), ("supervision:record", "org", "institution"), ("rectification:open", "org", "institution"),
    ("supervision:coverage", "campaign", "draft"), ("rectification:figures", "campaign", "draft"), ("rectification:problems", "campaign", "draft"),
    ("parties:tree", "node", "authority"), ("enforcement:draft_order", "problem", "visit"),
)
"""Words that are searched for, and ids of others that travel in the query: route, name, kind."""


@pytest.mark.parametrize("viewer", [("a110", "supervisor"), ("a11x", "quality_manager"), ("a000", "authority_admin"), ("", "audit_admin")], ids="-".join)
def test_neither_search_nor_an_id_in_a_query_brings_up_what_is_anothers(ground, quiet, viewer):
    asked = [f"{reverse(route)}?{name}=CANARY" for route, name in ASKED]
    asked += [
        f"{reverse(route)}?{name}={list(one.kwargs.values())[-1]}" for route, name, kind in CARRIED
        for one in ground.held[kind] if relation(viewer[0] or "a000", one.owner) in ("foreign", "sibling")
    ][:60]
    browser, strange = Browser(ground, viewer), []
    for url in asked:
        got = browser.go(Call("", "GET", viewer, "", "", url, "open"))
        assert got.status < 500, url
        strange += [f"{url}: {one}" for one in canaries.leaks(*viewer, canaries.text_of(got.media_type, got.body))]
    assert not strange, "\n".join(strange)


@pytest.mark.parametrize("viewer", [("a110", "supervisor"), ("a11x", "quality_manager")], ids="-".join)
def test_exports_of_the_register_hold_the_viewers_own_alone(ground, quiet, viewer):
    browser = Browser(ground, viewer)
    for form in ("xlsx", "csv"):
        call = Call("registry:export", "POST", viewer, "-", "own", reverse("registry:export"), "open")
        got = browser.go(call, {"purpose": "inspection", "reason": "年度监督检查核对", "form": form})
        said = canaries.text_of(got.media_type, got.body)
        assert (got.status, canaries.leaks(*viewer, said)) == (200, [])
        assert ("a11x", "third", "") in canaries.marks_in(said)


def test_mails_tell_nobody_of_others(ground, quiet):
    reminders.remind_running(actor=SYSTEM)
    while parties.mail_pending(actor=SYSTEM):
        pass
    whose = {account.email: viewer for viewer, account in ground.accounts.items()}
    strange = [
        f"{letter.to}: {one}" for letter in mail.outbox
        for one in canaries.leaks(*whose[letter.to[0]], canaries.text_of("", f"{letter.subject} {letter.body}".encode()))
    ]
    assert len({letter.to[0] for letter in mail.outbox}) > 20
    assert not strange, "\n".join(strange)

"""Whoever may see nothing finds nothing: each query that a page asks is asked again for nobody."""

from __future__ import annotations

import dataclasses
import inspect
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from types import FrameType, FunctionType
from typing import Any
from uuid import UUID

import pytest
from django.db import models
from django.db.models.query import BaseIterable, ModelIterable
from django.test import Client

from hengjian.base.errors import NotAllowed, OutOfScope
from hengjian.base.guard import UnscopedRead
from hengjian.base.scope import NOTHING, Scope
from hengjian.base.sight import seeing
from tests.trust import offices
from tests.trust.commands.services import call, name_of, own_functions, profiled
from tests.trust.test_leap_day import walked

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only, pytest.mark.slow]

EACH = 6
"""So many calls of each query are made again."""

AUTHORITIES = "authorities are known to whoever is signed in"
OF_THE_CAMPAIGN = "who is given the campaign is given its plans and dates: docs/adr/0012, shown_by"
OF_THE_ROW = "says more of the row that it is given"
OPEN = "forms are public documents"
WORDS = "labels of the page"
POLICY_ALONE = "accounts have no area: their pages go by policy alone (docs/adr/0012)"
BY_WHAT_IS_GIVEN = {
    "campaigns.documents.report_draft_of": WORDS,
    "campaigns.documents.sections_shown": WORDS,
    "campaigns.queries.areas.areas_reached": OF_THE_CAMPAIGN,
    "campaigns.queries.board_outline.outline": AUTHORITIES,
    "campaigns.queries.board_page.board_page": AUTHORITIES,
    "campaigns.queries.campaign_page.campaign_facts": OF_THE_CAMPAIGN,
    "campaigns.queries.campaign_page.draft_facts": WORDS,
    "campaigns.queries.campaign_page.form_choices": OPEN,
    "campaigns.queries.campaign_page.list_facts": WORDS,
    "campaigns.queries.campaigns.plan_of": OF_THE_CAMPAIGN,
    "campaigns.queries.dashboard.areas_seen": AUTHORITIES,
    "campaigns.queries.dashboard.dashboard": AUTHORITIES,
    "campaigns.queries.extension_page.ask_facts": OF_THE_ROW,
    "campaigns.queries.letter_page.letter_facts": OF_THE_ROW,
    "campaigns.queries.letter_page.list_facts": WORDS,
    "campaigns.queries.notice_page.notice_facts": OF_THE_CAMPAIGN,
    "campaigns.queries.relay_page.own_plan": OF_THE_CAMPAIGN,
    "campaigns.queries.relay_page.plan_facts": OF_THE_CAMPAIGN,
    "campaigns.queries.relays.compared": OF_THE_CAMPAIGN,
    "campaigns.queries.reports.table_beside": OF_THE_ROW,
    "campaigns.queries.reports.waiting_below": AUTHORITIES,
    "campaigns.queries.selfcheck_print._payload": OF_THE_ROW,
    "campaigns.queries.selfcheck_print.filling_workbook": OF_THE_ROW,
    "campaigns.queries.statistics.children_of": OF_THE_ROW,
    "campaigns.queries.timetable.chain_above": AUTHORITIES,
    "campaigns.queries.timetable.deadlines_in_force": OF_THE_CAMPAIGN,
    "campaigns.queries.timetable.steps_of": AUTHORITIES,
    "campaigns.queries.timetable_page.timetable_page": AUTHORITIES,
    "forms.queries.library.issuer_of": OPEN,
    "forms.queries.sheets.definitions": OPEN,
    "parties.queries.accounts_found": POLICY_ALONE,
    "parties.queries.accounts_managed": POLICY_ALONE,
    "parties.queries.open_sign_ins": POLICY_ALONE,
    "parties.queries.sign_ins": POLICY_ALONE,
    "rectification.views.figures._groups": WORDS,
    "registry.queries.institutions.institution_lines": OF_THE_ROW,
    "registry.queries.pages.person_lines": OF_THE_ROW,
}
"""Queries that tell nobody something, each with the reason."""

Given = dict[str, Any]


def _queries() -> dict[Any, FunctionType]:
    """The functions that ask for a scope, by their code."""
    return {function.__code__: function for function in own_functions() if "scope" in inspect.signature(function).parameters}


class Asked:
    """Notes with what each query is asked."""

    def __init__(self) -> None:
        self.known = _queries()
        self.calls: dict[Any, list[Given]] = defaultdict(list)

    def __call__(self, frame: FrameType, event: str, _arg: Any) -> None:
        if event == "call" and frame.f_code in self.known and isinstance(frame.f_locals.get("scope"), Scope) and len(self.calls[frame.f_code]) < EACH:
            self.calls[frame.f_code].append(dict(frame.f_locals))


def _again(function: FunctionType, given: Given) -> Any:
    try:
        with seeing(NOTHING):
            found = call(function, {**given, "scope": NOTHING})
            return list(found) if isinstance(found, Iterator) else found
    except (OutOfScope, NotAllowed):
        return None


def _rows(found: Any, depth: int = 0) -> Iterator[models.Model]:
    """Every row of a scoped table in an answer."""
    if isinstance(found, models.QuerySet):
        try:
            yield from (one for one in found[:3] if isinstance(one, models.Model))
        except UnscopedRead:
            return  # it does not answer before it knows for whom
    elif isinstance(found, models.Model):
        if getattr(getattr(type(found)._default_manager, "_queryset_class", None), "needs_scope", False):
            yield found
    elif isinstance(found, Mapping):
        for value in found.values():
            yield from _rows(value, depth + 1)
    elif isinstance(found, list | tuple | set | frozenset):
        for value in found:
            yield from _rows(value, depth + 1)
    elif dataclasses.is_dataclass(found) and not isinstance(found, type) and depth < 6:
        for field in dataclasses.fields(found):
            yield from _rows(getattr(found, field.name, None), depth + 1)


def _tells(found: Any, given: Given) -> str:
    """What an answer to nobody tells beyond what was asked with."""
    known = {row.pk for value in given.values() if not isinstance(value, models.QuerySet) for row in _rows(value)}
    strange = next((row for row in _rows(found) if row.pk not in known), None)
    if strange is not None:
        return f"{type(strange).__name__} {strange}"
    leaf = next((leaf for leaf in _leaves(found) if leaf), None)
    return "" if leaf is None else f"says {str(leaf)[:40]}"


def _leaves(found: Any) -> Iterator[Any]:
    """The plain values of an answer that is one, or a collection of them."""
    if isinstance(found, Mapping):
        for value in found.values():
            yield from _leaves(value)
    elif isinstance(found, list | tuple | set | frozenset):
        for value in found:
            yield from _leaves(value)
    elif isinstance(found, models.QuerySet) and issubclass(found._iterable_class, BaseIterable) and found._iterable_class is not ModelIterable:
        yield from found[:1]
    elif isinstance(found, int | str | UUID | date) and not isinstance(found, bool):
        yield found


def asked_by_all(clock: Any) -> list[tuple[FunctionType, Given]]:
    """The queries behind the pages that people of every kind of post come to, some calls of each."""
    made, asked = offices.make(clock), Asked()
    for account in made.people.values():
        client = Client(raise_request_exception=False)
        client.force_login(account)
        with profiled(asked):
            list(walked(client))
    return [(asked.known[code], given) for code, calls in asked.calls.items() for given in calls]


def told_to_nobody(function: FunctionType, given: Given) -> str:
    """What a query tells nobody beyond what it is asked with."""
    return _tells(_again(function, given), given)


def test_whoever_may_see_nothing_finds_nothing(clock):
    calls = asked_by_all(clock)
    told = {name_of(function): said for function, given in calls if (said := told_to_nobody(function, given))}
    assert len({function for function, _given in calls}) > 100
    assert sorted(f"{name}: {said}" for name, said in told.items() if name not in BY_WHAT_IS_GIVEN) == []
    assert sorted(set(BY_WHAT_IS_GIVEN) - set(told)) == []

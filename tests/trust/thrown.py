"""Requests that Schemathesis makes up from the document of all routes, sent by somebody who has signed in, and what must never come back."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import got_request_exception
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from hengjian.base.models import LedgerEntry
from hengjian.parties.models import Post
from tests.trust.doors import ROWS, Door, rows_known
from tests.trust.offices import session_of
from tests.trust.openapi import routes

CSRF = "a" * 32
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
NEVER = {"account_logout", "parties:end_others"}
"""Ends the very sign-in that the requests are sent with; tests/trust/test_sessions.py is about them."""


class Visitor:
    """A WSGI application: Hengjian as somebody who has signed in sees it, and the document of its routes."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document, self.handler, self.session = document, WSGIHandler(), ""
        self.account: Any = None
        self.sessions: dict[Any, str] = {}

    def enter(self, account: Any) -> None:
        """Go on as this account."""
        self.account, self.session = account, self.sessions.setdefault(account.pk, "") or session_of(account)
        self.sessions[account.pk] = self.session

    def enter_anew(self) -> None:
        """Sign in again: something ended the session."""
        self.sessions.pop(self.account.pk, None)
        self.enter(self.account)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/openapi.json":
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(self.document).encode()]
        environ["HTTP_COOKIE"] = f"sessionid={self.session}; csrftoken={CSRF}"
        environ["HTTP_X_CSRFTOKEN"], environ["HTTP_HOST"] = CSRF, "testserver"
        return self.handler(environ, start_response)


@dataclass
class Tally:
    """What was sent and what came back."""

    sent: int = 0
    turns: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)

    def fault(self, key: str, said: str) -> None:
        """Keep one example of each fault."""
        self.faults.setdefault(key, said[:1500])


class Limit:
    """A time that runs out, by a clock of the wall or of the processor."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        self.clock, self.end = clock, clock() + seconds

    def is_over(self) -> bool:
        """Whether it has run out."""
        return self.clock() >= self.end


class Thrower:
    """Sends made-up requests to each operation in turn."""

    def __init__(self, document: dict[str, Any], doors: dict[str, Door]) -> None:
        self.visitor, self.doors, self.tally, self.rows = Visitor(document), doors, Tally(), rows_known()
        self.schema = schemathesis.openapi.from_wsgi("/openapi.json", self.visitor)
        self.broke: list[BaseException | None] = []
        got_request_exception.connect(self._heard)

    def close(self) -> None:
        """Listen no longer."""
        got_request_exception.disconnect(self._heard)

    def _heard(self, **_kwargs: Any) -> None:
        self.broke.append(sys.exc_info()[1])

    def operations(self) -> list[Any]:
        """All operations but those that would end the visit."""
        held = [one.ok() for one in self.schema.get_all_operations()]
        return [one for one in held if _name(one) not in NEVER]

    def throw(self, operation: Any, seed: int, count: int) -> None:
        """Send ``count`` requests to one operation: as documented, and not; to rows that are there, and to guessed ones."""

        @hypothesis_seed(seed)
        @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=False)
        @given(case=self._cases(operation))
        def run(case: Any) -> None:
            self._send(operation, case)

        run()

    def _cases(self, operation: Any) -> Any:
        """Requests as documented and not, to addresses that pages offer, to rows that are there, and to guessed ones."""
        modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        places = [*self.doors.get(_name(operation), Door()).kwargs[:4], *self._rows(operation)]
        if "{" in operation.path or not places:
            places.append({})
        return st.one_of([operation.as_strategy(generation_mode=mode, path_parameters=dict(place)) for place in places for mode in modes])

    def _rows(self, operation: Any) -> list[dict[str, str]]:
        names = re.findall(r"{(\w+)}", operation.path)
        return [{name: self.rows[name][n % len(self.rows[name])] for name in names if self.rows.get(name)} for n in range(ROWS) if names]

    def _send(self, operation: Any, case: Any) -> None:
        before = LedgerEntry.objects.count()
        self.broke.clear()
        answer = case.call()
        self.tally.sent += 1
        self.tally.statuses[answer.status_code] += 1
        label = operation.definition.raw["operationId"]
        try:
            case.validate_response(answer, checks=CHECKS)
        except AssertionError as fault:
            self.tally.fault(f"{label}: {answer.status_code} {self.broke[-1:]!r:.120}", f"{fault}\n{self.broke!r:.600}")
        except BaseExceptionGroup as faults:
            self.tally.fault(f"{label}: {answer.status_code} {self.broke[-1:]!r:.120}", f"{faults.exceptions}\n{self.broke!r:.600}")
        if answer.status_code >= 400 and LedgerEntry.objects.count() != before:
            self.tally.fault(f"{label}: {answer.status_code} wrote", "refused, and yet something stands in the ledger")
        if answer.status_code == 302 and "/account/login" in str(answer.headers.get("location")):
            self.visitor.enter_anew()

    def throw_for(self, accounts: dict[str, Any], *, count: int, most: Limit, seed: int = 1) -> Tally:
        """Send to every operation, each time as another of those who may come in there, until the time is over."""
        operations = self.operations()
        policies = {route.name: route.policy for route in routes()}
        while self.tally.turns == 0 or not most.is_over():
            turn = self.tally.turns
            for n, operation in enumerate(operations):
                if turn and most.is_over():
                    break
                policy = policies[_name(operation)]
                whose = [who for who in accounts if turn % 4 == 3 or not policy or not policy.roles or role_of(accounts[who]) in policy.roles]
                self.visitor.enter(accounts[whose[(n + turn) % len(whose)]])
                self.throw(operation, seed * 100_003 + turn * 1_009 + n, count)
            self.tally.turns += 1
        return self.tally


def _name(operation: Any) -> str:
    """The name of the route of an operation."""
    return str(operation.definition.raw["operationId"].partition(" ")[2])


@cache
def role_of(account: Any) -> str:
    """The role of the first post of an account."""
    return str(Post.objects.filter(account=account).order_by("valid_from", "id")[0].role)

"""What a page refuses, the services behind it refuse by themselves: each is called with an actor whom the page turned away."""

from __future__ import annotations

import inspect
import sys
from dataclasses import dataclass
from types import FrameType
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, models

from hengjian.base.errors import BadInput, NotAllowed, OutOfScope, ReadOnly, StaleRow
from hengjian.base.scope import EVERYTHING
from hengjian.base.sight import seeing
from hengjian.base.states import WrongState
from hengjian.parties.states import AUTHORITY_ROLES, INSTITUTION_ROLES, PLATFORM_ADMINS
from tests.trust.commands.attack import Written, browser, changed, drain, taken_back
from tests.trust.commands.services import call, profiled, services
from tests.trust.commands.stage import Command, Sent, Stage, fresh, post

TURNED_AWAY = (NotAllowed, OutOfScope)
ALSO_REFUSED = (BadInput, IntegrityError, ReadOnly, StaleRow, WrongState)
"""Refusals that say nothing about who it was."""


PAGE_DECIDES = {
    "base.ledger.checks.ask": "the lowest floor knows no posts",
    "base.working_days.settle_day": "the lowest floor knows no posts",
    "parties.services.sign_ins.note_download": "notes what has been given out",
    "dossier.services.documents.issue_document": "prints what the room above has decided to print",
    "registry.services.people.add_employment": "regulators may add people to an institution, the page of a person serves its employers",
    "campaigns.services.relay.acknowledge_target": "the page of the notice lets everybody of the institution sign for it, the list of filings those who file",
}
"""Services that let in more than one of their pages, each with the reason."""


@dataclass(frozen=True)
class Call:
    """A service as a view called it."""

    name: str
    function: Any
    given: dict[str, Any]

    def by(self, actor: Any) -> None:
        """Call it as somebody else, with the rows as they are in the database."""
        with seeing(EVERYTHING):
            given = {name: _anew(value) for name, value in self.given.items()}
        with seeing(actor.scope):
            call(self.function, {**given, "actor": actor})


def _anew(value: Any) -> Any:
    if isinstance(value, models.Model):
        return fresh(value)
    if isinstance(value, list | tuple) and any(isinstance(one, models.Model) for one in value):
        return type(value)(map(_anew, value))
    if isinstance(value, UploadedFile):
        value.seek(0)
    return value


class Calls:
    """Notes the services that are called from outside of any service, with what they are given."""

    def __init__(self) -> None:
        self.known, self.found, self.inside = _functions(), dict[str, Call](), 0

    def __call__(self, frame: FrameType, event: str, _arg: Any) -> None:
        function = self.known.get(frame.f_code)
        if function is None:
            return
        self.inside += {"call": 1, "return": -1}.get(event, 0)
        if event == "call" and self.inside == 1 and "actor" in frame.f_locals:
            name = services()[frame.f_code]
            self.found.setdefault(name, Call(name, function, {one: frame.f_locals[one] for one in inspect.signature(function).parameters}))


def _functions() -> dict[Any, Any]:
    """The functions of the services by their code; context managers and generators are left to their callers."""
    found = {}
    for code, name in services().items():
        module, _, attribute = f"hengjian.{name}".rpartition(".")
        function = getattr(sys.modules.get(module), attribute, None)
        if function is not None and not code.co_flags & inspect.CO_GENERATOR:
            found[code] = function
    return found


def calls_behind(one: Command, sent: Sent) -> list[Call]:
    """The services that a command calls, with what it gives them."""
    calls = Calls()
    with taken_back():
        client = browser(sent.actor)
        with profiled(calls):
            drain(post(client, one, sent))
    return list(calls.found.values())


def others(at: Stage, sent: Sent) -> list[tuple[str, Any]]:
    """Everybody else who might come by: the other posts of the same unit, those above and below it, administrators."""
    actor, found = sent.actor, list[tuple[str, Any]]()
    unit = next((one for one in at.world.institutions if one.pk == actor.org_id), at.institution)
    found += [(f"{role} of the institution", at.post(role, unit)) for role in INSTITUTION_ROLES if (role, unit.pk) != (actor.role, actor.org_id)]
    for authority in (at.world.counties[0], at.world.cities[0], at.world.province):
        found += [
            (f"{role} of the {authority.level}", at.post(role, authority)) for role in AUTHORITY_ROLES if (role, authority.path) != (actor.role, actor.area)
        ]
    return found + [(role, at.post(role)) for role in PLATFORM_ADMINS]


def let_in(at: Stage, one: Command, sent: Sent, before: dict[str, str]) -> list[str]:
    """Services that do for somebody what the page refuses him."""
    calls = [each for each in calls_behind(one, sent) if each.name not in PAGE_DECIDES]
    found = list[str]()
    for who, actor in others(at, sent) if calls else []:
        if actor.id == sent.actor.id or not _page_refuses(one, sent, actor):
            continue
        found += [said for each in calls if (said := _lets_in(each, actor, before, f"{one.name}: {each.name} for {who}"))]
    return found


def _page_refuses(one: Command, sent: Sent, actor: Any) -> bool:
    with taken_back():
        return post(browser(actor), one, Sent(actor, sent.args, sent.body, sent.query, sent.json)).status_code in {403, 404}


def _lets_in(each: Call, actor: Any, before: dict[str, str], what: str) -> str:
    written = Written()
    with taken_back():
        try:
            with connection.execute_wrapper(written):
                each.by(actor)
        except TURNED_AWAY:
            return ""
        except ALSO_REFUSED as refusal:
            return "" if not changed(before, written) else f"{what}: {refusal!r}, and changed"
        left = changed(before, written)
    return f"{what}: done{', changed ' + ', '.join(left) if left else ''}" if left else ""

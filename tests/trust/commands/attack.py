"""How a command is attacked: broken in the middle, sent again, sent with what is not the sender's."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import NoReverseMatch

from hengjian.parties.states import AUTHORITY_ROLES, INSTITUTION_ROLES
from tests.trust.commands.services import OWN_BOOKS_OF_DJANGO, Watch, services_behind
from tests.trust.commands.stage import Command, Sent, Stage, address, post, signed_in

OWN_BOOKS = {"django_session"}
"""What a visit alone changes: the session notes when it was used."""

RECEIPTS = "hengjian.base.receipts.ReceiptMiddleware"
REFUSED = {403, 404, 409, 422}


class Injected(RuntimeError):
    """What breaks a command in the middle."""


class Breaker:
    """Counts the statements of services, and breaks after one of them."""

    def __init__(self, after: int) -> None:
        self.after, self.count = after, 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        if not sql.startswith(OWN_BOOKS_OF_DJANGO) and services_behind(sys._getframe(1)):
            self.count += 1
            if self.count == self.after:
                raise Injected(sql[:80])
        return done


def tables() -> list[str]:
    """All tables but those that every visit touches."""
    return sorted(set(connection.introspection.table_names()) - OWN_BOOKS)


class Written:
    """Notes which tables are written to; all others need no second look."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        named = _WRITE.match(sql)
        if named:
            self.tables.add(named.group(1))
        return execute(sql, params, many, context)


_WRITE = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) "(\w+)"')


def digest(names: Iterable[str] | None = None) -> dict[str, str]:
    """A digest of each table, whatever the order of its rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables() if names is None else sorted(set(names) - OWN_BOOKS):
            cursor.execute(f'SELECT * FROM "{table}"')  # names of our own tables
            rows = sorted(map(repr, cursor.fetchall()))
            found[table] = hashlib.blake2b("\n".join(rows).encode(), digest_size=16).hexdigest()
    return found


def changed(before: dict[str, str], written: Written) -> list[str]:
    """Tables that are not what they were, among those that were written to."""
    return [table for table, held in digest(written.tables).items() if held != before[table]]


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever happens inside is undone, as if nothing had been sent."""
    mark = transaction.savepoint()
    try:
        yield
    finally:
        connection.needs_rollback = False
        transaction.savepoint_rollback(mark)
        connection.run_on_commit.clear()


BROWSERS: dict[tuple[Any, ...], Client] = {}
"""Browsers in which somebody signed in, for the time of one command."""


def browser(actor: Any, **more: Any) -> Client:
    """A browser of an actor, signed in once for all attacks on a command."""
    key = (actor.id, *more, len(settings.MIDDLEWARE))
    if key not in BROWSERS:
        BROWSERS[key] = signed_in(actor, **more)
    return BROWSERS[key]


def ready(at: Stage, sent: Sent) -> dict[str, str]:
    """Sign in all who will send a command; what the database holds then."""
    BROWSERS.clear()
    browser(sent.actor)
    browser(sent.actor, enforce_csrf_checks=True)
    with override_settings(MIDDLEWARE=[each for each in settings.MIDDLEWARE if each != RECEIPTS]):
        browser(sent.actor)
    for _who, actor in strangers(at, sent):
        browser(actor)
    return digest()


def watched(one: Command, sent: Sent) -> Watch:
    """Send a command, with what it brings about once it is committed, and note its statements."""
    watch = Watch()
    with taken_back():
        client = browser(sent.actor)
        connection.run_on_commit.clear()
        with connection.execute_wrapper(watch):
            answer = post(client, one, sent)
            drain(answer)
            while connection.run_on_commit:
                _ids, follow, _robust = connection.run_on_commit.pop(0)
                follow()
    assert answer.status_code < 400, f"{one.name}: {said(answer)}"
    return watch


def drain(answer: Any) -> bytes:
    """The whole of an answer, streamed or not."""
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def said(answer: Any) -> str:
    """What an answer says is wrong."""
    text = re.sub(r"(?s)<script.*?</script>|<style.*?</style>|<header.*?</header>", "", drain(answer).decode("utf-8", "replace"))
    found = re.findall(r"(?s)(?:role=\"alert\"|hj-error)[^>]*>(.*?)</(?:ul|div|p)>", text)
    return f"{answer.status_code} " + " ".join(re.sub(r"(?s)<[^>]+>|\s+", " ", each) for each in found or [text[-1500:]])


def some(points: list[int], most: int) -> list[int]:
    """Points spread over a command, the last among them."""
    if len(points) <= most:
        return points
    return sorted({points[-1 - (len(points) - 1) * n // most] for n in range(most)})


# Broken in the middle


def left_behind(one: Command, sent: Sent, before: dict[str, str], most: int) -> list[str]:
    """Break the services behind a command, receipts out of the way; what stayed."""
    with override_settings(MIDDLEWARE=[each for each in settings.MIDDLEWARE if each != RECEIPTS]):
        client, watch = browser(sent.actor), Watch()
        for _time in range(2):  # at the first one the process learns what it keeps in mind
            watch = Watch()
            with taken_back(), connection.execute_wrapper(watch):
                drain(post(client, one, sent))
        return [f"{one.name}, after statement {n}: {what}" for n in some(watch.points, most) for what in _broken(client, one, sent, before, n)]


def _broken(client: Client, one: Command, sent: Sent, before: dict[str, str], point: int) -> list[str]:
    written, why = Written(), ""
    with taken_back():
        with connection.execute_wrapper(written), connection.execute_wrapper(Breaker(point)):
            try:
                drain(post(client, one, sent))
            except Injected as injected:
                why = str(injected)
        return [f"{table} changed ({why})" for table in changed(before, written)] if why else []


# Sent again


def not_the_same(one: Command, sent: Sent) -> list[str]:
    """Send a command twice under one key, and other content under it; what is wrong with the answers or the effect."""
    found = []
    with taken_back():
        client, key, written = browser(sent.actor), str(uuid4()), Written()
        first = post(client, one, sent, key=key)
        body, before = drain(first), digest()
        with connection.execute_wrapper(written):
            again = post(client, one, sent, key=key)
            told, other = drain(again), post(client, one, sent, key=key, more={"_other": "另一份内容"})
        if left := changed(before, written):
            found.append(f"{one.name}: sent again it has another effect: {', '.join(left)}")
        if one.told_once and again.status_code != 409:
            found.append(f"{one.name}: told again: {again.status_code}")
        if one.writes and not one.told_once and (again.status_code, again.headers.get("Location"), told) != (first.status_code, first.headers.get("Location"), body):
            found.append(f"{one.name}: another answer: {first.status_code}, {again.status_code}")
        if other.status_code != 422:
            found.append(f"{one.name}: other content under the same key: {other.status_code}")
    return found


# Sent with what is not the sender's


def refused(one: Command, sent: Sent, what: str, before: dict[str, str], fine: set[int] = REFUSED) -> list[str]:
    """Send an attack; what is wrong when it is not refused, or leaves anything behind."""
    client = browser(sent.actor)
    with taken_back():
        written = Written()
        with connection.execute_wrapper(written):
            status = post(client, one, sent).status_code
        return _verdict(one, what, status, changed(before, written), fine)


def _verdict(one: Command, what: str, status: int, left: list[str], fine: set[int]) -> list[str]:
    if status in fine and not left:
        return []
    return [f"{one.name}, {what}: {status}{', changed ' + ', '.join(left) if left else ''}"]


def with_field(sent: Sent, name: str, value: Any) -> Sent:
    """The same with another value of one field, of the body or (``?name``) of the address."""
    if name.startswith("?"):
        rest = [pair for pair in sent.query.split("&") if not pair.startswith(f"{name[1:]}=")]
        return replace(sent, query="&".join([*[each for each in rest if each], f"{name[1:]}={value}"]))
    was = sent.body.get(name)
    return replace(sent, body={**sent.body, name: [*was, str(value)] if isinstance(was, list) else str(value)})


def foreign_fields(at: Stage, sent: Sent) -> list[tuple[str, Sent]]:
    """The command with each of its references replaced: by a row of others, of another kind, by nothing that is, by nonsense."""
    found = []
    for name, foreign in sent.refs.items():
        another = at.institution.pk if "campaign" in name else at.campaign.pk
        for what, value in (("foreign", foreign), ("another kind", another), ("guessed", uuid4()), ("malformed", "not-an-id'--")):
            found.append((f"{name} {what}", with_field(sent, name, value)))
    return found


def strangers(at: Stage, sent: Sent) -> list[tuple[str, Any]]:
    """Others in the same post: of another institution or county of the province, of another province."""
    role, area, actor = sent.actor.role, sent.actor.area, sent.actor
    if role in INSTITUTION_ROLES:
        other = at.world.institutions[1] if actor.org_id != at.world.institutions[1].pk else at.world.institutions[0]
        return [("of another institution", at.post(role, other)), ("of another province", at.post(role, at.foreign.institution))]
    if role not in AUTHORITY_ROLES:
        return []
    found = [("of another province", at.post(role, at.foreign.province if len(area) <= 3 else at.foreign.county))]
    if len(area) > 3:
        sibling = at.world.counties[1] if area != at.world.counties[1].path and area.count("/") > 2 else at.world.cities[1]
        found.append(("of another area", at.post(role, sibling)))
    return found


def by_others(at: Stage, one: Command, sent: Sent, before: dict[str, str]) -> list[str]:
    """Send what names a row as somebody who has no business with it."""
    found = []
    for who, actor in strangers(at, sent) if any(isinstance(each, UUID) for each in sent.args) and not one.shared else []:
        found += refused(one, replace(sent, actor=actor), who, before, {403, 404})
    return found


def guessed_rows(at: Stage, one: Command, sent: Sent, before: dict[str, str]) -> list[str]:
    """Send it to rows that are not there, to rows of another kind, and with words of the address that mean nothing."""
    found = []
    for n, each in enumerate(sent.args):
        if isinstance(each, UUID):
            for what, value in (("a guessed row", uuid4()), ("a row of another kind", at.entry)):
                found += refused(one, replace(sent, args=(*sent.args[:n], value, *sent.args[n + 1 :])), what, before, {404})
        elif isinstance(each, str):
            other = replace(sent, args=(*sent.args[:n], "nothing-of-ours", *sent.args[n + 1 :]))
            found += refused(one, other, "a word that is none", before, {404}) if _leads_somewhere(one, other) else []
    return found


def _leads_somewhere(one: Command, sent: Sent) -> bool:
    """Whether there is such an address at all: some routes know their words."""
    try:
        return bool(address(one, sent))
    except NoReverseMatch:
        return False


def with_foreign(at: Stage, one: Command, sent: Sent, before: dict[str, str]) -> list[str]:
    """Send it with references to what is not the sender's."""
    return [each for what, other in foreign_fields(at, sent) for each in refused(one, other, what, before)]


def without_token(one: Command, sent: Sent, before: dict[str, str]) -> list[str]:
    """Send it as another site would make a browser send it, and as a text that no form sends."""
    client, text = browser(sent.actor, enforce_csrf_checks=True), json.dumps({name: str(value) for name, value in sent.body.items()})
    plain = browser(sent.actor)
    with taken_back():
        written = Written()
        with connection.execute_wrapper(written):
            found = _verdict(one, "without the token", post(client, one, sent).status_code, changed(before, written), {403})
            found += _verdict(one, "as text", plain.post(address(one, sent), text, content_type="text/plain").status_code, changed(before, written), {415})
    return found


# What no browser sends


def act_left_behind(name: str, act: Callable[[], Any], before: dict[str, str], most: int) -> tuple[Watch, list[str]]:
    """Break an act after some of the statements of its services; what stayed."""
    watch = Watch()
    for _time in range(2):
        watch = Watch()
        with taken_back(), connection.execute_wrapper(watch):
            act()
    return watch, [f"{name}, after statement {n}: {what}" for n in some(watch.points, most) for what in _act_broken(act, before, n)]


def _act_broken(act: Callable[[], Any], before: dict[str, str], point: int) -> list[str]:
    written, why = Written(), ""
    with taken_back():
        with connection.execute_wrapper(written), connection.execute_wrapper(Breaker(point)):
            try:
                act()
            except Injected as injected:
                why = str(injected)
        return [f"{table} changed ({why})" for table in changed(before, written)] if why else []


def listeners_left_behind(one: Command, sent: Sent, most: int) -> list[str]:
    """Break what a command brings about once it is committed: each listener does all of its work, or none of it."""
    found = []
    with taken_back():
        client = browser(sent.actor)
        connection.run_on_commit.clear()
        drain(post(client, one, sent))
        waiting = list(connection.run_on_commit)
        while waiting:
            _ids, follow, _robust = waiting.pop(0)
            found += act_left_behind(f"{one.name}, {getattr(follow, '__name__', follow)}", follow, digest(), most)[1]
            connection.run_on_commit.clear()
            follow()
            waiting += connection.run_on_commit
    return found

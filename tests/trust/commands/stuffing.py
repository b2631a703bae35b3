"""Mass assignment: fields that a command does not have are sent along with it, and change nothing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.test import Client

from tests.trust.commands.attack import OWN_BOOKS, Written, browser, drain, taken_back
from tests.trust.commands.stage import Command, Sent, Stage, post

NEVER = {
    "id": None, "pk": None, "version": "99", "state": "accepted", "area": "88/", "org_id": None, "org_area": "88/", "score": "100", "role": "system_admin", "is_superuser": "1",
    "is_staff": "1", "is_active": "0", "username": "root", "password": "x", "number": "1", "actor": None, "account_id": None, "authority_id": None, "institution_id": None,
}
"""Names that an attacker would try whatever the command is about; ``None``: the id of a foreign institution."""


def _value(at: Stage, field: Any) -> str:
    if isinstance(field, models.UUIDField | models.ForeignKey):
        return str(at.foreign.institution.pk)
    if field.choices:
        return str(list(field.choices)[-1][0])
    kinds: tuple[tuple[Any, str], ...] = (
        (models.BooleanField, "1"), (models.DateTimeField, "2031-01-01T00:00:00+08:00"), (models.DateField, "2031-01-01"),
        (models.IntegerField, "99"), (models.DecimalField, "99"), (models.JSONField, '{"a": 1}'),
    )
    return next((value for kind, value in kinds if isinstance(field, kind)), "88/" if field.name in {"area", "org_area"} else "改写")


def stuffed(at: Stage, one: Command, sent: Sent, touched: set[str]) -> dict[str, str]:
    """Fields that the command does not have: every column of the tables that it touches, and what attackers try."""
    other = str(at.foreign.institution.pk)
    found = {name: other if value is None else value for name, value in NEVER.items()}
    for model in apps.get_models():
        if model._meta.db_table in touched:
            found |= {name: _value(at, field) for field in model._meta.concrete_fields for name in (field.name, field.attname)}
    known = {*sent.body, *one.reads, "_receipt", "csrfmiddlewaretoken", *(sent.json or {})}
    return {name: value for name, value in found.items() if name not in known}


Held = dict[tuple[str, str], Counter[str]]


def columns(names: set[str], foreign: str) -> Held:
    """The values in each column of these tables, all ids alike but the foreign one; not the ledger, which holds all of it once more."""
    found: Held = {}
    with connection.cursor() as cursor:
        for table in sorted(names - OWN_BOOKS):
            if table.startswith(("ledger_", "base_receipt")):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            heads, rows = [each[0] for each in cursor.description], cursor.fetchall()
            for n, name in enumerate(heads):
                found[table, name] = Counter(_plain(row[n], foreign) for row in rows)
    return found


_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


def _plain(value: Any, foreign: str) -> str:
    if isinstance(value, bytes | memoryview):
        return "bytes"
    return _ID.sub(lambda held: "foreign" if held.group().replace("-", "") == foreign else "id", str(value))


def _after(client: Client, one: Command, sent: Sent, foreign: str, more: dict[str, str]) -> tuple[int, Held, set[str]]:
    with taken_back():
        if sent.json is not None and "cells" in sent.json:
            sent = replace(sent, json={"cells": [{**more, **each} for each in sent.json["cells"]]})
        written = Written()
        with connection.execute_wrapper(written):
            answer = post(client, one, sent, more=more)
            drain(answer)
        return answer.status_code, columns(written.tables, foreign), written.tables


def assigned(at: Stage, one: Command, sent: Sent) -> list[str]:
    """Send fields that the command does not have along; what they change."""
    client, foreign = browser(sent.actor), at.foreign.institution.pk.hex
    status, plain, touched = _after(client, one, sent, foreign, {})
    _status, twin, _touched = _after(client, one, sent, foreign, {})
    now, full, also = _after(client, one, sent, foreign, stuffed(at, one, sent, touched))
    moved = [f"{table}.{name}" for (table, name), held in full.items() if twin.get((table, name)) == plain.get((table, name)) != held]
    moved += sorted(also - touched)
    return [f"{one.name}, fields of nobody: {status} became {now}, {', '.join(moved[:6])}"] if moved or now != status else []

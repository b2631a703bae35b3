"""Tables, an actor and a few helpers for the tests of the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from hengjian.base import row_security
from hengjian.base.actions import audited_action
from hengjian.base.ids import uuid7
from hengjian.base.ledger import triggers
from hengjian.base.scope import EVERYTHING, Scope
from tests import roles
from tests.base.ledger.models import Apple, Basket, Worm


@dataclass(frozen=True)
class Clerk:
    """An actor as the ledger needs one."""

    id: UUID
    name: str = "张三"
    post_title: str = "监管员"
    org_id: UUID | None = None
    area: str = "43/"
    scope: Scope = EVERYTHING


@pytest.fixture(scope="session")
def ledger_tables(django_db_setup: None, django_db_blocker: Any) -> None:
    """The tables of the tests, and the triggers where the migrations did not bring them."""
    with django_db_blocker.unblock(), roles.as_owner():
        there = set(connection.introspection.table_names())
        with connection.schema_editor() as editor:
            for model in (Basket, Apple, Worm):
                if model._meta.db_table not in there:
                    editor.create_model(model)
        if triggers.missing():
            with connection.schema_editor() as editor:
                triggers.install(editor)
        if roles.is_postgres():
            row_security.build(connection, roles.APP)


@pytest.fixture
def ledger_db(ledger_tables: None, db: None) -> None:
    """A test in a transaction of its own over an empty ledger."""


@pytest.fixture
def clerk() -> Clerk:
    return Clerk(uuid7(), org_id=uuid7())


@pytest.fixture
def grow(ledger_db: None, clerk: Clerk) -> Callable[..., list[Apple]]:
    """Grow apples through audited actions: ``grow(3, state="awaiting")``."""

    def make(count: int = 1, **values: Any) -> list[Apple]:
        shared = {"area": "43/4301/", "org_id": uuid7(), "org_area": "43/4301/", **values}
        apples = [Apple(**{"name": f"苹果{number}", "phone": f"1390000{number:04d}", **shared}) for number in range(count)]
        with audited_action("apples.grow", actor=clerk, reason="测试") as act:
            act.add_many(apples)
        return apples

    return make


@pytest.fixture
def change(clerk: Clerk) -> Callable[..., Apple]:
    """Change one apple through an audited action: ``change(apple, state="awaiting")``."""

    def make(apple: Apple, **values: Any) -> Apple:
        with audited_action("apples.change", actor=clerk, reason="") as act:
            held = act.take(apple)
            for name, value in values.items():
                setattr(held, name, value)
        return held

    return make

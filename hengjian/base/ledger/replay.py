"""What a row should be by its entries: the replay that names the fields in which it differs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from hengjian.base.ledger.canonical import parse
from hengjian.base.ledger.commitments import PREFIX, Personal, commit
from hengjian.base.ledger.entries import plan_of


def replay(bodies: Iterable[str]) -> dict[str, Any]:
    """Return the state that the entries of one object lead to; unreadable bodies are passed over."""
    state: dict[str, Any] = {}
    for body in bodies:
        try:
            state.update(parse(body)["after"])
        except (ValueError, KeyError, TypeError):
            continue
    return state


def follow_on(bodies: Iterable[str]) -> bool:
    """Whether each entry of one object starts from where the one before it ended.

    For entries that are not sealed yet: the tree cannot say that one of them is missing.
    """
    state: dict[str, Any] = {}
    for body in bodies:
        try:
            read = parse(body)
            before, after = read["before"], read["after"]
        except (ValueError, KeyError, TypeError):
            return False
        if bool(before) != bool(state) or any(state.get(name, value) != value for name, value in before.items()):
            return False
        state = {**state, **after} if "digest" in read else {}
    return True


def unequal_fields(model: type[models.Model], now: dict[str, Any], due: dict[str, Any], key: bytes | None) -> list[str]:
    """Return the fields in which a row's snapshot differs from its replayed state.

    A column that came into the table after the last entry has to hold its default. A commitment whose salt
    was erased cannot be compared.
    """
    found = []
    for name, value in now.items():
        if type(value) is Personal:
            if _personal_differs(name, value, due.get(name, ""), key):
                found.append(name)
        elif name in due:
            if due[name] != value:
                found.append(name)
        elif value != _default(model, name):
            found.append(name)
    return found


def _personal_differs(name: str, value: Personal, due: Any, key: bytes | None) -> bool:
    committed = isinstance(due, str) and due.startswith(PREFIX)
    if value.is_empty or not committed:
        return committed or (not value.is_empty)
    return key is not None and commit(key, name, value.value) != due


def _default(model: type[models.Model], name: str) -> Any:
    field = next(one for one in model._meta.concrete_fields if one.attname == name)
    plan = next(one for one in plan_of(model) if one.attname == name)
    return plan.to_plain(field.get_default())


def verbose(model: type[models.Model], names: Iterable[str]) -> list[str]:
    """Return the Chinese names of fields."""
    titles = {one.attname: str(one.verbose_name) for one in model._meta.concrete_fields}
    return [titles.get(name, name) for name in names]

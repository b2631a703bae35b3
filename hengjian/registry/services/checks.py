"""Checks that several services of the register share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.errors import BadInput, Faults
from hengjian.base.texts import says_enough
from hengjian.registry.models import Employment, Person
from hengjian.registry.policy import NOT_OWN_PEOPLE, may_change_file

REASON_LENGTH = 5


def must_follow(first: date | None, second: date | None, fields: tuple[str, str], message: str) -> None:
    """Raise ``BadInput`` beside both fields when ``second`` lies before ``first``."""
    if first is None or second is None or second >= first:
        return
    faults = Faults()
    for field in fields:
        faults.add(field, message)
    faults.raise_if_any()


def said_reason(reason: str, field: str = "reason") -> str:
    """The reason without blanks at its ends; ``BadInput`` when it says nothing (5 signs at least)."""
    plain = reason.strip()
    if not says_enough(plain, REASON_LENGTH):
        raise BadInput(field, _("请写明原因，至少%(count)d个字。") % {"count": REASON_LENGTH})
    return plain


def applied(row: Any, changes: Mapping[str, Any], allowed: tuple[str, ...]) -> Any:
    """Set the given fields of a row; a field that is not for changing is a programming error."""
    unknown = set(changes) - set(allowed)
    if unknown:
        raise TypeError(f"{type(row).__name__}: {sorted(unknown)} cannot be changed here")
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def jobs_seen(actor: Any, person: Person) -> list[Employment]:
    """Employments of the person that the actor sees."""
    return list(Employment.objects.within(actor.scope).filter(person=person))


def must_keep_file(act: Any, actor: Any, person: Person) -> Person:
    """Take the person and go on only if the actor keeps the practice file."""
    held: Person = act.take(person)
    act.require(may_change_file(actor, jobs_seen(actor, held)), _(NOT_OWN_PEOPLE))
    return held

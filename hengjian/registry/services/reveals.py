"""Looks at personal fields in full, each with its purpose, each in the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.fields import Secret
from hengjian.registry.models import Employment, Person, Reveal
from hengjian.registry.policy import NOT_EXPORTING, NOT_OWN_PEOPLE, may_export, may_reveal
from hengjian.registry.services.checks import said_reason
from hengjian.registry.states import RevealPurpose

title("registry.reveal", "查看个人信息")
title("registry.record_export", "导出名录数据")


MASKED = ("id_number", "born_on", "phone")
"""What pages show masked: the day of birth too, because it stands in the middle of an identity number."""


@dataclass(frozen=True)
class Revealed:
    """What was shown: plain texts by field, to be put on one page and nowhere else."""

    entry: Reveal
    values: dict[str, str]

    def __repr__(self) -> str:
        return f"Revealed({self.entry.pk})"


def reveal(person: Person, *, actor: Any, fields: Sequence[str], purpose: str, reason: str) -> Revealed:
    """Show personal fields of a person in full, once, and enter the look in the ledger.

    Raises:
        BadInput: no field, an unknown purpose, or a reason that says nothing.
    """
    wanted = sorted(set(fields) & set(MASKED))
    if not wanted:
        raise BadInput("fields", _("请选择要查看的项目。"))
    if purpose not in RevealPurpose.values:
        raise BadInput("purpose", _("请选择查看用途。"))
    said = said_reason(reason)
    with audited_action("registry.reveal", actor=actor, reason=said) as act:
        held = Person.objects.within(actor.scope).filter(pk=person.pk).first()
        jobs = list(Employment.objects.within(actor.scope).filter(person_id=person.pk).order_by("ended_on"))
        act.require(held is not None and may_reveal(actor, jobs), _(NOT_OWN_PEOPLE))
        entry = Reveal(
            object_type=Person._meta.label_lower, object_id=person.pk, label=person.name, fields=wanted,
            purpose=purpose, reason=said, at=clock.now(), by_id=actor.id, by_name=actor.name,
        )
        act.add(entry.owned_by(_owner(actor, jobs)))
    assert held is not None
    return Revealed(entry, {name: _plain(getattr(held, name)) for name in wanted})


def _plain(value: Secret | date | None) -> str:
    return value.reveal() if isinstance(value, Secret) else value.isoformat() if value else ""


def _owner(actor: Any, jobs: list[Employment]) -> Employment:
    """The employment by which the actor sees the person: the own institution's, else the latest."""
    own = [one for one in jobs if actor.scope.holds(one)]
    return (own or jobs)[0]


def record_export(*, actor: Any, purpose: str, reason: str) -> Reveal:
    """Enter in the ledger that the register, as the actor sees it, was exported, and what for."""
    if purpose not in RevealPurpose.values:
        raise BadInput("purpose", _("请选择用途。"))
    said = said_reason(reason)
    with audited_action("registry.record_export", actor=actor, reason=said) as act:
        act.require(may_export(actor), _(NOT_EXPORTING))
        entry = Reveal(
            object_type="registry.package", object_id=actor.org_id, label=_("名录数据交换包"), fields=["name", "born_on"],
            purpose=purpose, reason=said, at=clock.now(), by_id=actor.id, by_name=actor.name,
        )
        entry.org_id, entry.area, entry.org_area = actor.org_id, actor.area, actor.area
        return act.add(entry)

"""Officers and addressees: what every paper of enforcement needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.errors import BadInput, OutOfScope
from hengjian.base.scope import EVERYTHING
from hengjian.enforcement.states import MIN_OFFICERS
from hengjian.parties.models import Authority, Organisation


@dataclass(frozen=True)
class Addressee:
    """The unit that a paper is addressed to, as it is called today."""

    name: str
    uscc: str
    address: str


def clean_officers(officers: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Check that at least two officers with law-enforcement cards take part.

    Source: 特种设备安全法 第六十五条.

    Raises:
        BadInput: fewer than two, a card missing, or one person named twice.
    """
    given = [{"name": str(o.get("name", "")).strip(), "card": str(o.get("card", "")).strip()} for o in officers]
    named = [one for one in given if one["name"] or one["card"]]
    if any(not one["name"] or not one["card"] for one in named):
        raise BadInput("officers", _("每名执法人员都要写明姓名和执法证号。"))
    if len({one["card"] for one in named}) < len(named):
        raise BadInput("officers", _("同一执法证号写了两次，请核对。"))
    if len(named) < MIN_OFFICERS:
        raise BadInput("officers", _("执法人员不得少于两人，请补充姓名和执法证号。"))
    return named


def addressee_of(owner: Any) -> Addressee:
    """The unit that a row belongs to, from the register of organisations."""
    for model in (Organisation, Authority):
        found = model.objects.within(EVERYTHING).filter(pk=owner.org_id).first()
        if found is not None:
            return Addressee(found.name, found.uscc, getattr(found, "address", ""))
    return Addressee(getattr(owner, "institution_name", ""), "", "")


def authority_of(actor: Any) -> Authority:
    """The authority in whose name the actor acts."""
    found = Authority.objects.within(EVERYTHING).filter(pk=actor.org_id).first()
    if found is None:
        raise OutOfScope("authority")
    return found


def place(row: Any, owner: Any, *, actor: Any) -> Any:
    """Give a new paper its owner. Where the unit only works in the actor's area, the paper lies in that area.

    Raises:
        OutOfScope: the actor does not see the row that the paper is about.
    """
    if not type(owner).objects.within(actor.scope).filter(pk=owner.pk).exists():
        raise OutOfScope(type(owner).__name__)
    row.owned_by(owner)
    if not actor.scope.covers(row.area) and not actor.scope.covers(row.org_area):
        row.area = actor.area
    return row


def officers_text(officers: Iterable[Mapping[str, str]]) -> str:
    """Officers with their card numbers on one line."""
    return "；".join(f"{one.get('name', '')}（{one.get('card', '')}）" for one in officers)



"""Who may do what to orders and cases: officers of the issuing authority; the unit answers its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.errors import BadInput
from hengjian.enforcement.models import Case, Order
from hengjian.enforcement.states import MIN_OFFICERS
from hengjian.parties.states import INSTITUTION_FILLERS, REGULATORS, Role


def is_officer_over(actor: Any, row: Any) -> bool:
    """Whether the actor is a regulator in whose area the row lies, and not of the unit itself."""
    supervises = getattr(actor, "supervises", None)
    return bool(supervises and supervises(row)) and actor.org_id != row.org_id


def may_draft(actor: Any) -> bool:
    """Draw up an order or file a case in the name of one's authority."""
    return actor.holds(*REGULATORS) and actor.org_id is not None


def may_handle(actor: Any, row: Order | Case) -> bool:
    """Serve, re-check, close or withdraw: the issuing authority, or one above it."""
    return is_officer_over(actor, row)


def is_addressee(actor: Any, order: Order) -> bool:
    """Whether the actor acts for the unit that the order is addressed to."""
    return actor.org_id is not None and actor.org_id == order.org_id and actor.holds(*INSTITUTION_FILLERS)


def may_answer(actor: Any, order: Order) -> bool:
    """Hand in the report of rectification."""
    return is_addressee(actor, order)


def may_recheck(actor: Any, order: Order) -> bool:
    """Re-check what was reported: an officer, and never the person who reported it."""
    return is_officer_over(actor, order) and not (actor.id is not None and actor.id == order.answered_by_id)


def may_attach(actor: Any, order: Order) -> bool:
    """Put evidence to an order."""
    return is_addressee(actor, order) or is_officer_over(actor, order)


def may_decide_case(actor: Any, case: Case) -> bool:
    """Decide a case: the responsible leader, and never the person who filed it."""
    return (
        is_officer_over(actor, case)
        and actor.holds(Role.LEADER)
        and not (actor.id is not None and actor.id == case.filed_by_id)
    )


def clean_officers(officers: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Check that at least two officers with law-enforcement cards take part.

    Source: 特种设备安全法 第六十五条.

    Raises:
        BadInput: fewer than two, a card missing, or one card named twice.
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

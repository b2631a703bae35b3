"""Reads of orders and cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from hengjian.base import clock
from hengjian.base.figures import Period
from hengjian.base.lists import tally
from hengjian.base.scope import Scope
from hengjian.dossier.models import EvidenceUse
from hengjian.enforcement.models import Case, Order
from hengjian.enforcement.states import CaseState, OrderState
from hengjian.parties.models import Authority, Organisation

LOOK_BACK = 50  # papers in which a card number is looked for
ORDER_TYPE, CASE_TYPE = "enforcement.order", "enforcement.case"


@dataclass(frozen=True)
class Addressee:
    """The unit that a paper is addressed to, as it is called today."""

    name: str
    uscc: str
    address: str


@dataclass(frozen=True)
class Filter:
    """What a page asks for; empty means all."""

    stat: str = ""
    text: str = ""
    campaign_id: UUID | None = None


@dataclass(frozen=True)
class OrderCounts:
    """How many orders stand where."""

    total: int
    drafted: int
    served: int
    overdue: int
    answered: int
    rechecked: int
    closed: int
    withdrawn: int


def _visible(scope: Scope, *, as_unit: bool) -> QuerySet[Order]:
    """A unit learns of an order when it is served, not while it is drawn up."""
    found = Order.objects.within(scope)
    return found.exclude(state=OrderState.DRAFTED) if as_unit else found


def is_unserved(scope: Scope, order_id: UUID) -> bool:
    """Whether an order is still being drawn up; the unit knows nothing of it."""
    return Order.objects.within(scope).filter(pk=order_id, state=OrderState.DRAFTED).exists()


def is_late(on: date | None = None) -> Q:
    """Report or re-check awaited, and its date has passed."""
    today = on or clock.today()
    unanswered = Q(state=OrderState.OVERDUE) | Q(state=OrderState.SERVED, due_on__lt=today)
    return unanswered | Q(state=OrderState.ANSWERED, recheck_due_on__lt=today)


def late_party(order: Order, on: date | None = None) -> str:
    """Who is late with an order: the unit with its report, the authority with its re-check, or nobody."""
    today = on or clock.today()
    if order.state in (OrderState.SERVED, OrderState.OVERDUE) and order.due_on < today:
        return "unit"
    is_due = order.state == OrderState.ANSWERED and order.recheck_due_on is not None and order.recheck_due_on < today
    return "authority" if is_due else ""


def _by_stat(stat: str) -> Q:
    return {
        "drafted": Q(state=OrderState.DRAFTED),
        "served": Q(state=OrderState.SERVED, due_on__gte=clock.today()),
        "overdue": is_late(),
        "answered": Q(state=OrderState.ANSWERED),
        "rechecked": Q(state=OrderState.RECHECKED),
        "closed": Q(state=OrderState.CLOSED),
        "withdrawn": Q(state=OrderState.WITHDRAWN),
    }.get(stat, ~Q(state=OrderState.WITHDRAWN))


def _orders(scope: Scope, wanted: Filter, *, as_unit: bool) -> QuerySet[Order]:
    found = _visible(scope, as_unit=as_unit)
    if wanted.text:
        found = found.filter(
            Q(number__icontains=wanted.text) | Q(institution_name__icontains=wanted.text)
            | Q(facts__icontains=wanted.text)
        )
    if wanted.campaign_id:
        found = found.filter(campaign_id=wanted.campaign_id)
    return found


def orders(scope: Scope, wanted: Filter | None = None, *, as_unit: bool = False) -> QuerySet[Order]:
    """Orders as the page asks for them, newest first."""
    wanted = wanted or Filter()
    return _orders(scope, wanted, as_unit=as_unit).filter(_by_stat(wanted.stat)).order_by("-issued_on", "-id")


def order_counts(scope: Scope, wanted: Filter | None = None, *, as_unit: bool = False) -> OrderCounts:
    """The numbers above the list."""
    found = _orders(scope, wanted or Filter(), as_unit=as_unit)
    names = ("drafted", "served", "overdue", "answered", "rechecked", "closed", "withdrawn")
    return OrderCounts(**tally(found, {"total": _by_stat("")} | {name: _by_stat(name) for name in names}))


def order_of(scope: Scope, order_id: UUID, *, as_unit: bool = False) -> Order | None:
    """One order, or ``None`` outside the scope."""
    return _visible(scope, as_unit=as_unit).filter(pk=order_id).first()


def orders_about(scope: Scope, problem_id: UUID, *, as_unit: bool = False) -> QuerySet[Order]:
    """Orders that were issued about a problem."""
    return _visible(scope, as_unit=as_unit).filter(problem_id=problem_id)


def issued_orders(scope: Scope, *, campaign_id: UUID | None = None, period: Period | None = None) -> QuerySet[Order]:
    """Orders that were given out: served, and not withdrawn."""
    found = Order.objects.within(scope).exclude(state__in=[OrderState.DRAFTED, OrderState.WITHDRAWN])
    if campaign_id is not None:
        found = found.filter(campaign_id=campaign_id)
    if period is not None:
        found = found.filter(issued_on__range=(period.start, period.end))
    return found.order_by("issued_on", "number")


def _cases(scope: Scope, wanted: Filter) -> QuerySet[Case]:
    found = Case.objects.within(scope)
    if wanted.text:
        found = found.filter(
            Q(number__icontains=wanted.text) | Q(institution_name__icontains=wanted.text)
            | Q(cause__icontains=wanted.text)
        )
    return found.filter(campaign_id=wanted.campaign_id) if wanted.campaign_id else found


def cases(scope: Scope, wanted: Filter | None = None) -> QuerySet[Case]:
    """Cases as the page of the authority asks for them, newest first."""
    wanted = wanted or Filter()
    found = _cases(scope, wanted)
    return (found.filter(state=wanted.stat) if wanted.stat else found).order_by("-filed_on", "-id")


def case_counts(scope: Scope, wanted: Filter | None = None) -> dict[str, int]:
    """How many cases stand where, for the same filters without the state."""
    found = _cases(scope, wanted or Filter())
    return tally(found, {state: Q(state=state) for state in CaseState.values})


def case_of(scope: Scope, case_id: UUID) -> Case | None:
    """One case, or ``None`` outside the scope."""
    return Case.objects.within(scope).filter(pk=case_id).first()


def cases_about(scope: Scope, problem_id: UUID) -> QuerySet[Case]:
    """Cases that were filed about a problem."""
    return Case.objects.within(scope).filter(problem_id=problem_id).order_by("filed_on", "id")


def cases_after(scope: Scope, order_id: UUID) -> QuerySet[Case]:
    """Cases that were filed after an order."""
    return Case.objects.within(scope).filter(order_id=order_id).order_by("filed_on", "id")


def orders_after_visit(scope: Scope, visit_id: UUID) -> QuerySet[Order]:
    """Orders that were drawn up after a visit."""
    return Order.objects.within(scope).filter(visit_id=visit_id).order_by("issued_on", "id")


def cases_after_visit(scope: Scope, visit_id: UUID) -> QuerySet[Case]:
    """Cases that were filed after a visit."""
    return Case.objects.within(scope).filter(visit_id=visit_id).order_by("filed_on", "id")


def cases_filed(scope: Scope, *, campaign_id: UUID | None = None, period: Period | None = None) -> QuerySet[Case]:
    """Cases that were filed and not withdrawn."""
    found = Case.objects.within(scope).exclude(state=CaseState.WITHDRAWN)
    if campaign_id is not None:
        found = found.filter(campaign_id=campaign_id)
    if period is not None:
        found = found.filter(filed_on__range=(period.start, period.end))
    return found.order_by("filed_on", "number")


def evidence_of(scope: Scope, object_type: str, object_id: UUID) -> list[EvidenceUse]:
    """Evidence put to an order or a case."""
    uses = EvidenceUse.objects.within(scope).filter(object_type=object_type, object_id=object_id)
    return list(uses.select_related("evidence").order_by("attached_at", "id"))


def addressee(scope: Scope, owner: Any) -> Addressee:
    """The unit that a row belongs to, as the register of organisations names it."""
    for model in (Organisation, Authority):
        found = model.objects.within(scope).filter(pk=owner.org_id).first()
        if found is not None:
            return Addressee(found.name, found.uscc, getattr(found, "address", ""))
    name = getattr(owner, "institution_name", "") or getattr(owner, "name", "")
    return Addressee(name, getattr(owner, "institution_uscc", ""), getattr(owner, "institution_address", ""))


def issuing_authority(scope: Scope, authority_id: UUID | None) -> Authority | None:
    """The authority in whose name an officer acts."""
    return Authority.objects.within(scope).filter(pk=authority_id).first() if authority_id else None


def card_of(scope: Scope, name: str) -> str:
    """The card number that an officer of that name gave last; empty when there was none."""
    for model in (Order, Case):
        for named in model.objects.within(scope).order_by("-id").values_list("officers", flat=True)[:LOOK_BACK]:
            found = next((one.get("card", "") for one in named if one.get("name") == name), "")
            if found:
                return str(found)
    return ""

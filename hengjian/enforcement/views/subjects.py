"""What a paper is about: a problem, a visit or an institution named in the address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from hengjian.base import clock
from hengjian.base.errors import OutOfScope
from hengjian.base.links import campaign_choices, facts_from
from hengjian.enforcement import queries
from hengjian.enforcement.models import Order
from hengjian.enforcement.states import violations_in
from hengjian.rectification import queries as rectification
from hengjian.rectification.models import Problem
from hengjian.registry.models import Institution


@dataclass(frozen=True)
class Subject:
    """The row that a new paper is about, and what is known from it."""

    row: Any
    name: str
    known: dict[str, Any]
    back: str
    links: dict[str, UUID | None]


def subject_of(request: HttpRequest) -> Subject | None:
    """The problem, order or institution of the address; ``None`` when none is named.

    Raises:
        OutOfScope: one is named that the actor does not see.
    """
    scope = request.actor.scope  # type: ignore[attr-defined]
    known: tuple[tuple[str, Callable[..., Any], Callable[[Any], Subject]], ...] = (
        ("problem", rectification.problem_of, _of_problem),
        ("order", queries.order_of, _of_order),
        ("org", rectification.institution_of, _of_institution),
    )
    for name, find, tell in known:
        asked = request.GET.get(name)
        if asked:
            row = find(scope, _uuid(asked))
            if row is None:
                raise OutOfScope(asked)
            return _with_address(tell(row), request)
    return None


def _with_address(subject: Subject, request: HttpRequest) -> Subject:
    """A visit may come with the address, from its page: what it found fills what is not known. A campaign is a reference."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    for name in ("visit", "campaign"):
        if request.GET.get(name) and not subject.links.get(f"{name}_id"):
            subject.links[f"{name}_id"] = _seen(name, actor.scope, _uuid(request.GET[name]))
    visit_id = subject.links.get("visit_id")
    told = facts_from("visit", actor.scope, visit_id) if visit_id else {}
    known = {**told, **{name: value for name, value in subject.known.items() if value}}
    known.setdefault("violations", violations_in(known.get("provisions", "")))
    known.setdefault("officers", [{"name": actor.name, "card": queries.card_of(actor.scope, actor.name)}])
    back = reverse("web:open", args=["supervision.visit", visit_id]) if request.GET.get("visit") and told else subject.back
    return replace(subject, known=known, back=back)


def _seen(name: str, scope: Any, row_id: UUID) -> UUID:
    """A visit or campaign of the address. Raises OutOfScope when the actor sees none of that id."""
    known = dict(campaign_choices(scope)) if name == "campaign" else facts_from("visit", scope, row_id)
    if not (str(row_id) in known if name == "campaign" else known):
        raise OutOfScope(str(row_id))
    return row_id


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise OutOfScope(text) from None


def _of_problem(problem: Problem) -> Subject:
    known = {"facts": problem.facts, "provisions": problem.clause, "cause": problem.title, "measure": problem.measure,
             "source": problem.number, "found_on": clock.local_date(problem.found_at)}
    links = {"problem_id": problem.pk, "campaign_id": problem.campaign_id}
    return Subject(problem, problem.institution_name, known, reverse("rectification:problem", args=[problem.pk]), links)


def _of_order(order: Order) -> Subject:
    known = {"facts": order.facts, "provisions": order.provisions, "source": order.number, "officers": order.officers}
    links = {"order_id": order.pk, "problem_id": order.problem_id, "campaign_id": order.campaign_id,
             "visit_id": order.visit_id}
    return Subject(order, order.institution_name, known, reverse("enforcement:order", args=[order.pk]), links)


def _of_institution(institution: Institution) -> Subject:
    return Subject(institution, institution.name, {}, reverse("registry:institution", args=[institution.pk]), {})

"""What supervision tells pages below: the visits behind a problem, an order or a case, and what they found."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hengjian.base.links import Related, tells_facts, tells_of
from hengjian.base.scope import Scope
from hengjian.supervision import documents, queries


@tells_of("rectification.problem")
@tells_of("enforcement.order")
@tells_of("enforcement.case")
def visits_behind(actor: Any, row: Any) -> Iterator[Related]:
    """Visits at which it was found."""
    for visit in queries.visits_behind(actor.scope, row) if actor.is_authority else ():
        url = reverse("supervision:visit", args=[visit.pk])
        yield Related(_("监督检查"), visit.number, url, f"{visit.visited_on:%Y-%m-%d}")


@tells_facts("visit")
def found_at(scope: Scope, visit_id: UUID) -> dict[str, Any]:
    """What an order or a case takes over from the visit it follows."""
    visit = queries.visit_of(scope, visit_id)
    return documents.facts_for_papers(visit) if visit is not None else {}

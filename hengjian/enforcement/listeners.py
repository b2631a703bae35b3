"""What enforcement does once its own acts have committed, and what it tells pages below of its papers."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hengjian.base.actions import Event, on
from hengjian.base.links import Related, tells_of
from hengjian.enforcement import queries, services


@on("enforcement.serve_order")
@on("enforcement.order_again")
@on("enforcement.answer_order")
@on("enforcement.lapse_order")
def tell_who_is_next(event: Event) -> None:
    """The unit, or the officers of the issuing authority, get a message."""
    services.tell_step(event.action, event.ids.get("enforcement.order", []))


@on("rectification.decide_extension")
def follow_the_extension(event: Event) -> None:
    """Orders about a problem follow the extension that was granted for it."""
    services.extend_orders(event.ids.get("rectification.problem", []))


@tells_of("rectification.problem")
def papers_about(actor: Any, problem: Any) -> Iterator[Related]:
    """Orders about a problem; for authorities the cases too."""
    for order in queries.orders_about(actor.scope, problem.pk, as_unit=not actor.is_authority):
        url = reverse("enforcement:order", args=[order.pk])
        yield Related(_("指令书"), order.number, url, order.get_state_display())
    for case in queries.cases_about(actor.scope, problem.pk) if actor.is_authority else ():
        yield Related(_("立案"), case.number, reverse("enforcement:case", args=[case.pk]), case.get_state_display())

"""Messages about orders: to the unit when it is served, to the officers when a report comes in."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hengjian.base.actions import SystemActor
from hengjian.base.scope import EVERYTHING
from hengjian.base.wording import in_chinese
from hengjian.enforcement.models import Order
from hengjian.parties import queries as parties
from hengjian.parties.models import Account
from hengjian.parties.services import send_message
from hengjian.parties.states import INSTITUTION_FILLERS, Role

TITLES: dict[str, Any] = {
    "enforcement.serve_order": lazy("收到安全监察指令书，请按期整改并提交整改报告"),
    "enforcement.order_again": lazy("复查未通过，请继续整改"),
    "enforcement.answer_order": lazy("整改报告已提交，请在10个工作日内复查"),
    "enforcement.lapse_order": lazy("整改报告逾期"),
}


def _told(action: str, order: Order) -> list[Account]:
    unit = parties.people_of(EVERYTHING, order.org_id, *INSTITUTION_FILLERS)
    officers = parties.people_of(EVERYTHING, order.authority_id, Role.SUPERVISOR)
    if action == "enforcement.answer_order":
        return officers
    return [*unit, *officers] if action == "enforcement.lapse_order" else unit


@in_chinese
def tell_step(action: str, ids: Collection[UUID], *, actor: Any = None) -> int:
    """Tell those who have to act next on orders; return how many messages were sent."""
    sent = 0
    for order in Order.objects.within(EVERYTHING).filter(pk__in=list(ids)):
        body = _("%(name)s，%(number)s。") % {"name": order.institution_name, "number": order.number}
        for account in {one.pk: one for one in _told(action, order)}.values():
            sent += send_message(
                account, actor=actor or SystemActor(), kind="order", title=str(TITLES[action]), body=body,
                url=reverse("enforcement:order", args=[order.pk]), dedupe=f"{order.pk.hex}:{action}:{order.version}",
            ) is not None
    return sent

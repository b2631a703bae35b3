"""Orders and cases that are not finished follow a change in the tree of authorities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from hengjian.base.actions import Action
from hengjian.base.reseating import Follower, Reseat, before_rows_follow, follows_the_tree
from hengjian.base.scope import EVERYTHING
from hengjian.enforcement.models import Case, Order
from hengjian.enforcement.states import CaseState, OrderState

FINISHED_ORDERS = (OrderState.CLOSED, OrderState.WITHDRAWN)


def _orders_at_work(_reseat: Reseat) -> Q:
    return ~Q(state__in=FINISHED_ORDERS)


def _cases_at_work(_reseat: Reseat) -> Q:
    return Q(state=CaseState.FILED)


def _carried_on(model: Any) -> Callable[[Reseat], Callable[[Any], None]]:
    """Papers of a closed authority are carried on by its successor, under the name and number that they bear."""

    def prepare(reseat: Reseat) -> Callable[[Any], None]:
        taken = set(model.objects.within(EVERYTHING).filter(authority_id=reseat.successor).values_list("number", flat=True)) if reseat.successor else set()

        def change(row: Any) -> None:
            if reseat.closed is not None and row.authority_id == reseat.closed and row.number not in taken:
                row.authority_id = reseat.successor

        return change

    return prepare


@before_rows_follow
def _papers_elsewhere(act: Action, reseat: Reseat) -> None:
    """Papers that a closed authority had in other areas pass to its successor too."""
    if reseat.closed is None:
        return
    for model, live in ((Order, _orders_at_work(reseat)), (Case, _cases_at_work(reseat))):
        held = model.objects.within(EVERYTHING).filter(live, authority_id=reseat.closed)
        elsewhere = list(held.exclude(area__startswith=reseat.old).exclude(org_area__startswith=reseat.old))
        act.change_many(elsewhere, _carried_on(model)(reseat), fields=("authority_id",))


follows_the_tree(
    Follower(Order, _orders_at_work, change=_carried_on(Order), fields=("authority_id",)),
    Follower(Case, _cases_at_work, change=_carried_on(Case), fields=("authority_id",)),
)

"""Changes of the tree that are dated ahead: withdrawn before their day, or applied on it by the worker."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import all_or_nothing, audited_action, title
from hengjian.base.errors import BadInput, NotAllowed, OutOfScope
from hengjian.base.reseating import frozen_since
from hengjian.base.scope import EVERYTHING
from hengjian.base.texts import says_enough
from hengjian.parties import policy
from hengjian.parties.models import Account, Authority, Organisation, TreeChange
from hengjian.parties.services import tree
from hengjian.parties.services.messages import send_message
from hengjian.parties.services.tree_editions import DAY, begins_on, shown
from hengjian.parties.states import TreeChangeKind, TreeChangeState

WITHDRAW = title("parties.withdraw_tree_change", "撤回待生效的层级调整")
APPLY = title("parties.apply_tree_change", "待生效的层级调整生效")
SHORTEST_REASON = 2
log = logging.getLogger(__name__)


def withdraw_change(change: TreeChange, *, actor: Any, reason: str) -> TreeChange:
    """Withdraw a change before its day, or one that could not take effect; it stays on record with the reason."""
    if not says_enough(reason, SHORTEST_REASON):
        raise BadInput("reason", _("请写明理由，至少两个字。"))
    with audited_action(WITHDRAW, actor=actor, reason=reason.strip()) as act:
        act.require(policy.may_change_tree(actor), _("须由省级单位管理员办理。"))
        row = act.take(change)
        if not actor.scope.covers(row.authority.path):
            raise OutOfScope(f"change {change.pk}")
        act.move(row, "withdraw")
        row.settled_at, row.settled_note = clock.now(), reason.strip()
    return row


def apply_due_changes(*, actor: Any) -> int:
    """Apply what is due, in the order of the days; return how many took effect. One that cannot says why and waits for nobody."""
    due = TreeChange.objects.within(EVERYTHING).filter(state=TreeChangeState.PENDING, on__lte=clock.today())
    count = 0
    for change in list(due.select_related("authority__parent", "target").order_by("on", "asked_at", "id")):
        try:
            _apply(change, actor=actor)
            count += 1
        except (BadInput, NotAllowed, OutOfScope) as refusal:
            _fail(change, actor=actor, why="；".join(one.message for one in refusal.faults) if isinstance(refusal, BadInput) else str(refusal))
    return count


def _apply(change: TreeChange, *, actor: Any) -> None:
    with audited_action(APPLY, actor=actor, reason=change.reason) as act:
        row = act.take(change)
        act.move(row, "apply")
        row.settled_at = clock.now()
        reason = _("%(reason)s（%(who)s于%(day)s登记）") % {
            "reason": change.reason or _("按登记的日期生效"), "who": change.asked_by_name, "day": shown(clock.local_date(change.asked_at))}
        HOW[TreeChangeKind(change.kind)](change, actor=actor, reason=reason)


def _add(change: TreeChange, *, actor: Any, reason: str) -> None:
    tree.add_authority(actor=actor, parent=change.authority, valid_from=change.on, **change.body)


def _rename(change: TreeChange, *, actor: Any, reason: str) -> None:
    tree.rename_authority(change.authority, actor=actor, name=change.body["name"], on=_day(change), reason=reason)


def _move(change: TreeChange, *, actor: Any, reason: str) -> None:
    tree.move_authority(change.authority, actor=actor, parent=_target(change), on=_day(change), reason=reason)


def _close(change: TreeChange, *, actor: Any, reason: str) -> None:
    tree.close_authority(change.authority, actor=actor, on=_day(change), reason=reason, successor=change.target)


def _reseat(change: TreeChange, *, actor: Any, reason: str) -> None:
    held = list(Organisation.objects.within(EVERYTHING).filter(pk__in=change.body["organisations"]))
    tree.reseat_organisations(change.authority, actor=actor, organisations=held, target=_target(change), on=_day(change), reason=reason)


HOW: dict[TreeChangeKind, Callable[..., None]] = {
    TreeChangeKind.ADD: _add, TreeChangeKind.RENAME: _rename, TreeChangeKind.MOVE: _move, TreeChangeKind.CLOSE: _close, TreeChangeKind.RESEAT: _reseat,
}


def _target(change: TreeChange) -> Authority:
    assert change.target is not None
    return change.target


def _day(change: TreeChange) -> date:
    """The day as dated; where the worker stood still and something was changed or frozen since, the first day after that."""
    day = max(change.on, begins_on(change.authority))
    if day < clock.today():
        last = frozen_since([one.path for one in (change.authority, change.target) if one is not None], day)
        day = min(last + DAY, clock.today()) if last is not None else day
    return day


@all_or_nothing
def _fail(change: TreeChange, *, actor: Any, why: str) -> None:
    log.warning("a change of the tree could not take effect: %s", change.pk)
    with audited_action(APPLY, actor=actor, reason=why) as act:
        row = act.take(change)
        act.move(row, "fail")
        row.settled_at, row.settled_note = clock.now(), why[:500]
    asked_by = Account.objects.filter(pk=change.asked_by_id).first()
    if asked_by is not None:
        send_message(asked_by, actor=actor, kind="tree", title=_("层级调整“%(change)s”没有生效") % {"change": change}, body=why,
                     url=f"/parties/tree/?node={change.authority_id}", dedupe=f"tree-{change.pk}")

"""The campaign's own rules of time where no document sets any: reminders, when leaders hear of it, days of a letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base.actions import audited_action, title
from hengjian.base.errors import Faults
from hengjian.base.texts import says_enough
from hengjian.campaigns import policy
from hengjian.campaigns.models import Campaign

SET = title("campaigns.set_rules", "调整提醒和督办的天数")
MOST_BEFORE, MOST_AFTER, MOST_LETTER, MOST_RUNGS = 60, 60, 30, 6


def set_rules(
    campaign: Campaign, *, actor: Any, before: Sequence[int], after: Sequence[int], leaders_after: int, letter_days: int, joiner_days: int, reason: str,
) -> Campaign:
    """Set when reminders go out in one campaign; the ledger keeps every version with its reason.

    Args:
        before: days before a deadline, 0 is the day itself. after: days after it. leaders_after: from which day after
        it the leaders hear of it. letter_days: working days that a supervision letter leaves. joiner_days: working days at
        least for an institution that joins later.

    Raises:
        BadInput: a number out of its bounds, or no reason.
    """
    faults = Faults()
    _check_rungs(faults, "before", before, 0, MOST_BEFORE)
    _check_rungs(faults, "after", after, 1, MOST_AFTER)
    for field, number, most in (("leaders_after", leaders_after, MOST_AFTER), ("letter_days", letter_days, MOST_LETTER), ("joiner_days", joiner_days, MOST_LETTER)):
        if not 1 <= number <= most:
            faults.add(field, _("请填1到%(most)s的整数。") % {"most": most})
    if not says_enough(reason):
        faults.add("reason", _("请写明调整的理由（至少5个字）。"))
    faults.raise_if_any()
    with audited_action(SET, actor=actor, reason=reason) as act:
        row = act.take(campaign)
        act.require(policy.may_launch(actor, row), _("须由印发单位调整。"))
        act.require(row.state != "closed", _("行动已经结束，不再提醒。"))
        row.body = {**row.body, "rules": {
            "before": sorted(set(before), reverse=True), "after": sorted(set(after)), "leaders_after": leaders_after, "letter_days": letter_days,
            "joiner_days": joiner_days,
        }}
    return row


def _check_rungs(faults: Faults, field: str, days: Sequence[int], least: int, most: int) -> None:
    said = _("请填%(least)s到%(most)s的整数，用顿号隔开，最多%(n)s个。") % {"least": least, "most": most, "n": MOST_RUNGS}
    if len(days) > MOST_RUNGS or any(not least <= day <= most for day in days):
        faults.add(field, said)

"""Who may do what to sheets. Pure."""

from __future__ import annotations

from typing import Any

from hengjian.forms.models import CellRemark, Sheet
from hengjian.parties.states import INSTITUTION_FILLERS, REGULATORS


def may_fill(actor: Any, sheet: Sheet) -> bool:
    """Filling is for the unit whose sheet it is: its fillers, or the regulators of an authority."""
    return bool(actor.holds("system") or actor.holds(*INSTITUTION_FILLERS, *REGULATORS, org_id=sheet.org_id))


def may_remark(actor: Any, sheet: Sheet) -> bool:
    """Remarks come from regulators above the unit, never from itself."""
    return bool(actor.holds("system") or (actor.is_regulator and actor.org_id != sheet.org_id))


def may_answer(actor: Any, remark: CellRemark) -> bool:
    """A remark is answered by the unit it was addressed to."""
    return bool(actor.holds("system") or actor.holds(*INSTITUTION_FILLERS, *REGULATORS, org_id=remark.org_id))

"""Statistics tables: corrected with a reason, frozen when filed, revised with a difference, received or returned."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.base.ledger import canonical
from hengjian.base.scope import EVERYTHING
from hengjian.base.texts import says_enough
from hengjian.campaigns import policy
from hengjian.campaigns.models import StatCorrection, StatEdition, StatReturn
from hengjian.campaigns.queries import statistics as queries

BEGIN = title("campaigns.begin_return", "开始汇总")
CORRECT = title("campaigns.correct_figure", "更正一个数")
UNCORRECT = title("campaigns.withdraw_correction", "撤回更正")
FILE = title("campaigns.file_return", "审定并报送统计表")
REVISE = title("campaigns.revise_return", "修订统计表")
ACCEPT = title("campaigns.accept_return", "接收统计表")
RETURN = title("campaigns.return_return", "退回统计表")


@dataclass(frozen=True)
class Drawn:
    """A table drawn up at a moment: what will be frozen when it is filed."""

    cells: tuple[queries.Cell, ...]
    problem_list: tuple[dict[str, str], ...]
    checks: tuple[queries.Check, ...]
    tree: tuple[dict[str, str], ...]
    definition: Mapping[str, Any]

    @property
    def blocking(self) -> list[queries.Check]:
        return [one for one in self.checks if one.blocks]


def begin_return(ret: StatReturn, *, actor: Any) -> StatReturn:
    """Begin to collate."""
    with audited_action(BEGIN, actor=actor) as act:
        ret = act.take(ret)
        act.require(policy.may_fill_return(actor, ret), _("须由本单位汇总。"))
        act.move(ret, "begin")
    return ret


def correct_figure(ret: StatReturn, *, actor: Any, figure: str, computed: int, corrected: int, reason: str) -> StatCorrection:
    """Correct one figure by hand; both values and the reason stay with the table and go up with it."""
    if not says_enough(reason):
        raise BadInput("reason", _("请写明更正的理由（至少5个字）；原数和更正数都会保留并随表上报。"))
    if corrected < 0:
        raise BadInput("corrected", _("更正数不能小于0。"))
    if corrected == computed:
        raise BadInput("corrected", _("更正数与系统数相同，无须更正。"))
    with audited_action(CORRECT, actor=actor, reason=reason) as act:
        ret = act.take(ret)
        act.require(policy.may_fill_return(actor, ret), _("须由本单位更正。"))
        act.require(ret.state in {"idle", "draft", "returned"}, _("本表已报送，须先修订。"))
        for earlier in queries.corrections_of(EVERYTHING, ret).values():
            if earlier.figure == figure:
                act.take(earlier).withdrawn_at = clock.now()
        row = StatCorrection(stat_return=ret, figure=figure, computed=computed, corrected=corrected, reason=reason.strip(),
                             at=clock.now(), by_name=actor.name, by_office=actor.org_name).owned_by(ret)
        act.add(row)
    return row


def withdraw_correction(correction: StatCorrection, *, actor: Any) -> StatCorrection:
    """Go back to the computed value."""
    with audited_action(UNCORRECT, actor=actor) as act:
        correction = act.take(correction)
        act.require(policy.may_fill_return(actor, correction.stat_return), _("须由本单位撤回。"))
        act.require(correction.stat_return.state in {"idle", "draft", "returned"}, _("本表已报送，须先修订。"))
        correction.withdrawn_at = clock.now()
    return correction


def file_return(ret: StatReturn, *, actor: Any, drawn: Drawn) -> StatEdition:
    """File the table upwards: figures, definitions, rows, list, tree and corrections are frozen and hashed.

    Raises:
        BadInput: a rule that blocks does not hold; each is named with its sentence.
    """
    if drawn.blocking:
        raise BadInput(_("校验"), _("；").join(check.say for check in drawn.blocking))
    with audited_action(FILE, actor=actor) as act:
        ret = act.take(ret)
        act.require(policy.may_file_return(actor, ret), _("须由本单位审定并报送。"))
        if ret.state == "idle":
            act.move(ret, "begin")
        act.move(ret, "file")
        now = clock.now()
        ret.filed_at, ret.filed_by_name = now, actor.name
        ret.first_filed_at = ret.first_filed_at or now
        ret.edition_count += 1
        if ret.checker_id is None:
            act.move(ret, "accept")
            ret.accepted_at, ret.accepted_by_name = now, actor.name
        edition = _edition(ret, drawn, actor)
        act.add(edition)
    return edition


def _edition(ret: StatReturn, drawn: Drawn, actor: Any) -> StatEdition:
    cells = [frozen_cell(cell) for cell in drawn.cells]
    corrections = [
        {"figure": c.key, "computed": c.computed, "corrected": c.shown, "reason": c.correction.reason, "by": c.correction.by_name,
         "office": c.correction.by_office, "at": c.correction.at.isoformat()}
        for c in drawn.cells if c.correction is not None
    ]
    edition = StatEdition(
        stat_return=ret, number=ret.edition_count, as_of=clock.now(), figures={"cells": cells}, problem_list=list(drawn.problem_list),
        tree=list(drawn.tree), definition=dict(drawn.definition), corrections=corrections,
        checks=[{"key": c.key, "effect": c.effect, "say": c.say, "cells": list(c.cells)} for c in drawn.checks], filed_by_name=actor.name,
    ).owned_by(ret)
    edition.digest = hashlib.sha256(canonical.encode(
        {"figures": edition.figures, "list": edition.problem_list, "tree": edition.tree, "corrections": corrections}
    )).hexdigest()
    return edition


def frozen_cell(cell: queries.Cell) -> dict[str, Any]:
    """A cell as plain data, with the rows behind it."""
    rows = [{"type": r.object_type, "id": str(r.object_id), "label": r.label, "org": str(r.org_id) if r.org_id else "",
             "area": r.area, "note": r.note} for r in cell.rows]
    return {"key": cell.key, "label": cell.label, "unit": cell.unit, "computed": cell.computed, "shown": cell.shown,
            "definition": cell.definition, "rows": rows}


def revise_return(ret: StatReturn, *, actor: Any, reason: str) -> StatReturn:
    """Open a filed table again for a revision; the next filing is a new edition with a difference."""
    if not says_enough(reason):
        raise BadInput("reason", _("请写明修订的理由（至少5个字）。"))
    with audited_action(REVISE, actor=actor, reason=reason) as act:
        ret = act.take(ret)
        act.require(policy.may_fill_return(actor, ret), _("须由本单位修订。"))
        act.move(ret, "send_back")
        ret.return_reason = f"本级修订：{reason.strip()}"[:500]
        ret.accepted_at, ret.accepted_by_name = None, ""
    return ret


def accept_return(ret: StatReturn, *, actor: Any) -> StatReturn:
    """The authority above accepts the table."""
    with audited_action(ACCEPT, actor=actor) as act:
        ret = act.take(ret)
        act.require(policy.may_check_return(actor, ret), _("须由上一级单位接收。"))
        act.move(ret, "accept")
        ret.accepted_at, ret.accepted_by_name = clock.now(), actor.name
    return ret


def return_return(ret: StatReturn, *, actor: Any, reason: str) -> StatReturn:
    """The authority above sends the table back."""
    if not says_enough(reason):
        raise BadInput("reason", _("请写明退回意见（至少5个字）。"))
    with audited_action(RETURN, actor=actor, reason=reason) as act:
        ret = act.take(ret)
        act.require(policy.may_check_return(actor, ret), _("须由上一级单位退回。"))
        act.move(ret, "send_back")
        ret.return_reason, ret.return_count = reason.strip(), ret.return_count + 1
        ret.accepted_at, ret.accepted_by_name = None, ""
    return ret

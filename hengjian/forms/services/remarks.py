"""Remarks of checkers on single cells, and the answers to them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput
from hengjian.forms import policy, queries
from hengjian.forms.models import CellRemark, Sheet
from hengjian.forms.queries import line_columns

REMARK = title("forms.remark_cell", "提出意见")
ANSWER = title("forms.answer_remark", "答复意见")
SETTLE = title("forms.settle_remark", "意见了结")


def remark_cell(sheet: Sheet, *, actor: Any, line_key: str, column: str, text: str) -> CellRemark:
    """Put a remark on one cell of a filed sheet (or on the whole sheet, with both keys empty)."""
    if len(text.strip()) < 2:
        raise BadInput(_("意见"), _("请写明意见。"))
    _must_be_there(sheet, line_key, column, actor)
    with audited_action(REMARK, actor=actor) as act:
        act.require(policy.may_remark(actor, sheet), _("只有审核单位可以提出意见。"))
        remark = CellRemark(
            sheet=sheet, edition_number=sheet.edition_count, line_key=line_key, column=column, text=text.strip(),
            author_id=actor.id, author_name=actor.name, author_office=actor.org_name, at=clock.now(),
        ).owned_by(sheet)
        act.add(remark)
    return remark


def _must_be_there(sheet: Sheet, line_key: str, column: str, actor: Any) -> None:
    """A remark on a line stands at a line and a column that the sheet has."""
    if not line_key:
        return
    if not queries.sheet_lines(actor.scope, sheet).filter(key=line_key).exists():
        raise BadInput("line", _("表中没有这一行，请刷新页面后重新选择。"))
    if column and column not in {one["key"] for one in line_columns(sheet.definition.body)}:
        raise BadInput("column", _("表中没有这一栏，请刷新页面后重新选择。"))


def answer_remark(remark: CellRemark, *, actor: Any, answer: str) -> CellRemark:
    """Answer a remark; the checker settles it."""
    if len(answer.strip()) < 2:
        raise BadInput(_("答复"), _("请写明答复内容。"))
    with audited_action(ANSWER, actor=actor) as act:
        remark = act.take(remark)
        act.require(policy.may_answer(actor, remark), _("须由填报单位答复。"))
        remark.answer, remark.answered_by_name, remark.answered_at = answer.strip(), actor.name, clock.now()
    return remark


def settle_remark(remark: CellRemark, *, actor: Any) -> CellRemark:
    """The checker is content with the answer."""
    with audited_action(SETTLE, actor=actor) as act:
        remark = act.take(remark)
        act.require(policy.may_remark(actor, remark.sheet), _("只有审核单位可以了结意见。"))
        remark.settled = True
    return remark

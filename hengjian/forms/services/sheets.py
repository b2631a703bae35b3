"""Sheets: opened with their lines, filled cell by cell, frozen when filed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput, Faults
from hengjian.base.ledger import canonical
from hengjian.base.scope import EVERYTHING
from hengjian.base.texts import says_enough
from hengjian.forms import policy, queries
from hengjian.forms.models import FormDefinition, Sheet, SheetEdition, SheetLine
from hengjian.forms.services.filling import must_be_open

OPEN = title("forms.open_sheet", "开表")
HEAD = title("forms.fill_head", "填写表头")
ADD = title("forms.add_line", "添加一行")
REMOVE = title("forms.remove_line", "删去一行")
FREEZE = title("forms.freeze_sheet", "形成报送版本")
UNLOCK = title("forms.unlock_sheet", "解锁以便修改")


@dataclass(frozen=True)
class LineDraft:
    """A line that a new sheet begins with."""

    key: str
    label: str
    subject_id: UUID | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


def open_sheet(
    definition: FormDefinition, *, actor: Any, owner_row: Any, subject_label: str, lines: Sequence[LineDraft], head: dict[str, Any] | None = None
) -> Sheet:
    """Open a sheet of a definition for a unit, with the lines known so far."""
    with audited_action(OPEN, actor=actor) as act:
        sheet = Sheet(definition=definition, subject_label=subject_label, head=head or {}, saved_at=clock.now()).owned_by(owner_row)
        act.require(policy.may_fill(actor, sheet), _("须由填报单位的填表人填写。"))
        act.add(sheet)
        act.add_many([
            SheetLine(sheet=sheet, position=n, key=d.key, label=d.label, subject_id=d.subject_id, values=dict(d.values)).owned_by(sheet)
            for n, d in enumerate(lines, start=1)
        ])
    return sheet


def fill_head(sheet: Sheet, *, actor: Any, values: Mapping[str, Any]) -> Sheet:
    """Fill in fields of the head (填报单位、负责人 …)."""
    with audited_action(HEAD, actor=actor) as act:
        sheet = act.take(sheet)
        must_be_open(act, sheet, actor)
        sheet.head = {**sheet.head, **values}
        sheet.saved_at = clock.now()
    return sheet


def sign_filler(sheet: Sheet, *, actor: Any, name: str, phone: str, filled_on: date) -> Sheet:
    """Enter 填表人姓名、联系电话、填报日期 at the foot of the form."""
    faults = Faults()
    if not name.strip():
        faults.add("filler_name", _("请填写填表人姓名。"))
    if not phone.strip():
        faults.add("filler_phone", _("请填写联系电话。"))
    if filled_on > clock.today():
        faults.add("filled_on", _("填报日期不能晚于今天。"))
    faults.raise_if_any()
    with audited_action(HEAD, actor=actor) as act:
        sheet = act.take(sheet)
        must_be_open(act, sheet, actor)
        sheet.filler_name, sheet.filler_phone, sheet.filled_on = name.strip(), phone.strip(), filled_on
        sheet.saved_at = clock.now()
    return sheet


def add_line(sheet: Sheet, *, actor: Any, draft: LineDraft) -> SheetLine:
    """Add a line at the end of the sheet (本表可根据实际需要添加行)."""
    with audited_action(ADD, actor=actor) as act:
        sheet = act.take(sheet)
        must_be_open(act, sheet, actor)
        held = queries.sheet_lines(actor.scope, sheet)
        if held.filter(key=draft.key).exists():
            raise BadInput(_("姓名"), _("表中已有“%(label)s”这一行，不能重复添加。") % {"label": draft.label})
        last = held.order_by("-position").first()
        line = SheetLine(sheet=sheet, position=(last.position if last else 0) + 1, key=draft.key, label=draft.label,
                         subject_id=draft.subject_id, values=dict(draft.values)).owned_by(sheet)
        act.add(line)
    return line


def remove_line(line: SheetLine, *, actor: Any, reason: str) -> None:
    """Take a line off the sheet; what it said stays in the ledger and in earlier editions."""
    if not says_enough(reason):
        raise BadInput(_("理由"), _("请写明删去这一行的理由（至少5个字）。"))
    with audited_action(REMOVE, actor=actor, reason=reason) as act:
        line = act.take(line)
        must_be_open(act, line.sheet, actor)
        act.remove(line)


def freeze_sheet(sheet: Sheet, *, actor: Any, summary: dict[str, Any]) -> SheetEdition:
    """Freeze the sheet as its next edition and lock it until it is returned or withdrawn."""
    with audited_action(FREEZE, actor=actor) as act:
        sheet = act.take(sheet)
        must_be_open(act, sheet, actor)
        lines = list(queries.sheet_lines(EVERYTHING, sheet))
        payload = queries.payload_of(sheet, lines, summary)
        sheet.edition_count += 1
        sheet.locked = True
        edition = SheetEdition(
            sheet=sheet, number=sheet.edition_count, payload=payload, filed_at=clock.now(), filed_by_name=actor.name,
            digest=hashlib.sha256(canonical.encode(payload)).hexdigest(),
        ).owned_by(sheet)
        act.add(edition)
    return edition


def unlock_sheet(sheet: Sheet, *, actor: Any) -> Sheet:
    """Open a filed sheet again, because it was returned or withdrawn."""
    with audited_action(UNLOCK, actor=actor) as act:
        sheet = act.take(sheet)
        sheet.locked = False
    return sheet

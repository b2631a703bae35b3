"""Cells filled in one by one or in blocks; two editors clash over one cell only, and nobody's word is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import audited_action, title
from hengjian.base.errors import BadInput, Faults, OutOfScope, StaleRow
from hengjian.base.ledger.history import part_titles
from hengjian.base.texts import seen
from hengjian.forms import policy, queries
from hengjian.forms.models import FormDefinition, Sheet, SheetLine
from hengjian.forms.queries import line_columns

FILL = title("forms.fill_cell", "填写")

LONGEST = 2000
WRITTEN = ("values", "marks", "saved_by_name", "saved_at")


@dataclass(frozen=True)
class CellWrite:
    """One cell that somebody wants to write, and the version of the line that was seen when it was typed."""

    line_key: str
    column: str
    value: Any
    base_version: int | None = None


@dataclass(frozen=True)
class CellOutcome:
    """What became of it: ``saved``, ``stale`` (another wrote it meanwhile) or ``wrong`` (``message`` says why)."""

    write: CellWrite
    status: str
    line: SheetLine | None = None
    message: str = ""


@part_titles("forms.sheetline", "values")
def _column_titles(line_id: UUID) -> dict[str, str]:
    """How histories call the cells of a line: as the form prints their columns."""
    body = FormDefinition.objects.filter(sheets__lines=line_id).values_list("body", flat=True).first()
    return {one["key"]: str(one.get("label") or one["key"]) for one in line_columns(body)} if body else {}


def fill_cell(line: SheetLine, *, actor: Any, column: str, value: Any, base_version: int | None = None) -> SheetLine:
    """Fill in one cell.

    Raises:
        StaleRow: somebody else changed the same cell since ``base_version``; other cells of the line do not clash.
        BadInput: the value does not belong into the column.
    """
    with audited_action(FILL, actor=actor) as act:
        line = act.take(line)
        must_be_open(act, _locked(line.sheet, actor), actor)
        fault = misfit(line.sheet.definition, column, value)
        if fault:
            raise BadInput(column_label(line.sheet.definition, column), fault)
        if is_stale(line, column, value, base_version):
            raise StaleRow(line, base_version or 0)
        _write(line, {column: value}, actor)
    return line


def fill_cells(sheet: Sheet, *, actor: Any, cells: Mapping[str, Mapping[str, Any]]) -> int:
    """Fill many cells at once (the demonstration, an accepted proposal): ``{line key: {column: value}}``.

    All or nothing; returns the number of lines that changed.

    Raises:
        BadInput: names every line and column that does not fit.
    """
    writes = [CellWrite(key, column, value) for key, values in cells.items() for column, value in values.items()]
    faults = Faults()
    with audited_action(FILL, actor=actor) as act:
        done = _fill(act, sheet, writes, actor)
        for one in done:
            if one.status == "wrong":
                label = one.line.label if one.line else one.write.line_key
                place = f"{label} {column_label(sheet.definition, one.write.column)}"
                faults.add(place, one.message, row=one.line.position if one.line else None)
        faults.raise_if_any()
    return len({one.write.line_key for one in done if one.status == "saved"})


def fill_block(sheet: Sheet, *, actor: Any, writes: Sequence[CellWrite]) -> list[CellOutcome]:
    """Fill a pasted block: what fits is saved, each other cell comes back with its reason. One outcome per write."""
    with audited_action(FILL, actor=actor) as act:
        return _fill(act, sheet, writes, actor)


def _fill(act: Any, sheet: Sheet, writes: Sequence[CellWrite], actor: Any) -> list[CellOutcome]:
    sheet = _locked(sheet, actor)
    must_be_open(act, sheet, actor)
    wanted = queries.sheet_lines(actor.scope, sheet).filter(key__in={one.line_key for one in writes})
    lines = {line.key: line for line in wanted.select_for_update(of=("self",))}
    done = [_judged(sheet, lines.get(one.line_key), one) for one in writes]
    taken: dict[str, dict[str, Any]] = {}
    for one in done:
        if one.status == "saved" and one.line is not None and one.line.values.get(one.write.column) != one.write.value:
            taken.setdefault(one.write.line_key, {})[one.write.column] = one.write.value
    changed = act.change_many(
        [lines[key] for key in taken], lambda line: _write(line, taken[line.key], actor), fields=WRITTEN
    )
    lines.update({line.key: line for line in changed})
    return [CellOutcome(one.write, one.status, lines.get(one.write.line_key), one.message) for one in done]


def _locked(sheet: Sheet, actor: Any) -> Sheet:
    """The sheet as it stands, held while its cells are written: nobody files it in between."""
    found = Sheet.objects.within(actor.scope).select_for_update(of=("self",)).select_related("definition").filter(pk=sheet.pk).first()
    if found is None:
        raise OutOfScope(f"sheet {sheet.pk}")
    return found


def _judged(sheet: Sheet, line: SheetLine | None, write: CellWrite) -> CellOutcome:
    if line is None:
        return CellOutcome(write, "wrong", None, _("表中没有这一行，请先核对名单。"))
    fault = misfit(sheet.definition, write.column, write.value)
    if fault:
        return CellOutcome(write, "wrong", line, fault)
    is_old = is_stale(line, write.column, write.value, write.base_version)
    return CellOutcome(write, "stale" if is_old else "saved", line)


def is_stale(line: SheetLine, column: str, value: Any, base_version: int | None) -> bool:
    """Whether somebody wrote another value into this very cell after the version that the writer saw."""
    if base_version is None or line.values.get(column, "") == value:
        return False
    return int(line.marks.get(column, {}).get("v", 0)) > base_version


def _write(line: SheetLine, values: Mapping[str, Any], actor: Any) -> None:
    now = clock.now()
    mark = {"v": line.version + 1, "by": actor.name, "id": str(actor.id or ""), "at": now.isoformat()}
    line.values = {**line.values, **values}
    line.marks = {**line.marks, **dict.fromkeys(values, mark)}
    line.saved_by_name, line.saved_at = actor.name, now


def column_label(definition: FormDefinition, column: str) -> str:
    """What the form calls a column."""
    return next((str(c.get("label") or column) for c in line_columns(definition.body) if c["key"] == column), column)


def misfit(definition: FormDefinition, column: str, value: Any) -> str:
    """Why a value does not belong into a column, in Chinese; empty when it does."""
    known = next((c for c in line_columns(definition.body) if c["key"] == column), None)
    if known is None:
        return _("表中没有这一栏。")
    if known.get("type") == "seq" or known.get("from"):
        return _("“%(label)s”由系统带出，不能填写。") % {"label": known.get("label", column)}
    if not isinstance(value, str):
        return _("只能填文字。")
    if known.get("type") == "answer" and value and value not in known["choices"]:
        choices = "、".join(f"“{one}”" for one in known["choices"])
        return _("只能填%(choices)s，您填的是“%(value)s”。") % {"choices": choices, "value": value[:20]}
    if len(value) > LONGEST:
        return _("最多%(most)s个字，您填了%(n)s个字。") % {"most": LONGEST, "n": len(value)}
    if "\0" in value or seen(value) != value:
        return _("含有不能显示的控制字符，请删去后重填。")
    return ""


def must_be_open(act: Any, sheet: Sheet, actor: Any) -> None:
    """Go on only if the actor fills this sheet and it is not filed."""
    act.require(policy.may_fill(actor, sheet), _("须由填报单位的填表人填写。"))
    act.require(not sheet.locked, _("本表已报送，不能再改；如需修改，请先撤回或等待退回。"))

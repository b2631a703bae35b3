"""A statistics table as a page shows it: live while it is collated, frozen once it is filed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hengjian.base import clock
from hengjian.base.figures import RowRef
from hengjian.base.ledger.checkpoints import latest
from hengjian.base.ledger.history import ProofState, proof_states
from hengjian.base.models import LedgerEntry
from hengjian.base.scope import Scope
from hengjian.campaigns.models import StatCorrection, StatEdition
from hengjian.campaigns.queries.statistics import Cell, Check


@dataclass(frozen=True)
class ShownCell:
    """One cell of the official form: fixed words, or a figure that opens."""

    text: str = ""
    figure: Cell | None = None
    rowspan: int = 1
    colspan: int = 1
    css: str = ""


@dataclass(frozen=True)
class TablePage:
    """All that the page of a statistics table shows."""

    cells: dict[str, Cell]
    rows: list[list[ShownCell]]
    problem_list: list[dict[str, str]]
    checks: list[Check]
    edition: StatEdition | None
    as_of: datetime

    @property
    def is_frozen(self) -> bool:
        return self.edition is not None

    @property
    def is_blocked(self) -> bool:
        """Some rule forbids filing as it stands."""
        return any(check.blocks for check in self.checks)

    @property
    def is_uneven(self) -> bool:
        """The areas below do not add up to this table."""
        return any(check.key == "children_sum" for check in self.checks) or bool(self.corrected)

    @property
    def corrected(self) -> list[Cell]:
        return [cell for cell in self.cells.values() if cell.is_corrected]


def cells_of(edition: StatEdition, specs: Mapping[str, Mapping[str, Any]], of_people: Collection[str]) -> dict[str, Cell]:
    """The cells of a frozen edition, with the rows that were counted.

    Args:
        specs: the figures of the form by key. of_people: indicators whose rows name people.
    """
    corrections = {raw["figure"]: _frozen_correction(raw) for raw in edition.corrections}
    found = {}
    for raw in edition.figures["cells"]:
        rows = tuple(RowRef(r["type"], UUID(r["id"]), r["label"], UUID(r["org"]) if r.get("org") else None, r["area"], r["note"]) for r in raw["rows"])
        correction = corrections.get(raw["key"])
        spec = specs.get(raw["key"], {})
        found[raw["key"]] = Cell(
            raw["key"], raw["label"], raw["unit"], spec.get("side", ""), raw["computed"], raw["shown"], raw["definition"], rows, correction,
            raw["computed"] - len(rows), spec.get("indicator") in of_people,
        )
    return found


def _frozen_correction(raw: Mapping[str, Any]) -> StatCorrection:
    """A correction as the edition keeps it, whatever became of its row since."""
    return StatCorrection(figure=raw["figure"], computed=raw["computed"], corrected=raw["corrected"], reason=raw["reason"],
                          by_name=raw["by"], by_office=raw["office"], at=datetime.fromisoformat(raw["at"]))


def official_rows(layout: Mapping[str, Any], cells: Mapping[str, Cell]) -> list[list[ShownCell]]:
    """The first table of the layout with figures in place of its value cells."""
    table = next(block["table"] for block in layout["blocks"] if "table" in block)
    found = []
    for raw_row in table["rows"]:
        row = raw_row["cells"] if isinstance(raw_row, dict) else raw_row
        found.append([_shown(cell, cells) for cell in row])
    return found


def _shown(raw: Any, cells: Mapping[str, Cell]) -> ShownCell:
    spec: dict[str, Any] = {"text": raw} if isinstance(raw, str) else raw
    css = "v" if "value" in spec else "sec" if spec.get("bold") else "side" if spec.get("rowspan", 1) > 2 else "sub" if spec.get("indent") else ""
    return ShownCell(spec.get("text", ""), cells.get(spec.get("value", "")), spec.get("rowspan", 1), spec.get("colspan", 1), css)


def row_name(label: str, *, names_people: bool) -> str:
    """The name of a row as pages and exports show it: of people the first character, and the last of three or more."""
    name = label.strip()
    if not names_people or len(name) < 2:
        return name
    return f"{name[0]}*" if len(name) == 2 else f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


@dataclass(frozen=True)
class Proof:
    """Why a figure may be believed: entries of the ledger behind its rows, and the checkpoint that seals them.

    ``checked_at`` is set when every entry was compared with its seal just now; ``broken`` counts those that differ.
    """

    entries: int
    sealed: int
    checkpoint_size: int
    root: str
    at: datetime | None
    states: dict[UUID, str]
    checked_at: datetime | None = None
    broken: int = 0


RANKS = {"sealed": 0, "pending": 1, "broken": 2}
PARTS = 500


def proof_of(scope: Scope, rows: tuple[RowRef, ...], *, check: bool = False) -> Proof:
    """The ledger's word on the rows of a figure; with ``check`` every entry is compared with its seal now."""
    ids = [row.object_id for row in rows]
    point = latest()
    size = point.size if point else 0
    states: dict[UUID, str] = {}
    entries = sealed = broken = 0
    for start in range(0, len(ids), PARTS):
        for object_id, state in _states(ids[start : start + PARTS], size, check=check):
            entries += 1
            sealed += state == "sealed"
            broken += state == "broken"
            states[object_id] = max(states.get(object_id, "sealed"), state, key=RANKS.__getitem__)
    return Proof(entries, sealed, size, point.root if point else "", point.at if point else None, states, clock.now() if check else None, broken)


def _states(ids: list[UUID], size: int, *, check: bool) -> Iterator[tuple[UUID, str]]:
    """The state of each entry about these objects: by its number alone, or by comparing it with its seal."""
    held = LedgerEntry.objects.filter(object_id__in=ids).order_by("id")
    if not check:
        for object_id, sequence in held.values_list("object_id", "sequence"):
            yield object_id, "sealed" if sequence is not None and sequence < size else "pending"
        return
    found = list(held)
    words = {ProofState.SEALED: "sealed", ProofState.WAITING: "pending", ProofState.BROKEN: "broken"}
    told = proof_states(found)
    for entry in found:
        yield entry.object_id, words[told[entry.id]]

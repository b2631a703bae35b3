"""Laying blocks of different column widths on the one column grid that a worksheet has."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from .marks import weights
from .model import Document, Grid, Line

_SNAP_MM = 2.0


@dataclass(frozen=True)
class SheetGrid:
    """Column edges in millimetres from the left margin, first 0, last the width of the text."""

    edges_mm: tuple[float, ...]

    @property
    def widths_mm(self) -> tuple[float, ...]:
        """Return the width of each worksheet column."""
        return tuple(right - left for left, right in pairwise(self.edges_mm))

    @property
    def columns(self) -> int:
        """Return how many worksheet columns there are."""
        return len(self.edges_mm) - 1

    def nearest(self, at_mm: float) -> int:
        """Return the index of the edge that lies closest."""
        return min(range(len(self.edges_mm)), key=lambda each: abs(self.edges_mm[each] - at_mm))

    def spans(self, widths: Sequence[float]) -> list[tuple[int, int]]:
        """Return first and last worksheet column of each column of those widths, none of them empty."""
        whole = sum(widths)
        edges = [self.nearest(each * self.edges_mm[-1] / whole) for each in accumulate(widths, initial=0.0)]
        for place in range(1, len(edges)):
            edges[place] = max(edges[place], edges[place - 1] + 1)
        over = edges[-1] - self.columns
        if over > 0:
            for place in range(len(edges) - 1, 0, -1):
                edges[place] = min(edges[place], self.columns - (len(edges) - 1 - place))
        return [(left, right - 1) for left, right in pairwise(edges)]


def _edges(rows: Iterable[Sequence[float]]) -> list[float]:
    held: list[float] = []
    for widths in rows:
        for edge in accumulate(widths, initial=0.0):
            if all(abs(edge - other) > _SNAP_MM for other in held):
                held.append(edge)
    return sorted(held)


def sheet_grid(document: Document) -> SheetGrid:
    """Join the column edges of all tables; lines of text are laid on the edges that are there."""
    width = document.page.text_width_mm
    rows: list[Sequence[float]] = [(width,)]
    rows += [block.widths_mm for block in document.blocks if isinstance(block, Grid)]
    edges = _edges(rows)
    lines: tuple[Line, ...] = (*document.head, *document.foot)
    wanted = max([4, *(len(weights(line)) for line in lines)])
    if len(edges) - 1 < wanted:
        edges = _edges([*rows, (width / wanted,) * wanted])
    edges[-1] = width
    return SheetGrid(tuple(edges))

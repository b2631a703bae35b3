"""The page of the board: sentence, phases, counts that filter, rows of the tree, lists, changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING, Scope
from hengjian.campaigns.models import Campaign, Contradiction, Submission
from hengjian.campaigns.queries import overview, relays
from hengjian.campaigns.queries.board import Filters, Leaf, Node, on_time_rates, outline, read_all, read_lines
from hengjian.campaigns.queries.board_outline import filings
from hengjian.campaigns.queries.timetable import Due, Series, deadlines_in_force, series_at, tasks_below
from hengjian.parties.models import Authority

ALL_AT_ONCE = 300
ROOM = 150
MOST_LINES = 1000
EXPAND = ("late", "city", "county", "institution")


@dataclass(frozen=True)
class Row:
    """One line of the tree: an authority, or an institution."""

    id: str
    parent: str
    depth: int
    node: Node | None
    leaf: Leaf | None
    is_open: bool
    is_hidden: bool
    is_fetched: bool = False


@dataclass(frozen=True)
class BoardPage:
    """All that the page shows."""

    campaign: Campaign
    top: Authority
    root: Node
    rows: list[Row]
    series: list[Series]
    chosen: Due | None
    chosen_series: Series | None
    stats: list[dict[str, Any]]
    phases: list[overview.PhaseShown]
    coverage: list[overview.CoverageShown]
    priorities: list[overview.CoverageShown]
    changes: relays.Told
    receipts: dict[str, int]
    rates: dict[str, int]
    late: list[Leaf]
    dates: list[tuple[str, str, Any]]
    filters: Filters

    @property
    def all_rows(self) -> list[Row]:
        """Every line that the filters leave, folded or not."""
        return rows_of(self.root, "institution", self.filters)

    @property
    def branch_query(self) -> str:
        """The filters as the address of a branch carries them."""
        held = {"q": self.filters.text, "kind": self.filters.kind, "status": self.filters.state, "key": self.filters.key, "round": self.filters.round or 1}
        return urlencode({name: value for name, value in held.items() if value})

    @property
    def series_own(self) -> list[Series]:
        """What institutions file on forms or as reports."""
        return [one for one in self.series if one.step_from == "institution" and not one.is_task]

    @property
    def tasks(self) -> list[Series]:
        """Tasks that the levels added, answered by institutions."""
        return [one for one in self.series if one.is_task]

    @property
    def shown(self) -> int:
        """How many institutions the filters leave."""
        return self.root.matches


def board_page(scope: Scope, campaign: Campaign, top: Authority, asked: Mapping[str, str], *, whole: bool = False) -> BoardPage:
    """Read the page once; the number of queries does not depend on how many institutions there are. ``whole``: folded lines too."""
    deadlines = deadlines_in_force(scope, campaign)
    series = [*series_at(top.path, deadlines), *tasks_below(top.path, deadlines)]
    own = [one for one in series if one.step_from == "institution"]
    chosen_series, chosen = _chosen(own, asked)
    filters = Filters(asked.get("q", "").strip(), asked.get("kind", ""), asked.get("status", ""), chosen.key if chosen else "", chosen.round if chosen else 0)
    root = outline(scope, campaign, top, filters)
    expand = asked.get("expand", "")
    rows = _read(scope, root, filters, lambda: rows_of(root, expand, filters, room=room_for(root, expand)), whole=whole)
    held = filings(scope, campaign, top, filters)
    leaves = list(root.every_leaf())
    lists, priorities = overview.lists_to_visit(scope, campaign, top.path)
    received = relays.receipts(scope, campaign)
    return BoardPage(
        campaign, top, root, rows, series, chosen, chosen_series, _stats(root, leaves, _clashing(held)),
        overview.phases(campaign, series, _notes(root, lists, received)), lists,
        priorities, relays.changes_told(scope, campaign, top.path), received,
        on_time_rates(scope, campaign, top), sorted((x for x in leaves if x.is_overdue), key=lambda x: -x.days_late),
        _dates(series, chosen, chosen_series), filters,
    )


def _read(scope: Scope, root: Node, filters: Filters, lines: Callable[[], list[Row]], *, whole: bool = False) -> list[Row]:
    """The lines of a page, read to be shown; a text is looked for in every line, so that all are read."""
    if whole or filters.text:
        read_all(scope, root, filters)
        return lines()
    rows = lines()
    read_lines(scope, [row.leaf for row in rows if row.leaf], [row.node for row in rows if row.node])
    return rows


def _clashing(held: QuerySet[Submission]) -> int:
    """How many filings that wait to be checked have contradictions that are open."""
    found = Contradiction.objects.within(EVERYTHING).filter(submission__in=held.filter(state="filed"), state__in=["open", "explained"])
    return found.order_by().values("submission_id").distinct().count()


def room_for(root: Node, expand: str) -> int | None:
    """How many lines the page holds at once: all of a small tree; of a large one more when everything is asked for."""
    lines = root.total + sum(1 for _node in root.walk())
    if lines <= ALL_AT_ONCE:
        return None
    return MOST_LINES if expand == "institution" else ROOM


def _chosen(own: list[Series], asked: Mapping[str, str]) -> tuple[Series | None, Due | None]:
    for one in own:
        for due in one.dues:
            if (due.key, str(due.round)) == (asked.get("key"), asked.get("round", "1")):
                return one, due
    first = next((one for one in own if not one.is_task), own[0] if own else None)
    return (first, first.current(clock.today())) if first else (None, None)


def _dates(series: Iterable[Series], chosen: Due | None, chosen_series: Series | None) -> list[tuple[str, str, Any]]:
    """Who files to whom by when, for the sentence on top: the date looked at, and the next of each step above it."""
    steps: dict[tuple[str, str], Any] = {}
    for one in series:
        if one.step_from == "institution" and one is not chosen_series:
            continue
        due = chosen if one is chosen_series else one.current(clock.today())
        if due is not None and not (chosen_series is not None and chosen_series.is_task and one is not chosen_series):
            steps.setdefault((one.step_from, one.step_to), due.due_on)
    return [(from_, to, day) for (from_, to), day in steps.items()]


def _notes(root: Node, lists: list[overview.CoverageShown], received: dict[str, int]) -> dict[str, str]:
    due, done = sum(one.due for one in lists), sum(one.done for one in lists)
    plans = received["plans"]
    said = ngettext("%(n)s个部门全部签收", "%(n)s个部门全部签收", plans) if plans and received["plans_received"] == plans else _("%(n)s个部门中%(done)s个已签收")
    return {
        "progress": _("%(n)s家中%(done)s家已接收") % {"n": root.total, "done": root.counts["accepted"]} if root.total else "",
        "coverage": _("全覆盖清单%(n)s家，已查%(done)s家") % {"n": due, "done": done} if due else "",
        "receipts": said % {"n": plans, "done": received["plans_received"]} if plans else "",
    }


def _stats(root: Node, leaves: list[Leaf], clashing: int) -> list[dict[str, Any]]:
    by_state: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        by_state.setdefault(leaf.shown_state, []).append(leaf)
    unassigned = sum(not leaf.filler_name for leaf in by_state.get("idle", []))
    returned = by_state.get("returned", [])
    longest = max((leaf.days_late for leaf in by_state.get("overdue", [])), default=0)
    notes = {
        "idle": _("其中%(n)s家未指派填表人") % {"n": unassigned} if unassigned else _("均未到期"),
        "draft": _("均未到期"),
        "filed": _("%(n)s家有待判断的矛盾") % {"n": clashing} if clashing else _("待审核"),
        "returned": _("最多退回%(n)s次") % {"n": max(leaf.return_count for leaf in returned)} if returned else _("待重报"),
        "accepted": _("含零问题报告%(n)s") % {"n": root.zero_reports},
        "overdue": ngettext("最长%(n)s个工作日", "最长%(n)s个工作日", longest) % {"n": longest} if longest else _("没有逾期"),
    }
    return [
        {"key": state, "state": state, "label": None, "count": root.counts[state], "note": notes[state], "bad": state == "overdue"}
        for state in ("idle", "draft", "filed", "returned", "accepted", "overdue")
    ]


def rows_of(root: Node, expand: str, filters: Filters, *, room: int | None = None) -> list[Row]:
    """The tree as lines.

    Without ``room`` what is folded away is there and hidden, so that unfolding asks nothing of the server. With it at
    most about so many lines are written; a branch that does not fit stays closed and is fetched when it is opened.
    """
    tree = _Tree(expand if expand in EXPAND else "late", filters, room)
    tree.add(root, "", 0, is_hidden=False)
    return tree.rows


@dataclass
class _Tree:
    """Lines as they are written, and how many more fit."""

    expand: str
    filters: Filters
    room: int | None
    rows: list[Row] = field(default_factory=list)

    def add(self, node: Node, parent: str, depth: int, *, is_hidden: bool) -> None:
        """Write the lines below a node."""
        for child in node.children:
            if self.filters.narrows and not child.matches:
                continue
            is_open = self._is_open(child)
            is_fetched = self.room is not None and not is_open
            line = f"n{child.authority.id.hex}"
            self.rows.append(Row(line, parent, depth, child, None, is_open, is_hidden, is_fetched))
            if not is_fetched:
                self.add(child, line, depth + 1, is_hidden=is_hidden or not is_open)
        self.rows += [Row(f"s{leaf.id.hex}", parent, depth, None, leaf, False, is_hidden) for leaf in node.leaves if leaf.shown]

    def _is_open(self, node: Node) -> bool:
        below = len(node.children) + sum(leaf.shown for leaf in node.leaves)
        if self.room is not None and len(self.rows) + below > self.room:
            return False
        if self.filters.narrows or self.expand == "institution":
            return True
        return node.counts["overdue"] > 0 if self.expand == "late" else self.expand == "county" and bool(node.children)


def branch_rows(scope: Scope, campaign: Campaign, at: Authority, depth: int, asked: Mapping[str, str]) -> list[Row]:
    """The lines directly below one authority, as the page's filters leave them; each with its own totals."""
    filters = filters_of(asked)
    root = outline(scope, campaign, at, filters)

    def lines() -> list[Row]:
        tree = _Tree("city", filters, 0)
        tree.add(root, f"n{at.id.hex}", depth, is_hidden=False)
        return tree.rows

    return _read(scope, root, filters, lines)


def filters_of(asked: Mapping[str, str]) -> Filters:
    """The filters of the address; key and round are always in the address of a branch."""
    round_ = asked.get("round", "1")
    return Filters(asked.get("q", "").strip(), asked.get("kind", ""), asked.get("status", ""), asked.get("key", ""), int(round_) if round_.isdigit() else 1)

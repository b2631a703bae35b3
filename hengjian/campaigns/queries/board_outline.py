"""The outline of a board: the tree of authorities, and what is counted of each filing, without the filings themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from uuid import UUID

from django.db.models import QuerySet

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING, Scope, inside
from hengjian.base.working_days import working_days_between
from hengjian.campaigns.models import Campaign, Deadline, StatReturn, Submission
from hengjian.campaigns.queries.areas import areas_reached, touches
from hengjian.campaigns.queries.timetable import Due, deadlines_for
from hengjian.parties.models import Authority

STATES = ("accepted", "filed", "returned", "draft", "idle", "overdue")
OPEN = frozenset({"idle", "draft", "returned"})
COUNTED = (
    "id", "target__org_area", "target__institution__name", "state", "due_on", "is_zero_report", "filler_name", "return_count",
)
"""What is counted of a filing; a province has a thousand of them."""
SHOWN_OF_TABLE = ("area", "org_id", "org_area", "campaign_id", "authority_id", "state", "due_on", "round")


@dataclass
class Leaf:
    """One institution on the board: what is counted of it, and once it is shown its filing."""

    id: UUID
    area: str
    name: str
    state: str
    is_overdue: bool
    days_late: int
    is_zero_report: bool
    filler_name: str
    return_count: int
    filing: Submission | None = None
    waiting_for: str = ""
    waiting_note: str = ""
    filled: int = 0
    lines: int = 0
    has_extension: bool = False
    has_letter: bool = False
    open_contradictions: int = 0
    shown: bool = True

    @property
    def submission(self) -> Submission:
        """The filing, of an institution that is shown."""
        if self.filing is None:
            raise LookupError(f"filing {self.id} was counted and not read")
        return self.filing

    @property
    def shown_state(self) -> str:
        """The state that counts in the bar: overdue stands above the state beneath."""
        return "overdue" if self.is_overdue else self.state

    @property
    def is_zero(self) -> bool:
        """A zero report: nothing was found, and it was accepted."""
        return self.is_zero_report and self.state == "accepted"


@dataclass
class Node:
    """One authority on the board with what lies below it."""

    authority: Authority
    due_on: date | None
    days_earlier: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))
    zero_reports: int = 0
    children: list[Node] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    waiting_for: str = ""
    people: str = ""
    return_state: str = ""
    return_id: UUID | None = None
    matches: int = 0

    @property
    def total(self) -> int:
        """How many have to file here and below."""
        return sum(self.counts.values())

    @property
    def has_zone_only(self) -> bool:
        """A zone supervises without an area code."""
        return not self.authority.region_code

    def walk(self) -> Iterable[Node]:
        """This node and all below it, from above to below."""
        yield self
        for child in self.children:
            yield from child.walk()

    def every_leaf(self) -> Iterable[Leaf]:
        """All institutions here and below."""
        for node in self.walk():
            yield from node.leaves


@dataclass(frozen=True)
class Filters:
    """What the address asks for. Kind and key say which filings count; state and text only which rows are shown."""

    text: str = ""
    kind: str = ""
    state: str = ""
    key: str = ""
    round: int = 0

    @property
    def narrows(self) -> bool:
        """Whether some institutions are left out of sight."""
        return bool(self.text or self.state)


def outline(scope: Scope, campaign: Campaign, top: Authority, filters: Filters | None = None) -> Node:
    """The board below one authority, counted up level by level; each submission counts once. Its filings are not read."""
    filters = filters or Filters()
    root = _tree(campaign, top, filters)
    by_path = {node.authority.path: node for node in root.walk()}
    for leaf in _leaves(filings(scope, campaign, top, filters)):
        leaf.shown = filters.state in {"", leaf.shown_state} or (filters.state == "zero" and leaf.is_zero)
        _count(leaf, by_path, root)
    return root


def filings(scope: Scope, campaign: Campaign, top: Authority, filters: Filters) -> QuerySet[Submission]:
    """The filings that count on a board, in its order."""
    held = Submission.objects.within(scope).filter(inside("target__org_area", top.path), campaign=campaign, target__included=True)
    if filters.key:
        held = held.filter(key=filters.key)
    if filters.round:
        held = held.filter(round=filters.round)
    if filters.kind:
        held = held.filter(target__institution__kind=filters.kind)
    return held.order_by("target__org_area", "target__institution__name_key", "id")


def _leaves(held: QuerySet[Submission]) -> Iterable[Leaf]:
    today = clock.today()
    late_for = cache(lambda due_on: working_days_between(due_on, today))
    for id_, area, name, state, due_on, *more in held.values_list(*COUNTED):
        late = state in OPEN and today > due_on
        yield Leaf(id_, area, name, state, late, late_for(due_on) if late else 0, *more)


def _tree(campaign: Campaign, top: Authority, filters: Filters) -> Node:
    below = Authority.objects.within(EVERYTHING).filter(inside("path", top.path), valid_to__isnull=True).order_by("path")
    reached = areas_reached(EVERYTHING, campaign)
    authorities = [one for one in below if one.path == top.path or touches(reached, one.path)]
    deadlines = list(Deadline.objects.within(EVERYTHING).filter(plan__campaign=campaign, plan__state="issued").select_related("plan__authority").order_by("plan__authority__path"))
    above = _asked_at(campaign.area, deadlines, filters)
    returns = _tables_beside(campaign, authorities, above.due_on if above else clock.today())
    nodes: dict[str, Node] = {}
    for authority in authorities:
        own = returns.get(authority.id)
        node = Node(authority, own.due_on if own else None, return_state=own.state if own else "", return_id=own.id if own else None)
        due = _asked_at(authority.path, deadlines, filters)
        if due and above and due.set_by_path == authority.path:
            node.days_earlier = max(0, (above.due_on - due.due_on).days)
        nodes[authority.path] = node
        parent = nodes.get(authority.path[: authority.path.rstrip("/").rfind("/") + 1])
        if parent is not None:
            parent.children.append(node)
    return nodes[top.path]


def _tables_beside(campaign: Campaign, authorities: list[Authority], day: date) -> dict[UUID, StatReturn]:
    """Of each authority the table that is due nearest to the self-check: the one that collates it."""
    found: dict[UUID, StatReturn] = {}
    for ret in StatReturn.objects.within(EVERYTHING).filter(campaign=campaign, authority__in=authorities).only(*SHOWN_OF_TABLE).order_by("due_on", "round"):
        known = found.get(ret.authority_id)
        if known is None or abs((ret.due_on - day).days) < abs((known.due_on - day).days):
            found[ret.authority_id] = ret
    return found


def _asked_at(path: str, deadlines: Sequence[Deadline], filters: Filters) -> Due | None:
    held = deadlines_for(path, deadlines)
    asked = (d for (key, round_), d in held.items() if d.step_from == "institution" and filters.key in {"", key} and filters.round in {0, round_})
    return next(asked, None)


def _count(leaf: Leaf, by_path: dict[str, Node], root: Node) -> None:
    parts = leaf.area.rstrip("/").split("/")
    lowest: Node | None = None
    for n in range(1, len(parts) + 1):
        node = by_path.get("/".join(parts[:n]) + "/")
        if node is not None:
            node.counts[leaf.shown_state] += 1
            node.zero_reports += leaf.is_zero
            node.matches += leaf.shown
            lowest = node
    (lowest or root).leaves.append(leaf)

"""The board: for each level and institution how far it is, who holds it up, and by when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING, Scope, inside
from hengjian.base.working_days import working_days_between
from hengjian.campaigns.models import Campaign, Contradiction, Extension, Plan, StatReturn, Submission, Target
from hengjian.forms.models import SheetLine
from hengjian.parties import queries as parties
from hengjian.parties.models import Authority
from hengjian.parties.states import INSTITUTION_FILLERS, REGULATORS

STATES = ("accepted", "filed", "returned", "draft", "idle", "overdue")


@dataclass
class Leaf:
    """One institution on the board."""

    submission: Submission
    state: str
    is_overdue: bool
    days_late: int
    waiting_for: str
    filled: int = 0
    lines: int = 0
    has_extension: bool = False
    open_contradictions: int = 0

    @property
    def shown_state(self) -> str:
        """The state that counts in the bar: overdue stands above the state beneath."""
        return "overdue" if self.is_overdue else self.state


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
    return_state: str = ""

    @property
    def total(self) -> int:
        """How many have to file here and below."""
        return sum(self.counts.values())

    def walk(self) -> Iterable[Node]:
        """This node and all below it, from above to below."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Filters:
    """What the address asks for."""

    text: str = ""
    kind: str = ""
    state: str = ""
    key: str = ""


def board(scope: Scope, campaign: Campaign, top: Authority, filters: Filters | None = None) -> Node:
    """The board below one authority, counted up level by level; each submission counts once."""
    filters = filters or Filters()
    held = (
        Submission.objects.within(scope).filter(inside("org_area", top.path), campaign=campaign, target__included=True)
        .select_related("target__institution", "checker", "sheet")
    )
    if filters.key:
        held = held.filter(key=filters.key)
    if filters.kind:
        held = held.filter(target__institution__kind=filters.kind)
    leaves = [_leaf(s) for s in held.order_by("org_area", "target__institution__name")]
    _add_progress(leaves)
    if filters.text:
        leaves = [leaf for leaf in leaves if filters.text in leaf.submission.target.institution.name or filters.text in leaf.waiting_for]
    if filters.state:
        leaves = [leaf for leaf in leaves if leaf.shown_state == filters.state]
    root = _tree(scope, campaign, top)
    by_path = {node.authority.path: node for node in root.walk()}
    for leaf in leaves:
        _count(leaf, by_path, root)
    return root


def _leaf(submission: Submission) -> Leaf:
    today = clock.today()
    late = submission.state in {"idle", "draft", "returned"} and today > submission.due_on
    return Leaf(submission, submission.state, late, working_days_between(submission.due_on, today) if late else 0, _waiting_for(submission))


def _waiting_for(submission: Submission) -> str:
    """Who holds it up, in words."""
    if submission.state == "accepted":
        return "已完成"
    if submission.state == "filed":
        return f"{submission.checker.short_name}，待审核"
    if submission.state == "idle":
        return f"填表人　{submission.filler_name}，未开始" if submission.filler_name else "机构管理员　尚未指派填表人"
    said = "待重报" if submission.state == "returned" else "填报中"
    return f"填表人　{submission.filler_name or '尚未指派'}，{said}"


def _add_progress(leaves: list[Leaf]) -> None:
    """How many lines are filled, extensions granted, contradictions open: three queries for the whole board."""
    ids = [leaf.submission.id for leaf in leaves]
    sheets = [leaf.submission.sheet_id for leaf in leaves if leaf.submission.sheet_id and leaf.state in {"draft", "returned"}]
    filled: dict[UUID, list[int]] = {}
    for sheet_id, values in SheetLine.objects.within(EVERYTHING).filter(sheet_id__in=sheets).values_list("sheet_id", "values"):
        held = filled.setdefault(sheet_id, [0, 0])
        held[0] += bool(values.get("real_practice") or values.get("finding") or values.get("answer"))
        held[1] += 1
    extended = set(Extension.objects.within(EVERYTHING).filter(object_id__in=ids, state="granted").values_list("object_id", flat=True))
    clashing: dict[UUID, int] = {}
    for submission_id in Contradiction.objects.within(EVERYTHING).filter(submission_id__in=ids, state__in=["open", "explained"]).values_list("submission_id", flat=True):
        clashing[submission_id] = clashing.get(submission_id, 0) + 1
    for leaf in leaves:
        leaf.filled, leaf.lines = filled.get(leaf.submission.sheet_id or UUID(int=0), [0, 0])
        leaf.has_extension = leaf.submission.id in extended
        leaf.open_contradictions = clashing.get(leaf.submission.id, 0)


def _tree(scope: Scope, campaign: Campaign, top: Authority) -> Node:
    authorities = list(Authority.objects.within(EVERYTHING).filter(inside("path", top.path), valid_to__isnull=True).order_by("path"))
    returns: dict[UUID, StatReturn] = {}
    for ret in StatReturn.objects.within(EVERYTHING).filter(campaign=campaign).order_by("-round"):
        returns[ret.authority_id] = ret
    nodes: dict[str, Node] = {}
    for authority in authorities:
        ret = returns.get(authority.id)
        node = Node(authority, ret.due_on if ret else None, return_state=ret.state if ret else "")
        nodes[authority.path] = node
        parent = nodes.get(authority.path[: authority.path.rstrip("/").rfind("/") + 1])
        if parent is not None:
            parent.children.append(node)
    root = nodes[top.path]
    for node in root.walk():
        node.waiting_for = _level_waiting_for(node)
        above = nodes.get(top.path)
        if above is not None and node is not above and node.due_on and above.due_on:
            node.days_earlier = max(0, (above.due_on - node.due_on).days)
    return root


def _level_waiting_for(node: Node) -> str:
    said = {"idle": "未开始汇总", "draft": "汇总中", "filed": "已上报，待接收", "returned": "被退回，待重报", "accepted": "已接收"}
    filed = sum(1 for child in node.children if child.return_state in {"filed", "accepted"})
    below = f"，下级已报{filed} / {len(node.children)}" if node.children else ""
    return f"{node.authority.short_name}{said.get(node.return_state, '')}{below}"


def _count(leaf: Leaf, by_path: dict[str, Node], root: Node) -> None:
    parts = leaf.submission.org_area.rstrip("/").split("/")
    lowest: Node | None = None
    for n in range(1, len(parts) + 1):
        node = by_path.get("/".join(parts[:n]) + "/")
        if node is not None:
            node.counts[leaf.shown_state] += 1
            node.zero_reports += leaf.submission.is_zero_report and leaf.state == "accepted"
            lowest = node
    (lowest or root).leaves.append(leaf)


def relay_changes(scope: Scope, campaign: Campaign) -> list[dict[str, Any]]:
    """What changed between the levels: dates brought forward, tasks added, dates that were refused."""
    found = []
    plans = Plan.objects.within(scope).filter(campaign=campaign, parent__isnull=False).select_related("authority").prefetch_related("deadlines")
    for plan in plans:
        tightened = [d for d in plan.deadlines.all() if d.parent_due_on]
        own = [d for d in plan.deadlines.all() if not d.parent_due_on]
        found.append({
            "plan": plan, "tightened": tightened, "own": own, "tasks": plan.body.get("tasks", []), "refused": plan.refused,
            "days": max(((d.parent_due_on - d.due_on).days for d in tightened if d.parent_due_on), default=0),
        })
    return found


def receipts(scope: Scope, campaign: Campaign) -> dict[str, int]:
    """How many authorities and institutions have acknowledged receipt."""
    plans = Plan.objects.within(scope).filter(campaign=campaign)
    targets = Target.objects.within(scope).filter(campaign=campaign, included=True)
    return {
        "plans": plans.count(), "plans_received": plans.filter(received_at__isnull=False).count(),
        "plans_issued": plans.filter(state="issued").count(),
        "targets": targets.count(), "targets_received": targets.filter(acknowledged_at__isnull=False).count(),
    }


def on_time_rates(scope: Scope, campaign: Campaign, top: Authority) -> dict[str, int]:
    """On-time filings against the original and the extended deadline; per mille would be false precision."""
    held = Submission.objects.within(scope).filter(inside("org_area", top.path), campaign=campaign, target__included=True)
    today = clock.today()
    found = {"due_original": 0, "kept_original": 0, "due_extended": 0, "kept_extended": 0}
    for first_filed_at, original, due in held.values_list("first_filed_at", "original_due_on", "due_on"):
        filed = clock.local_date(first_filed_at) if first_filed_at else None
        for name, day in (("original", original), ("extended", due)):
            if filed is not None or today > day:
                found[f"due_{name}"] += 1
                found[f"kept_{name}"] += filed is not None and filed <= day
    return found


def people_to_urge(scope: Scope, submission: Submission) -> list[Any]:
    """Accounts that a reminder about a submission goes to: the filler, else everybody who may fill."""
    held = parties.people_of(EVERYTHING, submission.org_id, *INSTITUTION_FILLERS)
    named = [a for a in held if a.id == submission.filler_account_id]
    return named or held


def regulators_of(scope: Scope, authority_id: Any) -> list[Any]:
    """Regulators of an authority."""
    return parties.people_of(EVERYTHING, authority_id, *REGULATORS)

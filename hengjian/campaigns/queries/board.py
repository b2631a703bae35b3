"""The board: for each level and institution how far it is, who holds it up, and by when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING, Scope, inside
from hengjian.base.working_days import working_days_between
from hengjian.campaigns.models import Campaign, Contradiction, Deadline, Extension, Notice, StatReturn, Submission
from hengjian.campaigns.queries.areas import areas_reached, touches
from hengjian.campaigns.queries.people import people_by_holder
from hengjian.campaigns.queries.timetable import Due, deadlines_for
from hengjian.forms.models import SheetLine
from hengjian.parties import queries as parties
from hengjian.parties.models import Account, Authority
from hengjian.parties.states import INSTITUTION_FILLERS, LEVEL_TITLES, REGULATORS, Role

STATES = ("accepted", "filed", "returned", "draft", "idle", "overdue")
OPEN = frozenset({"idle", "draft", "returned"})
ANSWERS = ("real_practice", "finding", "answer", "employed_here")


@dataclass
class Leaf:
    """One institution on the board."""

    submission: Submission
    state: str
    is_overdue: bool
    days_late: int
    waiting_for: str = ""
    waiting_note: str = ""
    filled: int = 0
    lines: int = 0
    has_extension: bool = False
    has_letter: bool = False
    open_contradictions: int = 0
    shown: bool = True

    @property
    def shown_state(self) -> str:
        """The state that counts in the bar: overdue stands above the state beneath."""
        return "overdue" if self.is_overdue else self.state

    @property
    def is_zero(self) -> bool:
        """A zero report: nothing was found, and it was accepted."""
        return self.submission.is_zero_report and self.state == "accepted"


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


SHOWN_OF_FILING = (
    "area", "org_id", "org_area", "campaign_id", "target_id", "key", "round", "sheet_id", "state", "due_on", "original_due_on", "checker_id", "filed_at",
    "filler_name", "filler_account_id", "is_zero_report", "return_count", "reminded_count",
)
"""What the board needs of a filing; a province has a thousand of them."""

NAMED = 2
"""So many of an office are named in a row of the board."""


def board(scope: Scope, campaign: Campaign, top: Authority, filters: Filters | None = None) -> Node:
    """The board below one authority, counted up level by level; each submission counts once.

    The number of queries does not grow with the number of institutions or authorities.
    """
    filters = filters or Filters()
    leaves = [_leaf(s) for s in _submissions(scope, campaign, top, filters)]
    _add_progress(leaves)
    root = _tree(campaign, top, filters)
    by_path = {node.authority.path: node for node in root.walk()}
    _say_who(leaves, {node.authority.id: node for node in by_path.values()})
    for leaf in leaves:
        leaf.shown = _is_asked(leaf, filters)
        _count(leaf, by_path, root)
    for node in root.walk():
        node.waiting_for = _level_waiting_for(node)
    return root


def _submissions(scope: Scope, campaign: Campaign, top: Authority, filters: Filters) -> Iterable[Submission]:
    held = Submission.objects.within(scope).filter(inside("target__org_area", top.path), campaign=campaign, target__included=True)
    if filters.key:
        held = held.filter(key=filters.key)
    if filters.round:
        held = held.filter(round=filters.round)
    if filters.kind:
        held = held.filter(target__institution__kind=filters.kind)
    checkers = Prefetch("checker", Authority.objects.within(EVERYTHING))  # a few for all, not one for each
    shown = held.select_related("target__institution").prefetch_related(checkers).only(*SHOWN_OF_FILING, "target__org_area", "target__institution__name")
    return shown.order_by("target__org_area", "target__institution__name_key", "id")


def _is_asked(leaf: Leaf, filters: Filters) -> bool:
    if filters.state == "zero" and not leaf.is_zero:
        return False
    if filters.state and filters.state not in {"zero", leaf.shown_state}:
        return False
    said = f"{leaf.submission.target.institution.name} {leaf.waiting_for} {leaf.submission.filler_name}"
    return filters.text in said


def _leaf(submission: Submission) -> Leaf:
    today = clock.today()
    late = submission.state in OPEN and today > submission.due_on
    return Leaf(submission, submission.state, late, working_days_between(submission.due_on, today) if late else 0)


def _add_progress(leaves: list[Leaf]) -> None:
    """How many lines are filled, extensions granted, letters open, contradictions open: four queries for the whole board."""
    ids = [leaf.submission.id for leaf in leaves]
    sheets = [leaf.submission.sheet_id for leaf in leaves if leaf.submission.sheet_id and leaf.state in {"draft", "returned"}]
    filled: dict[UUID, list[int]] = {}
    for sheet_id, values in SheetLine.objects.within(EVERYTHING).filter(sheet_id__in=sheets).values_list("sheet_id", "values"):
        held = filled.setdefault(sheet_id, [0, 0])
        held[0] += any(values.get(name) for name in ANSWERS)
        held[1] += 1
    extended = set(Extension.objects.within(EVERYTHING).filter(object_id__in=ids, state="granted").values_list("object_id", flat=True))
    supervised = set(Notice.objects.within(EVERYTHING).filter(object_id__in=ids).exclude(state="closed").values_list("object_id", flat=True))
    clashing: dict[UUID, int] = {}
    held_ids = Contradiction.objects.within(EVERYTHING).filter(submission_id__in=ids, state__in=["open", "explained"])
    for submission_id in held_ids.values_list("submission_id", flat=True):
        clashing[submission_id] = clashing.get(submission_id, 0) + 1
    for leaf in leaves:
        leaf.filled, leaf.lines = filled.get(leaf.submission.sheet_id or UUID(int=0), [0, 0])
        leaf.has_extension = leaf.submission.id in extended
        leaf.has_letter = leaf.submission.id in supervised
        leaf.open_contradictions = clashing.get(leaf.submission.id, 0)


def _say_who(leaves: list[Leaf], nodes: dict[UUID, Node]) -> None:
    """Who holds each filing up, down to the person: three queries."""
    offices = {*nodes, *(leaf.submission.checker_id for leaf in leaves)}
    people = people_by_holder(EVERYTHING, offices, *REGULATORS)
    for held, node in nodes.items():
        node.people = _names(people.get(held, []))
    fillers = {leaf.submission.filler_account_id for leaf in leaves if leaf.submission.filler_account_id}
    seen = dict(Account.objects.filter(pk__in=fillers).values_list("id", "last_login"))
    unassigned = {leaf.submission.org_id for leaf in leaves if not leaf.submission.filler_name}
    people |= people_by_holder(EVERYTHING, unassigned, Role.INSTITUTION_ADMIN)
    for leaf in leaves:
        leaf.waiting_for, leaf.waiting_note = _waiting_for(leaf, people, seen)


def _names(people: list[Account]) -> str:
    """Two of an office by name; of more, how many they are."""
    named = _("、").join(one.name for one in people[:NAMED])
    return named if len(people) <= NAMED else _("%(names)s等%(n)s人") % {"names": named, "n": len(people)}


def _waiting_for(leaf: Leaf, people: dict[UUID, list[Account]], seen: dict[UUID, Any]) -> tuple[str, str]:
    submission = leaf.submission
    if submission.state == "accepted":
        return _("已完成"), ""
    if submission.state == "filed":
        office = str(LEVEL_TITLES.get(submission.checker.level, submission.checker.short_name))
        names = _names(people.get(submission.checker_id, []))
        days = working_days_between(clock.local_date(submission.filed_at), clock.today()) if submission.filed_at else 0
        return f"{office}　{names}", ngettext("待审核%(n)s个工作日", "待审核%(n)s个工作日", days) % {"n": days} if days > 0 else _("待审核")
    if not submission.filler_name:
        names = _names(people.get(submission.org_id, []))
        return (_("机构管理员　%(names)s") % {"names": names} if names else _("机构管理员")), _("尚未指派填表人")
    said = {"idle": _("未开始"), "returned": _("待重报"), "draft": _("填报中")}[submission.state]
    login = seen.get(submission.filler_account_id) if submission.filler_account_id else None
    if login is not None and (clock.now() - login).days >= 2:
        said = _("%(day)s后未登录") % {"day": _("%(month)s月%(day)s日") % {"month": clock.local(login).month, "day": clock.local(login).day}}
    return _("填表人　%(name)s") % {"name": submission.filler_name}, said


def _tree(campaign: Campaign, top: Authority, filters: Filters) -> Node:
    below = Authority.objects.within(EVERYTHING).filter(inside("path", top.path), valid_to__isnull=True).order_by("path")
    reached = areas_reached(EVERYTHING, campaign)
    authorities = [one for one in below if one.path == top.path or touches(reached, one.path)]
    deadlines = list(Deadline.objects.within(EVERYTHING).filter(plan__campaign=campaign, plan__state="issued").select_related("plan__authority"))
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
    for ret in StatReturn.objects.within(EVERYTHING).filter(campaign=campaign, authority__in=authorities).order_by("due_on", "round"):
        known = found.get(ret.authority_id)
        if known is None or abs((ret.due_on - day).days) < abs((known.due_on - day).days):
            found[ret.authority_id] = ret
    return found


def _asked_at(path: str, deadlines: list[Deadline], filters: Filters) -> Due | None:
    held = deadlines_for(path, sorted(deadlines, key=lambda d: d.plan.authority.path))
    asked = (d for (key, round_), d in held.items() if d.step_from == "institution" and filters.key in {"", key} and filters.round in {0, round_})
    return next(asked, None)


def _level_waiting_for(node: Node) -> str:
    """What an authority is waiting for or holds up, in words."""
    office = str(LEVEL_TITLES.get(node.authority.level, node.authority.short_name))
    if node.children:
        done = sum(1 for child in node.children if child.return_state in {"filed", "accepted"})
        said = {"idle": _("未开始汇总"), "draft": _("汇总中"), "filed": _("已上报，待接收"), "returned": _("被退回，待重报"), "accepted": _("已报送")}
        stands = said.get(node.return_state, "")
        held_by = f"　{node.people}" if node.people and node.return_state not in {"filed", "accepted"} else ""
        if done:
            return _("%(office)s已接收%(done)s / %(all)s个下级") % {"office": office, "done": done, "all": len(node.children)} + held_by
        return f"{office}{stands}{held_by}"
    if node.total and node.counts["accepted"] == node.total:
        return _("全部已接收")
    if node.counts["filed"]:
        n = node.counts["filed"]
        return ngettext("%(office)s　%(people)s，待审核%(n)s家", "%(office)s　%(people)s，待审核%(n)s家", n) % {"office": office, "people": node.people, "n": n}
    back = next((leaf for leaf in node.leaves if leaf.state == "returned"), None)
    if back is not None:
        return _("%(name)s，待重报") % {"name": back.submission.target.institution.name}
    return f"{office}　{node.people}" if node.people else office


def _count(leaf: Leaf, by_path: dict[str, Node], root: Node) -> None:
    parts = leaf.submission.target.org_area.rstrip("/").split("/")
    lowest: Node | None = None
    for n in range(1, len(parts) + 1):
        node = by_path.get("/".join(parts[:n]) + "/")
        if node is not None:
            node.counts[leaf.shown_state] += 1
            node.zero_reports += leaf.is_zero
            node.matches += leaf.shown
            lowest = node
    (lowest or root).leaves.append(leaf)


def on_time_rates(scope: Scope, campaign: Campaign, top: Authority) -> dict[str, int]:
    """On-time filings against the original and the extended deadline; per mille would be false precision."""
    held = Submission.objects.within(scope).filter(inside("target__org_area", top.path), campaign=campaign, target__included=True)
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

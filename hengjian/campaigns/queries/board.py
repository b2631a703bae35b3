"""The board: for each level and institution how far it is, who holds it up, and by when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING, Scope, inside
from hengjian.base.working_days import working_days_between
from hengjian.campaigns.models import Campaign, Contradiction, Extension, Notice, Submission
from hengjian.campaigns.queries.board_outline import STATES, Filters, Leaf, Node, outline
from hengjian.campaigns.queries.people import people_by_holder
from hengjian.forms.models import SheetLine
from hengjian.parties import queries as parties
from hengjian.parties.models import Account, Authority
from hengjian.parties.states import INSTITUTION_FILLERS, LEVEL_TITLES, REGULATORS, Role

__all__ = ["STATES", "Filters", "Leaf", "Node", "board", "on_time_rates", "outline", "people_to_urge", "read_all", "read_lines", "regulators_of"]

ANSWERS = ("real_practice", "finding", "answer", "employed_here")
SHOWN_OF_FILING = (
    "area", "org_id", "org_area", "campaign_id", "target_id", "key", "round", "sheet_id", "state", "due_on", "original_due_on", "checker_id", "filed_at",
    "filler_name", "filler_account_id", "is_zero_report", "return_count", "reminded_count",
)
"""What the board needs of a filing; a province has a thousand of them."""

NAMED = 2
"""So many of an office are named in a row of the board."""


def board(scope: Scope, campaign: Campaign, top: Authority, filters: Filters | None = None) -> Node:
    """The whole board below one authority: its outline, and who holds each authority and each filing up.

    The number of queries does not grow with the number of institutions or authorities.
    """
    filters = filters or Filters()
    root = outline(scope, campaign, top, filters)
    read_all(scope, root, filters)
    return root


def read_all(scope: Scope, root: Node, filters: Filters) -> None:
    """Read all of a board; who is looked for by a text may be who holds a filing up."""
    read_lines(scope, list(root.every_leaf()), list(root.walk()))
    if filters.text:
        _narrow(root, filters.text)


def read_lines(scope: Scope, leaves: Sequence[Leaf], nodes: Sequence[Node] = ()) -> None:
    """Read what is shown: filings, how far they are, and who holds up each of them and each authority."""
    checkers = Prefetch("checker", Authority.objects.within(EVERYTHING))  # a few for all, not one for each
    held = Submission.objects.within(scope).filter(pk__in=[leaf.id for leaf in leaves]).select_related("target__institution").prefetch_related(checkers)
    found = {one.pk: one for one in held.only(*SHOWN_OF_FILING, "target__org_area", "target__institution__name")}
    for leaf in leaves:
        leaf.filing = found.get(leaf.id)
    read = [leaf for leaf in leaves if leaf.filing is not None]
    _add_progress(read)
    _say_who(read, nodes)


def _narrow(root: Node, text: str) -> None:
    """Show only the leaves whose words have the text in them."""
    for leaf in root.every_leaf():
        leaf.shown = leaf.shown and text in f"{leaf.name} {leaf.waiting_for} {leaf.filler_name}"
    _match(root)


def _match(node: Node) -> int:
    node.matches = sum(leaf.shown for leaf in node.leaves) + sum(_match(child) for child in node.children)
    return node.matches


def _add_progress(leaves: Sequence[Leaf]) -> None:
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


def _say_who(leaves: Sequence[Leaf], nodes: Sequence[Node]) -> None:
    """Who holds each filing and each authority up, down to the person: three queries."""
    offices = {*(node.authority.id for node in nodes), *(leaf.submission.checker_id for leaf in leaves)}
    people = people_by_holder(EVERYTHING, offices, *REGULATORS)
    for node in nodes:
        node.people = _names(people.get(node.authority.id, []))
        node.waiting_for = _level_waiting_for(node)
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
        return _("%(name)s，待重报") % {"name": back.name}
    return f"{office}　{node.people}" if node.people else office


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

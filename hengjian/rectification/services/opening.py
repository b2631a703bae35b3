"""Opening a problem, whoever finds it; meeting findings of one problem in one row."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.actions import Action, audited_action, title
from hengjian.base.errors import BadInput, Faults
from hengjian.base.numbering import next_number, serial_number
from hengjian.base.scope import EVERYTHING
from hengjian.base.texts import says_enough
from hengjian.parties.models import Authority, Organisation
from hengjian.rectification import policy, queries
from hengjian.rectification.models import Problem, ProblemSource
from hengjian.rectification.states import Finder, ProblemKind, ProblemState, Severity
from hengjian.registry.models import Institution

OPEN = title("rectification.open_problem", "登记问题")
MERGE = title("rectification.merge_problem", "并入另一问题")


def open_problem(
    *, actor: Any, owner_row: Any, kind: str, title: str, facts: str, clause: str, severity: int,
    subject_type: str, subject_id: UUID | None, subject_label: str, finder: str, ref_type: str,
    ref_id: UUID | None, label: str, campaign_id: UUID | None = None, disclosed: bool = False,
    due_on: Any = None, institution_name: str = "", recurrence_of: Problem | None = None,
) -> Problem:
    """Open a problem of the organisation of ``owner_row``, or add the finding to the open one it repeats.

    The same finder, reference and subject told twice has one effect. ``disclosed`` seals the time at which the
    organisation told of it itself. A problem closed within 12 months that comes back raises the severity.

    Raises:
        BadInput: without title or facts, or with a kind, severity or finder that does not exist.
        NotAllowed: the actor neither acts for the organisation nor supervises it.
        OutOfScope: the row would lie outside the actor's scope.
    """
    _check(kind=kind, title=title, facts=facts, severity=severity, finder=finder)
    key = queries.merge_key_of(
        owner_row.org_id, kind, subject_type=subject_type, subject_id=subject_id,
        subject_label=subject_label, clause=clause,
    )
    wanted = Problem(
        title=title.strip()[:200], facts=facts.strip(), clause=clause[:200], kind=kind, severity=severity,
        subject_type=subject_type, subject_id=subject_id, subject_label=subject_label[:120], merge_key=key,
        campaign_id=campaign_id, first_finder=finder, found_at=clock.now(), due_on=due_on, original_due_on=due_on,
        institution_name=institution_name or _name_of(owner_row), recurrence_of=recurrence_of,
    ).owned_by(owner_row)
    if actor.scope.areas and queries.sees(actor.scope, owner_row):  # a unit that only works in the officer's area
        wanted.area = policy.area_of_work(actor, owner_row)
    source = ProblemSource(
        finder=finder, ref_type=ref_type, ref_id=ref_id, label=label[:200], facts=facts.strip(),
        found_at=wanted.found_at, found_by_name=actor.name[:40], disclosed=disclosed, campaign_id=campaign_id,
    )
    for is_last in (False, True):
        try:
            return _open_or_join(wanted, source, actor=actor)
        except IntegrityError:  # somebody opened the same problem a moment ago: join theirs
            if is_last:
                raise
    raise AssertionError("unreachable: the second try returns or raises")


def report_problem(
    institution: Institution, *, actor: Any, kind: str, severity: int, title: str, facts: str, clause: str = "",
    subject_label: str = "", finder: str = Finder.SELF_CHECK,
) -> Problem:
    """Register a problem by hand: what an institution finds of itself counts as told, whatever is asked."""
    is_own = actor.org_id == institution.pk
    return open_problem(
        actor=actor, owner_row=institution, kind=kind, title=title, facts=facts, clause=clause, severity=severity,
        subject_type="", subject_id=None, subject_label=subject_label or title,
        finder=Finder.SELF_CHECK if is_own else finder, ref_type="", ref_id=None,
        label=_("%(name)s登记") % {"name": actor.post_title}, disclosed=is_own, institution_name=institution.name,
    )


def _check(*, kind: str, title: str, facts: str, severity: int, finder: str) -> None:
    faults = Faults()
    if not title.strip():
        faults.add("title", _("请用一句话写明问题。"))
    if not facts.strip():
        faults.add("facts", _("请写明事实：何时、何处、发现了什么。"))
    for field, given, known in (
        ("kind", kind, ProblemKind.values), ("severity", severity, Severity.values), ("finder", finder, Finder.values)
    ):
        if given not in known:
            faults.add(field, _("没有“%(given)s”这一选项，请从列表中选择。") % {"given": given})
    faults.raise_if_any()


def _open_or_join(wanted: Problem, source: ProblemSource, *, actor: Any) -> Problem:
    with audited_action(OPEN, actor=actor) as act:
        act.require(policy.may_open(actor, wanted), _("只能登记本单位的问题，或本辖区内单位的问题。"))
        if source.ref_id is not None:
            told = queries.already_told(
                actor.scope, wanted.merge_key, finder=source.finder, ref_type=source.ref_type, ref_id=source.ref_id
            )
            if told is not None:
                return told
        twin = queries.open_twin(actor.scope, wanted.merge_key)
        problem = _join(act, twin, source) if twin else _add(act, wanted, source)
        source.problem = problem
        act.add(source.owned_by(problem))
    return problem


def _join(act: Action, twin: Problem, source: ProblemSource) -> Problem:
    problem = act.take(twin)
    if problem.campaign_id is None:
        problem.campaign_id = source.campaign_id
    return problem


def _add(act: Action, problem: Problem, source: ProblemSource) -> Problem:
    _link_recurrence(act, problem)
    year = clock.today().year
    holder = _province_of(problem.area)
    problem.number = serial_number("W", year, next_number("problem", holder, year))
    problem.disclosed_at = source.found_at if source.disclosed else None
    return act.add(problem)


def _link_recurrence(act: Action, problem: Problem) -> None:
    earlier = problem.recurrence_of or queries.recent_closed(act.actor.scope, problem)
    if earlier is None:
        return
    before = act.take(earlier)
    if before.state == ProblemState.CLOSED:
        act.move(before, "recur")
    problem.recurrence_of = before
    problem.severity = min(Severity.GRAVE, max(problem.severity, before.severity + 1))


def _province_of(area: str) -> UUID:
    """The authority under which problems are numbered: the root of the tree in which the area lies."""
    root = area.split("/", 1)[0] + "/"
    found = Authority.objects.within(EVERYTHING).filter(path=root).values_list("id", flat=True).first()
    if found is None:
        raise BadInput("area", _("辖区“%(area)s”不在监管部门层级中，请先在账号与岗位中建立上级部门。") % {"area": area})
    return found


def _name_of(owner: Any) -> str:
    """The name of the organisation or authority that a row belongs to."""
    said = getattr(owner, "institution_name", "") or (getattr(owner, "name", "") if owner.pk == owner.org_id else "")
    if said:
        return str(said)
    for model in (Organisation, Authority):
        found = model.objects.within(EVERYTHING).filter(pk=owner.org_id).values_list("name", flat=True).first()
        if found:
            return str(found)
    return ""


def merge_problem(problem: Problem, *, actor: Any, into: Problem, reason: str) -> Problem:
    """Merge a problem that a second finder opened under another subject; its findings go over to ``into``.

    Raises:
        NotAllowed: not the supervising authority, or problems of two organisations.
        WrongState: either of them is closed or dismissed.
        BadInput: no reason.
    """
    if not says_enough(reason, 2):
        raise BadInput("reason", _("请写明为什么是同一个问题。"))
    with audited_action(MERGE, actor=actor, reason=reason) as act:
        row, target = act.take(problem), act.take(into)
        act.require(policy.may_confirm(actor, row), _("只有负责监管的部门可以合并问题。"))
        act.require(row.org_id == target.org_id and row.pk != target.pk, _("只能合并同一单位的两个问题。"))
        act.require(target.is_open, _("并入的问题已销号或不成立，请选择未销号的问题。"))
        act.move(row, "dismiss")
        row.dismissal_reason, row.merged_into = reason.strip(), target
        target.severity = max(target.severity, row.severity)
        target.disclosed_at = target.disclosed_at or row.disclosed_at
        target.campaign_id = target.campaign_id or row.campaign_id
        for source in queries.sources_of(actor.scope, row):
            act.take(source).problem = target
    return target

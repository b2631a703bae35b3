"""Messages of the register: to the unit, to those over it, to the leaders when the date has passed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hengjian.base.actions import SystemActor
from hengjian.base.scope import EVERYTHING
from hengjian.base.wording import in_chinese
from hengjian.parties import queries as parties
from hengjian.parties.models import Account, Authority
from hengjian.parties.services import send_message
from hengjian.parties.states import INSTITUTION_FILLERS, REGULATORS, Level, Role
from hengjian.rectification.models import Problem
from hengjian.rectification.states import EscalationLevel

KIND = "problem"
LEVELS = (Level.COUNTY, Level.CITY, Level.PROVINCE)


def people_of_unit(problem: Problem) -> list[Account]:
    """The accounts of the responsible unit that deal with its problems."""
    return parties.people_of(EVERYTHING, problem.org_id, *INSTITUTION_FILLERS, *REGULATORS)


def people_above(problem: Problem, level: str, role: str) -> list[Account]:
    """Those of a role in the authority of that level over the problem; the next one up where it has none."""
    parts = problem.area.rstrip("/").split("/")
    paths = ["/".join(parts[:n]) + "/" for n in range(len(parts), 0, -1)]
    above = {one.path: one for one in Authority.objects.within(EVERYTHING).filter(path__in=paths)}
    for path in paths:
        authority = above.get(path)
        if authority is None or authority.pk == problem.org_id:
            continue
        if LEVELS.index(Level(authority.level)) < LEVELS.index(Level(level)):
            continue
        found = parties.people_of(EVERYTHING, authority.pk, role)
        if found:
            return found
    return []


def supervisors_near(problem: Problem) -> list[Account]:
    """The supervisors of the authority nearest to the problem."""
    return people_above(problem, Level.COUNTY, Role.SUPERVISOR)


@dataclass(frozen=True)
class Step:
    """Who has to know of one act, and in what words."""

    told: Callable[[Problem], list[Account]]
    title: Any


STEPS: dict[str, Step] = {
    "rectification.confirm_problem": Step(people_of_unit, lazy("问题已确认，请按期整改")),
    "rectification.return_problem": Step(people_of_unit, lazy("整改被退回，请继续整改")),
    "rectification.dismiss_problem": Step(people_of_unit, lazy("问题认定为不成立")),
    "rectification.decide_extension": Step(people_of_unit, lazy("延期申请已有决定")),
    "rectification.report_rectified": Step(supervisors_near, lazy("整改已申报，请核查")),
    "rectification.ask_extension": Step(supervisors_near, lazy("有延期申请待决定")),
}


@in_chinese
def tell_step(action: str, ids: Collection[UUID], *, actor: Any = None) -> int:
    """Tell those who have to act next, or to know, of an act on problems; return how many messages were sent."""
    step, sent = STEPS[action], 0
    for problem in Problem.objects.within(EVERYTHING).filter(pk__in=list(ids)):
        title = f"{step.title} {problem.number}"
        body = _("%(name)s：%(title)s。") % {"name": problem.institution_name, "title": problem.title}
        tag = f"{action}:{problem.version}"
        sent += _send(step.told(problem), problem, title=title, body=body, tag=tag, actor=actor or SystemActor())
    return sent


@in_chinese
def tell_overdue(problem: Problem, *, level: str, tell_unit: bool, actor: Any) -> None:
    """Tell the leaders of a level, and the first time the unit too, that the date has passed."""
    late = _("核查逾期") if problem.late_party == "authority" else _("整改逾期")
    body = _("%(name)s：%(title)s。整改时限%(due)s，已逾期%(days)d天。") % {
        "name": problem.institution_name, "title": problem.title, "due": f"{problem.due_on:%Y-%m-%d}",
        "days": problem.overdue_days(),
    }
    told = people_above(problem, level, Role.LEADER)
    if tell_unit and problem.late_party == "institution":
        told += people_of_unit(problem)
    if problem.late_party == "authority":
        told += people_above(problem, EscalationLevel.COUNTY, Role.SUPERVISOR)
    tag = f"overdue:{level}:{problem.due_on}"
    _send(told, problem, title=f"{late} {problem.number}", body=body, tag=tag, actor=actor)


@in_chinese
def tell_recheck(problem: Problem, *, actor: Any) -> None:
    """Ask the supervisors nearest to the problem to look again."""
    body = _("%(name)s：%(title)s。销号已满90天，请复查是否复发并登记结果。") % {
        "name": problem.institution_name, "title": problem.title,
    }
    asked = _("请复查 %(number)s") % {"number": problem.number}
    _send(supervisors_near(problem), problem, title=asked, body=body, tag="recheck", actor=actor)


def _send(told: Iterable[Account], problem: Problem, *, title: str, body: str, tag: str, actor: Any) -> int:
    url = reverse("rectification:problem", args=[problem.pk])
    sent = [
        send_message(
            account, actor=actor, kind=KIND, title=title, body=body, url=url, dedupe=f"{problem.pk.hex}:{tag}"[:80]
        )
        for account in {one.pk: one for one in told}.values()
    ]
    return sum(one is not None for one in sent)

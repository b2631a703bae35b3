"""Messages of the register: to the unit that is late, to the leaders above it, to those who look again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from hengjian.base import clock
from hengjian.base.scope import EVERYTHING
from hengjian.parties.models import Account, Authority, Post
from hengjian.parties.services import send_message
from hengjian.parties.states import INSTITUTION_FILLERS, Level, Role
from hengjian.rectification.models import Problem
from hengjian.rectification.states import EscalationLevel

KIND = "problem"


def _held_today() -> Q:
    today = clock.today()
    return Q(valid_from__lte=today) & (Q(valid_to__isnull=True) | Q(valid_to__gte=today))


def people_of_unit(problem: Problem) -> list[Account]:
    """The accounts of the responsible unit that deal with its problems."""
    posts = Post.objects.filter(_held_today(), organisation_id=problem.org_id, role__in=INSTITUTION_FILLERS)
    return _accounts(posts)


def people_above(problem: Problem, level: str, role: str) -> list[Account]:
    """Those of a role in the authority of that level over the problem; the next one up where it has none."""
    parts = problem.area.rstrip("/").split("/")
    paths = ["/".join(parts[:n]) + "/" for n in range(len(parts), 0, -1)]
    above = {one.path: one for one in Authority.objects.within(EVERYTHING).filter(path__in=paths)}
    order = [Level.COUNTY, Level.CITY, Level.PROVINCE]
    for path in paths:
        authority = above.get(path)
        if authority is None or order.index(Level(authority.level)) < order.index(Level(level)):
            continue
        found = _accounts(Post.objects.filter(_held_today(), authority=authority, role=role))
        if found:
            return found
    return []


def _accounts(posts: Any) -> list[Account]:
    held = {post.account_id: post.account for post in posts.select_related("account") if post.account.is_active}
    return list(held.values())


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


def tell_recheck(problem: Problem, *, actor: Any) -> None:
    """Ask the supervisors nearest to the problem to look again."""
    body = _("%(name)s：%(title)s。销号已满90天，请复查是否复发并登记结果。") % {
        "name": problem.institution_name, "title": problem.title,
    }
    told = people_above(problem, Level.COUNTY, Role.SUPERVISOR)
    asked = _("请复查 %(number)s") % {"number": problem.number}
    _send(told, problem, title=asked, body=body, tag="recheck", actor=actor)


def _send(told: Iterable[Account], problem: Problem, *, title: str, body: str, tag: str, actor: Any) -> None:
    url = reverse("rectification:problem", args=[problem.pk])
    for account in {one.pk: one for one in told}.values():
        send_message(
            account, actor=actor, kind=KIND, title=title, body=body, url=url,
            dedupe=f"problem:{problem.pk}:{tag}:{account.pk}",
        )

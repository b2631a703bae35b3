"""What is not finished in campaigns follows a change in the tree of authorities, and goes to who is above now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Q

from hengjian.base import clock
from hengjian.base.actions import Action, all_or_nothing
from hengjian.base.reseating import Follower, Reseat, before_rows_follow, follows_the_tree, tells_frozen
from hengjian.base.scope import EVERYTHING, inside
from hengjian.campaigns.models import (
    AnswerCorrection,
    Campaign,
    Contradiction,
    Deadline,
    Extension,
    Notice,
    Plan,
    StatCorrection,
    StatEdition,
    StatReturn,
    Submission,
    Supplement,
    Target,
    WorkReport,
)
from hengjian.campaigns.queries.timetable import chain_above, deadlines_for, deadlines_in_force, receiver
from hengjian.campaigns.services.launch import draft_plans_below, join_new_institutions
from hengjian.campaigns.services.returns_opening import open_returns
from hengjian.parties.models import Authority

Changing = Callable[[Any], None]
UNFINISHED = ("idle", "draft", "filed", "returned")


def campaigns_reaching(reseat: Reseat) -> list[UUID]:
    """Running campaigns that reach the place as it is afterwards. One of the old superior alone stays with it to its end."""
    running = Campaign.objects.within(EVERYTHING).filter(state="running").values_list("pk", "area")
    return [pk for pk, area in running if reseat.new.startswith(area) or reseat.path(area) != area or area.startswith(reseat.new)]


def _campaigns(_reseat: Reseat) -> Q:
    return Q(state__in=["draft", "running"])


def _in(prefix: str = "", **more: Any) -> Callable[[Reseat], Q]:
    """Rows of running campaigns that reach the place, with further conditions."""

    def live(reseat: Reseat) -> Q:
        return Q(**{f"{prefix}campaign__in": campaigns_reaching(reseat), **more})

    return live


class _Above:
    """Who is above a place now, each place and campaign looked up once."""

    def __init__(self) -> None:
        self.chains: dict[str, list[Authority]] = {}
        self.deadlines: dict[UUID, list[Deadline]] = {}
        self.levels = dict(Authority.objects.within(EVERYTHING).order_by().values_list("pk", "level"))
        self.bodies = dict(Campaign.objects.within(EVERYTHING).filter(state="running").order_by().values_list("pk", "body"))

    def chain(self, path: str) -> list[Authority]:
        if path not in self.chains:
            self.chains[path] = chain_above(EVERYTHING, path)
        return self.chains[path]

    def checker(self, row: Submission) -> Authority | None:
        """Who checks a filing: as at its opening, where the plans speak of it; else the level that did before."""
        chain = self.chain(row.org_area)
        if row.campaign_id not in self.deadlines:
            self.deadlines[row.campaign_id] = deadlines_in_force(EVERYTHING, row.campaign)
        due = deadlines_for(row.org_area, self.deadlines[row.campaign_id]).get((row.key, row.round))
        if due is None or not chain:
            return self.same_level(row.org_area, row.checker_id)
        lowest_first = bool(self.bodies.get(row.campaign_id, {}).get("lowest_first", True)) and not due.is_task
        return receiver(chain, due.step_to, lowest_first=lowest_first)

    def same_level(self, path: str, before: UUID | None) -> Authority | None:
        """The authority of the same level as before that is above a place now, or the next one upwards."""
        chain = self.chain(path)
        return receiver(chain, self.levels[before], lowest_first=False) if chain and before in self.levels else None


def _checked_anew(_reseat: Reseat) -> Changing:
    above = _Above()

    def change(row: Submission) -> None:
        row.checker = above.checker(row) or row.checker

    return change


def _decided_anew(_reseat: Reseat) -> Changing:
    above = _Above()

    def change(row: Extension) -> None:
        row.decider = above.same_level(row.org_area, row.decider_id) or row.decider

    return change


def _received_anew(_reseat: Reseat) -> Changing:
    above = _Above()

    def change(row: StatReturn) -> None:
        chain = above.chain(row.org_area)
        if row.checker_id is not None and len(chain) > 1:
            row.checker = chain[1]

    return change


def _relayed_anew(reseat: Reseat) -> Changing:
    """The plan of an authority that came under another one follows that one's plan."""
    plans: dict[tuple[UUID, UUID | None], Plan] = {(p.campaign_id, p.authority_id): p for p in Plan.objects.within(EVERYTHING).filter(campaign__in=campaigns_reaching(reseat))}
    parents = dict(Authority.objects.within(EVERYTHING).order_by().values_list("pk", "parent_id"))

    def change(row: Plan) -> None:
        row.parent = plans.get((row.campaign_id, parents.get(row.authority_id))) or row.parent

    return change


def _led_on(reseat: Reseat) -> Changing:
    """A campaign of a closed authority is led on by its successor."""

    def change(row: Campaign) -> None:
        if reseat.successor is not None and row.issuer_id == reseat.closed:
            row.issuer_id = reseat.successor

    return change


follows_the_tree(
    Follower(Campaign, _campaigns, columns=("area",), owner="issuer_id", change=_led_on, fields=("issuer",)),
    Follower(Plan, _in(authority__valid_to__isnull=True), change=_relayed_anew, fields=("parent",)),
    Follower(Supplement, _in("plan__", plan__authority__valid_to__isnull=True)),
    Follower(Deadline, _in("plan__", plan__authority__valid_to__isnull=True)),
    Follower(Target, _in()),
    Follower(Submission, _in(state__in=UNFINISHED), change=_checked_anew, fields=("checker",)),
    Follower(Contradiction, _in("submission__", state__in=["open", "explained"])),
    Follower(AnswerCorrection, _in("submission__", state__in=["told", "proposed"])),
    Follower(Extension, _in(state="asked"), change=_decided_anew, fields=("decider",)),
    Follower(StatReturn, _in(state__in=UNFINISHED, authority__valid_to__isnull=True), change=_received_anew, fields=("checker",)),
    Follower(StatCorrection, _in("stat_return__", stat_return__state__in=UNFINISHED, stat_return__authority__valid_to__isnull=True)),
    Follower(WorkReport, _in(state__in=UNFINISHED, authority__valid_to__isnull=True)),
)


@before_rows_follow
def _papers_of_a_closed_authority(act: Action, reseat: Reseat) -> None:
    """What it owed and had not begun ends with it; plans that its successor lacks and its letters pass on to that one."""
    heir = reseat.successor
    if heir is None:
        return
    owed = StatReturn.objects.within(EVERYTHING).filter(authority=reseat.closed, state="idle", edition_count=0, corrections__isnull=True)
    for row in [*owed, *WorkReport.objects.within(EVERYTHING).filter(authority=reseat.closed, state="idle")]:
        act.remove(row)
    open_letters = list(Notice.objects.within(EVERYTHING).filter(issuer=reseat.closed).exclude(state="closed"))

    def pass_on(letter: Notice) -> None:
        letter.issuer_id = heir

    act.change_many(open_letters, pass_on, fields=("issuer",))
    known = Plan.objects.within(EVERYTHING).filter(authority=heir).order_by().values("campaign_id")
    own = Plan.objects.within(EVERYTHING).filter(authority=reseat.closed, campaign__in=campaigns_reaching(reseat)).exclude(campaign__in=known)

    def hand_over(plan: Plan) -> None:
        plan.authority_id = plan.org_id = heir
        plan.area = plan.org_area = reseat.new

    act.change_many(list(own), hand_over, fields=("authority", "org_id", "area", "org_area"))


@tells_frozen
def last_table_filed(paths: Sequence[str], since: date) -> date | None:
    """The last day on which a table was frozen at one of the paths, below it, or above it: the tables above count it in."""
    there = Q(pk__in=[])
    for path in paths:
        parts = path.rstrip("/").split("/")
        there |= inside("org_area", path) | Q(org_area__in=["/".join(parts[:n]) + "/" for n in range(1, len(parts))])
    begin = datetime.combine(since, time.min, tzinfo=clock.SHANGHAI)
    last = StatEdition.objects.within(EVERYTHING).filter(there, as_of__gte=begin).order_by("-as_of").values_list("as_of", flat=True).first()
    return clock.local_date(last) if last else None


@all_or_nothing
def take_in_after_change(authority_ids: Sequence[UUID], *, actor: Any) -> None:
    """After a change of the tree: plans to relay, tables owed and institutions named, where running campaigns now reach further."""
    touched = Q(pk__in=list(authority_ids)) | Q(absorbed__in=list(authority_ids))
    changed = list(Authority.objects.within(EVERYTHING).filter(touched, valid_to__isnull=True).distinct().order_by("path"))
    for campaign in Campaign.objects.within(EVERYTHING).filter(state="running"):
        reached = [one for one in changed if one.path.startswith(campaign.area)]
        parents = {one.parent_id for one in reached}
        for plan in Plan.objects.within(EVERYTHING).filter(campaign=campaign, authority__in=parents, state="issued").order_by("authority__path"):
            draft_plans_below(plan, actor=actor)
        for one in reached:
            open_returns(campaign, actor=actor, place=one.path)
        if reached:
            join_new_institutions(campaign, actor=actor)

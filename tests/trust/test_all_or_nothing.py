"""Whatever breaks in the middle of an act, the database is what it was: an exception after each statement of each act."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from hengjian.base import clock as house_clock
from hengjian.campaigns import services as campaigns
from hengjian.campaigns.models import Campaign, StatReturn, Submission
from hengjian.parties import services as parties
from hengjian.parties.models import Account, Post
from hengjian.rectification import services as rectification
from hengjian.registry import exchange
from tests import factories
from tests.campaigns import scenes, selfchecks
from tests.enforcement import test_orders_and_cases as orders
from tests.factories import SYSTEM, all_of
from tests.rectification import cases
from tests.registry.books import roster

POINTS = int(os.environ.get("HENGJIAN_TRUST_POINTS", "8"))
"""So many places in each act are tried; `make test-slow` tries every one."""

pytestmark = pytest.mark.django_db(transaction=True)

Act = Callable[[], Any]


class Injected(RuntimeError):
    """What breaks an act in the middle."""


class Breaker:
    """Counts statements, and breaks after one of them."""

    def __init__(self, after: int = 0) -> None:
        self.after, self.count = after, 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        if not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):  # Django keeps its own books of those
            self.count += 1
            if self.count == self.after:
                raise Injected(sql[:80])
        return done


def contents() -> dict[str, str]:
    """A digest of each table, whatever the order of its rows."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names()):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows = sorted(repr(row) for row in cursor.fetchall())
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def launch(clock: Any) -> Act:
    world = scenes.begun(clock)
    campaign = scenes.drafted(world)
    return lambda: campaigns.launch_campaign(campaign, actor=world.officer(world.province))


def issue_plan(clock: Any) -> Act:
    world = scenes.begun(clock)
    campaign = scenes.launched(world)
    officer = world.officer(world.cities[0])
    plan = campaigns.acknowledge_plan(scenes.plan_of(campaign, world.cities[0]), actor=officer)
    tasks = [{"title": "底片复评5%", "text": "抽取5%复评", "due": "2024-07-22", "checked_by": "own"}]
    return lambda: campaigns.issue_plan(
        plan, actor=officer, number="青市监〔2024〕9号", issued_on=date(2024, 6, 20), dates={("self_check", 1): date(2024, 7, 19)}, tasks=tasks,
    )


def supplement(clock: Any) -> Act:
    world = scenes.begun(clock)
    campaign = scenes.launched(world)
    plan = scenes.plan_of(campaign, world.province)
    return lambda: campaigns.issue_supplement(
        plan, actor=world.officer(world.province), number="澜市监办特设〔2024〕29号", issued_on=house_clock.today(),
        reason="为便于汇总核对，自查提前报送。", dates={("self_check", 1): date(2024, 7, 25)},
    )


def begin(clock: Any) -> Act:
    scene = selfchecks.scene(clock)
    return lambda: campaigns.begin_selfcheck(scene.submission(), actor=scene.clerk)


def _ready(clock: Any, answers: dict[str, dict[str, str]] | None = None) -> selfchecks.Scene:
    scene = selfchecks.scene(clock)
    submission = scene.begun()
    selfchecks.fill(submission, scene.clerk, dict.fromkeys(selfchecks.names(submission), selfchecks.ALL_YES))
    selfchecks.fill(submission, scene.clerk, answers or {})
    return scene


def file(clock: Any) -> Act:
    scene = _ready(clock, {"陆青禾": {"education_genuine": "否", "remarks": "学信网未查到"}})
    submission = scene.submission()
    foot = {"filler_name": "许若谷", "filler_phone": "13800005678", "filled_on": date(2024, 7, 10)}
    return lambda: campaigns.file_selfcheck(submission, actor=scene.clerk, **foot)


def withdraw(clock: Any) -> Act:
    scene = _ready(clock)
    submission = scene.file()
    return lambda: campaigns.withdraw_submission(submission, actor=scene.clerk, reason="发现一处填写有误")


def accept(clock: Any) -> Act:
    scene = _ready(clock)
    submission = scene.file()
    return lambda: campaigns.accept_submission(submission, actor=scene.county)


def open_problem(clock: Any) -> Act:
    world = _world(clock)
    return lambda: cases.opened(world)


def _world(clock: Any) -> factories.World:
    clock.set(2024, 6, 3, 9)
    return factories.world()


def confirm(clock: Any) -> Act:
    world = _world(clock)
    problem = cases.opened(world)
    return lambda: rectification.confirm_problem(problem, actor=cases.county(world), severity=1, due_on=date(2024, 6, 28))


def close(clock: Any) -> Act:
    world = _world(clock)
    problem = cases.reported(world)
    cases.put_evidence(problem)
    return lambda: rectification.verify_and_close(problem, actor=cases.county(world))


def draft_order(clock: Any) -> Act:
    world = _world(clock)
    return lambda: orders.drafted(world)


def serve_order(clock: Any) -> Act:
    world = _world(clock)
    order = orders.drafted(world)
    return lambda: orders.services.serve_order(order, actor=orders.county(world), receipt_kind="signed", received_by="许若谷")


def import_people(clock: Any) -> Act:
    world = _world(clock)
    actor = world.clerk(world.institutions[0])
    run = exchange.check_file(actor=actor, file_name="名册.xlsx", data=roster(4))
    return lambda: exchange.confirm_run(run, actor=actor, sha256=run.sha256)


def withdraw_post(clock: Any) -> Act:
    world = _world(clock)
    post = Post.objects.get(account=Account.objects.get(pk=world.clerk(world.institutions[0]).id))
    return lambda: parties.withdraw_post(post, actor=SYSTEM, reason="调离本单位")


def begin_return(clock: Any) -> Act:
    world = scenes.begun(clock)
    scenes.launched(world)
    county = world.counties[0]
    row = all_of(StatReturn).filter(authority=county).order_by("due_on")[0]
    return lambda: campaigns.begin_return(row, actor=world.officer(county))


def ask_extension(clock: Any) -> Act:
    scene = selfchecks.scene(clock)
    submission: Submission = scene.submission()
    return lambda: campaigns.ask_extension(
        submission, actor=scene.clerk, wanted_on=submission.due_on + timedelta(days=7), reason="社保记录尚在核对，需延期一周。",
    )


def close_campaign(clock: Any) -> Act:
    world = scenes.begun(clock)
    campaign: Campaign = scenes.launched(world)
    return lambda: campaigns.close_campaign(campaign, actor=world.officer(world.province), reason="行动结束，归档。")


ACTS = (
    launch, issue_plan, supplement, begin, file, withdraw, accept, open_problem, confirm, close, draft_order, serve_order, import_people,
    withdraw_post, begin_return, ask_extension, close_campaign,
)


def _statements(act: Act) -> int:
    """How many statements an act takes when what the process remembers is in its memory; what it did is taken back."""
    for _time in range(2):
        counter = Breaker()
        with transaction.atomic(), connection.execute_wrapper(counter):
            act()
            transaction.set_rollback(True)
    return counter.count


def _tried(act: Act, points: list[int]) -> list[str]:
    """Break an act at each of these points; name those at which something stayed."""
    before, left = contents(), []
    for point in points:
        breaker = Breaker(after=point)
        with connection.execute_wrapper(breaker), pytest.raises(Injected) as said:
            act()
        now = contents()
        left += [f"after statement {point} ({said.value}): {table}" for table in before if before[table] != now[table]]
    return left


def _some(count: int, most: int) -> list[int]:
    """Points spread over an act, the first and the last among them."""
    return sorted({1 + (count - 1) * n // max(1, most - 1) for n in range(most)}) if count > most else list(range(1, count + 1))


@pytest.mark.parametrize("make", ACTS, ids=lambda make: make.__name__)
def test_an_act_that_breaks_leaves_nothing_behind(clock, make):
    act = make(clock)
    count = _statements(act)
    assert count > 3
    assert _tried(act, _some(count, POINTS)) == []


@pytest.mark.slow
@pytest.mark.parametrize("make", ACTS, ids=lambda make: make.__name__)
def test_an_act_that_breaks_anywhere_leaves_nothing_behind(clock, make):
    act = make(clock)
    assert _tried(act, list(range(1, _statements(act) + 1))) == []

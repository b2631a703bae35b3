"""Changes of the tree of authorities: dated ahead, withdrawn, applied on their day; one edition per authority and day."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest

from hengjian.base.errors import BadInput, NotAllowed
from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.models import LedgerEntry
from hengjian.base.scope import EVERYTHING
from hengjian.base.states import WrongState
from hengjian.parties import jobs, policy, queries, services
from hengjian.parties.actors import came_to, scope_of
from hengjian.parties.models import Authority, AuthorityEdition, FormerSeat, Organisation, Post, TreeChange
from hengjian.parties.states import Role
from tests import factories, roles
from tests.factories import SYSTEM, all_of, keep

TODAY = date(2024, 6, 3)
WHY = {"actor": SYSTEM, "reason": "机构改革"}


@pytest.fixture
def world(db, clock) -> factories.World:
    made = factories.world()
    nodes = [made.province, *made.cities, *made.counties, made.zone]
    keep(*[AuthorityEdition(authority=one, name=one.name, path=one.path, parent_path=one.parent.path if one.parent else "", valid_from=factories.START)
           for one in nodes])
    return made


def fresh(row):
    return type(row).objects.within(EVERYTHING).get(pk=row.pk)


def paths(day: date) -> dict[str, str]:
    return {node.path.rstrip("/").rsplit("/", 1)[-1]: node.path for node in queries.tree_as_of(EVERYTHING, day)}


def post_of(username: str) -> Post:
    return Post.objects.filter(account__username=username).select_related("authority", "organisation").latest("valid_from")


# Dated ahead


def test_a_move_dated_ahead_waits_and_is_applied_on_its_day(world, clock):
    dong, li = world.counties[0], world.cities[1]
    day = TODAY + timedelta(days=200)
    services.move_authority(dong, parent=li, on=day, **WHY)
    assert fresh(dong).path == dong.path
    assert paths(TODAY) == {one.key: one.path for one in all_of(Authority)}
    assert [one.named for one in queries.changes_waiting(EVERYTHING, li.path)] == [dong.name]
    clock.set(2024, 12, 19, 23)
    assert jobs.change_tree() == 0
    clock.set(2024, 12, 20, 0, 5)
    assert jobs.change_tree() == 1
    assert fresh(dong).path == f"{li.path}{dong.key}/"
    assert paths(day - timedelta(days=1))[dong.key] == dong.path
    assert paths(day)[dong.key] == fresh(dong).path
    assert jobs.change_tree() == 0
    assert "系统" in LedgerEntry.objects.filter(object_id=dong.pk, action="parties.move_authority").get().actor_name
    assert reconcile([Authority, AuthorityEdition, TreeChange, Organisation, Post]).ok


def test_a_closing_dated_ahead_leaves_the_list_of_today_alone(world):
    xi = world.counties[1]
    services.close_authority(xi, on=TODAY + timedelta(days=100), **WHY)
    assert xi in queries.authorities(EVERYTHING)
    assert fresh(xi).valid_to is None


def test_a_pending_change_is_withdrawn_with_a_reason_and_stays_on_record(world, clock):
    dong = world.counties[0]
    services.rename_authority(dong, name="东浦新区市场监督管理局", on=TODAY + timedelta(days=10), **WHY)
    change = TreeChange.objects.get()
    with pytest.raises(BadInput, match="理由"):
        services.withdraw_change(change, actor=SYSTEM, reason=" ")
    with pytest.raises(NotAllowed):
        services.withdraw_change(change, actor=world.officer(dong), reason="不改了")
    services.withdraw_change(change, actor=SYSTEM, reason="批复推迟")
    with pytest.raises(WrongState):
        services.withdraw_change(change, actor=SYSTEM, reason="再撤一次")
    clock.forward(days=20)
    assert jobs.change_tree() == 0
    assert fresh(dong).name == dong.name
    assert {one.action for one in LedgerEntry.objects.filter(object_id=change.pk)} == {"parties.plan_tree_change", "parties.withdraw_tree_change"}


def test_a_change_that_cannot_take_effect_says_why_to_whoever_registered_it(world, clock):
    admin = factories.actor(factories.account("province-admin", "省管理员", Role.AUTHORITY_ADMIN, world.province))
    dong, li = world.counties[0], world.cities[1]
    services.move_authority(dong, actor=admin, parent=li, on=TODAY + timedelta(days=5), reason="调整")
    services.move_authority(dong, actor=admin, parent=li, on=TODAY, reason="提前办理")
    clock.forward(days=5)
    assert jobs.change_tree() == 0
    change = TreeChange.objects.get()
    assert change.state == "failed"
    assert "现在就在" in change.settled_note
    assert queries.inbox(EVERYTHING, admin.id).get().title.startswith("层级调整")


def test_a_zone_set_up_ahead_stands_from_its_day(world, clock):
    city = world.cities[0]
    given = {"actor": SYSTEM, "parent": city, "key": "zone-jk", "name": "经开区市场监督管理局", "area_name": "经开区", "short_name": "经开", "level": "county"}
    services.add_authority(**given, valid_from=TODAY + timedelta(days=3))
    assert not all_of(Authority).filter(key="zone-jk").exists()
    with pytest.raises(BadInput, match="待设立"):
        services.add_authority(**given, valid_from=TODAY + timedelta(days=9))
    clock.forward(days=3)
    assert jobs.change_tree() == 1
    assert "zone-jk" in paths(TODAY + timedelta(days=3))
    assert "zone-jk" not in paths(TODAY + timedelta(days=2))


# Editions


def test_nothing_reaches_back_over_the_present_edition(world, clock):
    dong = world.counties[0]
    services.rename_authority(dong, name="东浦一局", on=TODAY, **WHY)
    for change in (
        lambda: services.rename_authority(fresh(dong), name="东浦二局", on=TODAY - timedelta(days=1), **WHY),
        lambda: services.move_authority(fresh(dong), parent=world.cities[1], on=date(2023, 1, 1), **WHY),
        lambda: services.close_authority(fresh(dong), successor=world.counties[1], on=date(2019, 1, 1), **WHY),
    ):
        with pytest.raises(BadInput, match="不能追溯"):
            change()
    services.rename_authority(fresh(dong), name="东浦三局", on=TODAY, **WHY)
    held = AuthorityEdition.objects.filter(authority=dong).order_by("valid_from")
    assert [(one.name, one.valid_from, one.valid_to) for one in held] == [
        (dong.name, factories.START, TODAY - timedelta(days=1)), ("东浦三局", TODAY, None)]


def test_an_authority_moves_once_a_day(world):
    dong, (qing, li) = world.counties[0], world.cities
    services.move_authority(dong, parent=li, on=TODAY, **WHY)
    with pytest.raises(BadInput, match="同一天"):
        services.move_authority(fresh(dong), parent=qing, on=TODAY, **WHY)


def in_force() -> dict:
    return {one.pk: (one.name, one.path) for one in all_of(Authority).filter(valid_to=None)}


def changed_at_random(dice: random.Random, world: factories.World, step: int, on: date) -> None:
    one, other = dice.choices(list(all_of(Authority).filter(valid_to=None).order_by("path")), k=2)
    match dice.randrange(5):
        case 0:
            services.rename_authority(one, name=f"新名{step}", on=on, **WHY)
        case 1 | 2:
            services.move_authority(one, parent=other, on=on, **WHY)
        case 3:
            services.close_authority(one, successor=other, on=on, **WHY)
        case _:
            services.add_authority(actor=SYSTEM, parent=fresh(world.province), key=f"zone-{step}", name=f"新区{step}", area_name="新", short_name="新",
                                   level="county", valid_from=on)


@pytest.mark.parametrize("seed", range(roles.by_database(sqlite=12, postgres=4)))
def test_whatever_changes_come_each_day_has_one_edition_and_the_tree_that_was_in_force(world, clock, seed):
    dice, known, done = random.Random(seed), {}, 0
    reaches_back = seed % 3 == 0
    for step in range(24):
        for _day in range(dice.randrange(3)):
            known[factories.clock.today()] = in_force()
            clock.forward(days=1)
            jobs.change_tree()
        try:
            changed_at_random(dice, world, step, factories.clock.today() + timedelta(days=dice.choice([-2 if reaches_back else 0, 0, 0, 1, 3])))
            done += 1
        except BadInput:
            pass
    known[factories.clock.today()] = in_force()
    assert done >= 4
    for day, stood in known.items():
        said = queries.tree_as_of(EVERYTHING, day)
        assert len({node.authority_id for node in said}) == len(said), day
        places = {node.path for node in said}
        assert all(node.parent_path in places for node in said if node.parent_path), day
        if not reaches_back or day == factories.clock.today():
            assert {node.authority_id: (node.name, node.path) for node in said} == stood, day
    for authority in all_of(Authority):
        held = list(AuthorityEdition.objects.filter(authority=authority).order_by("valid_from"))
        assert all(before.valid_to == after.valid_from - timedelta(days=1) for before, after in pairwise(held))


# What follows


def test_posts_grants_and_accounts_follow_a_move(world):
    dong, (qing, li) = world.counties[0], world.cities
    new_admin = factories.actor(factories.account("li-admin", "砺石管理员", Role.AUTHORITY_ADMIN, li))
    old_admin = factories.actor(factories.account("qing-admin", "青麓管理员", Role.AUTHORITY_ADMIN, qing))
    services.move_authority(dong, parent=li, on=TODAY, **WHY)
    dong = fresh(dong)
    assert post_of("officer3").area == dong.path
    assert post_of("clerk0").area == dong.path
    assert policy.may_grant(new_admin, role=Role.SUPERVISOR, holder=dong)
    assert not policy.may_grant(old_admin, role=Role.SUPERVISOR, holder=dong)
    names = set(queries.accounts_managed(EVERYTHING, new_admin).values_list("username", flat=True))
    assert {"officer3", "clerk0"} <= names
    assert not {"officer3", "clerk0"} & set(queries.accounts_managed(EVERYTHING, old_admin).values_list("username", flat=True))


def test_a_county_dissolved_into_another_hands_everything_over(world):
    dong, xi = world.counties[:2]
    with pytest.raises(BadInput, match="承接单位"):
        services.close_authority(dong, on=TODAY, **WHY)
    services.close_authority(dong, successor=xi, on=TODAY, **WHY)
    closed = fresh(dong)
    assert (closed.valid_to, closed.successor_id) == (TODAY - timedelta(days=1), xi.pk)
    assert dong.key not in paths(TODAY)
    assert dong.key in paths(TODAY - timedelta(days=1))
    assert fresh(world.institutions[0]).org_area == xi.path
    held = list(Post.objects.filter(account__username="officer3").order_by("valid_from"))
    assert [(one.authority_id, one.valid_to) for one in held] == [(dong.pk, TODAY - timedelta(days=1)), (xi.pk, None)]
    assert dong.path in scope_of(post_of("officer4")).areas


def test_a_city_dissolved_takes_its_counties_along(world):
    qing, li = world.cities
    with pytest.raises(BadInput, match="下级部门"):
        services.close_authority(qing, on=TODAY, **WHY)
    services.close_authority(qing, successor=li, on=TODAY, **WHY)
    for county in world.counties[:2]:
        assert (fresh(county).path, fresh(county).parent_id) == (f"{li.path}{county.key}/", li.pk)
    assert fresh(world.institutions[0]).area == f"{li.path}{world.counties[0].key}/"


def test_an_authority_that_others_are_to_join_is_not_closed_under_them(world):
    dong, li = world.counties[0], world.cities[1]
    services.move_authority(dong, parent=li, on=TODAY + timedelta(days=30), **WHY)
    with pytest.raises(BadInput, match="先撤回"):
        services.close_authority(li, successor=world.cities[0], on=TODAY, **WHY)


def test_units_are_seated_under_another_authority_and_bring_their_history(world):
    dong, xi, _chi = world.counties
    unit = world.institutions[0]
    other = factories.institution("东浦留守检验所", dong)
    with pytest.raises(BadInput, match="请选择"):
        services.reseat_organisations(dong, organisations=[], target=xi, on=TODAY, **WHY)
    with pytest.raises(BadInput, match="不在"):
        services.reseat_organisations(xi, organisations=[unit.organisation], target=dong, on=TODAY, **WHY)
    services.reseat_organisations(dong, organisations=[unit.organisation], target=xi, on=TODAY, **WHY)
    assert (fresh(unit).area, fresh(unit).org_area, fresh(other).area) == (xi.path, xi.path, dong.path)
    assert FormerSeat.objects.get().area == dong.path
    assert came_to(xi.path) == {unit.pk}
    assert came_to(world.cities[0].path) == frozenset()
    assert scope_of(post_of("officer4")).org_ids == {xi.pk, unit.pk}
    with pytest.raises(BadInput, match="已经划转过"):
        services.reseat_organisations(xi, organisations=[fresh(unit.organisation)], target=dong, on=TODAY, **WHY)


def test_rows_written_late_with_a_path_of_the_past_follow_with_the_next_day(world):
    dong, li = world.counties[0], world.cities[1]
    services.move_authority(dong, parent=li, on=TODAY, **WHY)
    late = factories.institution("迟到检验所", dong)
    assert late.area == dong.path
    jobs.follow_tree()
    assert fresh(late).area == fresh(late).org_area == fresh(dong).path
    assert jobs.follow_tree() == 0

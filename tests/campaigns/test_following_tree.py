"""After a change of the tree: what is at work goes to who is above now, what was filed keeps the path of its day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from hengjian.base.actions import audited_action
from hengjian.base.errors import BadInput
from hengjian.base.ledger.reconcile import reconcile
from hengjian.base.models import LedgerEntry
from hengjian.base.scope import EVERYTHING
from hengjian.campaigns import documents, queries, services
from hengjian.campaigns.models import Deadline, Extension, Plan, StatReturn, Submission, Target
from hengjian.campaigns.queries.board import board
from hengjian.campaigns.queries.series_page import series_page
from hengjian.enforcement.models import Order
from hengjian.forms.models import SheetEdition
from hengjian.parties import services as parties
from hengjian.parties.actors import actor_for
from hengjian.parties.models import AuthorityEdition, Post
from hengjian.parties.states import Role
from hengjian.rectification.models import Problem
from hengjian.registry.models import Approval, Employment, Institution, InstitutionWorkArea
from tests import factories
from tests.campaigns.facts import FIGURES, accept, facts
from tests.campaigns.scenes import begun, issued, launched
from tests.campaigns.test_statistics import cell, file, values
from tests.factories import SYSTEM, all_of, keep

MOVED = date(2024, 9, 2)
WHY = {"actor": SYSTEM, "reason": "区划调整"}


@pytest.fixture
def at(db, clock):
    return facts(clock)


def fresh(row):
    return type(row).objects.within(EVERYTHING).get(pk=row.pk)


def officer(world, authority):
    """The officer as the next request finds him."""
    post = Post.objects.filter(account_id=world.officer(authority).id).select_related("account", "authority", "organisation").latest("valid_from")
    return actor_for(post.account, post)


def move(at, clock, *, on=MOVED):
    clock.set(on.year, on.month, on.day, 9)
    dong = parties.move_authority(at.world.counties[0], parent=at.world.cities[1], on=on, **WHY)
    services.take_in_after_change([dong.pk], actor=SYSTEM)
    return dong


# A county moves to another city


def test_rows_at_work_follow_and_filed_ones_keep_the_path_of_their_day(at, clock):
    accept(at.dong)
    old = at.world.counties[0].path
    problems = {one.pk: one.state for one in all_of(Problem).filter(org_id=at.dong.institution.pk)}
    dong = move(at, clock)
    for model in (Institution, Employment, Target, Order):
        rows = all_of(model).filter(org_id=at.dong.institution.pk)
        assert {(one.area, one.org_area) for one in rows} == {(dong.path, dong.path)}, model
    states = {(one.state == "accepted", one.org_area) for one in all_of(Submission).filter(org_id=at.dong.institution.pk)}
    assert states <= {(True, old), (False, dong.path)}
    assert {one.org_area for one in all_of(SheetEdition).filter(org_id=at.dong.institution.pk)} == {old}
    closed = {"closed", "dismissed", "recurred"}
    assert all(one.area == (old if problems[one.pk] in closed else dong.path) for one in all_of(Problem).filter(pk__in=problems))
    told = LedgerEntry.objects.get(object_type="registry.institution", object_id=at.dong.institution.pk, action="parties.follow_tree")
    assert told.area == dong.path
    assert reconcile([Institution, Submission, Target, Problem, StatReturn, Employment, Order, Approval, InstitutionWorkArea]).ok


def test_the_new_city_sees_the_whole_history_and_the_old_one_what_was_of_its_time(at, clock):
    accept(at.dong)
    qing, li = at.world.cities
    move(at, clock)
    old_city, new_city = officer(at.world, qing), officer(at.world, li)
    accepted = at.dong.submission()
    newcomer = factories.institution("东浦新来检测所", fresh(at.world.counties[0]))
    for row in (accepted, at.problem("practice"), fresh(at.dong.institution), newcomer, at.ret(at.world.counties[0])):
        assert new_city.scope.holds(row), row
        assert type(row).objects.within(new_city.scope).filter(pk=row.pk).exists()
    assert old_city.scope.holds(accepted)
    for row in (newcomer, fresh(at.dong.institution), at.problem("practice"), at.ret(at.world.counties[0])):
        assert not type(row).objects.within(old_city.scope).filter(pk=row.pk).exists(), row


def test_the_board_counts_the_moved_county_under_its_new_city_filed_or_not(at, clock):
    accept(at.dong)
    qing, li = at.world.cities
    before = board(SYSTEM.scope, at.dong.campaign, qing).total
    here = sum(1 for leaf in board(SYSTEM.scope, at.dong.campaign, at.world.counties[0]).every_leaf())
    there = board(SYSTEM.scope, at.dong.campaign, li).total
    assert here
    dong = move(at, clock)
    assert board(officer(at.world, li).scope, at.dong.campaign, fresh(li)).total == there + here
    assert board(officer(at.world, qing).scope, at.dong.campaign, qing).total == before - here
    own = board(officer(at.world, dong).scope, at.dong.campaign, dong)
    assert (own.total, own.counts["accepted"]) == (here, 1)
    assert any(dong in {authority for authority, _ in one.lines} for one in series_page(officer(at.world, li).scope, at.dong.campaign, li))


def test_a_newly_joined_institution_has_the_county_as_checker_and_counts_under_the_new_city(at, clock):
    dong = move(at, clock)
    newcomer = factories.institution("东浦新来检测所", dong)
    services.join_running_campaigns(actor=SYSTEM)
    made = all_of(Submission).filter(org_id=newcomer.pk)
    assert {one.checker_id for one in made if one.form_code != "task_report"} == {dong.pk}
    leaves = board(officer(at.world, at.world.cities[1]).scope, at.dong.campaign, at.world.cities[1]).every_leaf()
    assert newcomer.name in {leaf.submission.target.institution.name for leaf in leaves}


def test_tables_plans_and_questions_go_to_the_authority_now_above(at, clock):
    qing, li = at.world.cities
    ret = at.ret(at.world.counties[0])
    assert ret.checker_id == qing.pk
    services.begin_return(ret, actor=at.officer(at.world.counties[0]))
    asked = services.ask_extension(at.ret(at.world.counties[0]), actor=at.officer(at.world.counties[0]), wanted_on=date(2024, 12, 31), reason="核查工作量大")
    dong = move(at, clock)
    assert (at.ret(dong).checker_id, at.ret(dong).area) == (li.pk, dong.path)
    assert fresh(asked).decider_id == li.pk
    services.decide_extension(fresh(asked), actor=officer(at.world, li), grant=True, decision="同意")
    assert all_of(Extension).get(pk=asked.pk).state == "granted"


def test_the_plan_of_the_county_follows_that_of_the_new_city(db, clock):
    world = begun(clock)
    campaign = launched(world)
    qing, li = world.cities
    for city in (qing, li):
        issued(world, campaign, city)
    dong = parties.move_authority(world.counties[0], parent=li, on=factories.clock.today(), **WHY)
    services.take_in_after_change([dong.pk], actor=SYSTEM)
    plan = all_of(Plan).get(campaign=campaign, authority=dong)
    assert (plan.area, plan.parent_id) == (dong.path, all_of(Plan).get(campaign=campaign, authority=li).pk)


def test_a_draft_goes_with_its_authority_though_whoever_moves_it_may_not_read_it(db, clock):
    world = begun(clock)
    dong, li = world.counties[0], world.cities[1]
    author = world.officer(dong)
    draft = services.draft_campaign(None, actor=author, issuer=dong, campaign_title="东浦区年行动", short_title="东浦年行动", document_number="",
                                    issued_on=date(2024, 6, 11))
    keeper = factories.actor(factories.account("keeper", "省管理员", Role.AUTHORITY_ADMIN, world.province))
    parties.move_authority(dong, actor=keeper, parent=li, on=factories.clock.today(), reason="区划调整")
    assert fresh(draft).area == fresh(dong).path
    last = LedgerEntry.objects.filter(object_id=draft.pk).latest("id")
    assert (last.action, last.actor_id) == ("parties.follow_tree", keeper.id)
    assert [one.pk for one in queries.campaigns_seen(officer(world, dong).scope)] == [draft.pk]
    assert not queries.campaigns_seen(officer(world, li).scope).exists()


def test_a_campaign_of_the_old_city_alone_stays_with_it_to_its_end(db, clock):
    world = begun(clock)
    qing, li = world.cities
    campaign = launched(world)
    with audited_action("test.narrow", actor=SYSTEM) as act:
        row = act.take(campaign)
        row.area, row.issuer = qing.path, qing
    parties.move_authority(world.counties[0], parent=li, on=factories.clock.today(), **WHY)
    held = all_of(Submission).filter(campaign=campaign, org_id=world.institutions[0].pk)
    assert {one.org_area for one in held} == {world.counties[0].path}
    assert all_of(Deadline).filter(plan__campaign=campaign).exists()


def test_the_frozen_table_of_the_old_city_reproduces_the_same(at, clock):
    qing = at.world.cities[0]
    edition = file(at, qing)
    before = documents.table_page(at.officer(qing).scope, at.ret(qing), edition_number="1")
    move(at, clock)
    after = documents.table_page(officer(at.world, qing).scope, at.ret(qing), edition_number="1")
    assert {key: one.shown for key, one in after.cells.items()} == {key: one.shown for key, one in before.cells.items()}
    assert fresh(edition).digest == edition.digest


def test_live_figures_add_up_after_rows_have_followed(at, clock):
    province = at.world.province
    whole = values(documents.draw_table(SYSTEM.scope, at.ret(province)))
    dong = move(at, clock)
    assert values(documents.draw_table(SYSTEM.scope, at.ret(province))) == whole == FIGURES
    qing, li = at.world.cities
    found = {one.area_name: cell(documents.draw_table(SYSTEM.scope, at.ret(one)), "institutions_with_violations").shown for one in (qing, li, dong)}
    assert found == {"青麓市": 0, "砺石市": 1, "东浦区": 1}


def test_a_move_is_not_dated_back_before_a_frozen_table(at, clock):
    file(at, at.world.cities[0])
    clock.set(2024, 9, 2, 9)
    with pytest.raises(BadInput, match="报送定稿"):
        parties.move_authority(at.world.counties[0], parent=at.world.cities[1], on=date(2024, 7, 1), **WHY)


# Merging and splitting


def test_a_county_dissolved_hands_its_open_matters_to_the_successor(at, clock):
    dong, xi, _chi = at.world.counties
    keep(InstitutionWorkArea(institution=at.exam).owned_by(at.exam), InstitutionWorkArea(institution=at.exam, area=dong.path, org_id=at.exam.pk, org_area=at.exam.area))
    order = all_of(Order).get()
    clock.set(2024, 9, 2, 9)
    parties.close_authority(dong, successor=xi, on=MOVED, **WHY)
    services.take_in_after_change([dong.pk], actor=SYSTEM)
    assert fresh(order).authority_id == xi.pk
    assert {one.checker_id for one in all_of(Submission).filter(org_id=at.dong.institution.pk).exclude(state="accepted")} <= {xi.pk, at.world.cities[0].pk, at.world.province.pk}
    assert not all_of(StatReturn).filter(authority=dong, state="idle").exists()
    assert [one.area for one in all_of(InstitutionWorkArea).filter(institution=at.exam)] == [xi.path]
    seen = officer(at.world, xi).scope
    assert all(seen.holds(one) for one in all_of(SheetEdition).filter(org_id=at.dong.institution.pk))
    assert board(seen, at.dong.campaign, xi).total == 1


def test_units_carved_out_are_checked_by_their_new_authority_which_sees_what_was(at, clock):
    accept(at.dong)
    dong, zone = at.world.counties[0], at.world.zone
    editions = list(all_of(SheetEdition).filter(org_id=at.dong.institution.pk))
    clock.set(2024, 9, 2, 9)
    parties.reseat_organisations(dong, organisations=[at.dong.institution.organisation], target=zone, on=MOVED, **WHY)
    old, new = officer(at.world, dong), officer(at.world, zone)
    assert all(new.scope.holds(one) for one in editions)
    assert all(old.scope.holds(one) for one in editions)
    assert not old.scope.holds(fresh(at.dong.institution))
    open_ones = all_of(Submission).filter(org_id=at.dong.institution.pk).exclude(state="accepted").exclude(form_code="task_report")
    assert {one.checker_id for one in open_ones} <= {zone.pk}
    assert at.dong.submission().pk in {leaf.submission.pk for leaf in board(new.scope, at.dong.campaign, zone).every_leaf()}
    assert at.dong.submission().pk not in {leaf.submission.pk for leaf in board(old.scope, at.dong.campaign, dong).every_leaf()}


def test_what_comes_back_to_work_after_a_move_follows_with_the_next_day(at, clock):
    accept(at.dong)
    dong = move(at, clock)
    services.return_submission(at.dong.submission(), actor=officer(at.world, dong), reason="请补充社保证明后重报")
    assert at.dong.submission().org_area != dong.path
    clock.forward(days=1)
    parties.follow_late_rows(actor=SYSTEM)
    assert at.dong.submission().org_area == dong.path
    assert (MOVED + timedelta(days=1)) == factories.clock.today()
    assert all_of(AuthorityEdition).filter(authority=dong).count() == 2
    assert queries.chain_above(EVERYTHING, at.dong.submission().org_area)[1].pk == at.world.cities[1].pk

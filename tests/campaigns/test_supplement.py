"""Supplementary notices: dates of a launched campaign changed, followed below, counted twice, told and kept."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from hengjian.base.errors import BadInput, NotAllowed
from hengjian.base.ledger.history import history
from hengjian.campaigns import services
from hengjian.campaigns.models import Deadline, Extension, StatReturn, Submission, Supplement
from hengjian.campaigns.queries.board import on_time_rates
from hengjian.parties.models import Message
from hengjian.web.desk.institution import institution_desk
from hengjian.web.desk.regulator import regulator_desk
from tests import factories
from tests.campaigns import scenes
from tests.campaigns.scenes import plan_of, put, return_of, signed_in, submission_of
from tests.factories import all_of

pytestmark = pytest.mark.django_db

SELF_CHECK, STATISTICS = ("self_check", 1), ("statistics_1", 1)


@pytest.fixture
def world(clock):
    return scenes.begun(clock)


@pytest.fixture
def campaign(world):
    return scenes.launched(world)


def supplement(world, campaign, dates, tasks=(), of=None, **more):
    of = of or world.province
    given = {"number": "澜市监办特设〔2024〕30号", "issued_on": date(2024, 7, 1), "reason": "汛期影响，延长自查时间。", **more}
    return services.issue_supplement(plan_of(campaign, of), actor=world.officer(of), dates=dates, tasks=tasks, **given)


def due(campaign, institution):
    row = submission_of(campaign, institution)
    return row.due_on, row.original_due_on


def test_a_later_date_is_followed_where_it_was_the_parents_and_earlier_ones_stay(world, campaign, clock):
    scenes.issued(world, campaign, world.cities[0], self_check=date(2024, 7, 19))
    clock.set(2024, 7, 1, 9)
    supplement(world, campaign, {SELF_CHECK: date(2024, 8, 10)})
    first, second, third = (due(campaign, one) for one in world.institutions)
    assert first == (date(2024, 7, 19), date(2024, 7, 19))
    assert second == third == (date(2024, 8, 10), date(2024, 7, 31))
    assert all_of(Deadline).get(plan__authority=world.cities[0]).parent_due_on == date(2024, 8, 10)


def test_an_earlier_date_brings_forward_what_would_be_later(world, campaign, clock):
    scenes.issued(world, campaign, world.cities[0], self_check=date(2024, 7, 19))
    clock.set(2024, 7, 1, 9)
    supplement(world, campaign, {SELF_CHECK: date(2024, 7, 10)})
    assert {due(campaign, one)[0] for one in world.institutions} == {date(2024, 7, 10)}
    clock.set(2024, 7, 2, 9)
    supplement(world, campaign, {SELF_CHECK: date(2024, 7, 25)})  # the city's day follows now: it is the parent's
    assert {due(campaign, one)[0] for one in world.institutions} == {date(2024, 7, 25)}


def test_tables_of_the_levels_follow_less_the_days_for_review(world, campaign, clock):
    before = {r.authority_id: r.due_on for r in all_of(StatReturn).filter(round=1)}
    assert (before[world.cities[0].id], before[world.counties[0].id]) == (date(2024, 7, 31), date(2024, 7, 26))
    clock.set(2024, 7, 1, 9)
    supplement(world, campaign, {STATISTICS: date(2024, 8, 9)})
    after = {r.authority_id: (r.due_on, r.original_due_on) for r in all_of(StatReturn).filter(round=1)}
    assert after[world.cities[0].id] == (date(2024, 8, 9), date(2024, 7, 31))
    assert after[world.counties[0].id] == (date(2024, 8, 6), date(2024, 7, 26))
    assert return_of(campaign, world.province).due_on == date(2024, 8, 9)


def test_both_on_time_rates_are_kept(world, campaign, clock):
    clock.set(2024, 7, 1, 9)
    supplement(world, campaign, {SELF_CHECK: date(2024, 8, 10)})
    clock.set(2024, 8, 5, 9)
    put(submission_of(campaign, world.institutions[0]), "filed")
    rates = on_time_rates(world.officer(world.province).scope, campaign, world.province)
    assert (rates["kept_original"], rates["due_original"]) == (0, 3)
    assert (rates["kept_extended"], rates["due_extended"]) == (1, 1)


def test_what_is_filed_stays_and_a_granted_extension_stays_unless_the_new_day_is_later(world, campaign, clock):
    first, second, _third = (submission_of(campaign, one) for one in world.institutions)
    asked = services.ask_extension(first, actor=world.clerk(world.institutions[0]), wanted_on=date(2024, 8, 20), reason="系统切换，需要延期")
    services.decide_extension(asked, actor=world.officer(world.counties[0]), grant=True, decision="")
    put(second, "filed")
    clock.set(2024, 7, 1, 9)
    supplement(world, campaign, {SELF_CHECK: date(2024, 8, 10)})
    assert [due(campaign, one)[0] for one in world.institutions] == [date(2024, 8, 20), date(2024, 7, 31), date(2024, 8, 10)]
    clock.set(2024, 7, 3, 9)
    supplement(world, campaign, {SELF_CHECK: date(2024, 8, 30)})
    assert due(campaign, world.institutions[0]) == (date(2024, 8, 30), date(2024, 7, 31))
    assert all_of(Extension).get().due_on == date(2024, 7, 31)


def test_a_level_below_may_relay_earlier_after_the_notice(world, campaign, clock):
    clock.set(2024, 7, 1, 9)
    supplement(world, campaign, {SELF_CHECK: date(2024, 8, 30)})
    scenes.issued(world, campaign, world.cities[0], self_check=date(2024, 8, 20))
    assert due(campaign, world.institutions[0]) == (date(2024, 8, 20), date(2024, 7, 31))
    assert due(campaign, world.institutions[1]) == (date(2024, 8, 30), date(2024, 7, 31))


def test_a_lower_level_supplements_its_own_plan_within_its_parents_days(world, campaign, clock):
    scenes.issued(world, campaign, world.cities[0], self_check=date(2024, 7, 19))
    clock.set(2024, 7, 1, 9)
    with pytest.raises(BadInput, match="晚于上级期限7月31日"):
        supplement(world, campaign, {SELF_CHECK: date(2024, 8, 1)}, of=world.cities[0])
    supplement(world, campaign, {SELF_CHECK: date(2024, 7, 26), STATISTICS: date(2024, 7, 30)}, of=world.cities[0])
    assert due(campaign, world.institutions[0]) == (date(2024, 7, 26), date(2024, 7, 19))
    assert due(campaign, world.institutions[1])[0] == date(2024, 7, 31)


@pytest.mark.parametrize(("dates", "more", "why"), [
    ({}, {}, "没有改动"), ({SELF_CHECK: date(2024, 7, 31)}, {}, "与现期限7月31日相同"), ({SELF_CHECK: date(2024, 6, 30)}, {}, "不能改为已经过去的6月30日"),
    ({SELF_CHECK: date(2024, 8, 10)}, {"reason": "改"}, "请写明补充的理由"), ({SELF_CHECK: date(2024, 8, 10)}, {"issued_on": date(2024, 6, 1)}, "不能早于方案的印发日期6月11日"),
    ({("nothing", 1): date(2024, 8, 10)}, {}, "方案中没有这一项期限"),
])
def test_what_does_not_fit_is_refused_with_the_reason(world, campaign, clock, dates, more, why):
    clock.set(2024, 7, 1, 9)
    with pytest.raises(BadInput, match=why):
        supplement(world, campaign, dates, **more)
    assert not all_of(Supplement).exists()


def test_only_the_level_itself_and_only_while_it_runs(world, campaign, clock):
    clock.set(2024, 7, 1, 9)
    given = {"number": "", "issued_on": date(2024, 7, 1), "reason": "汛期影响，延长时间", "dates": {SELF_CHECK: date(2024, 8, 10)}}
    with pytest.raises(NotAllowed):
        services.issue_supplement(plan_of(campaign, world.cities[0]), actor=world.officer(world.province), **given)
    services.close_campaign(campaign, actor=world.officer(world.province), reason="提前结束")
    with pytest.raises(NotAllowed, match="行动已经结束"):
        services.issue_supplement(plan_of(campaign, world.province), actor=world.officer(world.province), **given)


def test_it_is_told_to_the_levels_below_and_to_institutions_whose_day_moved(world, campaign, clock):
    scenes.issued(world, campaign, world.cities[0], self_check=date(2024, 7, 19))
    clock.set(2024, 7, 1, 9)
    made = supplement(world, campaign, {SELF_CHECK: date(2024, 8, 10)})
    told = {m.account.username: m for m in all_of(Message).filter(title__startswith="补充通知").select_related("account")}
    assert {"officer1", "officer2", "clerk1", "clerk2"} <= set(told)
    assert "clerk0" not in told  # its city keeps the earlier day
    assert "本单位的期限改为2024年08月10日24:00。" in told["clerk1"].body
    for who in (world.clerk(world.institutions[1]), world.officer(world.cities[0]), world.officer(world.province)):
        assert "汛期影响" in signed_in(who).get(reverse("campaigns:supplement", args=[made.id])).content.decode()


def test_it_is_shown_wherever_the_dates_are(world, campaign, clock):
    clock.set(2024, 7, 1, 9)
    supplement(world, campaign, {SELF_CHECK: date(2024, 8, 10)})
    number = "澜市监办特设〔2024〕30号"
    browser = signed_in(world.officer(world.province))
    for name in ("board", "relay", "campaign", "compare"):
        assert number in browser.get(reverse(f"campaigns:{name}", args=[campaign.id])).content.decode(), name
    timetable = browser.get(reverse("campaigns:timetable", args=[campaign.id]), {"key": "self_check"}).content.decode()
    assert number in timetable
    assert "原文：“7月底”。" in timetable
    notice = signed_in(world.clerk(world.institutions[1])).get(reverse("campaigns:notice", args=[campaign.id])).content.decode()
    assert number in notice


def test_the_page_reckons_what_a_day_would_do_and_issues_it(world, campaign, clock):
    scenes.issued(world, campaign, world.cities[0], self_check=date(2024, 7, 19))
    clock.set(2024, 7, 1, 9)
    browser, plan = signed_in(world.officer(world.province)), plan_of(campaign, world.province)
    hint = reverse("campaigns:supplement_hint", args=[plan.id])
    asked = {"key": "self_check", "round": "1"}
    said = browser.get(hint, {**asked, "due-self_check:1": "2024-08-10"}).content.decode()
    assert "推后10天" in said
    assert "随之调整未报送的2份" in said
    assert "青麓市自定的7月19日更早，不变" in said
    assert "青麓市自定的7月19日提到7月12日" in browser.get(hint, {**asked, "due-self_check:1": "2024-07-12"}).content.decode()
    assert "不能改为已经过去的6月1日" in browser.get(hint, {**asked, "due-self_check:1": "2024-06-01"}).content.decode()

    address = reverse("campaigns:new_supplement", args=[plan.id])
    fields = {"number": "澜市监办特设〔2024〕30号", "issued_on": "2024-07-01", "reason": "", "due-self_check:1": "2024-08-10"}
    refused = browser.post(address, {**fields, "issue": "1"})
    assert refused.status_code == 422
    assert "请写明补充的理由" in refused.content.decode()
    assert 'value="2024-08-10"' in refused.content.decode()
    assert browser.post(address, {**fields, "reason": "汛期影响，延长自查时间"}).status_code == 200  # Enter alone issues nothing
    assert not all_of(Supplement).exists()
    done = browser.post(address, {**fields, "reason": "汛期影响，延长自查时间", "issue": "1"})
    assert done["Location"] == reverse("campaigns:supplement", args=[all_of(Supplement).get().id])
    printed = browser.get(reverse("campaigns:print_supplement", args=[all_of(Supplement).get().id])).content.decode()
    assert "其余事项仍按原方案执行。" in printed


def test_strangers_do_not_find_it(world, campaign, clock):
    clock.set(2024, 7, 1, 9)
    scenes.issued(world, campaign, world.cities[0], self_check=date(2024, 7, 19))
    made = supplement(world, campaign, {SELF_CHECK: date(2024, 7, 26)}, of=world.cities[0])
    for who in (world.clerk(world.institutions[1]), world.officer(world.cities[1])):
        assert signed_in(who).get(reverse("campaigns:supplement", args=[made.id])).status_code == 404
    lower = factories.actor(factories.account("low", "县局", "supervisor", world.counties[0]))
    assert signed_in(lower).get(reverse("campaigns:new_supplement", args=[plan_of(campaign, world.province).id])).status_code == 404


def test_the_ledger_tells_what_moved_and_why(world, campaign, clock):
    clock.set(2024, 7, 1, 9)
    made = supplement(world, campaign, {SELF_CHECK: date(2024, 8, 10)})
    assert [one.title for one in history("campaigns.supplement", made.id)] == ["印发补充通知"]
    row = all_of(Submission).get(org_id=world.institutions[1].id, key="self_check")
    assert history("campaigns.submission", row.id)[-1].title == "按补充通知调整期限"
    assert made.changes["moved"] == {"submissions": 3, "returns": 0}


def test_desks_name_the_notice_as_the_ground_of_the_new_day(world, campaign, clock):
    clock.set(2024, 7, 1, 9)
    supplement(world, campaign, {SELF_CHECK: date(2024, 8, 10), STATISTICS: date(2024, 8, 9)})
    tasks = {task.title: task for task in institution_desk(world.clerk(world.institutions[1])).desk.tasks}
    assert tasks["报送自查表：《年行动》"].clause == "补充通知 澜市监办特设〔2024〕30号"
    city = {task.title: task for task in regulator_desk(world.officer(world.cities[0])).desk.tasks}
    assert city["报送第1次统计表：《年行动》"].clause == "补充通知 澜市监办特设〔2024〕30号"
    assert city["报送第2次统计表：《年行动》"].clause == "方案 三（三）"
    county = {task.title: task for task in regulator_desk(world.officer(world.counties[0])).desk.tasks}
    assert county["报送第2次统计表：《年行动》"].clause == "系统设定"

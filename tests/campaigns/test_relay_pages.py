"""Pages of the relay: acknowledged, tightened, refused and kept on record, laid side by side, printed."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.urls import reverse

from hengjian.base.scope import EVERYTHING
from hengjian.campaigns import services
from hengjian.campaigns.models import Deadline, Plan, StatReturn, Submission
from hengjian.parties.models import Message
from tests.campaigns import scenes
from tests.campaigns.scenes import plan_of, put, signed_in, submission_of
from tests.factories import all_of

pytestmark = pytest.mark.django_db

ANNEX2 = "cn-43.2024-standardisation.annex2"


@pytest.fixture
def world(clock):
    return scenes.begun(clock)


@pytest.fixture
def campaign(world):
    return scenes.launched(world)


@pytest.fixture
def city(world, campaign):
    """The browser of the first city's officer, the plan acknowledged."""
    browser = signed_in(world.officer(world.cities[0]))
    browser.post(reverse("campaigns:acknowledge_plan", args=[plan_of(campaign, world.cities[0]).id]))
    return browser


def address(world, campaign, name="plan"):
    return reverse(f"campaigns:{name}", args=[plan_of(campaign, world.cities[0]).id])


def fields(**changes):
    return {"number": "青市监〔2024〕9号", "issued_on": "2024-06-20", "issue": "1", **changes}


def test_a_plan_is_acknowledged_first(world, campaign):
    browser = signed_in(world.officer(world.cities[0]))
    said = browser.get(address(world, campaign)).content.decode()
    assert "先签收" in said
    assert 'name="issue"' not in said
    browser.post(address(world, campaign, "acknowledge_plan"))
    assert plan_of(campaign, world.cities[0]).received_by_name == world.officer(world.cities[0]).name
    assert 'name="issue"' in browser.get(address(world, campaign)).content.decode()


def test_a_plan_is_issued_with_dates_tasks_steps_and_contacts(world, campaign, city):
    answer = city.post(address(world, campaign), fields(**{
        "due-self_check:1": "2024-07-19", "tasks": "0", "tasks-0-title": "底片复评5%", "tasks-0-text": "抽取5%复评",
        "added": "0", "added-0-title": "县级统计表", "added-0-form": ANNEX2, "added-0-from": "county", "added-0-round": "1", "added-0-due": "2024-07-24",
        "contacts": "0", "contacts-0-name": "特设科", "contacts-0-phone": "0999-1234567",
    }))
    plan = plan_of(campaign, world.cities[0])
    assert answer.status_code == 302
    assert (plan.state, plan.number, plan.body["tasks"][0]["title"], plan.body["contacts"][0]["name"]) == ("issued", "青市监〔2024〕9号", "底片复评5%", "特设科")
    assert {s.due_on for s in all_of(Submission).filter(org_area=world.counties[0].path)} == {date(2024, 7, 19)}
    own = all_of(StatReturn).filter(authority=world.counties[0], round=1)
    assert [(r.key, r.due_on) for r in own] == [("statistics_1", date(2024, 7, 24))]
    assert {m.account.username for m in all_of(Message).filter(kind="plan", title__startswith="请签收").select_related("account")} >= {"officer3", "officer4"}


def test_a_later_date_is_refused_and_the_refusal_stays_on_record(world, campaign, city):
    answer = city.post(address(world, campaign), fields(**{"due-self_check:1": "2024-08-02", "number": "写了一半", "_receipt": str(uuid.uuid4())}))
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "拟定期限8月2日晚于上级期限7月31日，系统未予发布。请改为7月31日或更早。" in said
    assert 'value="写了一半"' in said
    plan = plan_of(campaign, world.cities[0])
    assert plan.state == "draft"
    assert len(plan.refused) == 1
    assert "系统未予发布" in signed_in(world.officer(world.province)).get(reverse("campaigns:board", args=[campaign.id])).content.decode()


def test_a_step_of_ones_own_must_leave_the_days_for_review(world, campaign, city):
    step = {"added": "0", "added-0-title": "县级统计表", "added-0-form": ANNEX2, "added-0-from": "county", "added-0-round": "1"}
    answer = city.post(address(world, campaign), fields(**step, **{"added-0-due": "2024-07-29"}))
    assert "扣除审核3个工作日，最晚为7月26日" in answer.content.decode()


def test_a_step_comes_back_each_month(world, campaign, city):
    step = {"added": "0", "added-0-title": "县级半月报", "added-0-form": ANNEX2, "added-0-from": "county", "added-0-round": "1", "added-0-due": "2024-07-05"}
    said = city.post(address(world, campaign), fields(**step, **{"added-0-days": "5，20", "added-0-until": "2024-08-31", "repeat": "added:0"}))
    rows = said.context["form"].body["added"]
    assert [(row["due"], str(row["round"])) for row in rows] == [("2024-07-05", "1"), ("2024-07-20", "3"), ("2024-08-05", "4"), ("2024-08-20", "5")]
    sent = {"added": [str(n) for n in range(len(rows))]}
    sent |= {f"added-{n}-{name}": str(value) for n, row in enumerate(rows) for name, value in row.items()}
    city.post(address(world, campaign), fields(**sent))
    held = Deadline.objects.within(EVERYTHING).filter(plan=plan_of(campaign, world.cities[0]), title="县级半月报").order_by("due_on")
    assert [(one.due_on, one.round) for one in held] == [(date(2024, 7, 5), 1), (date(2024, 7, 20), 3), (date(2024, 8, 5), 4), (date(2024, 8, 20), 5)]
    asked = {(one.due_on, one.round) for one in all_of(StatReturn).filter(authority=world.counties[0])}
    assert asked >= {(one.due_on, one.round) for one in held}
    assert {day for day, round_ in asked if round_ == 2} == {date(2024, 11, 26)}, "the round that the province waits for is still owed"


def test_the_hint_says_it_while_one_types(world, campaign, city):
    hint = address(world, campaign, "plan_hint")
    asked = {"key": "self_check", "round": "1", "due-self_check:1": "2024-07-19"}
    assert "可以，较上级提前12天" in city.get(hint, asked).content.decode()
    assert "系统未予发布" in city.get(hint, {**asked, "due-self_check:1": "2024-08-19"}).content.decode()
    step = {"step": "0", "added-0-form": ANNEX2, "added-0-round": "1", "added-0-due": "2024-07-24"}
    assert "最晚7月26日" in city.get(hint, step).content.decode()
    assert city.get(hint, {"key": "self_check", "due-self_check:1": ""}).content.decode().partition('<div id="early"')[0].strip() == ""
    assert not plan_of(campaign, world.cities[0]).refused


def test_a_draft_of_a_plan_is_saved_and_rows_are_added(world, campaign, city):
    grown = city.post(address(world, campaign), {"number": "草稿号", "issued_on": "2024-06-20", "add": "tasks"}).content.decode()
    assert 'value="草稿号"' in grown
    assert "tasks-0-title" in grown
    city.post(address(world, campaign), {"number": "草稿号", "issued_on": "2024-06-20", "save": "1", "due-self_check:1": "2024-07-20"})
    plan = plan_of(campaign, world.cities[0])
    assert (plan.state, plan.number, plan.body["dates"]) == ("draft", "草稿号", {"self_check:1": "2024-07-20"})
    assert 'value="2024-07-20"' in city.get(address(world, campaign)).content.decode()


def test_a_step_without_a_name_is_refused_by_row(world, campaign, city):
    answer = city.post(address(world, campaign), fields(**{"added": "0", "added-0-form": ANNEX2, "added-0-from": "county", "added-0-due": "2024-07-24"}))
    assert answer.status_code == 422
    assert "请填写环节名称和期限。" in answer.content.decode()


def test_no_level_issues_the_plan_of_another(world, campaign, city):
    plan = plan_of(campaign, world.cities[0])
    assert signed_in(world.officer(world.cities[1])).get(reverse("campaigns:plan", args=[plan.id])).status_code == 404
    assert signed_in(world.officer(world.province)).post(reverse("campaigns:plan", args=[plan.id]), fields()).status_code == 403
    assert signed_in(world.clerk(world.institutions[0])).get(reverse("campaigns:plan", args=[plan.id])).status_code == 403


def test_those_below_read_the_plan_above_once_it_is_issued(world, campaign):
    plan = plan_of(campaign, world.cities[0])
    county = signed_in(world.officer(world.counties[0]))
    assert county.get(reverse("campaigns:plan", args=[plan.id])).status_code == 404
    scenes.issued(world, campaign, world.cities[0])
    assert county.get(reverse("campaigns:plan", args=[plan.id])).status_code == 200


def test_receipts_are_listed_from_above_to_below(world, campaign):
    scenes.issued(world, campaign, world.cities[0], self_check=date(2024, 7, 19))
    said = signed_in(world.officer(world.province)).get(reverse("campaigns:relay", args=[campaign.id])).content.decode()
    assert "收到方案的5个部门中，1个已签收，1个已印发本级方案。" in said
    assert said.index("青麓市市场监督管理局") < said.index("东浦区市场监督管理局") < said.index("砺石市市场监督管理局")
    assert all_of(Plan).filter(campaign=campaign).count() == 6


def test_the_levels_are_laid_side_by_side(world, campaign):
    scenes.issued(world, campaign, world.cities[0], self_check=date(2024, 7, 19))
    officer = signed_in(world.officer(world.province))
    said = officer.get(reverse("campaigns:compare", args=[campaign.id]), {"place": world.counties[0].key}).content.decode()
    assert "<del>7月31日</del> → <ins>7月19日</ins>" in said
    assert "底片复评5%" in said
    assert "尚未印发" in said


def test_a_plan_is_printed(world, campaign):
    plan = scenes.issued(world, campaign, world.cities[0], self_check=date(2024, 7, 19))
    said = signed_in(world.officer(world.cities[0])).get(reverse("campaigns:print_plan", args=[plan.id])).content.decode()
    assert "2024年7月19日" in said
    assert "底片复评5%" in said


def test_names_of_superiors_are_hidden_where_the_campaign_says_so(world):
    campaign = scenes.launched(world, hide_superiors=True)
    scenes.issued(world, campaign, world.cities[0])
    name = world.officer(world.cities[0]).name
    plan = plan_of(campaign, world.cities[0])
    assert name in signed_in(world.officer(world.province)).get(reverse("campaigns:plan", args=[plan.id])).content.decode()
    shown = signed_in(world.officer(world.counties[0])).get(reverse("campaigns:plan", args=[plan.id])).content.decode()
    assert name not in shown


def test_histories_hide_superiors_too_where_the_campaign_says_so(world):
    campaign = scenes.launched(world, hide_superiors=True)
    city, county, unit = world.cities[0], world.officer(world.counties[0]), world.institutions[0]
    scenes.issued(world, campaign, city)
    plan = reverse("web:history", args=["campaigns.plan", plan_of(campaign, world.counties[0]).pk])
    above = f"<b>{world.officer(city).name}</b>"
    assert above in signed_in(world.officer(city)).get(plan).content.decode()
    assert above not in signed_in(county).get(plan).content.decode()
    row = submission_of(campaign, unit)
    put(row, "filed")
    services.return_submission(row, actor=county, reason="第三人未写说明")
    page = signed_in(world.clerk(unit)).get(reverse("web:history", args=["campaigns.submission", row.pk])).content.decode()
    assert "第三人未写说明" in page
    assert f"<b>{county.name}</b>" not in page


def test_a_table_before_the_self_check_is_said_and_not_refused(world, campaign, city):
    hint = address(world, campaign, "plan_hint")
    asked = {"key": "statistics_1", "round": "1", "due-statistics_1:1": "2024-07-10"}
    said = city.get(hint, asked).content.decode()
    assert "可以，较上级提前21天" in said
    assert "定在7月10日，而" in said
    assert "到7月31日才截止" in said
    assert "才截止" not in city.get(hint, {**asked, "due-self_check:1": "2024-07-05"}).content.decode()
    city.post(address(world, campaign), fields(**{"due-statistics_1:1": "2024-07-10"}))
    assert plan_of(campaign, world.cities[0]).state == "issued"
    assert "定在7月10日，而" in city.get(address(world, campaign)).content.decode()


def test_the_part_that_the_system_asks_of_the_counties_is_told_too(world, campaign, city):
    said = city.get(address(world, campaign)).content.decode()
    assert "县级要在7月26日前报本级（扣除审核的工作日），而" in said
    sent = fields(**{"due-self_check:1": "2024-07-19"})
    city.post(address(world, campaign), sent)
    assert "才截止" not in city.get(address(world, campaign)).content.decode()


def test_a_step_of_ones_own_before_the_self_check_is_said(world, campaign, city):
    step = {"step": "0", "added": "0", "added-0-title": "县级统计表", "added-0-form": ANNEX2, "added-0-from": "county", "added-0-round": "1", "added-0-due": "2024-07-12"}
    said = city.get(address(world, campaign, "plan_hint"), step).content.decode()
    assert "县级统计表定在7月12日，而" in said
    assert "县级要在" not in said

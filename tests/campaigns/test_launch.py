"""A campaign is launched, relayed with tighter dates, and names institutions and their deadlines."""

from __future__ import annotations

from datetime import date

import pytest

from hengjian.base.errors import BadInput, NotAllowed, OutOfScope
from hengjian.base.scope import EVERYTHING
from hengjian.base.states import WrongState
from hengjian.campaigns import services
from hengjian.campaigns.models import Campaign, Plan, StatReturn, Submission, Target
from hengjian.campaigns.queries.areas import areas_reached
from hengjian.campaigns.queries.board import board
from hengjian.forms import queries as forms
from hengjian.forms.services import load_definitions
from tests import factories
from tests.campaigns.scenes import submission_of
from tests.factories import SYSTEM, all_of

pytestmark = pytest.mark.django_db

HUNAN = "cn-43.2024-standardisation.campaign"


@pytest.fixture
def world(clock):
    load_definitions(actor=SYSTEM)
    clock.set(2024, 6, 11, 10)
    return factories.world()


def drafted(world, **changes) -> Campaign:
    return services.draft_campaign(
        forms.definition(world.officer(world.province).scope, HUNAN), actor=world.officer(world.province), issuer=world.province,
        campaign_title="澜川省年行动", short_title="年行动", document_number="澜市监办特设〔2024〕21号", issued_on=date(2024, 6, 11), changes=changes,
    )


def launched(world) -> Campaign:
    return services.launch_campaign(drafted(world), actor=world.officer(world.province))


def plan_of(campaign, authority) -> Plan:
    return all_of(Plan).get(campaign=campaign, authority=authority)


def issue(world, campaign, authority, **dates_by_key) -> Plan:
    officer = world.officer(authority)
    plan = services.acknowledge_plan(plan_of(campaign, authority), actor=officer)
    return services.issue_plan(plan, actor=officer, number="青市监〔2024〕9号", issued_on=date(2024, 6, 20),
                               dates={(key, 1): day for key, day in dates_by_key.items()})


def test_launch_names_every_institution_of_the_kinds_asked_and_what_it_has_to_file(world):
    campaign = launched(world)

    assert campaign.state == "running"
    assert {t.institution.name for t in all_of(Target).filter(campaign=campaign)} == {i.name for i in world.institutions}
    due = {(s.target.institution.name, s.checker.area_name, s.due_on) for s in all_of(Submission).filter(campaign=campaign)}
    assert due == {
        ("青麓恒固气瓶检验有限公司", "东浦区", date(2024, 7, 31)),
        ("砺石正衡无损检测有限公司", "赤岩县", date(2024, 7, 31)),
        ("澜川高新电梯检测有限公司", "高新技术产业开发区", date(2024, 7, 31)),
    }


def test_launch_opens_the_statistics_tables_of_each_level(world):
    campaign = launched(world)

    first = {r.authority.area_name: (r.due_on, r.checker.area_name if r.checker else None)
             for r in all_of(StatReturn).filter(campaign=campaign, round=1)}
    assert first["青麓市"] == (date(2024, 7, 31), "澜川省")
    assert first["东浦区"] == (date(2024, 7, 26), "青麓市")  # three working days for the city's review
    assert first["高新技术产业开发区"] == (date(2024, 7, 31), "澜川省")
    assert first["澜川省"] == (date(2024, 7, 31), None)


def test_an_institution_approved_later_joins_by_itself(world, clock):
    campaign = launched(world)
    clock.set(2024, 7, 2, 9)
    factories.institution("青麓新设电梯检测有限公司", world.counties[1], kind="testing")

    assert services.join_new_institutions(campaign, actor=SYSTEM) == 1
    joined = all_of(Target).get(institution__name="青麓新设电梯检测有限公司")
    assert joined.reason == "行动期间新取得核准，自动纳入；各项期限自纳入之日起至少留10个工作日"
    assert submission_of(campaign, joined.institution).due_on == date(2024, 7, 31), "there is time enough"
    assert services.join_new_institutions(campaign, actor=SYSTEM) == 0


def test_who_joins_near_or_after_the_day_has_ten_working_days(world, clock):
    campaign = launched(world)
    clock.set(2024, 7, 30, 9)
    factories.institution("青麓新设电梯检测有限公司", world.counties[1], kind="testing")
    services.join_new_institutions(campaign, actor=SYSTEM)
    late = submission_of(campaign, all_of(Target).get(institution__name="青麓新设电梯检测有限公司").institution)
    assert (late.due_on, late.original_due_on) == (date(2024, 8, 13), date(2024, 8, 13))


def test_a_campaign_may_be_limited_to_some_areas(world):
    chosen, other = world.cities[:2]
    campaign = services.launch_campaign(drafted(world, areas=[str(chosen.id)]), actor=world.officer(world.province))
    assert {t.institution.org_area.split("/")[1] for t in all_of(Target).filter(campaign=campaign)} == {chosen.key}
    asked = {p.authority for p in all_of(Plan).filter(campaign=campaign).select_related("authority")}
    assert chosen in asked
    assert other not in asked
    owing = {r.authority.path for r in all_of(StatReturn).filter(campaign=campaign).select_related("authority")}
    assert all(path.startswith(chosen.path) or chosen.path.startswith(path) for path in owing)
    shown = {node.authority.path for node in board(EVERYTHING, campaign, world.province).walk()}
    assert other.path not in shown


def test_areas_of_others_cannot_be_drawn_in(world):
    city = world.cities[0]
    campaign = drafted(world)
    campaign.area, campaign.body = city.path, {**campaign.body, "areas": [str(world.cities[1].id)]}
    assert areas_reached(EVERYTHING, campaign) == [city.path]


def test_an_exception_is_named_with_its_reason_and_files_nothing(world):
    left_out = world.institutions[0]
    campaign = services.launch_campaign(drafted(world, exceptions={str(left_out.id): "已申请注销，不再开展检验"}), actor=world.officer(world.province))

    target = all_of(Target).get(campaign=campaign, institution=left_out)
    assert (target.included, target.reason) == (False, "已申请注销，不再开展检验")
    assert not all_of(Submission).filter(target=target).exists()


def test_a_city_tightens_the_date_for_its_own_institutions_only(world):
    campaign = launched(world)

    issue(world, campaign, world.cities[0], self_check=date(2024, 7, 19))

    due = {s.target.institution.name: s.due_on for s in all_of(Submission).filter(campaign=campaign)}
    assert due == {
        "青麓恒固气瓶检验有限公司": date(2024, 7, 19),
        "砺石正衡无损检测有限公司": date(2024, 7, 31),
        "澜川高新电梯检测有限公司": date(2024, 7, 31),
    }


def test_a_later_date_is_refused_with_the_reason_and_the_refusal_is_kept(world):
    campaign = launched(world)

    with pytest.raises(BadInput) as refused:
        issue(world, campaign, world.cities[0], self_check=date(2024, 8, 2))

    assert str(refused.value) == "拟定期限8月2日晚于上级期限7月31日，系统未予发布。请改为7月31日或更早。"
    plan = plan_of(campaign, world.cities[0])
    assert plan.state == "draft"
    assert plan.refused[0]["said"] == [str(refused.value)]


def test_a_step_of_ones_own_must_leave_the_days_for_review(world):
    campaign = launched(world)
    officer = world.officer(world.cities[0])
    plan = services.acknowledge_plan(plan_of(campaign, world.cities[0]), actor=officer)
    own = {"key": "county_statistics", "title": "县级统计表", "form": "cn-43.2024-standardisation.annex2", "from": "county", "to": "city"}

    with pytest.raises(BadInput, match="扣除审核3个工作日，最晚为7月26日"):
        services.issue_plan(plan, actor=officer, number="", issued_on=date(2024, 6, 20), dates={}, added=[{**own, "due": "2024-07-29", "round": 1}])
    for day, said in (("2030-01-01", "在行动结束"), ("2024-06-01", "早于行动发起之日")):
        with pytest.raises(BadInput, match=said):
            services.issue_plan(plan, actor=officer, number="", issued_on=date(2024, 6, 20), dates={}, added=[{**own, "form": "", "due": day, "round": 1}])
    issued = services.issue_plan(plan, actor=officer, number="", issued_on=date(2024, 6, 20), dates={}, added=[{**own, "due": "2024-07-26", "round": 1}])
    assert [d.key for d in issued.deadlines.all()] == ["county_statistics"]


def test_a_plan_is_acknowledged_before_it_is_issued(world):
    campaign = launched(world)
    with pytest.raises(NotAllowed, match="请先签收"):
        services.issue_plan(plan_of(campaign, world.cities[0]), actor=world.officer(world.cities[0]), number="", issued_on=date(2024, 6, 20), dates={})


@pytest.mark.parametrize(("who", "error"), [("city", NotAllowed), ("clerk", NotAllowed)])
def test_only_the_issuer_launches(world, who, error):
    campaign = drafted(world)
    actor = world.officer(world.cities[0]) if who == "city" else world.clerk(world.institutions[0])
    with pytest.raises((error, OutOfScope)):
        services.launch_campaign(campaign, actor=actor)


def test_a_campaign_is_launched_once(world):
    campaign = launched(world)
    with pytest.raises(WrongState):
        services.launch_campaign(campaign, actor=world.officer(world.province))


def test_a_draft_without_a_date_is_refused_by_name(world):
    campaign = drafted(world, deadlines=[{"key": "x", "title": "工作总结", "from": "city", "to": "province", "due": ""}])
    with pytest.raises(BadInput, match="“工作总结”没有填写期限"):
        services.launch_campaign(campaign, actor=world.officer(world.province))


def test_recurring_returns_become_single_dates(world):
    body = services.launch.body_of(forms.definition(world.officer(world.province).scope, "cn-23.2012-127.campaign"))
    progress = [d["due"] for d in body["deadlines"] if d["key"].startswith("progress")]
    assert progress[:4] == ["2012-07-30", "2012-08-15", "2012-08-30", "2012-09-15"]
    assert progress[-1] == "2012-11-30"

"""The first page of each role: what is due, who waits, how far everybody is; and the way from a reference to its page."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from hengjian.campaigns.models import Plan, StatReturn, Submission, WorkReport
from hengjian.enforcement.models import Order
from hengjian.parties.models import Account
from hengjian.rectification import services as problems
from hengjian.rectification.models import Problem
from hengjian.registry.models import Approval
from hengjian.web.desk.institution import institution_desk
from hengjian.web.desk.opening import PAGES
from hengjian.web.desk.platform import platform_desk
from hengjian.web.desk.regulator import regulator_desk
from hengjian.web.desk.tasks import state_of
from tests import factories
from tests.campaigns.selfchecks import scene
from tests.factories import all_of, keep

pytestmark = pytest.mark.django_db


def signed_in(actor) -> Client:
    """A browser of the account of an actor."""
    client = Client()
    client.force_login(Account.objects.get(pk=actor.id))
    return client


def titles(desk, state: str = "") -> list[str]:
    """Titles of the tasks, of one urgency when it is named."""
    return [task.title for task in desk.tasks if state in {"", task.state}]


def opened(at, *, kind: str = "practice", title: str = "1人未在本单位真实执业", actor=None) -> Problem:
    """A problem that the institution told of itself."""
    return problems.open_problem(
        actor=actor, owner_row=at.institution, kind=kind, title=title, facts="聘用合同与社保缴纳单位不一致。", clause="方案 二（一）", severity=2,
        subject_type="", subject_id=None, subject_label=title, finder="self_check", ref_type="", ref_id=None, label="自查", campaign_id=at.campaign.id,
        disclosed=True,
    )


def test_urgency_goes_by_the_end_of_next_week(clock):
    clock.set(2024, 7, 24, 9)  # a Wednesday
    days = [date(2024, 7, 23), date(2024, 7, 24), date(2024, 7, 25), date(2024, 8, 4), date(2024, 8, 5), None]
    assert [state_of(day) for day in days] == ["late", "today", "soon", "soon", "later", "later"]


def test_a_county_is_told_to_relay_to_check_and_to_confirm(clock):
    at = scene(clock)
    at.filed({"沈砚秋": {"real_practice": "否", "remarks": "社保在外单位"}})
    desk = regulator_desk(at.county).desk
    assert any(title.startswith("审核自查表：青麓恒固气瓶检验有限公司") for title in titles(desk))
    assert any(title.startswith("确认问题：青麓恒固气瓶检验有限公司") for title in titles(desk))
    assert ("青麓恒固气瓶检验有限公司", "自查表待审核") in [(one.who, one.what) for one in desk.waiting]
    assert all(task.url and task.verb and task.clause for task in desk.tasks)


def test_a_city_is_told_to_acknowledge_and_then_to_issue_its_plan(clock):
    at = scene(clock)
    city = at.world.officer(at.world.cities[0])
    assert "签收并印发：澜川省《年行动》方案" in titles(regulator_desk(city).desk)
    from hengjian.campaigns.services import acknowledge_plan  # the service under test elsewhere
    acknowledge_plan(all_of(Plan).get(authority=at.world.cities[0]), actor=city)
    assert "印发本级方案：《年行动》" in titles(regulator_desk(city).desk)


def test_tables_and_reports_are_due_and_late(clock):
    at = scene(clock)
    city = at.world.officer(at.world.cities[0])
    clock.set(2024, 7, 31, 9)
    desk = regulator_desk(city).desk
    assert {"报送第1次统计表：《年行动》", "报送第1次工作情况（含典型案例）：《年行动》"} <= set(titles(desk, "today"))
    clock.set(2024, 8, 2, 9)
    late = [task for task in regulator_desk(city).desk.tasks if task.title == "报送第1次统计表：《年行动》"]
    assert [(task.state, task.working, task.clause) for task in late] == [("late", 2, "方案 三（三）")]


def test_the_province_sees_progress_by_area_and_who_is_late(clock):
    at = scene(clock)
    at.filed()
    clock.set(2024, 8, 2, 9)
    page = regulator_desk(at.world.officer(at.world.province))
    (progress,) = page.progress
    counts = {node.authority.area_name: (node.counts["filed"], node.counts["overdue"]) for node in [progress.root, *progress.children]}
    assert counts == {"澜川省": (1, 2), "青麓市": (1, 0), "砺石市": (0, 1), "高新技术产业开发区": (0, 1)}
    assert [(one.leaf.submission.target.institution.name, one.leaf.days_late) for one in page.late] == [
        ("澜川高新电梯检测有限公司", 2), ("砺石正衡无损检测有限公司", 2),
    ]


def test_problems_lead_from_confirming_to_the_recheck(clock):
    at = scene(clock)
    problem = opened(at, actor=at.clerk)
    assert any(title.startswith("确认问题") for title in titles(regulator_desk(at.county).desk))
    problems.confirm_problem(problem, actor=at.county, severity=2, due_on=date(2024, 7, 22))
    mine = institution_desk(at.clerk)
    assert "填写整改举措：1人未在本单位真实执业" in titles(mine.desk)
    assert [one.title for one in mine.problems] == ["1人未在本单位真实执业"]
    problems.plan_rectification(all_of(Problem).get(), actor=at.clerk, measure="解除聘用并取消执业公示", responsible_name="许若谷", responsible_department="质量部")
    assert "整改：1人未在本单位真实执业" in titles(institution_desk(at.clerk).desk)
    problems.report_rectified(all_of(Problem).get(), actor=at.clerk, text="已解除聘用，已取消执业公示。")
    desk = regulator_desk(at.county).desk
    assert any(title.startswith("核查整改：青麓恒固气瓶检验有限公司") for title in titles(desk))
    assert "整改待核查" in [one.what for one in desk.waiting]
    province = titles(regulator_desk(at.world.officer(at.world.province)).desk)
    assert not any(title.startswith("核查整改") for title in province)  # the county's work, not the province's


def test_orders_come_back_for_the_recheck(clock):
    at = scene(clock)
    keep(Order(
        number="东浦特监令〔2024〕1号", authority_id=at.county.org_id, authority_name="东浦区市场监督管理局", institution_name=at.institution.name, facts="事实", provisions="规定",
        measure="改正", issued_on=date(2024, 7, 1), due_on=date(2024, 7, 8), original_due_on=date(2024, 7, 8), state="answered", receipt_kind="signed",
        answered_at=clock.now(), recheck_due_on=date(2024, 7, 24),
    ).owned_by(at.institution))
    found = [task for task in regulator_desk(at.county).desk.tasks if task.title.startswith("复查指令书整改")]
    assert [(task.due_on, task.clause) for task in found] == [(date(2024, 7, 24), "监督检查办法 第二十九条")]
    assert institution_desk(at.clerk).desk.awaited[-1].who in {"东浦区市场监督管理局", "监管部门"}


def test_an_institution_is_told_what_is_missing_before_filing(clock):
    at = scene(clock)
    fresh = institution_desk(at.clerk)
    assert [filing.gaps for filing in fresh.filings] == [("尚未开始填报",)]
    assert "签收通知：澜川省年行动" in titles(fresh.desk)
    at.begun()
    (filing,) = institution_desk(at.clerk).filings
    assert "3行没有填完" in filing.gaps


def test_an_inspector_sees_what_is_on_his_own_name(clock):
    at = scene(clock)
    who = factories.actor(factories.account("inspector1", "卫行简", "inspector", at.institution))
    problem = opened(at, actor=at.clerk)
    problems.confirm_problem(problem, actor=at.county, severity=2, due_on=date(2024, 7, 22))
    assert titles(institution_desk(who).desk) == []
    problems.plan_rectification(all_of(Problem).get(), actor=at.clerk, measure="改正", responsible_name="卫行简", responsible_department="检验部", responsible_id=who.id)
    assert titles(institution_desk(who).desk) == ["整改：1人未在本单位真实执业"]


def test_papers_that_expire_within_90_days_are_shown(clock):
    at = scene(clock)
    keep(Approval(institution=at.institution, number="TS7110001-2024", issuer="澜川省市场监督管理局", valid_until=date(2024, 9, 1)).owned_by(at.institution))
    page = institution_desk(at.clerk)
    assert [(one.what, one.days) for one in page.expiries] == [("核准证TS7110001-2024", 53)]
    assert "办理换证：核准证TS7110001-2024" in titles(page.desk)


@pytest.mark.parametrize(("role", "about"), [("system_admin", "存证封存"), ("security_admin", "没有任职的账号"), ("audit_admin", "防改触发器")])
def test_administrators_of_the_platform_see_its_state(clock, role, about):
    who = factories.actor(factories.account(f"admin-{role}", "平台管理员", role))
    page = platform_desk(who)
    assert about in [fact.about for fact in page.facts]
    assert signed_in(who).get("/").status_code == 200


def test_an_authority_administrator_sees_institutions_without_one(clock):
    world = factories.world()
    who = factories.actor(factories.account("unit-admin", "单位管理员", "authority_admin", world.province))
    facts = {fact.about: fact.value for fact in platform_desk(who).facts}
    assert facts["没有机构管理员的机构"] == "3个"
    assert signed_in(who).get("/").status_code == 200


def _sixty(at, count: int) -> None:
    for n in range(count):
        factories.institution(f"澜川第{n}检验检测有限公司", at.world.counties[n % 3])
    from hengjian.campaigns.services import join_new_institutions  # the campaign takes them in
    join_new_institutions(at.campaign, actor=factories.SYSTEM)


def test_the_desk_asks_the_database_as_often_for_60_institutions_as_for_3(clock, django_assert_max_num_queries, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    at = scene(clock)
    clock.set(2024, 8, 2, 9)
    province = at.world.officer(at.world.province)
    regulator_desk(province)
    with CaptureQueriesContext(connection, ) as few:
        regulator_desk(province)
    _sixty(at, 57)
    with django_assert_num_queries(len(few)):
        page = regulator_desk(province)
    assert page.progress[0].root.total == 60
    assert len(few) < 60


def test_every_desk_is_a_page(clock):
    at = scene(clock)
    at.filed({"沈砚秋": {"real_practice": "否", "remarks": "社保在外单位"}})
    for actor in [at.county, at.clerk, at.world.officer(at.world.cities[0]), at.world.officer(at.world.province)]:
        answer = signed_in(actor).get("/")
        assert answer.status_code == 200
        assert "我要办的" in answer.content.decode()


def test_a_reference_leads_to_its_page_within_the_scope(clock):
    at = scene(clock)
    at.filed({"沈砚秋": {"real_practice": "否", "remarks": "社保在外单位"}})
    submission, problem = all_of(Submission).get(state="filed"), all_of(Problem).first()
    line = submission.sheet.lines.first()
    go = signed_in(at.county)
    expected = {
        ("registry.institution", at.institution.pk): reverse("registry:institution", args=[at.institution.pk]),
        ("rectification.problem", problem.pk): reverse("rectification:problem", args=[problem.pk]),
        ("campaigns.submission", submission.pk): reverse("campaigns:submission", args=[submission.pk]),
        ("forms.sheetline", line.pk): f"{reverse('campaigns:submission', args=[submission.pk])}#line-{line.key}",
        ("registry.person", line.subject_id): reverse("registry:person", args=[line.subject_id]),
    }
    for (kind, pk), url in expected.items():
        assert go.get(reverse("web:open", args=[kind, pk])).headers["Location"] == url
    stranger = signed_in(at.world.officer(at.world.cities[1]))
    assert {stranger.get(reverse("web:open", args=[kind, pk])).status_code for kind, pk in expected} == {404}
    assert go.get(reverse("web:open", args=["nothing.known", uuid4()])).status_code == 404


def test_tables_and_reports_open_by_reference(clock):
    at = scene(clock)
    ret, report = all_of(StatReturn).first(), all_of(WorkReport).first()
    go = signed_in(at.world.officer(at.world.province))
    assert go.get(reverse("web:open", args=["campaigns.statreturn", ret.pk])).headers["Location"] == reverse("campaigns:statistics", args=[ret.pk])
    assert go.get(reverse("web:open", args=["campaigns.workreport", report.pk])).headers["Location"] == reverse("campaigns:report", args=[report.pk])
    assert all("." in kind for kind in PAGES)
